package import AgentCore
internal import COpenSSL
internal import Glibc

/// Gathers what is said at boot. Nothing is changed, and nothing that fails stops it: what cannot be told is left out or said so.
package struct Announcement {
    private let guest: Guest

    package init(_ guest: Guest) {
        self.guest = guest
    }

    /// Waits a little for what a boot brings late: an address, the first boot's key pair, sshd.
    package func gather() -> BootBlock {
        var block = BootBlock()
        var name = [CChar](repeating: 0, count: 65)
        if gethostname(&name, 64) == 0 { block.hostname = ForeignText(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }) }
        block.hostKeys = hostKeys()
        let deadline = Deadline.seconds(20)
        // What is there already and only slow, as on a machine that shares its processors, is given longer.
        let slow = Deadline.seconds(60)
        while true {
            block.addresses = Addresses.global().map(\.address)
            if let pair = try? MachineKeys(guest).published() {
                block.identity = pair.identity
                block.certificate = pair.fingerprint
            }
            if block.serving.isEmpty { judgeService(&block) }
            let isUnderWay = block.certificate == nil || block.isSilent
            if slow.hasPassed || deadline.hasPassed && !isUnderWay { return block }
            if !isUnderWay, !block.addresses.isEmpty, !block.serving.isEmpty { return block }
            deadline.pause(milliseconds: 500)
        }
    }

    private func judgeService(_ block: inout BootBlock) {
        let service = guest.service.answer()
        let unit = service.unit ?? "ssh.service"
        var refused: [String] = []
        var serving: Set<UInt16> = []
        for listener in service.listeners where !serving.contains(listener.port) {
            if Greeting.isHeard(from: listener) {
                serving.insert(listener.port)
            } else {
                refused.append("\(unit) listens on \(listener.address) port \(listener.port), but does not greet")
            }
        }
        block.serving = serving.sorted()
        block.isSilent = serving.isEmpty && !refused.isEmpty
        block.trouble =
            switch service.state {
            case .missing: "there is no SSH server"
            case .stopped(let state): "\(unit) is \(state)"
            case .unknown(let why): "systemd could not be asked: \(why)"
            case .running, .listeningBySocket: refused.first ?? "\(unit) listens on no port"
            }
    }

    /// As the private halves say: a public file beside one may be another key's.
    private func hostKeys() -> [BootBlock.HostKey] {
        let files = HostKeyFact.paths.filter { (try? guest.root.status($0)).flatMap { $0 } != nil }
        guard !files.isEmpty, let known = try? HostKeys.knownHosts(files, guest.processes) else { return [] }
        return known.split(separator: 0x0a).compactMap { line in
            let words = line.split(separator: 0x20)
            guard words.count == 3, let blob = Base64.decode(words[2]), let digest = Self.sha256(blob) else { return nil }
            let text = String(decoding: Base64.encode(digest), as: UTF8.self).prefix { $0 != "=" }
            return BootBlock.HostKey(type: String(decoding: words[1], as: UTF8.self), fingerprint: "SHA256:\(text)")
        }
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1 else { return nil }
        return digest
    }
}

/// sshd's first line (RFC 4253, 4.2), asked for at a listener of its own. Nothing is sent.
private enum Greeting {
    static func isHeard(from listener: Listener) -> Bool {
        let isIPv4 = listener.family == .ipv4
        let raw = socket(
            isIPv4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { return false }
        defer { close(raw) }
        let deadline = Deadline.seconds(10)
        let started = isIPv4 ? connect4(raw, listener) : connect6(raw, listener)
        guard started == 0 || errno == EINPROGRESS, wait(raw, POLLOUT, deadline) else { return false }
        var greeting: [UInt8] = []
        // The whole line: a connection that ends with something unread is a reset, which sshd logs as an error.
        while greeting.count < 1024, !greeting.contains(0x0a), wait(raw, POLLIN, deadline) {
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = read(raw, &buffer, buffer.count)
            guard count > 0 else { break }
            greeting += buffer[..<count]
        }
        return greeting.starts(with: "SSH-".utf8)
    }

    private static func wait(_ raw: Int32, _ event: Int32, _ deadline: Deadline) -> Bool {
        var polled = pollfd(fd: raw, events: Int16(event), revents: 0)
        return poll(&polled, 1, deadline.milliseconds) == 1
    }

    private static func connect4(_ raw: Int32, _ listener: Listener) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = listener.port.bigEndian
        inet_pton(AF_INET, listener.isWildcard ? "127.0.0.1" : listener.address, &address.sin_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private static func connect6(_ raw: Int32, _ listener: Listener) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = listener.port.bigEndian
        inet_pton(AF_INET6, listener.isWildcard ? "::1" : listener.address, &address.sin6_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) }
        }
    }
}
