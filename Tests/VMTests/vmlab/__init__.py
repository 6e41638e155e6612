"""vmlab boots real virtual machines: a kernel, an initrd, block devices and a serial line, by qemu in software emulation.

A guest of guestlab (namespaces, half a second) shares the host's kernel and has neither disks of its own nor a serial
console. What needs them is tested here, and costs twenty seconds of processor time for each boot: so few machines, each
with as many assertions as are sensible.

    image       Debian's tree with a kernel, udev and an initrd; a disk made of a tree
    machine     one virtual machine: start, power cut, plugging disks, login from the host's side
    serial      its serial line, typed into and read
    door        commands as root that go past SSH, getty and the console
    media       disks and optical discs to plug in
    monitor     qemu's own

A machine begins as a guest of guestlab that is not booted, and is broken as one:

    def test_it(make_vm: MakeVM) -> None:
        vm = make_vm(lambda guest: guest.run(["passwd", "-l", "alice"]))
        vm.boot()                                             # waits until systemd has started all it wants
        assert not vm.login("alice", password="...")          # by ssh, from the host through a forwarded port
        vm.door.sh("systemctl --failed")                      # as root, whatever SSH does

**Disks.** `vm.plug(path, "virtio")` plugs a disk into the running machine, `"scsi"` and `"cdrom"` likewise; what is plugged
before `vm.boot()` is there from the start. `media.blank(path, megabytes)` is an empty disk to make file systems on inside
the machine; `media.ext4(run, path, {"file": b"..."})` has one already. Damage it on the host before it is plugged, or
inside, with `vm.door.sh("debugfs -w ...")`; what the machine wrote is in the file, on the host, after `vm.cut()`.

    disk = vm.plug(media.ext4(run, tmp_path / "data", {"notes": b"x"}), "scsi", serial="DATA1")
    vm.door.sh(f"e2fsck -fy {disk.device(vm)}")               # /dev/disk/by-id/..., once udev has seen it
"""

from .machine import Login, Machine, Plugged
from .serial import NotSaid, Serial

__all__ = ["Login", "Machine", "NotSaid", "Plugged", "Serial"]
