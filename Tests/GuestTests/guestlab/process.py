"""Running commands: bounded in time, with a clean environment, and nothing left when we are interrupted."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# The caller's environment stays outside: a test must not pass because of somebody's LANG or SSH_AUTH_SOCK.
ENVIRONMENT: Mapping[str, str] = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
}


@dataclass(frozen=True)
class Result:
    """What a command said."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str

    @property
    def ok(self) -> bool:
        return self.returncode == 0

    def __str__(self) -> str:
        text = f"$ {shlex.join(self.argv)}\n  exit {self.returncode}"
        for label, output in (("stdout", self.stdout), ("stderr", self.stderr)):
            if output.strip():
                text += f"\n  {label}: " + output.rstrip().replace("\n", "\n    ")
        return text


class CommandFailed(Exception):
    """A command that had to succeed did not, or did not end in time."""

    def __init__(self, result: Result, why: str = "") -> None:
        super().__init__(f"{why}\n{result}" if why else str(result))
        self.result = result


def execute(
    argv: Sequence[str | os.PathLike[str]],
    *,
    input: str | bytes | None = None,
    check: bool = True,
    timeout: float = 60,
    shown: Sequence[str] | None = None,
    pass_fds: Iterable[int] = (),
    env: Mapping[str, str] = ENVIRONMENT,
) -> Result:
    """Runs `argv` to its end and returns what it said; `shown` stands in messages for a longer real argv.

    The command gets a session of its own. So one signal to its group ends it with its children, and a
    Ctrl-C at the terminal reaches only us, who then end it.
    """
    real = [os.fspath(word) for word in argv]
    data = input.encode() if isinstance(input, str) else input
    process = subprocess.Popen(
        real,
        stdin=subprocess.DEVNULL if data is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(env),
        pass_fds=tuple(pass_fds),
        start_new_session=True,
    )
    late = False
    try:
        out, err = process.communicate(data, timeout=timeout)
    except subprocess.TimeoutExpired:
        late = True
        out, err = _end_group(process)
    except BaseException:
        _end_group(process)
        raise
    result = Result(
        argv=tuple(shown if shown is not None else real),
        returncode=process.returncode,
        stdout=out.decode(errors="backslashreplace"),
        stderr=err.decode(errors="backslashreplace"),
    )
    if late:
        raise CommandFailed(result, f"not finished after {timeout:g} s")
    if check and not result.ok:
        raise CommandFailed(result)
    return result


def _end_group(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """Kills the process group that `execute` started; its id is ours until the leader is reaped here."""
    os.killpg(process.pid, signal.SIGKILL)
    try:
        return process.communicate(timeout=5)
    except subprocess.TimeoutExpired:  # a grandchild in another session holds the pipe
        process.stdout and process.stdout.close()
        process.stderr and process.stderr.close()
        return b"", b""


def contained(argv: Sequence[str | os.PathLike[str]]) -> list[str]:
    """`argv` in mount and PID namespaces of its own: its mounts and daemons end with it, whatever happens."""
    words = [os.fspath(word) for word in argv]
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", *words]


def in_root(root: Path, argv: Sequence[str]) -> list[str]:
    """`argv` in the tree at `root` with a /proc and a /dev/null, for trees that are not booted."""
    # minbase trees made without mknod have an empty /dev, and passwd tools want /dev/null and /dev/urandom.
    script = (
        'root=$1; shift; mount -t proc proc "$root/proc"; mount -t tmpfs -o mode=755 dev "$root/dev"; '
        "for node in null zero full random urandom tty; do "
        'touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done; '
        'exec chroot "$root" "$@"'
    )
    return contained(["sh", "-ec", script, "sh", os.fspath(root), *argv])
