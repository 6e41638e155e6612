"""The product in ten seconds: a user is locked out of a Debian guest in several ways, and gets back in.

Every stage is checked as it is told. A demo that only prints would go on saying that all is well.
"""

from __future__ import annotations

import json
import secrets
import sys
import textwrap
import time
from pathlib import Path

from . import images
from .guest import Guest
from .lockouts import Account, make_account
from .login import KeyPair, Login, keypair
from .network import CLIENT4, GUEST4
from .run import Run

_USER = "alice"

# Each alone keeps her out or takes her power; all are hers, so a request with her name may clear them.
_BREAKS = (
    ("her password is locked", ["passwd", "--quiet", "--lock", _USER]),
    ("her account has expired", ["chage", "--expiredate", "2020-01-01", _USER]),
    ("her authorized_keys is gone", ["rm", f"/home/{_USER}/.ssh/authorized_keys"]),
    ("she is no longer in the sudo group", ["gpasswd", "--delete", _USER, "sudo"]),
)


class NotAsTold(Exception):
    """A stage did not end as the demo says."""


def main(suite: str) -> int:
    """Shows it; 0 if every stage was as told, else 1."""
    began = time.monotonic()
    with Run() as run:
        if not images.is_made(suite):
            print(f"Making the Debian {suite} image first (half a minute, once) ...", flush=True)
        try:
            _show(Guest(run, images.with_package(run, suite)), suite, run.disk)
        except NotAsTold as error:
            print(f"\nNOT AS TOLD: {error}", file=sys.stderr)
            return 1
    print(f"\nAll as told, in {time.monotonic() - began:.1f} s. The guest is gone, nothing of it is left on this machine.")
    return 0


def _show(guest: Guest, suite: str, folder: Path) -> None:
    old, new = keypair(folder, name="old", comment="alice@laptop"), keypair(folder, name="new", comment="alice@new-laptop")
    password = f"{secrets.token_hex(2)}-Horse-{secrets.token_hex(3)}"

    guest.boot()
    _stage("A Debian guest with the package", f"{suite}, its own systemd, sshd and PAM; up in {guest.boot_seconds:.1f} s")
    account = make_account(guest, old)
    _expect(guest, "with her key", True, _login(guest, old))

    _stage("Alice is locked out", "four things at once, as found on real machines")
    _break(guest, account)
    _expect(guest, "with her old key", False, _login(guest, old))
    _expect(guest, "with her new key", False, _login(guest, new))

    _stage("Somebody with access to the disk or the cloud drops a file",
           "/var/lib/vmaccess-agent/incoming/rescue.settings")
    settings = {"username": _USER, "password": password, "ssh_key": new.public}
    shown = {**settings, "password": "********", "ssh_key": " ".join([new.public[:24] + "...", *new.public.split()[2:]])}
    _quote(json.dumps(shown, indent=1))
    seen = len(guest.console())
    guest.drop("rescue", settings)
    status = guest.wait_status("rescue", timeout=30)

    _stage("The agent, on the machine's console", "all that is seen where the network does not let anybody in")
    print("\n".join(_console(guest, seen)))  # as wide as they are, to the 80th column

    _stage("The status that comes back", "/var/lib/vmaccess-agent/status/rescue.status")
    _quote(str(status))
    if status.status != "success":
        raise NotAsTold(f"the status is {status.status}, not success\n{guest.agent.evidence()}")
    if password in guest.console() or password in guest.journal():
        raise NotAsTold("the password is on the console or in the journal")

    _stage("Alice is back in", f"over SSH, from another network namespace ({CLIENT4})")
    _expect(guest, "with her new key", True, _login(guest, new))
    _expect(guest, "with her new password", True, guest.login(_USER, password=password))
    _check("sudo makes her root", guest.sudo_works(_USER, key=new, sudo_password=password))
    guest.reboot()
    _expect(guest, "after a reboot", True, _login(guest, new))


def _break(guest: Guest, account: Account) -> None:
    for words, command in _BREAKS:
        guest.run(command)
        print(f"   - {words}")


def _login(guest: Guest, key: KeyPair) -> Login:
    return guest.login(_USER, key=key)


def _expect(guest: Guest, how: str, wanted: bool, login: Login) -> None:
    said = "logged in" if login.ok else (login.stderr.strip().splitlines() or ["refused"])[-1].strip()
    print(f"   $ ssh {_USER}@{GUEST4}   # {how}\n     {said}")
    if login.ok != wanted:
        raise NotAsTold(f"the login {how} {'succeeded' if login.ok else 'failed'}\n{guest.agent.evidence()}")


def _check(words: str, fact: bool) -> None:
    print(f"   {words}: {'yes' if fact else 'no'}")
    if not fact:
        raise NotAsTold(f"{words}: no")


def _console(guest: Guest, start: int) -> list[str]:
    """The agent's lines since `start`. The last one may come a moment after the status: a pty lies between."""
    deadline = time.monotonic() + 3
    while True:
        lines = [line for line in guest.console()[start:].splitlines() if line.startswith("vmaccess-agent: ")]
        if any(": success: Enable" in line for line in lines) or time.monotonic() > deadline:
            return lines
        time.sleep(0.02)


_stages = 0


def _stage(title: str, about: str) -> None:
    global _stages
    _stages += 1
    print(f"\n{_stages}  {title}\n   {about}", flush=True)


def _quote(text: str) -> None:
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        for part in textwrap.wrap(line, 74, subsequent_indent=indent + "  ") or [""]:
            print(f"   | {part}")
