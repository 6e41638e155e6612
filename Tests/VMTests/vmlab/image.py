"""What a machine boots from: Debian's tree with a kernel over guestlab's, and a disk made of such a tree."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from guestlab import Guest, Run, cache, images
from guestlab.process import in_root

# From the suite's own archive. The cloud kernel has few drivers, and its initrd is small.
_PACKAGES = ("linux-image-cloud-amd64", "initramfs-tools", "udev", "kmod", "dosfstools")

# What the initrd needs to find the disk; the usual "most" is three times as large, and unpacked by an emulated processor.
_MODULES = "virtio_pci\nvirtio_blk\nvirtio_scsi\nsd_mod\next4\n"

_DOOR = """\
#!/bin/sh
# Runs what the tests on the other side ask for: a line is a number and a script, the answer is its status and what it said.
exec 3<>/dev/virtio-ports/door
while IFS=' ' read -r number script <&3; do
    printf %s "$script" | base64 -d >/run/door.script
    sh -e /run/door.script >/run/door.out 2>/run/door.err 3>&- </dev/null
    printf '%s %s %s,%s\\n' "$number" "$?" "$(base64 -w0 /run/door.out)" "$(base64 -w0 /run/door.err)" >&3
done
"""

_FILES = {
    "etc/fstab": "/dev/disk/by-id/virtio-ROOT / ext4 errors=remount-ro 0 1\n",
    "etc/initramfs-tools/conf.d/vmlab": "MODULES=list\nCOMPRESS=zstd\nRESUME=none\n",
    "etc/initramfs-tools/modules": _MODULES,
    # qemu's user network gives this address to nobody else; a DHCP client would only cost time.
    "etc/systemd/system/vmlab-network.service": """\
[Unit]
Description=Address of qemu's user network
DefaultDependencies=no
Wants=network.target
Before=network.target
BindsTo=sys-subsystem-net-devices-eth0.device
After=sys-subsystem-net-devices-eth0.device

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/sbin/ip address add 10.0.2.15/24 dev eth0
ExecStart=/sbin/ip link set eth0 up
ExecStart=/sbin/ip route add default via 10.0.2.2

[Install]
WantedBy=multi-user.target
""",
    "etc/systemd/system/vmlab-door.service": """\
[Unit]
Description=Door for the tests
DefaultDependencies=no
BindsTo=dev-virtio\\x2dports-door.device
After=dev-virtio\\x2dports-door.device

[Service]
ExecStart=/usr/local/sbin/vmlab-door
Restart=always

[Install]
WantedBy=sysinit.target
""",
    "usr/local/sbin/vmlab-door": _DOOR,
}
_RECIPE = 1  # to be raised when _make changes


def tree(run: Run, suite: str) -> images.Image:
    """`suite` as guestlab has it, with a kernel, udev and an initrd; made on first use, for which apt fetches 40 MB."""
    under = images.base(run, suite)
    recipe = repr((under.layers[0].name, _PACKAGES, sorted(_FILES.items()), _RECIPE))
    name = f"vm-{suite}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    layer = cache.tree(name, lambda path: _make(run, under, path), replaces=f"vm-{suite}-")
    return images.Image(suite, (layer, *under.layers))


def with_package(run: Run, suite: str) -> images.Image:
    return images.with_package(run, suite, tree(run, suite))


@dataclass(frozen=True)
class Disk:
    """A disk that boots, and the kernel that boots it."""

    path: Path
    kernel: Path
    initrd: Path


def disk(run: Run, guest: Guest, path: Path, megabytes: int = 1024) -> Disk:
    """A disk made of the tree of a guest that is not booted."""
    if guest.booted:
        raise RuntimeError(f"guest {guest.name} is booted: its tree is in use")
    run.execute(["mke2fs", "-q", "-t", "ext4", "-L", "root", "-m", "1", "-E", "lazy_itable_init=1,lazy_journal_init=1",
                 "-d", guest.root, path, f"{megabytes}M"], timeout=300)
    (kernel,) = guest.host_path("/boot").glob("vmlinuz-*")
    (initrd,) = guest.host_path("/boot").glob("initrd.img-*")
    copies = [path.with_name(f"{path.name}.{what}") for what in ("kernel", "initrd")]
    for source, copy in zip((kernel, initrd), copies):
        shutil.copyfile(source, copy)
    return Disk(path, *copies)


def _make(run: Run, under: images.Image, path: Path) -> None:
    with images.layer_over(run, under, path) as root:
        for name, text in _FILES.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (root / "usr/local/sbin/vmlab-door").chmod(0o755)
        resolver = root / "etc/resolv.conf"
        kept = resolver.read_text()
        resolver.write_text(Path("/etc/resolv.conf").read_text())
        script = (
            "export DEBIAN_FRONTEND=noninteractive; apt-get -q update; "
            f"apt-get -qy --no-install-recommends -o Dpkg::Options::=--force-confold install {' '.join(_PACKAGES)}; "
            "systemctl enable vmlab-network.service vmlab-door.service; "
            "apt-get clean; rm -rf /var/lib/apt/lists/*"
        )
        run.execute(in_root(root, ["sh", "-ec", script]), timeout=600)
        resolver.write_text(kept)
