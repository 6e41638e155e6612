"""check_disk and repair_disk: on damaged, clean, mounted, used and system file systems, and on what is none.

The damage is seen by e2fsck itself before, and gone afterwards; whoever must not be touched is compared byte by byte.
"""

from __future__ import annotations

import secrets
import shlex
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from azure import Azure, Transport
from disks import Disk
from guestlab import Guest, Status

pytestmark = pytest.mark.package

MakeDisk = Callable[..., Disk]


@pytest.fixture
def make_disk(guest: Guest) -> Iterator[MakeDisk]:
    made: list[Disk] = []

    def make(megabytes: int = 48) -> Disk:
        made.append(Disk(guest, megabytes))
        return made[-1]

    yield make
    guest.stop()
    for disk in made:
        disk.close()


@pytest.fixture
def disk(make_disk: MakeDisk) -> Disk:
    return make_disk().format()


def repair(disk: Disk, name: str | None = None) -> Status:
    return disk.guest.agent.request({"repair_disk": True, "disk_name": name or disk.name})


def words(status: Status) -> str:
    """What the status says of the disks."""
    return "; ".join(part.message for part in status.substatus if part.name == "disk")


def mount_unit(disk: Disk, point: str = "/data", options: str = "defaults") -> None:
    """As fstab would make one, which in a container it does not."""
    disk.guest.sh(f"""
mkdir -p {point}
cat >/etc/systemd/system/{point[1:]}.mount <<END
[Mount]
What={disk.node}
Where={point}
Type=ext4
Options={options}
END
systemctl daemon-reload
systemctl start {point[1:]}.mount""")


# Repairs


@pytest.mark.parametrize("how", ["name", "node", "link", "example"])
def test_a_damaged_file_system_is_repaired(disk: Disk, how: str) -> None:
    before = disk.fill()
    disk.damage()
    disk.guest.sh(f"mkdir -p /dev/disk/by-label && ln -s ../../{disk.name} /dev/disk/by-label/data")
    settings: dict[str, Any] = {
        "name": {"repair_disk": "true", "disk_name": disk.name}, "node": {"repair_disk": True, "disk_name": disk.node},
        "link": {"repair_disk": True, "disk_name": "/dev/disk/by-label/data"},
        "example": {"check_disk": "true", "repair_disk": f"true, {disk.name}"},
    }[how]
    status = disk.guest.agent.request(settings)
    assert status.status == "success" and "errors were corrected" in words(status), status
    assert "Free blocks count wrong" in words(status)
    assert not disk.errors()
    assert disk.sums() == before
    # A second time there is nothing to correct.
    again = repair(disk)
    assert again.status == "success" and "it found no errors" in words(again), again


def test_a_lost_superblock(make_disk: MakeDisk) -> None:
    """Nothing says any more what is on it but the copies of the superblock."""
    disk = make_disk().format("ext4", "-b", "1024")
    before = disk.fill()
    disk.guest.sh(f"dd if=/dev/zero of={disk.node} bs=1k count=2 conv=notrunc status=none")
    assert disk.guest.run(["mount", disk.node, "/mnt"], check=False).returncode != 0
    status = repair(disk)
    assert status.status == "success" and "errors were corrected" in words(status), status
    assert disk.sums() == before


@pytest.mark.parametrize("kind", ["xfs", "vfat"])
def test_other_kinds(make_disk: MakeDisk, kind: str) -> None:
    disk = make_disk(320 if kind == "xfs" else 48).format(kind)
    assert repair(disk).status == "success"
    if kind == "vfat":
        # The two copies of the FAT no longer agree.
        disk.guest.sh(f"printf 'x' | dd of={disk.node} bs=1 seek=2060 conv=notrunc status=none")
    else:
        disk.guest.run(["xfs_db", "-x", "-c", "agf 0", "-c", "write -d freeblks 1", disk.node])
    found = disk.guest.agent.request({"check_disk": True})
    assert found.status == "warning" and "has errors" in words(found), found
    fixed = repair(disk)
    assert fixed.status == "success" and "errors were corrected" in words(fixed), fixed
    clean = disk.guest.agent.request({"check_disk": True})
    assert clean.status == "success" and "it found no errors" in words(clean), clean


