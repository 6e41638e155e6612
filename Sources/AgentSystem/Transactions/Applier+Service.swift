internal import AgentCore
internal import Glibc

/// Changes to what is the SSH service's, and their undoing.
extension Applier {
    func applyService(_ change: ServiceChange, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        let service = guest.service
        func record(_ undo: ServiceUndo) throws(Fault) { try transaction.record(.service(undo), step.summary) }
        switch change {
        case .guarded(let unit, let isActive): try record(.serving(unit: unit, isActive: isActive))
        case .configure(let change): try configure(change, step, transaction)
        case .restore(let plan): try restore(plan, step, transaction)
        case .setAside(let path):
            guard try guest.root.status(path) != nil else { return [] }
            let other = try freeName(beside: path)
            try record(.moved(path: path, to: other))
            try guest.root.rename(path, to: other)
        case .protect(let path, let mode):
            guard let status = try guest.root.status(path) else { return [] }
            try record(.attributes(path: path, mode: status.mode, uid: status.uid, gid: status.gid))
            try guest.root.setAttributes(path, Root.Attributes(mode: mode))
        case .directory(let path, let mode): try directory(path, mode, step, transaction)
        case .hostKeys(let paths):
            for path in paths.flatMap({ [$0, "\($0).pub"] }) where try guest.root.status(path) == nil {
                try transaction.record(.file(path: path, saved: nil, mode: 0, uid: 0, gid: 0), step.summary)
            }
            try guest.processes.require(Command(.sshKeygen, ["-A"]))
        case .unmask(let unit):
            try record(.mask(unit))
            try service.unmask(unit)
        case .enable(let unit):
            if try service.isEnabled(unit) { return [] }
            try record(.disable(unit))
            try service.enable(unit)
        case .start(let unit): return try start(unit, step, transaction)
        case .reload(let unit): try reload(unit)
        case .accept(let opening): return try open(opening, step, transaction)
        case .connect: try ConnectionProof(guest).require()
        }
        return []
    }

    /// The name under which a file is set aside; another one where there is a backup already.
    private func freeName(beside path: String) throws(Fault) -> String {
        let name = path + ConfigurationPaths.saved
        if try guest.root.status(name) == nil { return name }
        return "\(name)-\(guest.clock.compactTimestamp)-\(try randomToken().prefix(4))"
    }

    /// Moves whatever is in its place out of the way.
    private func directory(_ path: String, _ mode: UInt32, _ step: Step, _ transaction: Transaction) throws(Fault) {
        let status = try guest.root.status(path)
        if let status, status.kind == .directory {
            try transaction.record(
                .service(.attributes(path: path, mode: status.mode, uid: status.uid, gid: status.gid)), step.summary)
        } else {
            if status != nil {
                let other = try freeName(beside: path)
                try transaction.record(.service(.moved(path: path, to: other)), step.summary)
                try guest.root.rename(path, to: other)
            }
            try guest.root.makeDirectory(path, mode: mode)
        }
        try guest.root.setAttributes(path, Root.Attributes(mode: mode))
    }

    // MARK: units

    /// A unit that does not start is tried once more without what an administrator put over it.
    private func start(_ unit: String, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        let service = guest.service
        try service.reloadManager()
        service.resetFailed(unit)
        if try starts(unit) { return [] }
        let overrides = try service.overrides(of: unit)
        guard !overrides.isEmpty else { throw startFailure(unit) }
        for path in overrides {
            let other = try freeName(beside: path)
            try transaction.record(.service(.moved(path: path, to: other)), step.summary)
            try guest.root.rename(path, to: other)
        }
        try service.reloadManager()
        service.resetFailed(unit)
        guard try starts(unit) else { throw startFailure(unit) }
        return ["\(unit) did not start with what was put over it, which was set aside: \(overrides.joined(separator: ", "))"]
    }

    /// sshd that systemd gave its socket loses it when it starts itself anew (SIGHUP): that one is restarted. Sessions go on either
    /// way (KillMode=process).
    private func reload(_ unit: String) throws(Fault) {
        let hasSocket = guest.service.units().value?.sockets.contains { $0.active == "active" } ?? false
        try guest.service.job(hasSocket ? "RestartUnit" : "ReloadUnit", unit)
    }

