"""The wishes that are measured: how the guest is made to need each, and who carries it out in which way."""

from __future__ import annotations

import base64
import json
import secrets
import shlex
from dataclasses import dataclass

from guestlab import Guest

USER = "bob"
SCRIPT = "/root/by-script"
SETTINGS = "/root/settings.json"
_SSHD = "/etc/ssh/sshd_config"

# As a cloud image has it: no password login. A reset has something to reset.
_CLOSED = "printf 'PasswordAuthentication no\\n' >/etc/ssh/sshd_config.d/50-cloud-init.conf"
_OPEN = "rm /etc/ssh/sshd_config.d/50-cloud-init.conf"
_FORGET = "rm -f /etc/ssh/sshd_config.d/*vmaccess* /etc/ssh/sshd_config.d/00-by-script.conf; install -m 644 /usr/share/openssh/sshd_config " + _SSHD
_SPOILT = f"printf '\\nMaxAuthTries 5\\nLoginGraceTime 30\\n' >>{_SSHD}"
_SERVE = "systemctl reset-failed ssh; systemctl restart ssh"
_THERE = f"id {USER} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash {USER}"
_GRANTED = "printf '%s ALL=(ALL:ALL) ALL\\n' " + USER + " >/etc/sudoers.d/by-script; chmod 440 /etc/sudoers.d/by-script"
_GONE = f"! id {USER} >/dev/null 2>&1 || userdel --remove {USER} >/dev/null 2>&1; rm -f /etc/sudoers.d/by-script /etc/sudoers.d/vmaccess-agent-*"


def new_key() -> str:
    """A public key that nobody has: only its form counts here."""
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + secrets.token_bytes(32)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} bench"


def new_password() -> str:
    return "Ax1-" + secrets.token_hex(10)


@dataclass
class Case:
    name: str
    # Shell commands that make the guest need it; not measured.
    need: str
    keys: tuple[str, ...]

    def settings(self) -> dict[str, object]:
        values = {"username": USER, "ssh_key": new_key(), "password": new_password(), "reset_ssh": True}
        return {key: values[key] for key in self.keys}

    def script(self) -> str:
        return f"env KEY={shlex.quote(new_key())} PASSWORD={new_password()} {SCRIPT} {self.name.split()[0]}"


def cases() -> list[Case]:
    user = f"{_THERE}; {_GRANTED}; {_CLOSED}"
    return [
        Case("key", f"{_FORGET}; {user}; rm -rf /home/{USER}/.ssh; {_SERVE}", ("username", "ssh_key")),
        # As Debian has it, passwords are taken; as cloud images have it, not.
        Case("password", f"{_FORGET}; {user}; {_OPEN}; {_SERVE}", ("username", "password")),
        Case("password (closed)", f"{_FORGET}; {user}; {_SERVE}", ("username", "password")),
        Case("reset", f"{_FORGET}; {_SPOILT}; {_SERVE}", ("reset_ssh",)),
        Case("all", f"{_GONE}; {_FORGET}; {_CLOSED}; {_SPOILT}; {_SERVE}", ("username", "password", "ssh_key", "reset_ssh")),
    ]


def put(guest: Guest, settings: dict[str, object]) -> None:
    guest.write(SETTINGS, json.dumps(settings), mode=0o600)


def crowd(guest: Guest, users: int) -> None:
    """So many other users, straight into the files: useradd would take a quarter of an hour."""
    ids = range(20000, 20000 + users)
    guest.append("/etc/passwd", "".join(f"u{uid}:x:{uid}:{uid}::/home/u{uid}:/bin/bash\n" for uid in ids))
    guest.append("/etc/group", "".join(f"u{uid}:x:{uid}:\n" for uid in ids))
    guest.append("/etc/shadow", "".join(f"u{uid}:!:19700:0:99999:7:::\n" for uid in ids))


def many_keys(guest: Guest, count: int) -> None:
    """A file of keys for the user, that they alone can read."""
    guest.sh(f"install -d -m 700 -o {USER} -g {USER} /home/{USER}/.ssh")
    guest.write(f"/home/{USER}/.ssh/authorized_keys", "".join(new_key() + "\n" for _ in range(count)), mode=0o600, owner=USER)