def test_what_is_mounted_is_unmounted_and_mounted_again(disk: Disk) -> None:
    before = disk.fill()
    disk.damage()
    mount_unit(disk, options="noatime")
    guest = disk.guest
    status = repair(disk)
    assert status.status == "success" and "errors were corrected" in words(status), status
    assert "it is mounted on /data again" in words(status)
    assert guest.run(["systemctl", "is-active", "data.mount"]).stdout.strip() == "active"
    assert "noatime" in guest.run(["findmnt", "-n", "-o", "OPTIONS", "/data"]).stdout
    guest.sh("systemctl stop data.mount")
    assert not disk.errors()
    assert disk.sums() == before


def test_a_mount_that_somebody_made_by_hand(disk: Disk) -> None:
    """Nothing but the mount table knows of it; also by the folder's name, and with a blank in it."""
    disk.fill()
    disk.damage()
    disk.guest.sh(f"mkdir -p '/srv/my data' /mnt && mount -o nosuid,noatime {disk.node} '/srv/my data' && mount {disk.node} /mnt")
    status = repair(disk, "/mnt")
    assert status.status == "success" and "errors were corrected" in words(status), status
    for point in ("/srv/my data", "/mnt"):
        assert disk.guest.run(["findmnt", "-n", "-o", "SOURCE", point]).stdout.strip() == disk.node
    options = disk.guest.run(["findmnt", "-n", "-o", "OPTIONS", "/srv/my data"]).stdout
    assert "nosuid" in options and "noatime" in options


def test_what_is_in_use_stays_mounted(disk: Disk) -> None:
    disk.fill()
    disk.damage()
    mount_unit(disk)
    digest = disk.digest()
    disk.guest.sh("cd /data && setsid sleep 600 >/dev/null 2>&1 & sleep 0.2")
    status = repair(disk)
    assert status.status == "error" and "cannot unmount /data: it is in use by sleep (process " in status.message, status
    assert disk.guest.run(["findmnt", "-n", "-o", "SOURCE", "/data"]).stdout.strip() == disk.node
    assert disk.digest() == digest


# Checks


def test_a_check_finds_and_changes_nothing(disk: Disk, make_disk: MakeDisk) -> None:
    clean = make_disk().format()
    disk.fill()
    disk.damage()
    digest = disk.digest()
    status = disk.guest.agent.request({"check_disk": "true"})
    assert status.status == "warning", status
    assert f"{disk.node} (ext4) has errors; to have them corrected send \"repair_disk\": true and \"disk_name\": \"{disk.name}\"" \
        in words(status)
    assert f"{clean.node} (ext4): it found no errors" in words(status)
    assert disk.digest() == digest
    one = disk.guest.agent.request({"check_disk": True, "disk_name": clean.name})
    assert one.status == "success" and disk.node not in one.message, one


def test_a_check_leaves_mounted_ones_alone(disk: Disk) -> None:
    mount_unit(disk)
    every = disk.guest.agent.request({"check_disk": True})
    assert every.status == "warning" and f"{disk.node} (ext4) is mounted on /data, and was not checked" in every.message, every
    one = disk.guest.agent.request({"check_disk": True, "disk_name": disk.name})
    assert one.status == "error" and "is mounted on /data" in one.message, one


# Refusals


@pytest.mark.parametrize("name", ["nosuchdisk", "null", "/dev/null", "/etc/passwd", "evil", "/dev/disk/../../etc/passwd", "-n", "shm", "climb"])
def test_what_is_no_block_device(disk: Disk, name: str) -> None:
    # Links that lead out of /dev, to something that looks like a disk.
    disk.guest.sh(f"mknod /root/disk b 7 {disk.name[4:]}; ln -s /root/disk /dev/evil; ln -s ../root/disk /dev/climb")
    digest = disk.digest()
    status = repair(disk, name)
    assert status.status == "error" and ("block device" in status.message or "is no name of a disk" in status.message), status
    assert disk.digest() == digest


