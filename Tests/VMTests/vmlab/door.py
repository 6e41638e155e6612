"""Commands as root in a machine, over a port of its own: neither SSH nor the console takes part."""

from __future__ import annotations

import base64
import socket
import time

from guestlab import CommandFailed, Result


class Door:
    """The tests' side of the door; `vmlab-door.service` in the machine is the other."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._read = b""
        self._number = 0

    def sh(self, script: str, *, check: bool = True, timeout: float = 60) -> Result:
        """Runs a shell script (`sh -e`) as root. What is asked before the machine is up is answered once it is."""
        self._number += 1
        self._line.sendall(b"%d %s\n" % (self._number, base64.b64encode(script.encode())))
        status, said = self._answer(time.monotonic() + timeout, script, timeout)
        out, _, err = said.partition(b",")
        result = Result(("sh", "-ec", script), status, *(base64.b64decode(part).decode(errors="backslashreplace") for part in (out, err)))
        if check and not result.ok:
            raise CommandFailed(result)
        return result

    def write(self, path: str, data: str | bytes, *, mode: int = 0o644) -> None:
        """Writes a file of root's; its folder must exist."""
        content = base64.b64encode(data.encode() if isinstance(data, str) else data).decode()
        self.sh(f"umask 077; base64 -d >{path} <<'END'\n{content}\nEND\nchmod {mode:o} {path}")

    def read(self, path: str) -> str:
        return self.sh(f"cat {path}").stdout

    def close(self) -> None:
        self._line.close()

    def _answer(self, deadline: float, script: str, timeout: float) -> tuple[int, bytes]:
        while True:
            line, newline, rest = self._read.partition(b"\n")
            if newline:
                self._read = rest
                number, status, said = line.split(b" ", 2)
                if int(number) == self._number:
                    return int(status), said
                continue  # of a script that took too long
            left = deadline - time.monotonic()
            data = b""
            if left > 0:
                self._line.settimeout(left)
                try:
                    data = self._line.recv(65536)
                except TimeoutError:
                    pass
            if not data:
                why = f"no answer within {timeout:g} s" if left <= 0 or self._line.gettimeout() else "the machine is off"
                raise CommandFailed(Result(("sh", "-ec", script), -1, "", ""), why)
            self._read += data
