"""A person at a terminal: a command on a pseudo-terminal of its own, typed into and read."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from typing import Any

from .process import ENVIRONMENT

# Without the baud rates' fields: what tcgetattr(3) tells of how the terminal behaves.
Attributes = list[Any]


class NotSaid(AssertionError):
    """What was waited for did not come; tells what came instead."""


class Talk:
    """`argv` on a terminal that controls its session, so that Ctrl-C is a signal where the command leaves that on."""

    def __init__(self, argv: Sequence[str], *, rows: int = 24, columns: int = 80, term: str | None = "dumb",
                 env: Mapping[str, str] = ENVIRONMENT) -> None:
        self._master, self._slave = os.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before: Attributes = termios.tcgetattr(self._slave)
        words = {key: value for key, value in env.items() if key != "TERM"}
        self._process = subprocess.Popen(
            ["setsid", "--ctty", "--", *argv], stdin=self._slave, stdout=self._slave, stderr=self._slave,
            env=words if term is None else {**words, "TERM": term},
        )
        self._said = bytearray()
        self._seen = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    def expect(self, pattern: str, timeout: float = 60) -> re.Match[str]:
        """Waits for `pattern` in what came after the last match; what is before it is then past. A blank in it stands for a line's
        end as well: sentences are broken at the terminal's width."""
        pattern = pattern.replace(" ", r"\s+")
        deadline = time.monotonic() + timeout
        while True:
            text = self._said[self._seen:].decode(errors="backslashreplace")
            if found := re.search(pattern, text, re.MULTILINE):
                self._seen += len(text[: found.end()].encode(errors="backslashreplace"))
                return found
            if not self._read(deadline):
                raise NotSaid(f"{pattern!r} was not said; since the last match:\n{text[-3000:]}")

    def type(self, text: str) -> None:
        """Types; a person's Enter is `\\r`."""
        os.write(self._master, text.encode())

    def answer(self, question: str, text: str, timeout: float = 60) -> None:
        """Waits for a question and answers it."""
        self.expect(question, timeout)
        self.type(text + "\r")

    def attributes(self) -> Attributes:
        """What the terminal is set to now."""
        return list(termios.tcgetattr(self._slave))

    def end(self, timeout: float = 60) -> int:
        """Waits until the command has ended; its exit code."""
        deadline = time.monotonic() + timeout
        while self._process.poll() is None:
            if not self._read(min(deadline, time.monotonic() + 0.1)) and time.monotonic() > deadline:
                raise NotSaid(f"it does not end; its last words:\n{self.text()[-3000:]}")
        while self._read(time.monotonic()):
            pass
        return self._process.returncode

    def hang_up(self) -> None:
        """The line is cut: whoever reads or writes there is told so, and the session gets SIGHUP."""
        os.close(self._master)
        self._master = -1

    def text(self) -> str:
        """All that was shown, one line per line."""
        return re.sub(rb"\r+\n", b"\n", bytes(self._said)).decode(errors="backslashreplace")

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for descriptor in (self._master, self._slave):
            if descriptor != -1:
                os.close(descriptor)
        self._master = self._slave = -1

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, deadline: float) -> bool:
        """Whether more came."""
        if self._master == -1:
            time.sleep(0.02)
            return False
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # nobody has the terminal open any more
            return False
        self._said += data
        return bool(data)