@pytest.mark.parametrize("kind", ["swap", "active swap", "luks", "partitions", "empty", "several", "container"])
def test_what_carries_no_file_system_of_its_own(disk: Disk, kind: str) -> None:
    guest, node = disk.guest, disk.node
    wipe = f"dd if=/dev/zero of={node} bs=1M count=4 conv=notrunc status=none; "
    guest.sh({
        "swap": f"mkswap -q -f {node}", "active swap": f"mkswap -q -f {node} 64 && swapon {node}",
        "luks": wipe + f"printf 'LUKS\\272\\276\\000\\001' | dd of={node} conv=notrunc status=none",
        "partitions": wipe + f"printf '\\203' | dd of={node} bs=1 seek=450 conv=notrunc status=none;"
                             f" printf '\\001\\000\\000\\000\\000\\100\\000\\000' | dd of={node} bs=1 seek=454 conv=notrunc status=none;"
                             f" printf '\\125\\252' | dd of={node} bs=1 seek=510 conv=notrunc status=none",
        "empty": f"dd if=/dev/zero of={node} bs=1M count=48 conv=notrunc status=none",
        "several": f"printf 'XFSB' | dd of={node} conv=notrunc status=none; printf 'LUKS\\272\\276\\000\\001' | dd of={node} conv=notrunc"
                   " status=none; mkswap -q --offset 0 /dev/null 2>/dev/null || true",
        # Mounted where this machine does not see it.
        "container": f"setsid unshare -m sh -c 'mount -o ro,noload {node} /mnt && sleep 600' >/dev/null 2>&1 & sleep 0.5",
    }[kind])
    digest = disk.digest()
    expected = {"swap": "holds swap", "active swap": "holds swap", "luks": "is a part of something else (crypto_LUKS)",
                "partitions": "partition", "empty": "carries no file system that is known",
                "several": "", "container": "is in use, though it is not mounted here"}[kind]
    status = repair(disk)
    assert status.status == "error" and expected in status.message, status
    if kind == "active swap":
        # The kernel itself may write there.
        guest.run(["swapoff", node])
    else:
        assert disk.digest() == digest


def test_what_the_machine_runs_from(disk: Disk) -> None:
    """The root file system, by the mount table: a guest's own is no block device. What runs goes on in the one below."""
    disk.fill()
    disk.damage()
    disk.guest.agent.settle()
    disk.guest.sh(f"mount -o ro,noload {disk.node} /")
    digest = disk.digest()
    status = repair(disk)
    assert status.status == "error" and f"{disk.node} holds the root file system" in status.message, status
    assert "fsck.mode=force" in status.message
    assert disk.digest() == digest


# How it is run


def held(guest: Guest) -> None:
    """e2fsck begins, and goes on only when it may."""
    guest.sh("""
mv /usr/sbin/e2fsck /usr/sbin/e2fsck.real
cat >/usr/sbin/e2fsck <<'END'
#!/bin/sh
echo $$ >/run/fsck.pid
while [ ! -e /run/go ]; do sleep 0.1; done
exec /usr/sbin/e2fsck.real "$@"
END
chmod 755 /usr/sbin/e2fsck""")


def await_unit(guest: Guest) -> str:
    """The unit that runs the repair, when fsck has begun in it."""
    return guest.sh("until [ -s /run/fsck.pid ]; do sleep 0.05; done;"
                    " systemctl list-units --plain --no-legend 'vmaccess-agent-disk-*' | cut -d ' ' -f 1", timeout=30).stdout.strip()


def test_a_long_repair_outlives_its_run_and_says_the_last_word(disk: Disk) -> None:
    guest = disk.guest
    before = disk.fill()
    disk.damage()
    held(guest)
    guest.drop("long", {"repair_disk": True, "disk_name": disk.name})
    unit = await_unit(guest)
    guest.sh("until systemctl show -P ActiveState vmaccess-agent.service | grep -qx inactive; do sleep 0.1; done", timeout=60)
    status = guest.agent.status("long")
    assert status.status == "transitioning" and unit in status.message, status
    # It is told to stop, and goes on.
    guest.run(["systemctl", "stop", "--no-block", unit])
    guest.sh(f"kill -TERM $(systemctl show -P MainPID {unit})")
    time.sleep(1)
    # Others are served meanwhile.
    secret = f"Pw-{secrets.token_hex(8)}"
    assert guest.agent.request({"username": "bob", "password": secret}, name="bob").status == "success"
    assert guest.login("bob", password=secret)
    assert guest.sh("kill -0 $(cat /run/fsck.pid) && echo alive").stdout.strip() == "alive"
    assert guest.agent.status("long").status == "transitioning"
    guest.sh("touch /run/go")
    status = guest.wait_status("long")
    assert status.status == "success" and "errors were corrected" in words(status), status
    assert not disk.errors() and disk.sums() == before
    assert guest.sh("ls /var/lib/vmaccess-agent/disks/*.json 2>/dev/null | wc -l").stdout.strip() in ("0", "1")


