internal import AgentCore
internal import Glibc

/// The PAM stacks that all services share.
extension Applier {
    /// pam-auth-update(8) writes them from the profiles that packages bring; it keeps what it saw in /var/lib/pam.
    func writePAMDefaults(_ step: Step, _ transaction: Transaction) throws(Fault) {
        let root = guest.root
        var paths = DistributionPAM.common.flatMap { [$0, "\($0).pam-old"] }
        for name in try root.names(in: "/var/lib/pam") { paths.append("/var/lib/pam/\(text(name))") }
        for path in paths { try keep(path, try root.status(path), step, transaction) }
        for path in DistributionPAM.common {
            // What stood there stays beside it, for whoever wrote it.
            let backup = path + ConfigurationPaths.saved
            guard try root.status(path) != nil, try root.status(backup) == nil else { continue }
            try transaction.record(.service(.linked(backup)), step.summary)
            try root.replace(backup, with: try root.read(path) ?? [], Root.Attributes(mode: 0o644))
        }
        var command = Command(.pamAuthUpdate, ["--force"])
        command.environment += ["DEBIAN_FRONTEND=noninteractive"]
        try guest.processes.require(command)
    }
}
