/// Where the console was started: what the person is told first, and what can be done here.
package struct Surroundings: Sendable {
    /// The program and the machine.
    package var title: String
    /// systemd does not run here, or only as far as an emergency shell: sshd cannot be asked before the next boot.
    package var isRescue = false
    /// The root file system is mounted read-only.
    package var isReadOnly = false
    /// What has to be there and is not, each a sentence that says what to type. Nothing can be done until then.
    package var missing: [String] = []
    /// What is worth knowing first.
    package var notes: [String] = []
    /// What to do after leaving.
    package var parting: [String] = []

    package init(title: String) {
        self.title = title
    }
}