@pytest.mark.parametrize("how", ["agent killed", "power cut"])
def test_one_that_is_cut_off_has_a_last_word_too(disk: Disk, how: str) -> None:
    guest = disk.guest
    mount_unit(disk)
    held(guest)
    guest.drop("cut", {"repair_disk": True, "disk_name": disk.name})
    unit = await_unit(guest)
    assert guest.run(["findmnt", "/data"], check=False).returncode != 0
    if how == "power cut":
        # The run has ended by then; one that had not would carry the drop out once more.
        guest.sh("until systemctl show -P ActiveState vmaccess-agent.service | grep -qx inactive; do sleep 0.1; done; sync")
        guest.stop()
        guest.boot()
        disk.lend()
    else:
        guest.sh(f"kill -KILL $(systemctl show -P MainPID {unit})")
        # fsck is not taken with it.
        assert guest.sh("sleep 0.5; kill -0 $(cat /run/fsck.pid) && touch /run/go && echo alive").stdout.strip() == "alive"
        time.sleep(1)
        guest.agent.request({"check_disk": True}, name="next")
    status = guest.wait_status("cut")
    assert status.status == "error" and "cut off by a crash or a power failure; send the settings again" in status.message, status
    if how == "agent killed":
        assert guest.run(["findmnt", "-n", "-o", "SOURCE", "/data"]).stdout.strip() == disk.node


def test_with_a_user(disk: Disk) -> None:
    """Two actions, each with its own result: the login stands although the disk is refused at its turn."""
    guest = disk.guest
    disk.damage()
    secret = f"Pw-{secrets.token_hex(8)}"
    status = guest.agent.request({"username": "bob", "password": secret, "repair_disk": True, "disk_name": disk.name})
    assert status.status == "success" and "sshd let bob in by password" in status.message and "errors were corrected" in status.message, status
    assert guest.login("bob", password=secret)
    assert not disk.errors()


def test_the_dry_run_says_it_and_does_nothing(disk: Disk) -> None:
    disk.damage()
    digest = disk.digest()
    done = disk.guest.run(["vmaccess-agent", "apply", "--dry-run", "-"], input='{"repair_disk":true,"disk_name":"%s"}' % disk.name)
    assert done.stdout == f"1. repair the ext4 file system of {disk.node}: e2fsck -f -y -- {disk.node} (cannot be undone)\n"
    assert disk.digest() == digest
    done = disk.guest.apply({"repair_disk": True, "disk_name": disk.name})
    assert done.ok and "errors were corrected" in done.stdout, done
    assert not disk.errors()


def test_under_the_azure_agent(disk: Disk, tmp_path: Path) -> None:
    """The unit is outside of the handler's process group, which that agent kills, and writes the handler's status."""
    azure = Azure(disk.guest, Transport.make(tmp_path)).install()
    disk.damage()
    found = azure.request(0, None, {"check_disk": "true"})
    assert found.status == "warning" and "has errors" in words(found), found
    held(disk.guest)
    azure.settings(1, None, {"repair_disk": "true", "disk_name": disk.name})
    disk.guest.sh(f"{shlex.join(azure.command('enable', 1))} >/dev/null 2>&1 </dev/null & echo $! >/run/handler.pid")
    await_unit(disk.guest)
    assert azure.status(1).status == "transitioning"
    disk.guest.sh("/bin/kill -KILL -- -$(cat /run/handler.pid); touch /run/go")
    deadline = time.monotonic() + 30
    while (status := azure.status(1)).status == "transitioning":
        assert time.monotonic() < deadline, status
        time.sleep(0.1)
    assert status.status == "success" and "errors were corrected" in words(status), status
    assert not disk.errors()
