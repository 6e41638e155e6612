"""Disks and optical discs to plug into a machine, made on the host."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from guestlab import Run

Files = Mapping[str, bytes]


def blank(path: Path, megabytes: int) -> Path:
    """A disk with nothing on it."""
    with path.open("wb") as file:
        file.truncate(megabytes << 20)
    return path


def ext4(run: Run, path: Path, files: Files | None = None, *, label: str = "data", megabytes: int = 32) -> Path:
    with _folder(files) as folder:
        run.execute(["mke2fs", "-q", "-t", "ext4", "-L", label, "-d", folder, path, f"{megabytes}M"])
    return path


def vfat(run: Run, path: Path, files: Files | None = None, *, label: str = "VMACCESS") -> Path:
    """A small disk that is one FAT file system from its first sector on, as cloud tools make them."""
    blank(path, 4)
    run.execute(["mkfs.vfat", "-n", label, path])
    with _folder(files) as folder:
        for file in sorted(Path(folder).iterdir()):
            run.execute(["mcopy", "-i", path, file, "::"])
    return path


def iso(run: Run, path: Path, files: Files | None = None, *, label: str = "VMACCESS") -> Path:
    """An optical disc with Rock Ridge, so that names keep their case."""
    with _folder(files) as folder:
        run.execute(["genisoimage", "-quiet", "-rock", "-joliet", "-volid", label, "-output", path, folder])
    return path


def _folder(files: Files | None) -> TemporaryDirectory[str]:
    folder = TemporaryDirectory()
    for name, data in (files or {}).items():
        (Path(folder.name) / name).write_bytes(data)
    return folder
