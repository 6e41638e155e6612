/// The system's programs that the agent runs, and where a distribution keeps them. The only place that names either.
package enum Tool: String, CaseIterable, Sendable {
    case useradd, usermod, userdel, chage, chpasswd
    case visudo, sudo
    case ssh
    case sshKeygen = "ssh-keygen"
    case sshd
    case ip
    case getent
    case faillock
    case pamTally2 = "pam_tally2"
    case loginctl
    case mount
    case nft, iptables, ip6tables
    case blkid, e2fsck, btrfs
    case fsckFAT = "fsck.fat"
    case fsckExFAT = "fsck.exfat"
    case xfsRepair = "xfs_repair"

    /// Directories that are searched, in this order; never the caller's PATH.
    package static let directories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    /// The Debian package that has it, for the sentence that says what is missing.
    package var debianPackage: String {
        switch self {
        case .useradd, .usermod, .userdel, .chage, .chpasswd: "passwd"
        case .visudo, .sudo: "sudo"
        case .ssh, .sshKeygen: "openssh-client"
        case .sshd: "openssh-server"
        case .ip: "iproute2"
        case .getent: "libc-bin"
        case .faillock, .pamTally2: "libpam-modules-bin"
        case .loginctl: "systemd"
        case .mount: "mount"
        case .nft: "nftables"
        case .iptables, .ip6tables: "iptables"
        case .blkid: "util-linux"
        case .e2fsck: "e2fsprogs"
        case .fsckFAT: "dosfstools"
        case .fsckExFAT: "exfatprogs"
        case .xfsRepair: "xfsprogs"
        case .btrfs: "btrfs-progs"
        }
    }
}

/// A program with its arguments; none of them a secret.
package struct ToolCall: Hashable, Sendable {
    package let tool: Tool
    package let arguments: [String]

    package init(_ tool: Tool, _ arguments: [String]) {
        self.tool = tool
        self.arguments = arguments
    }

    /// As a person would type it.
    package var commandLine: String {
        ([tool.rawValue] + arguments.map(ToolCall.quoted)).joined(separator: " ")
    }

    static func quoted(_ argument: String) -> String {
        let plain = argument.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "="), UInt8(ascii: ","):
                true
            default: false
            }
        }
        if plain, !argument.isEmpty { return argument }
        return "'" + argument.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
