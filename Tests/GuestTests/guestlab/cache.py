"""A cache of directory trees, each made once, however many workers ask for it at the same time."""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

from .cleanup import CACHE, remove_tree

TREES = CACHE / "trees"

# How long a tree that nobody uses is kept, in seconds: two checkouts in turn must not throw away each other's.
KEPT = 3600

# Shared locks on the trees in use. Held to the end of the process: so nobody prunes them under a running guest.
_held: dict[str, int] = {}


def tree(name: str, build: Callable[[Path], None], *, replaces: str) -> Path:
    """The tree `name`; `build` fills it if it is not there yet.

    It is made under another name and renamed when complete, so a tree is whole or absent. Others whose name begins
    with `replaces` are then removed, unless somebody uses them or has a short while ago.
    """
    path = TREES / name
    TREES.mkdir(parents=True, exist_ok=True)
    while name not in _held:
        lock = _open_lock(name)
        fcntl.flock(lock, fcntl.LOCK_SH)
        if path.is_dir() and _is_current(lock, name):
            os.utime(lock)  # the time of the last use
            _held[name] = lock
            break
        try:
            # Never waited for: whoever built it in the meantime may keep a shared one until we end.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not path.is_dir() and _is_current(lock, name):
                _build(path, build)
                _prune(replaces, keep=name)
        except BlockingIOError:
            time.sleep(random.uniform(0.01, 0.05))
        finally:
            os.close(lock)
        # Go round once more: an exclusive lock does not become a shared one without a gap.
    return path


def _build(path: Path, build: Callable[[Path], None]) -> None:
    partial = path.with_name(path.name + ".partial")
    remove_tree(partial)  # of a builder that was killed; we hold the lock, so there is no other
    try:
        build(partial)
        partial.rename(path)
    finally:
        remove_tree(partial)


def _prune(prefix: str, keep: str) -> None:
    for path in TREES.iterdir():
        name = path.name.removesuffix(".partial")
        if not name.startswith(prefix) or name == keep or name in _held or name.endswith(".lock"):
            continue
        lock = _open_lock(name)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - os.fstat(lock).st_mtime > KEPT:
                remove_tree(path)
                _lock_path(name).unlink(missing_ok=True)
        except BlockingIOError:
            pass  # in use by another run
        finally:
            os.close(lock)


def _lock_path(name: str) -> Path:
    return TREES / f"{name}.lock"


def _open_lock(name: str) -> int:
    return os.open(_lock_path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_current(lock: int, name: str) -> bool:
    """Whether the lock file is still the one that others will open; pruning unlinks it."""
    try:
        return os.fstat(lock).st_ino == _lock_path(name).stat().st_ino
    except FileNotFoundError:
        return False
