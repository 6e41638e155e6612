"""A password that is nowhere else, and every form in which it could be found again."""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from pathlib import Path

from guestlab import Guest

# With what JSON has to escape.
PASSWORD = 'Canary-"73"\\staple-\u00e4'


def forms(secret: str) -> list[bytes]:
    """The secret itself, as JSON writes it, and its base64 at each of the three places where it can begin."""
    raw = secret.encode()
    found = {raw, json.dumps(secret)[1:-1].encode(), json.dumps(secret, ensure_ascii=False)[1:-1].encode()}
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw)
        # The first and the last digits also tell of what is beside it.
        found.add(text[(0, 2, 3)[shift] + (2 if shift else 0):-4])
    return sorted(found)


def on_disk(guest: Guest, secret: str = PASSWORD) -> list[str]:
    """Every file of the guest's own layer that holds the secret in any form, removed ones and names included."""
    wanted = forms(secret)
    found = []
    for folder, _, names in os.walk(guest.changes):
        for name in names:
            path = Path(folder) / name
            if not path.is_file() or path.is_symlink():
                continue
            data = path.read_bytes()
            found += [f"/{path.relative_to(guest.changes)}" for form in wanted if form in data or form in name.encode(errors="surrogateescape")]
    return sorted(set(found))


def hashes(guest: Guest, before: str) -> list[str]:
    """Files that hold a password's hash, of now or of `before`, where it does not belong."""
    own = set(re.findall(r"\$(?:y|6|5|2b)\$[^:\s]{20,}", before + guest.read("/etc/shadow")))
    found = []
    for folder, _, names in os.walk(guest.changes):
        for name in names:
            path = Path(folder) / name
            shown = f"/{path.relative_to(guest.changes)}"
            # shadow's own tools keep the last one beside it.
            if path.is_symlink() or not path.is_file() or shown in ("/etc/shadow", "/etc/shadow-", "/etc/security/opasswd"):
                continue
            data = path.read_bytes()
            found += [shown for hash in own if hash.encode() in data]
    return sorted(set(found))


def told(guest: Guest, secret: str = PASSWORD) -> list[str]:
    """Whether the journal or the console have it. The guest is booted."""
    journal = guest.run(["journalctl", "--no-pager", "--all", "--output=export"]).stdout.encode(errors="surrogateescape")
    console = guest.console().encode(errors="surrogateescape")
    return [place for place, text in (("journal", journal), ("console", console)) for form in forms(secret) if form in text]


class Poller:
    """Reads the arguments and the environment of every process of the guest again and again, as root in there could."""

    def __init__(self, guest: Guest, secret: str = PASSWORD) -> None:
        self._guest = guest
        self._forms = forms(secret)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self.found: set[str] = set()
        self.samples = 0

    def _poll(self) -> None:
        while not self._stop.wait(0.02):
            try:
                proc = self._guest.root / "proc"
                processes = [proc / name for name in os.listdir(proc) if name.isdigit()]
            except (OSError, RuntimeError):
                continue  # between two boots
            for process in processes:
                try:
                    for name in ("cmdline", "environ"):
                        data = (process / name).read_bytes()
                        if any(form in data for form in self._forms):
                            self.found.add(f"{name} of {(process / 'comm').read_text(errors='replace').strip()}")
                except OSError:
                    continue
            self.samples += 1

    def __enter__(self) -> Poller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
