"""What the tests of the SSH service share: send, and see who gets in."""

from __future__ import annotations

from typing import Any

from guestlab import Guest, KeyPair
from guestlab.agent import Status
from guestlab.lockouts import Account

NEW_PASSWORD = "New-staple-77-horse"


def settings(account: Account, send: str, key: KeyPair, **more: Any) -> dict[str, Any]:
    """`all`: username, key, password and a reset; `key` and `pw`: that credential alone; `reset`: nothing but that."""
    if send == "reset":
        return {"reset_ssh": True, **more}
    asked: dict[str, Any] = {"username": account.user}
    if send in ("all", "key"):
        asked["ssh_key"] = key.public
    if send in ("all", "pw"):
        asked["password"] = NEW_PASSWORD
    if send == "all":
        asked["reset_ssh"] = True
    return {**asked, **more}


def prove(guest: Guest, account: Account, letters: str, key: KeyPair, password: str = NEW_PASSWORD) -> None:
    """Each letter by a login from the network; B: once more after a reboot."""
    for letter in letters.replace("B", ""):
        assert tried(guest, account, letter, key, password), f"{letter} fails after it"
    if "B" in letters:
        guest.reboot()
        for letter in letters.replace("B", ""):
            assert tried(guest, account, letter, key, password), f"{letter} fails after the reboot"


def tried(guest: Guest, account: Account, letter: str, key: KeyPair, password: str, timeout: float = 15) -> bool:
    if letter in "K6":
        return guest.login(account.user, key=key, ipv6=letter == "6", timeout=timeout).ok
    if letter == "W":
        return guest.login(account.user, password=password, timeout=timeout).ok
    assert letter == "S"
    return guest.sudo_works(account.user, key=key, sudo_password=password)


def locked_out(guest: Guest, account: Account, letters: str) -> bool:
    return not any(tried(guest, account, letter, account.key, account.password, timeout=3) for letter in letters)


def reset(guest: Guest, asked: dict[str, Any], *, timeout: float = 120) -> Status:
    return guest.agent.request(asked, timeout=timeout)


def main_pid(guest: Guest) -> str:
    return guest.run(["systemctl", "show", "--property=MainPID,ExecMainStartTimestampMonotonic", "ssh.service"]).stdout


def configuration(guest: Guest) -> dict[str, tuple[bytes, str]]:
    """Each file of sshd's configuration, with its bytes, mode and owner."""
    paths = guest.sh("find /etc/ssh -name '*conf*' -type f").stdout.split()
    return {path: (guest.read_bytes(path), guest.run(["stat", "-c", "%a %u:%g", path]).stdout) for path in sorted(paths)}