    private func starts(_ unit: String) throws(Fault) -> Bool {
        do throws(Fault) {
            try guest.service.job("StartUnit", unit)
        } catch {
            guest.log.event("\(error.message)", priority: 4)
        }
        return try guest.service.isActive(unit) && !guest.service.answer().listeners.isEmpty
    }

    private func startFailure(_ unit: String) -> Fault {
        if let why = SSHD(guest).complaint() { return Fault("start \(unit)", cause: "sshd refuses: \(why)") }
        if let holder = PortHolder.other(than: unit, guest) { return Fault("start \(unit)", cause: holder) }
        return Fault("start \(unit)", cause: "it ends at once; journalctl -u \(unit) says why")
    }

    // MARK: the firewall

    private func open(_ opening: FirewallOpening, _ step: Step, _ transaction: Transaction) throws(Fault) -> [String] {
        let firewall = Firewall(guest)
        try transaction.record(.service(.rule(opening.rule)), step.summary)
        try firewall.insert(opening.rule)
        guard let file = try firewall.persistent(opening.rule) else { return [] }
        let status = try guest.root.status(file.path)
        let saved = try transaction.save(try guest.root.read(file.path) ?? [])
        try transaction.record(
            .file(path: file.path, saved: saved, mode: status?.mode ?? 0o644, uid: status?.uid ?? 0, gid: status?.gid ?? 0), step.summary)
        let attributes = Root.Attributes(mode: status?.mode ?? 0o644, uid: status?.uid ?? 0, gid: status?.gid ?? 0)
        do throws(Fault) {
            try guest.root.replace(file.path, with: file.contents, attributes) { (temporary) throws(Fault) in
                if !opening.rule.isIptables { try guest.processes.require(Command(.nft, ["-c", "-f", temporary])) }
            }
        } catch {
            return ["open now, but not after the next boot: \(error.message)"]
        }
        return ["also in \(file.path)"]
    }

    // MARK: undoing

    func takeBack(_ undo: ServiceUndo) throws(Fault) {
        let root = guest.root
        let service = guest.service
        switch undo {
        case .serving(let unit, let isActive): try serve(unit, isActive)
        case .moved(let path, let to):
            guard try root.status(to) != nil else { return }
            if try root.status(path) != nil { try root.remove(path) }
            try root.rename(to, to: path)
        case .linked(let path): try root.remove(path)
        case .attributes(let path, let mode, let uid, let gid):
            guard try root.status(path) != nil else { return }
            try root.setAttributes(path, Root.Attributes(mode: mode, uid: uid, gid: gid))
        case .mask(let unit): try service.mask(unit)
        case .disable(let unit): try service.disable(unit)
        case .rule(let rule):
            // What the kernel had went with the last boot; the files that bring it back are taken back by themselves.
            if try !service.isBooting() { try Firewall(guest).remove(rule) }
        case .removedRule(let rule):
            guard try !service.isBooting() else { return }
            try Firewall(guest).remove(rule)
            try Firewall(guest).insert(rule)
        }
    }

    /// A service that runs is never made to read a configuration that it would end over.
    private func serve(_ unit: String, _ isActive: Bool) throws(Fault) {
        let service = guest.service
        try service.reloadManager()
        service.resetFailed(unit)
        let runs = try service.isActive(unit)
        if !runs, try service.isBooting() { return }
        if !isActive {
            if runs { try service.job("StopUnit", unit) }
            return
        }
        if runs {
            if unit.hasSuffix(".service"), SSHD(guest).complaint() == nil { try reload(unit) }
        } else {
            try service.job("StartUnit", unit)
        }
        let deadline = Deadline.seconds(10)
        while service.answer().listeners.isEmpty {
            if deadline.hasPassed { throw Fault("have \(unit) serve as before", cause: "it does not listen") }
            deadline.pause(milliseconds: 20)
        }
    }
}
