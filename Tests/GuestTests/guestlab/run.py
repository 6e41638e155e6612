"""One run: a process that uses guests (a pytest worker, `make demo`), and what belongs to it.

    CACHE/runs/ID/        the directory; ID names the owner by pid and start time
      disk/               consoles, and the changes of those guests that keep them on a disk
      mem/                a tmpfs: everything else, and all mount points
        cgroup/           the cgroup v2 hierarchy, with one group ID for all processes of the run
        g1/ g2/ …         one for each guest
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import cleanup
from .process import ENVIRONMENT, Result, execute

if TYPE_CHECKING:
    from .guest import Guest

# Puts itself into a cgroup before it becomes the command, so that no child can escape the cleanup.
_JOIN = 'echo $$ >"$1/cgroup.procs" || exit 125; shift; exec "$@"'


class Run:
    """Owns guests; use it as a context manager. Several can live in one process."""

    _opened = 0

    def __init__(self) -> None:
        Run._opened += 1
        self.id = f"vmaccess-{os.getpid()}-{cleanup.start_time(os.getpid())}-{Run._opened}"
        self.directory = cleanup.directory(self.id)
        self.memory = self.directory / "mem"
        self.disk = self.directory / "disk"
        self.guests: list[Guest] = []
        self._named = 0
        for dead in cleanup.dead_runs():
            cleanup.remove(dead)
        self.disk.mkdir(parents=True, mode=0o700)
        self._warden = _Warden(self.id)  # before the first thing that it may have to remove
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        self.memory.mkdir(mode=0o700)
        execute(["mount", "-t", "tmpfs", "-o", "mode=0700", "vmaccess-tests", self.memory])
        # Shared: guests copy the mount table when they boot, and an unmount here must reach those copies,
        # or one guest would keep another's file systems and network namespaces alive.
        execute(["mount", "--make-shared", self.memory])
        view = self.memory / "cgroup"
        view.mkdir()
        execute(["mount", "-t", "cgroup2", "none", view])
        self.cgroup.mkdir()
        (self.cgroup / "tools").mkdir()

    @property
    def cgroup(self) -> Path:
        return self.memory / "cgroup" / self.id

    def joined(self, cgroup: Path, argv: Sequence[str | os.PathLike[str]]) -> list[str]:
        """`argv`, run inside `cgroup`."""
        return ["sh", "-c", _JOIN, "sh", os.fspath(cgroup), *(os.fspath(word) for word in argv)]

    def execute(
        self,
        argv: Sequence[str | os.PathLike[str]],
        *,
        input: str | bytes | None = None,
        check: bool = True,
        timeout: float = 60,
        shown: Sequence[str] | None = None,
        pass_fds: Sequence[int] = (),
        env: Mapping[str, str] = ENVIRONMENT,
    ) -> Result:
        """Runs a tool that belongs to this run, on the host's side."""
        words = [os.fspath(word) for word in argv]
        return execute(
            self.joined(self.cgroup / "tools", words), input=input, check=check, timeout=timeout,
            shown=words if shown is None else shown, pass_fds=pass_fds, env=env,
        )

    def name(self) -> str:
        """A name for the next guest, new in this run."""
        self._named += 1
        return f"g{self._named}"

    def close(self) -> None:
        """Ends all guests and removes all traces; `cleanup.leftovers(run.id)` is empty afterwards."""
        try:
            for guest in reversed(list(self.guests)):
                guest.close()
        finally:
            cleanup.remove(self.id)
            self._warden.dismiss()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Warden:
    """A process that waits for the owner's end, however it comes (SIGKILL too), and then cleans up.

    It holds the reading end of a pipe whose writing end only the owner has: end of file is the owner's death.
    """

    def __init__(self, run_id: str) -> None:
        package = Path(__file__).resolve().parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "guestlab.warden", run_id],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            env={
                **ENVIRONMENT,
                "PYTHONPATH": os.fspath(package.parent),
                "PYTHONDONTWRITEBYTECODE": "1",
                "VMACCESS_TEST_CACHE": os.fspath(cleanup.CACHE),
            },
            cwd="/", start_new_session=True,
        )

    def dismiss(self) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
            self._process.wait()
