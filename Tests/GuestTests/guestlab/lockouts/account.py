"""The account, its home, its keys and its sudo."""

from __future__ import annotations

from ..guest import Guest
from .catalogue import Account, lockout


@lockout("password locked, with UsePAM no", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    # First value wins, and Debian's own file says `UsePAM yes` after its Include.
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "UsePAM no\n")
    guest.run(["passwd", "--lock", account.user])


@lockout("password locked", blocks="WS", send="pw", prove="WSB")
def _(guest: Guest, account: Account) -> None:
    guest.run(["passwd", "--lock", account.user])


@lockout("account expired", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.run(["chage", "--expiredate", "2020-01-01", account.user])


@lockout("password to be changed at once", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.run(["chage", "--lastday", "0", account.user])


@lockout("shell nologin", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.run(["usermod", "--shell", "/usr/sbin/nologin", account.user])


@lockout("shell that does not exist", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.run(["usermod", "--shell", "/opt/gone/zsh", account.user])


@lockout("home deleted", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    guest.sh(f"rm -r /home/{account.user}")


@lockout("home writable by all", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    guest.sh(f"chmod 0777 /home/{account.user}; chmod 0775 /home/{account.user}/.ssh")


@lockout(".ssh of another user", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    guest.sh(f"useradd --create-home mallory; chown -R mallory:mallory /home/{account.user}/.ssh")


@lockout("authorized_keys deleted", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    guest.host_path(f"/home/{account.user}/.ssh/authorized_keys").unlink()


@lockout("home outside /home, and gone", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    guest.run(["usermod", "--home", f"/srv/people/{account.user}", account.user])


@lockout("authorized_keys without a final newline", blocks="", send="key", prove="K")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"/home/{account.user}/.ssh/authorized_keys", account.key.public, mode=0o600, owner=account.user)


@lockout("authorized_keys with CRLF", blocks="", send="key", prove="K")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"/home/{account.user}/.ssh/authorized_keys", account.key.public + "\r\n", mode=0o600,
                owner=account.user)


@lockout("no sudo", blocks="S", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    guest.run(["gpasswd", "--delete", account.user, "sudo"])


@lockout("a syntax error of another in sudoers.d, and no sudo", blocks="S", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    guest.run(["gpasswd", "--delete", account.user, "sudo"])
    guest.write("/etc/sudoers.d/10-site", "operators ALL=(ALL NOPASSWD ALL\n", mode=0o440)


# preauth, unix, authfail, as the man page of pam_faillock has it; unlock_time=0 is for ever.
_FAILLOCK = """\
auth required pam_faillock.so preauth deny=1 unlock_time=0
auth [success=1 default=ignore] pam_unix.so nullok
auth [default=die] pam_faillock.so authfail deny=1 unlock_time=0
auth sufficient pam_faillock.so authsucc deny=1 unlock_time=0
auth requisite pam_deny.so
auth required pam_permit.so
"""


@lockout("locked by pam_faillock", blocks="WS", send="pw", prove="W", booted=True)
def _(guest: Guest, account: Account) -> None:
    guest.write("/etc/pam.d/common-auth", _FAILLOCK)
    guest.login(account.user, password="Wrong-horse-00-staple")


@lockout("locked by pam_faillock in a folder of the site's", blocks="WS", send="pw", prove="W", booted=True)
def _(guest: Guest, account: Account) -> None:
    guest.sh("mkdir -p /var/lib/faillock")
    guest.write("/etc/pam.d/common-auth", _FAILLOCK.replace("pam_faillock.so", "pam_faillock.so dir=/var/lib/faillock"))
    guest.login(account.user, password="Wrong-horse-00-staple")


@lockout("locked by pam_faillock in the folder of faillock.conf", blocks="WS", send="pw", prove="W", booted=True)
def _(guest: Guest, account: Account) -> None:
    guest.sh("mkdir -p /var/lib/faillock; printf 'dir = /var/lib/faillock\\n' >>/etc/security/faillock.conf")
    guest.write("/etc/pam.d/common-auth", _FAILLOCK)
    guest.login(account.user, password="Wrong-horse-00-staple")


def _home(guest: Guest, account: Account, home: str) -> None:
    guest.sh(f"sed -i 's#:/home/{account.user}:#:{home}:#' /etc/passwd")


@lockout("home is /", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    _home(guest, account, "/")


@lockout("home is a placeholder", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    _home(guest, account, "/nonexistent")


@lockout("home is a device", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    _home(guest, account, "/dev/null")


@lockout("no home in passwd", blocks="K6", send="key", prove="KSB")
def _(guest: Guest, account: Account) -> None:
    _home(guest, account, "")


@lockout("a hash that nobody knows", blocks="WS", send="pw", prove="WSB")
def _(guest: Guest, account: Account) -> None:
    guest.run(["usermod", "--password", "$9$abc$def", account.user])


@lockout("not in shadow", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.sh(f"sed -i /^{account.user}:/d /etc/shadow")


@lockout("a carriage return behind the shell", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.sh(f"sed -i 's#^{account.user}:.*$#&\\r#' /etc/passwd")


@lockout("shell not in /etc/shells, with pam_shells", blocks="W", send="pw", prove="W")
def _(guest: Guest, account: Account) -> None:
    guest.write("/etc/shells", "/bin/sh\n")
    guest.sh("sed -i '1i auth required pam_shells.so' /etc/pam.d/sshd")


@lockout("sudo asks for root's password", blocks="S", send="pw", prove="SB")
def _(guest: Guest, account: Account) -> None:
    guest.sh("sed -i '/^Defaults.*env_reset/a Defaults rootpw, targetpw' /etc/sudoers; grep -q rootpw /etc/sudoers")
