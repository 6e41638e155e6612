"""Where a run can be cut off: every call of it and of what it starts that changes anything, found by tracing a whole run.

strace counts each system call of each process by itself, so a point is a call's name and its number: `renameat:3`. With -f it strikes
whichever process comes to that number first, the agent or a program that it runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ALWAYS = ("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "symlink", "symlinkat", "mkdir", "mkdirat", "rmdir",
           "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "truncate", "ftruncate", "fsync", "fdatasync")
_OPENING = ("open", "openat", "openat2", "creat")
_WRITING = ("write", "pwrite64", "writev")
TRACED = (*_ALWAYS, *_OPENING, *_WRITING, "sendmsg", "execve")

_LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(.*)$")


@dataclass(frozen=True)
class Call:
    pid: int
    name: str
    # In the order of this name in this process, from 1.
    number: int
    text: str


def calls(trace: str) -> list[Call]:
    """Each call once, in order, from the output of `strace -f -y`; resumed ones are joined to their beginning."""
    found: list[Call] = []
    counts: dict[tuple[int, str], int] = {}
    open_calls: dict[int, int] = {}
    for line in trace.splitlines():
        match = _LINE.match(line)
        if not match or match[2] not in TRACED:
            continue
        pid, name, rest = int(match[1]), match[2], match[3]
        if " resumed>" in line[:60]:
            if pid in open_calls:
                index = open_calls.pop(pid)
                first = found[index]
                found[index] = Call(first.pid, first.name, first.number, first.text + rest)
            continue
        counts[pid, name] = counts.get((pid, name), 0) + 1
        if "<unfinished ...>" in rest:
            open_calls[pid] = len(found)
        found.append(Call(pid, name, counts[pid, name], rest))
    return found


def changes(call: Call) -> bool:
    """Whether it can change something that a reboot keeps, or has systemd change it."""
    if call.name in _ALWAYS:
        return True
    if call.name in _OPENING:
        return any(flag in call.text for flag in ("O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC")) and "/dev/" not in call.text and '"/proc' not in call.text
    if call.name in _WRITING:
        # `-y` shows what a descriptor is: pipes and sockets are no files.
        return re.match(r"\(\d+</(?!dev/|proc/|sys/)", call.text) is not None
    return call.name == "sendmsg" and "bus" in call.text


def points(made: list[Call]) -> list[str]:
    """`name:number` of each, in the order in which the run comes to them."""
    found: dict[str, None] = {}
    for call in made:
        if changes(call):
            found.setdefault(f"{call.name}:{call.number}")
    return list(found)


def programs(trace: str) -> list[tuple[str, int]]:
    """What the agent starts: the path, and which of its starts."""
    counts: dict[str, int] = {}
    found = []
    for call in calls(trace):
        match = re.match(r'\("(/[^"]+)"', call.text)
        if call.name == "execve" and match and "= -1" not in call.text and "vmaccess" not in match[1]:
            counts[match[1]] = counts.get(match[1], 0) + 1
            found.append((match[1], counts[match[1]]))
    return found


def spread(items: list[str], count: int, seed: int = 0) -> list[str]:
    """So many of them, evenly over the whole, beginning somewhere."""
    if count >= len(items):
        return items
    step = len(items) / count
    return [items[int((index + (seed % 97) / 97) * step) % len(items)] for index in range(count)]
