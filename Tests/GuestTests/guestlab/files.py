"""A guest's files, seen from the host: paths resolve inside the guest's root, whatever its links say."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_MAX_LINKS = 40  # as in the kernel


def resolve(root: Path, path: str, *, follow: bool = True) -> Path:
    """Where the guest's `path` lies on the host.

    A guest's absolute links (`/var/run`, or one that a test planted) must not lead into the host's own tree.
    `follow` tells whether a link in the last place is followed too.
    """
    done: list[str] = []
    ahead = [part for part in path.split("/") if part not in ("", ".")]
    links = 0
    while ahead:
        part = ahead.pop(0)
        if part == "..":
            del done[-1:]
            continue
        here = root.joinpath(*done, part)
        if (ahead or follow) and here.is_symlink():
            links += 1
            if links > _MAX_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
            target = os.readlink(here)
            if target.startswith("/"):
                done = []
            ahead = [word for word in target.split("/") if word not in ("", ".")] + ahead
        else:
            done.append(part)
    return root.joinpath(*done)


def owner_ids(root: Path, owner: str) -> tuple[int, int]:
    """`user`, `user:group` or `uid:gid`, by the guest's own passwd and group files; a user alone has its own group."""
    user, _, group = owner.partition(":")
    uid, gid = _number(root, "/etc/passwd", user)
    if group:
        gid = _number(root, "/etc/group", group)[0]
    return uid, gid


def _number(root: Path, database: str, name: str) -> tuple[int, int]:
    if name.isdigit():
        return int(name), int(name)
    for line in resolve(root, database).read_text(errors="replace").splitlines():
        fields = line.split(":")
        if fields[0] == name:
            return int(fields[2]), int(fields[3]) if database == "/etc/passwd" else 0
    raise LookupError(f"no {name!r} in the guest's {database}")


def put(path: Path, data: bytes, mode: int, ids: tuple[int, int]) -> None:
    """Writes a file with its final owner and mode, which an umask or an old file must not change."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        os.fchown(file.fileno(), *ids)
        os.fchmod(file.fileno(), mode)
