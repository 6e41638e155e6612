"""The serial line of a machine, as a person at a terminal has it."""

from __future__ import annotations

import re
import socket
import threading
import time
from pathlib import Path


class NotSaid(AssertionError):
    """What was waited for did not come; tells what came instead."""


class Serial:
    """Reads all the time, as a terminal does, and keeps what it read in `log`; `pause()` is a line that nobody reads."""

    def __init__(self, line: socket.socket, log: Path) -> None:
        self._line = line
        self._log = log.open("ab")
        self._said = bytearray()
        self._seen = 0
        self._changed = threading.Condition()
        self._reading = threading.Event()
        self._reading.set()
        self._closed = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def expect(self, pattern: str, timeout: float = 60) -> re.Match[str]:
        """Waits for `pattern` in what came after the last match; what is before it is then past."""
        expression = re.compile(pattern.encode(), re.MULTILINE)
        deadline = time.monotonic() + timeout
        with self._changed:
            while not (found := expression.search(self._said, self._seen)):
                left = deadline - time.monotonic()
                if left <= 0 or self._closed:
                    tail = bytes(self._said[self._seen:][-3000:]).decode(errors="backslashreplace")
                    raise NotSaid(f"{pattern!r} was not said on the serial line within {timeout:g} s; since the last match:\n{tail}")
                self._changed.wait(left)
            self._seen = found.end()
            match = re.compile(pattern, re.MULTILINE).search(found[0].decode(errors="backslashreplace"))
            assert match
            return match

    def type(self, text: str | bytes) -> None:
        """Types; a person's Enter is `\\r`."""
        self._line.sendall(text.encode() if isinstance(text, str) else text)

    def text(self) -> str:
        """All that was said since the machine was switched on, one line per line."""
        with self._changed:
            data = bytes(self._said)
        return re.sub(rb"\r+\n", b"\n", data).decode(errors="backslashreplace")

    def raw(self) -> bytes:
        """The same, byte for byte."""
        with self._changed:
            return bytes(self._said)

    def pause(self) -> None:
        """Reads no more: soon the line takes nothing, and whoever writes there waits."""
        self._reading.clear()

    def go_on(self) -> None:
        self._reading.set()

    def close(self) -> None:
        self._reading.set()
        try:
            self._line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._thread.join(timeout=10)
        self._line.close()
        self._log.close()

    def _read(self) -> None:
        while True:
            self._reading.wait()
            try:
                data = self._line.recv(4096)
            except OSError:
                data = b""
            with self._changed:
                self._said += data
                self._closed = not data
                self._changed.notify_all()
            if not data:
                return
            self._log.write(data)
            self._log.flush()
