"""One virtual machine: a process of qemu's, its disks, its serial line, and the port that leads to its sshd."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guestlab import CommandFailed, Guest, KeyPair, Login, Run, Status, cleanup, login
from guestlab.agent import INCOMING, STATE, STATUS, encode, parse_status
from guestlab.process import ENVIRONMENT

from . import image
from .door import Door
from .monitor import Monitor
from .serial import Serial

# Emulation in software, wherever the tests run; a busy machine boots many times slower than an idle one.
_BOOT = 600

# On a busy host the emulated timer is late: the kernel would take it for broken, systemd the devices for missing.
_KERNEL = ("root=/dev/disk/by-id/virtio-ROOT ro console=ttyS0 net.ifnames=0 quiet "
           "no_timer_check systemd.default_timeout_start_sec=600")

_DRIVERS = {
    "virtio": ("virtio-blk-pci",),
    "scsi": ("scsi-hd", "bus=scsi.0"),
    "cdrom": ("scsi-cd", "bus=scsi.0"),
}


@dataclass(frozen=True)
class Plugged:
    """A disk in a machine."""

    name: str
    path: Path
    bus: str
    serial: str
    writable: bool

    def device(self, machine: Machine, timeout: float = 60) -> str:
        """The device in the machine, such as /dev/vdb, once udev is done with it."""
        script = (f"for i in $(seq 100); do for link in /dev/disk/by-id/*{self.serial}; do "
                  '[ -e "$link" ] && udevadm settle && exec readlink -f "$link"; done; sleep 0.1; done; exit 1')
        return machine.door.sh(script, timeout=timeout).stdout.strip()


class Machine:
    """A machine whose disk was made from the tree of a guest that is not booted. Nothing runs before `boot()`."""

    def __init__(self, run: Run, guest: Guest) -> None:
        self._run = run
        self.name = f"{guest.name}.vm"
        self._folder = run.disk / self.name
        self._folder.mkdir()
        self._cgroup = run.cgroup / self.name
        self._disk = image.disk(run, guest, self._folder / "root")
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: list[Plugged] = []
        self._plugged = 0
        self._port = 0
        self._doors: Door | None = None
        self._line: Serial | None = None
        self._monitor: Monitor | None = None
        self._log = self._folder / "serial"

    # Life

    def boot(self, *, wait: bool = True, kernel: str = "", smbios: Mapping[str, str] | None = None,
             fw_cfg: Mapping[str, bytes] | None = None, timeout: float = _BOOT) -> Machine:
        """Switches it on and, unless told not to, waits until systemd has started all it wants.

        `kernel` is added to the kernel's command line, `smbios` are strings of type 11 as `key=value`, `fw_cfg` are
        entries of qemu's by their full names: two ways in which a hypervisor hands over a systemd credential.
        """
        if self._process is not None:
            raise RuntimeError("the machine is on already")
        ours, theirs = zip(*(socket.socketpair() for _ in range(3)))
        try:
            self._start(theirs, kernel, smbios or {}, fw_cfg or {})
        finally:
            for end in theirs:
                end.close()
        monitor, serial, door = ours
        self._line = Serial(serial, self._log)
        self._doors = Door(door)
        try:
            self._monitor = Monitor(monitor)
            self._port = self._forwarded()
            for plugged in self._waiting:
                self._attach(plugged)
            self._waiting.clear()
            self._monitor.ask("cont")
            if wait:
                self.wait(timeout)
        except BaseException as error:
            said = self.evidence()
            self.cut()
            if isinstance(error, (CommandFailed, OSError)):
                raise RuntimeError(f"the machine does not boot: {error}\n{said}") from None
            raise
        return self

    def wait(self, timeout: float = _BOOT) -> None:
        """Waits until systemd has started all it wants, be it in vain."""
        self.door.sh("systemctl is-system-running --wait || true", timeout=timeout)

    def cut(self) -> None:
        """A power cut. What was written to the disks stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        for part in (self._line, self._doors, self._monitor):
            if part is not None:
                part.close()
        self._doors = self._monitor = None
        if self._cgroup.is_dir():
            deadline = time.monotonic() + 10
            while (self._cgroup / "cgroup.procs").read_text() and time.monotonic() < deadline:
                time.sleep(0.01)
            self._cgroup.rmdir()

    def close(self) -> None:
        """Ends it and removes its disk. Safe to repeat."""
        self.cut()
        cleanup.remove_tree(self._folder)

    @property
    def door(self) -> Door:
        assert self._doors is not None, "the machine is off"
        return self._doors

    @property
    def serial(self) -> Serial:
        """The serial line; after a power cut what it had said until then."""
        assert self._line is not None, "the machine was never on"
        return self._line

    @property
    def monitor(self) -> Monitor:
        assert self._monitor is not None, "the machine is off"
        return self._monitor

    # Disks

    def plug(self, path: Path, bus: str = "virtio", *, serial: str | None = None, writable: bool = True) -> Plugged:
        """Plugs a disk into the machine, now or, while it is off, when it is next switched on: `virtio`, `scsi` or `cdrom`.

        It is on `device(...)` of what this returns; after a power cut it is no longer plugged.
        """
        self._plugged += 1
        plugged = Plugged(f"plugged{self._plugged}", path, bus, serial or f"PLUGGED{self._plugged}", writable and bus != "cdrom")
        if self._process is None:
            self._waiting.append(plugged)
        else:
            self._attach(plugged)
        return plugged

    def unplug(self, plugged: Plugged) -> None:
        """Pulls a disk out; the machine notices in its own time."""
        self.monitor.ask("device_del", id=plugged.name)

    def _attach(self, plugged: Plugged) -> None:
        driver, *options = _DRIVERS[plugged.bus]
        file = {"driver": "file", "filename": os.fspath(plugged.path), "read-only": not plugged.writable}
        self.monitor.ask("blockdev-add", **{"node-name": plugged.name, "driver": "raw", "read-only": not plugged.writable, "file": file})
        self.monitor.ask("device_add", driver=driver, id=plugged.name, drive=plugged.name, serial=plugged.serial,
                         **dict(option.split("=") for option in options))

    # SSH, from the host's side

    def login(self, user: str, *, key: KeyPair | None = None, password: str | None = None, command: str | None = None,
              timeout: float = 60) -> Login:
        """One SSH login with one credential, through the forwarded port."""
        return login.attempt(self._run, Path("/proc/self/ns/net"), "127.0.0.1", self._folder / "known_hosts", user, key=key,
                             password=password, port=self._port, command=command, input=None, timeout=timeout)

    # The agent

    def drop(self, name: str, settings: Mapping[str, Any] | str | bytes) -> None:
        """Drops settings as a client should; an older status of that name is removed, so that none is mistaken."""
        self.door.sh(f"rm -f {STATUS}/{name}.status")
        self.door.write(f"{STATE}/.drop-{name}", encode(settings), mode=0o600)
        self.door.sh(f"mv {STATE}/.drop-{name} {INCOMING}/{name}.settings")

    def wait_status(self, name: str, timeout: float = 180) -> Status:
        """The final status of the drop `name`."""
        script = (f"cd {STATUS}; until [ -e {name}.status ] && ! grep -q '\"status\": *\"transitioning\"' {name}.status; "
                  f"do sleep 0.2; done; cat {name}.status")
        return parse_status(self.door.sh(script, timeout=timeout).stdout.encode())

    def request(self, settings: Mapping[str, Any] | str | bytes, *, name: str = "request", timeout: float = 180) -> Status:
        """Drops settings and waits for the final status."""
        self.drop(name, settings)
        return self.wait_status(name, timeout)

    def evidence(self) -> str:
        """What helps to understand a failure: failed units, statuses, the agent's journal, the serial line's end."""
        said = ""
        if self._doors is not None and self._process is not None and self._process.poll() is None:
            script = (f"systemctl --no-pager --failed; tail -n +1 {STATUS}/*.status | tail -c 4000; "
                      "journalctl --no-pager -o short-precise -b | tail -n 60")
            try:
                said = self._doors.sh(script, check=False, timeout=30).stdout
            except Exception as error:  # must not hide the failure that it is to explain
                said = f"(no evidence: {error})"
        errors = (self._folder / "qemu").read_text(errors="backslashreplace") if self._folder.is_dir() else ""
        return f"{said}\nqemu: {errors}\nserial line:\n{self.serial.text()[-5000:] if self._line else ''}"

    # qemu

    def _start(self, ends: Sequence[socket.socket], kernel: str, smbios: Mapping[str, str], fw_cfg: Mapping[str, bytes]) -> None:
        monitor, serial, door = (end.fileno() for end in ends)
        words = [
            "qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-S",
            "-machine", "pc", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "768",
            "-kernel", self._disk.kernel, "-initrd", self._disk.initrd,
            "-append", " ".join([_KERNEL, kernel]).strip(),
            "-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "chardev=monitor,mode=control",
            "-chardev", f"socket,id=serial,fd={serial}", "-serial", "chardev:serial",
            "-device", "virtio-serial-pci", "-chardev", f"socket,id=door,fd={door}",
            "-device", "virtserialport,chardev=door,name=door",
            "-blockdev", f"driver=file,node-name=root-file,filename={self._disk.path}",
            "-blockdev", "driver=raw,node-name=root,file=root-file", "-device", "virtio-blk-pci,drive=root,serial=ROOT",
            "-device", "virtio-scsi-pci,id=scsi",
            "-netdev", "user,id=net,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:0-:22", "-device", "virtio-net-pci,netdev=net",
            "-object", "rng-random,id=random,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=random",
        ]
        for key, value in smbios.items():
            file = self._folder / f"smbios-{len(words)}"
            file.write_text(f"{key}={value}")
            words += ["-smbios", f"type=11,path={file}"]
        for name, data in fw_cfg.items():
            file = self._folder / f"fw_cfg-{len(words)}"
            file.write_bytes(data)
            words += ["-fw_cfg", f"name={name},file={file}"]
        self._cgroup.mkdir(exist_ok=True)
        with (self._folder / "qemu").open("ab") as errors:
            self._process = subprocess.Popen(
                self._run.joined(self._cgroup, words), stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                env=ENVIRONMENT, pass_fds=(monitor, serial, door), start_new_session=True,
            )

    def _forwarded(self) -> int:
        """The port of the host's loopback that qemu found free."""
        said = self.monitor.say("info usernet")
        found = re.search(r"TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)", said)
        assert found, said
        return int(found[1])
