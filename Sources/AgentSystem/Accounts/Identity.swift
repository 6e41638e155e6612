internal import AgentCore
internal import CLinux
internal import Glibc

/// Whose rights files are opened with.
package struct Identity: Sendable {
    package let uid: UInt32
    package let gid: UInt32
    package let groups: [UInt32]

    package init(uid: UInt32, gid: UInt32, groups: [UInt32]) {
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }

    /// Makes file accesses of this process this user's. The real uid stays, so that the user cannot signal it.
    ///
    /// For a child that ends soon: there is no way back.
    func becomeForFiles() throws(Fault) {
        _ = try retrying("take a user's rights") { vma_become_for_files(uid, gid, groups, groups.count) }
    }
}
