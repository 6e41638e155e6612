internal import AgentCore

/// One `enable`: transitioning first, then the work, the scrubbing, the last word, and only then the mark that it was done, so that
/// a crash anywhere repeats the work and skips nothing.
struct HandlerRun {
    private let guest: Guest
    private let folders: HandlerFolders
    private let opener: SettingsOpener
    private let options: Runner.Options
    private let tell: (String) -> Void

    init(_ guest: Guest, _ context: HandlerContext, _ folders: HandlerFolders, tell: @escaping (String) -> Void) {
        self.guest = guest
        self.folders = folders
        self.tell = tell
        var options = Runner.Options()
        options.certificateFolders = [context.library] + options.certificateFolders.filter { $0 != context.library }
        self.options = options
        opener = SettingsOpener(guest, certificateFolders: options.certificateFolders)
    }

    /// - Throws: `Fault` where no status can be written: then the exit code must tell.
    func run() throws(Fault) {
        let sequence = try folders.sequence()
        let settings: Secret
        do throws(Fault) {
            settings = try folders.settings(sequence)
        } catch {
            // Too large, or odd: nothing of it can be used, and nothing of it stays.
            scrub(path: folders.settingsPath(sequence), SettingsDocument.scrubbedUnread)
            return try finish(sequence, Report(failed: error.message, outcomes: []), mark: nil)
        }
        let mark = mark(of: settings)
        if wasCarriedOut(sequence, settings, mark) { return try repeated(sequence, settings) }
        try folders.writeStatus(.started, sequence, guest.clock)
        guest.log.event("enable: carrying out the settings of sequence \(sequence)")
        let report = carryOut(settings, sequence)
        // The secret goes before the last word: who reads the status may rely on it.
        scrub(settings, sequence)
        // A run that was told to stop and took everything back is to be repeated; anything else is final.
        let isUndone = report.verdict == .error && StopRequest.pending == .told
        try finish(sequence, report, mark: isUndone ? nil : mark ?? "")
    }

    private func carryOut(_ settings: Secret, _ sequence: Int) -> Report {
        do {
            var options = options
            let site = try guest.configuration()
            try site.admit(.handler)
            options.site = site
            let lock = try RunLock(guest, seconds: 120)
            Recovery(guest).run()
            options.lastWord = DiskJob.LastWord(name: "azure-\(sequence)", path: folders.statusPath(sequence))
            let result = Runner(guest: guest, options: options, name: "azure-\(sequence)").carryOut(settings)
            _ = consume lock
            switch result {
            case .report(let report): return report
            // The Azure agent does nothing else meanwhile.
            case .underWay(let job): return job.wait(seconds: 60, guest) ?? job.meanwhile
            case .plan: return Report(failed: "nothing was carried out", outcomes: [])
            }
        } catch let refusal as Refusal {
            return Report(refused: refusal)
        } catch {
            return Report(failed: (error as? Fault)?.message ?? "unexpected: \(error)", outcomes: [])
        }
    }

    /// - Parameter mark: nil where the sequence is not to count as carried out.
    private func finish(_ sequence: Int, _ report: Report, mark: String?) throws(Fault) {
        // What still goes on has said so itself, and may have ended by now.
        if report.verdict != .transitioning {
            do throws(Fault) {
                try StatusFile(guest).write(report, for: "azure-\(sequence)")
            } catch {
                guest.log.event(error.message, priority: 3)
            }
            try folders.writeStatus(report, sequence, guest.clock)
        }
        if let mark {
            do throws(Fault) {
                try folders.writeLastSequence(sequence)
                try HandlerRecall(guest).remember(HandlerMemory(sequence: sequence, mark: mark))
            } catch {
                guest.log.event("\(error.message); sequence \(sequence) will be carried out again", priority: 4)
            }
        }
        guest.log.report(report, source: "enable")
        tell("enable: sequence \(sequence): \(report.verdict.rawValue): \(report.message)")
    }

    // MARK: the same sequence again

    private func wasCarriedOut(_ sequence: Int, _ settings: Secret, _ mark: String?) -> Bool {
        if folders.lastSequence() == sequence { return true }
        guard let memory = HandlerRecall(guest).memory(), memory.sequence == sequence else { return false }
        return isScrubbed(settings) || (mark != nil && memory.mark == mark)
    }

    private func mark(of settings: Secret) -> String? {
        guard let parts = opener.identity(settings) else { return nil }
        do throws(Fault) { return try HandlerRecall(guest).mark(of: parts) } catch { return nil }
    }

    /// The work is not repeated: what a user changed since must stay. The Azure agent has written the envelope anew, and wants a
    /// status.
    private func repeated(_ sequence: Int, _ settings: Secret) throws(Fault) {
        scrub(settings, sequence)
        if !folders.hasFinalStatus(sequence) {
            if var kept = try StatusFile(guest).read("azure-\(sequence)") {
                try folders.writeStatus(kept, sequence)
                // A repair of a disk that ended meanwhile has written its last word to both, to that one first.
                while let now = try StatusFile(guest).read("azure-\(sequence)"), now != kept {
                    kept = now
                    try folders.writeStatus(kept, sequence)
                }
            } else {
                let words = "sequence \(sequence) was carried out before; what came of it is no longer known. Send the settings again"
                try folders.writeStatus(Report(verdict: .warning, message: words, outcomes: [], exitCode: .success), sequence, guest.clock)
            }
        }
        do throws(Fault) { try folders.writeLastSequence(sequence) } catch { guest.log.event(error.message, priority: 4) }
        guest.log.event("enable: sequence \(sequence) was carried out before; nothing is repeated")
        tell("enable: sequence \(sequence) was carried out before; nothing is repeated")
    }

    // MARK: scrubbing

    private func isScrubbed(_ settings: Secret) -> Bool {
        do throws(Refusal) {
            _ = try SettingsDocument.read(settings)
            return false
        } catch {
            return error.reason == "scrubbed"
        }
    }

    private func scrub(_ settings: Secret, _ sequence: Int) {
        // An empty file is "no settings", and one that was scrubbed has nothing left.
        if settings.isEmpty || isScrubbed(settings) { return }
        let document = (try? SettingsDocument.read(settings))?.scrubbed() ?? SettingsDocument.scrubbedUnread
        scrub(path: folders.settingsPath(sequence), document)
    }

    private func scrub(path: String, _ document: JSONOutput) {
        do throws(Fault) {
            try guest.root.scrub(path, with: document.pretty())
        } catch {
            guest.log.event("the settings could not be erased: \(error.message)", priority: 3)
        }
    }
}
