"""qemu's monitor (QMP): one command, one answer."""

from __future__ import annotations

import json
import socket
from typing import Any


class Refused(Exception):
    """What qemu said to a command that it did not carry out."""


class Monitor:
    def __init__(self, line: socket.socket, timeout: float = 60) -> None:
        line.settimeout(timeout)
        self._line = line
        self._file = line.makefile("rb")
        json.loads(self._file.readline())  # the greeting
        self.ask("qmp_capabilities")

    def ask(self, command: str, **arguments: Any) -> Any:
        self._line.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while line := self._file.readline():
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise Refused(f"{command}: {answer['error'].get('desc')}")
            # else an event
        raise Refused(f"{command}: qemu has ended")

    def say(self, line: str) -> str:
        """A command of the monitor for people."""
        return str(self.ask("human-monitor-command", **{"command-line": line}))

    def close(self) -> None:
        self._file.close()
        self._line.close()
