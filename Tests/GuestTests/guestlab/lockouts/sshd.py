"""sshd's configuration and host keys."""

from __future__ import annotations

from ..guest import Guest
from .catalogue import Account, lockout

_CONFIG = "/etc/ssh/sshd_config"
_DROP_INS = f"{_CONFIG}.d"


@lockout("unknown keyword in sshd_config", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.append(_CONFIG, "\nPermitRootLogn no\n")


@lockout("bad value in sshd_config", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.append(_CONFIG, "\nPort A\n")


@lockout("bad value in a drop-in", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", "Port A\n")


@lockout("sshd_config deleted", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.host_path(_CONFIG).unlink()


# Debian 13 makes missing host keys at every start of ssh.service.
@lockout("host keys deleted", blocks="KW6", suites=("bookworm",), new_host_key=True)
def _(guest: Guest, account: Account) -> None:
    guest.sh("rm /etc/ssh/ssh_host_*")


@lockout("host keys readable by all", blocks="KW6", new_host_key=True)
def _(guest: Guest, account: Account) -> None:
    guest.sh("chmod 0644 /etc/ssh/ssh_host_*_key")


@lockout("host keys empty", blocks="KW6", new_host_key=True)
def _(guest: Guest, account: Account) -> None:
    guest.sh("for key in /etc/ssh/ssh_host_*_key; do : >$key; done")


@lockout("Port 2222 in a drop-in", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", "Port 2222\n")


@lockout("ListenAddress of another machine", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", "ListenAddress 192.0.2.7\n")


@lockout("PasswordAuthentication no by cloud-init", blocks="W", send="pw", prove="WSB")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/50-cloud-init.conf", "PasswordAuthentication no\n")


@lockout("passwordauthentication no, indented, in the first drop-in", blocks="W", send="pw", prove="WSB")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/00-a.conf", "  passwordauthentication no\n")


@lockout("PasswordAuthentication no in a Match User at the end", blocks="W", send="pw", prove="WSB")
def _(guest: Guest, account: Account) -> None:
    guest.append(_CONFIG, f"\nMatch User {account.user}\n    PasswordAuthentication no\n")


@lockout("PubkeyAuthentication no", blocks="K6")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", "PubkeyAuthentication no\n")


@lockout("AllowUsers somebody", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", "AllowUsers somebody\n")


@lockout("DenyGroups with the user's group", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", f"DenyGroups {account.user}\n")


@lockout("AuthenticationMethods publickey,password", blocks="KW6")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", "AuthenticationMethods publickey,password\n")


@lockout("PubkeyAcceptedAlgorithms without the key's", blocks="K6")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", "PubkeyAcceptedAlgorithms ecdsa-sha2-nistp521\n")


@lockout("AuthorizedKeysFile elsewhere", blocks="K6", send="key", prove="KB")
def _(guest: Guest, account: Account) -> None:
    guest.write(f"{_DROP_INS}/20-site.conf", "AuthorizedKeysFile /etc/ssh/keys/%u\n")
