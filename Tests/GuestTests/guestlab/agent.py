"""The agent under test, as its clients see it: settings go in, a status file comes out."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .process import Result

if TYPE_CHECKING:
    from .guest import Guest

STATE = "/var/lib/vmaccess-agent"
INCOMING = f"{STATE}/incoming"
STATUS = f"{STATE}/status"
_WORDS = ("transitioning", "warning", "error", "success")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LIMIT = 128 * 1024


@dataclass(frozen=True)
class Status:
    """One status in Azure's format (contract.md): the whole, or one of its substatus."""

    name: str
    status: str
    code: int
    message: str
    operation: str = ""
    substatus: tuple[Status, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.status}: {self.name}: {self.message}"]
        return "\n  ".join(lines + [str(part) for part in self.substatus])

    def part(self, name: str) -> Status:
        """The substatus `name`."""
        for part in self.substatus:
            if part.name == name:
                return part
        raise LookupError(f"no substatus {name!r} in\n{self}")


def parse_status(data: bytes) -> Status:
    """Reads a status file as strictly as Azure's agent does, so that every test that waits for one checks the format.

    Raises AssertionError, which names the fault.
    """
    assert len(data) <= _LIMIT, f"a status of {len(data)} bytes: the agent uploads nothing for the whole VM"
    document = json.loads(data.decode("utf-8"))  # strict: invalid UTF-8 has the same effect
    assert isinstance(document, list) and len(document) == 1, "not a list of one"
    outer = document[0]
    assert outer.get("version") == "1.0", f"version {outer.get('version')!r}"
    assert _TIME.fullmatch(str(outer.get("timestampUTC"))), f"timestampUTC {outer.get('timestampUTC')!r}"
    return _parse(outer["status"], top=True)


def _parse(value: Mapping[str, Any], top: bool = False) -> Status:
    name, word, code = value.get("name"), value.get("status"), value.get("code")
    assert isinstance(name, str) and name, f"name {name!r}"
    assert word in _WORDS, f"status {word!r}"
    assert type(code) is int, f"code {code!r}"
    text = value.get("formattedMessage")
    assert isinstance(text, dict), f"formattedMessage {text!r}"
    assert text.get("lang") == "en-US" and isinstance(text.get("message"), str), f"formattedMessage {text!r}"
    operation = value.get("operation", "")
    assert not top or operation, "no operation"
    parts = value.get("substatus") or []
    assert isinstance(parts, list), f"substatus {parts!r}"
    return Status(name, word, code, text["message"], operation, tuple(_parse(part) for part in parts))


class NoStatus(Exception):
    """The agent did not say its last word in time."""


class Agent:
    """The agent in one guest."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        # The status file of each name as it was before the last drop of that name.
        self._before: dict[str, tuple[int, int] | None] = {}

    def drop(self, name: str, settings: Mapping[str, Any] | str | bytes) -> None:
        """Drops settings as a client should: written beside the folder, then renamed into it. Booted or not."""
        self._remember(name)
        temporary = f"{STATE}/.drop-{secrets.token_hex(6)}"
        self._guest.write(temporary, encode(settings), mode=0o600)
        os.rename(self._guest.host_path(temporary), self._guest.host_path(f"{INCOMING}/{name}.settings", follow=False))

    def drop_path(self, name: str) -> str:
        """Where a drop named `name` goes, for tests that put something odd there themselves."""
        self._remember(name)
        return f"{INCOMING}/{name}.settings"

    def wait_status(self, name: str, timeout: float = 60) -> Status:
        """The final status of the last drop `name`; a status of an earlier drop of that name does not count."""
        deadline = time.monotonic() + timeout
        last: Status | None = None
        while True:
            path = self._guest.host_path(f"{STATUS}/{name}.status")
            if _identity(path) not in (None, self._before.get(name)):
                last = parse_status(path.read_bytes())
                if last.status != "transitioning":
                    return last
            if time.monotonic() > deadline:
                raise NoStatus(f"no final status for {name!r} within {timeout:g} s; last: {last}")
            time.sleep(0.01)

    def status(self, name: str = "latest") -> Status:
        """The status file as it is now."""
        return parse_status(self._guest.read_bytes(f"{STATUS}/{name}.status"))

    def request(self, settings: Mapping[str, Any] | str | bytes, *, name: str = "request", timeout: float = 60) -> Status:
        """Drops settings and waits for the final status."""
        self.drop(name, settings)
        return self.wait_status(name, timeout)

    def apply(self, settings: Mapping[str, Any] | str | bytes, *args: str, check: bool = False) -> Result:
        """`vmaccess-agent apply --json ARGS -` with the settings on standard input."""
        return self._guest.run(["vmaccess-agent", "apply", "--json", *args, "-"], input=encode(settings), check=check)

    def settle(self) -> None:
        """Waits until the units of a boot have ended: the key pair is made; the machine's introduction on the console is cut short."""
        self._guest.sh("for i in $(seq 300); do systemctl is-active --quiet vmaccess-agent-keys.service || "
                       "exec systemctl stop vmaccess-agent-announce.service; sleep 0.1; done; exit 1")

    def waiting(self) -> list[str]:
        """The drops not yet taken."""
        return sorted(os.listdir(self._guest.host_path(INCOMING)))

    def evidence(self) -> str:
        """What helps to understand a failure: units, drops, statuses, the agent's journal, the console's end."""
        if not self._guest.booted:
            return f"(not booted)\n{self._guest.console()[-1500:]}"
        script = f"""
ls -la {STATE} {STATE}/incoming {STATE}/work {STATE}/status 2>&1 | tail -n 40
echo; tail -n +1 {STATUS}/*.status 2>/dev/null | tail -c 4000
echo; systemctl --no-pager --full --lines=0 status 'vmaccess-agent*' ssh.service 2>&1 | head -40
echo; journalctl --no-pager -o short-precise -b 2>&1 | tail -n 50
"""
        try:
            said = self._guest.run(["sh", "-c", script], check=False, timeout=15).stdout
        except Exception as error:  # a failing guest must not hide the failure that it is to explain
            said = f"(no evidence: {error})"
        return f"{said}\nconsole:\n{self._guest.console()[-1500:]}"

    def _remember(self, name: str) -> None:
        self._before[name] = _identity(self._guest.host_path(f"{STATUS}/{name}.status"))


def encode(settings: Mapping[str, Any] | str | bytes) -> bytes:
    """Settings as bytes; a mapping becomes JSON, bytes and text stay as they are, however bad."""
    if isinstance(settings, bytes):
        return settings
    return settings.encode() if isinstance(settings, str) else json.dumps(settings).encode()


def _identity(path: Path) -> tuple[int, int] | None:
    """Tells one version of a file from the next: a status is replaced by rename."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
