"""Finds and removes what a run started, from its id alone, so that somebody else can do it for a dead run.

Three facts make that possible. Every process of a run is in the cgroup named after it, and its descendants
stay there. Every mount of a run, network namespaces included, is below its directory. And the directory's name
tells the owner's pid and start time, so that a later run knows whether the owner still lives.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

CACHE = Path(os.environ.get("VMACCESS_TEST_CACHE") or "/var/cache/vmaccess-agent-tests")
RUNS = CACHE / "runs"

_RUN_ID = re.compile(r"vmaccess-(\d+)-(\d+)-\d+")


def start_time(pid: int) -> str | None:
    """When `pid` started, in ticks since boot; None if it is gone. With the pid it names a process for good."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    state, *rest = stat.rpartition(")")[2].split()  # the name before it may hold spaces
    return None if state in "ZX" else rest[18]


def directory(run_id: str) -> Path:
    if not _RUN_ID.fullmatch(run_id):  # it is about to be removed recursively
        raise ValueError(f"not the id of a run: {run_id!r}")
    return RUNS / run_id


def processes(run_id: str) -> list[int]:
    """All living processes in the run's cgroup, wherever they have moved their namespaces to."""
    inside = re.compile(rf"^0::(?:/.*)?/{re.escape(run_id)}(?:/|$)", re.MULTILINE)
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                text = Path(f"/proc/{entry}/cgroup").read_text()
            except OSError:
                continue
            if inside.search(text) and start_time(int(entry)):
                found.append(int(entry))
    return found


def mounts(run_id: str) -> list[Path]:
    """Mount points at or below the run's directory, the innermost first."""
    top = os.fspath(directory(run_id))
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        point = line.split(" ")[4].encode().decode("unicode_escape")
        if point == top or point.startswith(top + "/"):
            found.append(Path(point))
    return list(reversed(found))


def loops(run_id: str) -> list[Path]:
    """Loop devices whose image is in the run's directory."""
    top = os.fspath(directory(run_id))
    found = []
    for file in Path("/sys/block").glob("loop*/loop/backing_file"):
        try:
            if file.read_text().startswith(top + "/"):
                found.append(Path("/dev") / file.parts[3])
        except OSError:  # released a moment ago
            continue
    return found


def leftovers(run_id: str) -> list[str]:
    """What is left of a run, one line each; empty after a good end."""
    lines = []
    for pid in processes(run_id):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        lines.append(f"process {pid}: {words.strip()[:160]}")
    lines += [f"mount {point}" for point in mounts(run_id)]
    lines += [f"loop device {device}" for device in loops(run_id)]
    if directory(run_id).exists():
        lines.append(f"directory {directory(run_id)}")
    return lines


def remove(run_id: str) -> None:
    """Removes everything of a run. Safe to repeat, and to call by two at once."""
    _end_processes(run_id)
    tree = directory(run_id) / "mem" / "cgroup" / run_id
    if tree.is_dir():
        for folder, _, _ in os.walk(tree, topdown=False):
            _remove_cgroup(folder)
    for point in mounts(run_id):
        unmount(point)
    for device in loops(run_id):
        subprocess.run(["losetup", "--detach", device], stderr=subprocess.DEVNULL)
    if not mounts(run_id):  # never remove *through* a mount
        remove_tree(directory(run_id))


def unmount(point: Path) -> None:
    """Unmounts; lazily where something still has it open, since a stuck mount helps nobody."""
    if subprocess.run(["umount", point], stderr=subprocess.DEVNULL).returncode != 0:
        subprocess.run(["umount", "-l", point], stderr=subprocess.DEVNULL)


def remove_tree(path: Path) -> None:
    """Removes a tree of a guest, immutable files included."""
    if not path.exists():
        return
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        subprocess.run(["chattr", "-R", "-f", "-i", "-a", path], stderr=subprocess.DEVNULL)
        shutil.rmtree(path, ignore_errors=True)


def dead_runs() -> Iterator[str]:
    """Runs whose owner is gone: killed too hard even for its warden, or cut off by a power loss."""
    for entry in sorted(RUNS.iterdir()) if RUNS.is_dir() else ():
        match = _RUN_ID.fullmatch(entry.name)
        if match and start_time(int(match[1])) != match[2]:
            yield entry.name


def _end_processes(run_id: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = processes(run_id)
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.01)


def _remove_cgroup(folder: str) -> None:
    """A cgroup can be busy for a moment after its last process is gone."""
    for _ in range(100):
        try:
            os.rmdir(folder)
            return
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.01)
