"""Another handler for the same extension, run as the Azure agent runs it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from azure import Azure, Transport
from guestlab import Guest


class OtherHandler(Azure):
    def __init__(self, guest: Guest, folder: Path) -> None:
        self._keys = tempfile.TemporaryDirectory()
        super().__init__(guest, Transport.make(Path(self._keys.name)), version="0.0.1", lib="/var/lib/bench")
        self._sequence = 0
        guest.sh(f"mkdir -p {self.folder}/config {self.folder}/status /var/log/azure/bench; chmod 700 {self.lib}")
        for path in folder.rglob("*"):
            if path.is_file():
                target = f"{self.folder}/{path.relative_to(folder)}"
                guest.sh(f"mkdir -p '{Path(target).parent}'")
                guest.write(target, path.read_bytes(), mode=0o755)
        guest.write(f"{self.folder}/HandlerEnvironment.json", json.dumps([{"name": "bench", "version": 1.0, "handlerEnvironment": {
            "logFolder": "/var/log/azure/bench", "configFolder": f"{self.folder}/config", "statusFolder": f"{self.folder}/status",
            "heartbeatFile": f"{self.folder}/heartbeat.log", "eventsFolder": "/var/log/azure/bench/events"}}]), mode=0o600)
        self.put_certificate()
        self.run("install")

    def prepared(self, settings: dict[str, object]) -> str:
        """Writes the settings; the command that carries them out."""
        self._sequence += 1
        self.settings(self._sequence, settings)
        words = self.command("enable", self._sequence)
        return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
