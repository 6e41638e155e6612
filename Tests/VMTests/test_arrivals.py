"""Settings that reach a machine nobody can log in to: a credential from the hypervisor, and a labelled disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conftest import MakeKey, MakeVM, carried_out
from guestlab import Guest, Run
from vmlab import Machine, media

PASSWORD = "Canary-horse-9-staple"


def sealed(vm: Machine, settings: Any, *options: str) -> bytes:
    """Settings sealed for the machine, made in it: that needs nothing but its certificate."""
    vm.door.write("/root/plain", json.dumps(settings))
    return vm.door.sh("cd /root; vmaccess-agent certificate >cert; "
                      f"vmaccess-agent seal --to cert {' '.join(options)} plain; rm plain", timeout=120).stdout.encode()


def status_of(vm: Machine, name: str) -> Any:
    status = vm.wait_status(name)
    vm.door.sh(f"rm /var/lib/vmaccess-agent/status/{name}.status")
    return status


def accounts(vm: Machine) -> str:
    return vm.door.sh("cat /etc/passwd /etc/shadow; ls -lR /home").stdout


def settled(vm: Machine) -> None:
    """udev, the units it starts and the agent have nothing left to do."""
    vm.door.sh("udevadm settle; for i in $(seq 300); do systemctl list-units --no-legend --state=activating,active "
               "'vmaccess-agent-disk@*' vmaccess-agent.service | grep -q . || exit 0; sleep 0.2; done; exit 1", timeout=120)


def test_a_credential_and_a_disk(make_vm: MakeVM, keypair: MakeKey, run: Run, tmp_path: Path) -> None:
    key = keypair()

    def prepare(guest: Guest) -> None:
        guest.sh("install -d -m 755 /etc/vmaccess-agent/trusted")
        run.execute(["openssl", "genpkey", "-algorithm", "ed25519", "-out", tmp_path / "signer"])
        public = run.execute(["openssl", "pkey", "-in", tmp_path / "signer", "-pubout"]).stdout
        guest.write("/etc/vmaccess-agent/trusted/ops.pem", public)
        guest.write("/root/signer", (tmp_path / "signer").read_bytes(), mode=0o600)

    vm = make_vm(prepare)
    # By SMBIOS, as a hypervisor has it. The sender has only the serial log to see what came of it.
    settings = json.dumps({"username": "alice", "ssh_key": key.public, "nonce": "smbios-1"})
    vm.boot(smbios={"io.systemd.credential:vmaccess-agent.settings": settings})
    vm.serial.expect('"nonce":"smbios-1"', 240)
    carried_out(status_of(vm, "credential"))
    assert vm.login("alice", key=key)

    # A disk while the site takes none: nothing is even read.
    signed = sealed(vm, {"username": "bob", "ssh_key": key.public, "nonce": "disk-1"}, "--sign", "signer")
    stick = media.vfat(run, tmp_path / "stick", {"settings.json": signed})
    before = accounts(vm)
    off = vm.plug(stick, "virtio")
    off.device(vm)
    settled(vm)
    vm.serial.expect("no settings are taken: this machine", 120)
    assert "AcceptDisk=yes would" in vm.door.sh("journalctl -b -t vmaccess-agent -o cat").stdout
    assert accounts(vm) == before
    vm.unplug(off)

    vm.door.write("/etc/vmaccess-agent.conf", "AcceptDisk=yes\n")
    # Signed, on a whole disk.
    first = vm.plug(stick, "virtio")
    device = first.device(vm)
    vm.serial.expect('"nonce":"disk-1"', 240)
    name = "disk-" + device.removeprefix("/dev/")
    carried_out(status_of(vm, name))
    assert vm.login("bob", key=key)
    assert "VMACCESS" not in vm.door.read("/proc/mounts")

    # The same again, and a copy of it on another medium: once per content.
    vm.door.sh("userdel --remove bob")
    before = accounts(vm)
    disc = vm.plug(media.iso(run, tmp_path / "disc", {"settings.json": signed}), "cdrom")
    assert disc.device(vm).startswith("/dev/sr")
    vm.serial.expect("settings were carried out before", 120)
    settled(vm)
    assert accounts(vm) == before

    # Not signed; in clear text; signed by a stranger; made inside the machine, by root.
    vm.door.sh("openssl genpkey -algorithm ed25519 -out /root/stranger 2>/dev/null || cp /root/signer /root/stranger")
    run.execute(["openssl", "genpkey", "-algorithm", "ed25519", "-out", tmp_path / "stranger"])
    vm.door.write("/root/stranger", (tmp_path / "stranger").read_bytes(), mode=0o600)
    refusals = {
        "unsigned": (sealed(vm, {"username": "eve", "ssh_key": key.public}), "takes signed settings only"),
        "clear": (json.dumps({"username": "eve", "password": PASSWORD}).encode(), "takes sealed settings only"),
        "stranger": (sealed(vm, {"username": "eve", "ssh_key": key.public}, "--sign", "stranger"), "trusts nobody who signed"),
    }
    for kind, (data, words) in refusals.items():
        before = accounts(vm)
        plugged = vm.plug(media.vfat(run, tmp_path / kind, {"settings.json": data}), "scsi")
        status = status_of(vm, "disk-" + plugged.device(vm).removeprefix("/dev/"))
        assert status.status == "error" and words in status.message, status
        assert ("still holds a password in clear text" in str(status)) == (kind == "clear"), status
        settled(vm)
        assert accounts(vm) == before
    assert PASSWORD not in vm.serial.text()

    fresh = sealed(vm, {"username": "eve", "ssh_key": key.public}, "--sign", "signer")
    image = media.vfat(run, tmp_path / "loop", {"settings.json": fresh})
    vm.door.write("/root/loop.img", image.read_bytes())
    before = accounts(vm)
    said = vm.door.sh("modprobe loop; loop=$(losetup --find --show /root/loop.img); udevadm settle; "
                      "udevadm info --query=property $loop | grep ID_FS_LABEL=; vmaccess-agent collect disk ${loop#/dev/} 2>&1", check=False)
    assert "ID_FS_LABEL=VMACCESS" in said.stdout and said.returncode == 1, said
    settled(vm)
    assert accounts(vm) == before
    assert vm.door.sh("ls /run/vmaccess-agent/disk/*.settings", check=False).stdout == ""

    # By fw_cfg, at another boot; and what came before is not repeated.
    vm.cut()
    settings = json.dumps({"username": "carol", "ssh_key": key.public, "nonce": "fw-2"})
    vm.boot(fw_cfg={"opt/io.systemd.credentials/vmaccess-agent.settings": settings.encode()})
    vm.serial.expect('"nonce":"fw-2"', 240)
    carried_out(status_of(vm, "credential"))
    assert vm.login("carol", key=key)
