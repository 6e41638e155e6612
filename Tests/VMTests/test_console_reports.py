"""What the agent says on a real serial line by itself, and that a line that nobody reads holds nothing up."""

from __future__ import annotations

import json

from conftest import MakeKey, MakeVM, carried_out
from guestlab import Guest

PASSWORD = "Canary-horse-9-staple"


def test_the_serial_log_tells_it_all(make_vm: MakeVM, keypair: MakeKey) -> None:
    key = keypair()

    # A drop that is there before the machine first boots.
    def prepare(guest: Guest) -> None:
        guest.agent.drop("rescue", {"username": "alice", "ssh_key": key.public, "password": PASSWORD, "nonce": "boot-1"})

    # The screen is the console, and the serial line another one.
    vm = make_vm(prepare).boot(kernel="console=tty0")
    assert vm.door.read("/sys/class/tty/console/active") == "ttyS0 tty0\n"
    vm.serial.expect('"nonce":"boot-1"', 120)
    vm.serial.expect("\n", 10)
    carried_out(vm.wait_status("rescue"))
    assert vm.login("alice", key=key) and vm.login("alice", password=PASSWORD)

    lines = vm.serial.text().splitlines()
    ours = [line for line in lines if line.startswith("vmaccess-agent: ")]
    assert all(len(line) < 80 and line.isascii() for line in ours), ours
    told = [json.loads(line.removeprefix("vmaccess-agent:json ")) for line in lines if line.startswith("vmaccess-agent:json ")]
    assert [(one["nonce"], one["exit"], one["reason"]) for one in told if one.get("run") == "rescue"] == [("boot-1", 0, None)]
    (boot,) = [one for one in told if "boot" in one]
    assert boot["ssh"] == [22] and boot["addresses"] == ["10.0.2.15"]
    fingerprint = vm.door.sh("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub").stdout.split()[1]
    # Too long for one line of 79 columns.
    assert lines[lines.index("vmaccess-agent: host key ssh-ed25519:") + 1] == f"vmaccess-agent:   {fingerprint}"
    assert PASSWORD not in vm.serial.text()

    # Nobody reads: the host takes nothing any more, and the line's buffer is full.
    vm.serial.pause()
    vm.door.sh("timeout 20 sh -c 'while :; do echo 0123456789012345678901234567890123456789; done >/dev/ttyS0' || true", timeout=60)
    again = vm.request({"username": "alice", "ssh_key": key.public, "nonce": "stuck-2"}, name="again")
    carried_out(again)
    assert vm.door.sh("systemctl is-active vmaccess-agent.service", check=False).stdout.strip() in ("inactive", "activating", "deactivating")
    vm.serial.go_on()
    assert vm.login("alice", key=key)
