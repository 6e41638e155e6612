"""What a guest's accounts, SSH, sudo and homes look like, byte for byte: to prove that nothing was changed."""

from __future__ import annotations

import difflib
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .guest import Guest

PATHS = (
    "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid",
    "/etc/ssh", "/etc/sudoers", "/etc/sudoers.d", "/home", "/root",
)
_SHOWN = 64 * 1024  # larger files are compared, but their text is not kept for the diff


@dataclass(frozen=True)
class Entry:
    """One file: all that a change could change, but the time."""

    type: str
    mode: int
    uid: int
    gid: int
    content: str  # the digest of a file, the target of a link
    xattrs: tuple[tuple[str, bytes], ...]
    text: bytes | None = field(default=None, compare=False, repr=False)


Snapshot = Mapping[str, Entry]


def snapshot(guest: Guest, paths: Iterable[str] = PATHS) -> Snapshot:
    """All files at and below `paths`; what is not there is not in it."""
    found: dict[str, Entry] = {}
    for path in paths:
        _collect(guest.host_path(path, follow=False), path, found)
    return found


def changed(before: Snapshot, after: Snapshot) -> set[str]:
    """The paths of what was added, removed or changed."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def diff(before: Snapshot, after: Snapshot) -> str:
    """What changed, to be read in a failed assertion; empty if nothing did."""
    lines: list[str] = []
    for path in sorted(changed(before, after)):
        old, new = before.get(path), after.get(path)
        if old is None or new is None:
            lines.append(f"{path}: {'removed' if new is None else 'added'}")
        else:
            lines += _compare(path, old, new)
    return "\n".join(lines)


def _collect(here: Path, path: str, found: dict[str, Entry]) -> None:
    try:
        about = os.lstat(here)
    except FileNotFoundError:
        return
    kind, content, text = _kind(about.st_mode), "", None
    if kind == "file":
        data = here.read_bytes()
        content, text = hashlib.sha256(data).hexdigest(), data if len(data) <= _SHOWN else None
    elif kind == "link":
        content = os.readlink(here)
    xattrs = tuple((name, os.getxattr(here, name, follow_symlinks=False))
                   for name in sorted(os.listxattr(here, follow_symlinks=False)))
    found[path] = Entry(kind, stat.S_IMODE(about.st_mode), about.st_uid, about.st_gid, content, xattrs, text)
    if kind == "folder":
        for name in sorted(os.listdir(here)):
            _collect(here / name, f"{path}/{name}", found)


def _kind(mode: int) -> str:
    for test, name in ((stat.S_ISREG, "file"), (stat.S_ISDIR, "folder"), (stat.S_ISLNK, "link"),
                       (stat.S_ISFIFO, "fifo"), (stat.S_ISSOCK, "socket")):
        if test(mode):
            return name
    return "device"


def _compare(path: str, old: Entry, new: Entry) -> list[str]:
    lines = [f"{path}: {name} {getattr(old, name)} -> {getattr(new, name)}"
             for name in ("type", "uid", "gid", "xattrs") if getattr(old, name) != getattr(new, name)]
    if old.mode != new.mode:
        lines.append(f"{path}: mode {old.mode:04o} -> {new.mode:04o}")
    if old.content != new.content:
        lines.append(f"{path}: content")
        if old.text is not None and new.text is not None:
            lines += ["    " + line for line in difflib.unified_diff(_lines(old.text), _lines(new.text), lineterm="", n=0)]
    return lines


def _lines(data: bytes) -> list[str]:
    return data.decode(errors="backslashreplace").splitlines()
