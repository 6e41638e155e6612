"""guestlab boots disposable Debian guests with a real systemd, sshd and PAM, in half a second each.

The tests use it to lock somebody out, to let the agent work, and to log in *from another network
namespace*, as a stranger on the network would. Needs root, a kernel with overlayfs and cgroup v2,
and Debian's mmdebstrap, systemd-container, iproute2, sshpass and openssh-client.

    run        one process that uses guests: its directory, its cgroup, its warden
    cleanup    finds and removes everything that a run started
    images     base root file systems, and the layer with the package installed
    guest      one guest: files, commands, boot, stop, reboot
    boot       how systemd becomes PID 1 of a guest
    network    the guest's network namespace and the client's
    login      SSH logins from the client's side
    agent      the agent under test: drop settings, read the status
    talk       a person at a terminal of the guest's
    leaks      where a secret can be found
    snapshot   what must not change, byte for byte
    lockouts   named ways to lock a user out
"""

from .agent import Status
from .guest import Guest
from .leaks import traces
from .login import KeyPair, Login, keypair
from .process import CommandFailed, Result
from .run import Run
from .snapshot import Snapshot, changed, diff, snapshot
from .talk import Talk

__all__ = [
    "CommandFailed", "Guest", "KeyPair", "Login", "Result", "Run", "Snapshot", "Status", "Talk",
    "changed", "diff", "keypair", "snapshot", "traces",
]
