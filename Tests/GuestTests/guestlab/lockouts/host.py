"""The machine around sshd: its unit, its folders, and what forbids everybody to log in."""

from __future__ import annotations

from ..guest import Guest
from .catalogue import Account, lockout


@lockout("ssh.service stopped", blocks="KW6", booted=True)
def _(guest: Guest, account: Account) -> None:
    guest.run(["systemctl", "stop", "ssh.service"])


@lockout("ssh.service disabled", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.run(["systemctl", "disable", "ssh.service"])


@lockout("ssh.service masked", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    # What `systemctl mask` leaves where ssh.service itself is in /usr/lib.
    unit = guest.host_path("/etc/systemd/system/ssh.service", follow=False)
    unit.unlink(missing_ok=True)
    unit.symlink_to("/dev/null")


@lockout("sshd_not_to_be_run", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.write("/etc/ssh/sshd_not_to_be_run", "")


# Debian 13's sshd looks at it only when it starts.
@lockout("/run/sshd writable by all", blocks="KW6", prove="KWS", booted=True, suites=("bookworm",))
def _(guest: Guest, account: Account) -> None:
    guest.sh("chmod 0777 /run/sshd")


# Booted, since Debian 12's systemd removes the file at boot; Debian 13's leaves it.
@lockout("/etc/nologin", blocks="KW6", booted=True)
def _(guest: Guest, account: Account) -> None:
    guest.write("/etc/nologin", "down for maintenance\n")
