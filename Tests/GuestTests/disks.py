"""Disks of a guest: loop devices of the host's, which a guest can be lent since it shares the host's kernel."""

from __future__ import annotations

import hashlib
import subprocess
import time
from pathlib import Path

from guestlab import Guest


class Disk:
    """An image as a block device, in the host and, by its own node, in one guest."""

    def __init__(self, guest: Guest, megabytes: int = 48) -> None:
        self.guest = guest
        self.image = guest.lab.disk / f"{guest.lab.name()}.img"
        with self.image.open("wb") as file:
            file.truncate(megabytes << 20)
        self.node = guest.lab.execute(["losetup", "--find", "--show", self.image]).stdout.strip()
        self.name = Path(self.node).name
        self.lend()

    def lend(self) -> None:
        """Makes the node in the guest; again after a reboot, since /dev is made anew."""
        major, minor = Path(f"/sys/class/block/{self.name}/dev").read_text().strip().split(":")
        self.guest.sh(f"test -b {self.node} || mknod {self.node} b {major} {minor}")

    def format(self, kind: str = "ext4", *options: str) -> Disk:
        force = {"ext4": ["-q", "-F"], "xfs": ["-q", "-f"], "vfat": []}[kind]
        self.guest.run([f"mkfs.{kind}", *force, *options, self.node])
        return self

    def fill(self) -> str:
        """Some files, and the sum over all of them."""
        self.guest.sh(f"mkdir -p /fill && mount {self.node} /fill && cp -r /etc /fill/etc && sync && umount /fill")
        return self.sums()

    def sums(self) -> str:
        """Of the files on it, mounted for that and read-only."""
        return self.guest.sh(f"mkdir -p /fill && mount -o ro {self.node} /fill && cd /fill && find etc -type f -print0 | sort -z |"
                             " xargs -0 sha256sum | sha256sum; cd / && umount /fill").stdout

    def damage(self) -> None:
        """Bitmaps and counts that no longer fit what is there (debugfs(8)), which loses no file."""
        self.guest.run(["debugfs", "-w", "-f", "-", self.node], input="\n".join(
            ["set_super_value free_blocks_count 7", "freeb 3000 500", "set_bg 0 free_inodes_count 3", "clri <11>", "quit", ""]))
        assert self.errors(), "not damaged"

    def errors(self) -> bool:
        """What e2fsck itself says, asked by nobody but the test."""
        return self.guest.run(["e2fsck", "-f", "-n", self.node], check=False).returncode != 0

    def digest(self) -> str:
        """Of every byte."""
        self.guest.lab.execute(["blockdev", "--flushbufs", self.node])
        return hashlib.sha256(self.image.read_bytes()).hexdigest()

    def close(self) -> None:
        subprocess.run(["losetup", "--detach", self.node], check=False)
        # A mount of the guest's may be a moment in going; the device goes with it.
        deadline = time.monotonic() + 10
        while Path(f"/sys/class/block/{self.name}/loop/backing_file").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.image.unlink(missing_ok=True)
