internal import Glibc

/// The lock that whoever writes passwd, shadow and what belongs to them holds: lckpwdf(3), `/etc/.pwd.lock`. It goes with its holder.
///
/// Not to be held while one of the account tools runs, which would wait for it.
struct PasswordFilesLock: ~Copyable {
    private let file: Descriptor

    /// - Throws: a fault when others have held it for `seconds`.
    init(_ root: Root, seconds: Double) throws(Fault) {
        let path = "/etc/.pwd.lock"
        let file = try root.open(path, O_WRONLY | O_CREAT | O_NOFOLLOW, mode: 0o600)
        let deadline = Deadline.seconds(seconds)
        while true {
            var lock = flock()
            (lock.l_type, lock.l_whence) = (Int16(F_WRLCK), Int16(SEEK_SET))
            if fcntl(file.raw, F_SETLK, &lock) != -1 { break }
            guard errno == EACCES || errno == EAGAIN || errno == EINTR else { throw Fault("lock \(path)", errno: errno) }
            if deadline.hasPassed { throw Fault("lock \(path)", cause: "another program holds it; let it finish, and try again") }
            deadline.pause(milliseconds: 50)
        }
        self.file = file
    }
}
