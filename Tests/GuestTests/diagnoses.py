"""What the tests of diagnose and repair share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from guestlab import Guest


@dataclass(frozen=True)
class Diagnosis:
    """`vmaccess-agent diagnose --json`, read."""

    code: int
    document: dict[str, Any]

    @property
    def blocking(self) -> list[str]:
        return [found["id"] for found in self.document["findings"] if found["weight"] == "blocks"]

    @property
    def notes(self) -> list[str]:
        return [found["id"] for found in self.document["findings"] if found["weight"] == "note"]

    @property
    def unknown(self) -> list[str]:
        return [left["id"] for left in self.document["unknown"]]

    def finding(self, id: str) -> dict[str, Any]:
        return next(found for found in self.document["findings"] if found["id"] == id)


def diagnose(guest: Guest, *args: str, command: tuple[str, ...] = ("vmaccess-agent",)) -> Diagnosis:
    said = guest.run([*command, "diagnose", "--json", *args], check=False, timeout=120)
    assert said.returncode in (0, 4), said
    assert said.stderr == "", said
    assert said.stdout.isascii() and "\x1b" not in said.stdout
    diagnosis = Diagnosis(said.returncode, json.loads(said.stdout))
    assert diagnosis.document["version"] == 1
    # The exit code says the same as the document.
    assert (diagnosis.code == 4) == bool(diagnosis.blocking)
    return diagnosis
