"""The harness itself: a machine boots, is typed into, is logged in to, has its power cut, gets disks."""

from __future__ import annotations

from pathlib import Path

from conftest import MakeKey, MakeVM
from guestlab import Guest, Run
from vmlab import media

PASSWORD = "Correct-horse-9-staple"


def test_a_machine(make_vm: MakeVM, keypair: MakeKey, run: Run, tmp_path: Path) -> None:
    key = keypair()

    def prepare(guest: Guest) -> None:
        guest.sh("useradd --create-home --shell /bin/bash alice; install -d -m 700 -o alice -g alice /home/alice/.ssh")
        guest.run(["chpasswd"], input=f"alice:{PASSWORD}\n")
        guest.write("/home/alice/.ssh/authorized_keys", key.public + "\n", mode=0o600, owner="alice")

    vm = make_vm(prepare)
    early = vm.plug(media.blank(tmp_path / "blank", 8), serial="EARLY")
    vm.boot()

    assert vm.login("alice", key=key)
    assert not vm.login("alice", key=keypair(name="stranger"))
    assert vm.login("alice", password=PASSWORD)

    vm.serial.type("\r")
    vm.serial.expect("guest login: ")
    vm.serial.type("alice\r")
    vm.serial.expect("Password: ")
    vm.serial.type(PASSWORD + "\r")
    vm.serial.expect(r"alice@guest:~\$ ")
    vm.serial.type("echo $((6 * 7))-$(tty)\r")
    vm.serial.expect("42-/dev/ttyS0")
    assert PASSWORD not in vm.serial.text()

    assert vm.door.sh("mkfs.ext4 -q " + early.device(vm)).ok
    late = vm.plug(media.ext4(run, tmp_path / "data", {"notes": b"of mine"}), "scsi", serial="LATE")
    assert vm.door.sh(f"mount {late.device(vm)} /mnt; cat /mnt/notes; echo more >/mnt/added; umount /mnt").stdout == "of mine"
    disc = vm.plug(media.iso(run, tmp_path / "disc", {"settings.json": b"{}"}), "cdrom")
    assert vm.door.sh(f"mount -o ro {disc.device(vm)} /mnt; ls /mnt; umount /mnt").stdout == "settings.json\n"
    stick = vm.plug(media.vfat(run, tmp_path / "stick", {"settings.json": b"{}"}), "virtio")
    assert vm.door.sh(f"mount -o ro {stick.device(vm)} /mnt; ls /mnt; umount /mnt").stdout == "settings.json\n"

    vm.door.sh("echo kept >/root/written; sync")
    vm.cut()
    assert "more" in run.execute(["debugfs", "-R", "cat added", late.path]).stdout
    vm.boot()
    assert vm.door.read("/root/written") == "kept\n"
    assert vm.login("alice", key=key)
