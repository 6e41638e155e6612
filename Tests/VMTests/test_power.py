"""The power goes in the middle of a run: afterwards sshd serves, and whoever could log in still can."""

from __future__ import annotations

import random
import time

from conftest import MakeKey, MakeVM
from guestlab import Guest

PASSWORD = "Canary-horse-9-staple"
OTHER = "Another-horse-8-barn"


def test_the_power_goes(make_vm: MakeVM, keypair: MakeKey) -> None:
    old, new = keypair(name="old"), keypair(name="new")

    def prepare(guest: Guest) -> None:
        guest.sh("useradd --create-home --shell /bin/bash alice; install -d -m 700 -o alice -g alice /home/alice/.ssh")
        guest.run(["chpasswd"], input=f"alice:{OTHER}\n")
        guest.write("/home/alice/.ssh/authorized_keys", old.public + "\n", mode=0o600, owner="alice")
        # Work for a reset: each of these is set aside or written anew.
        guest.write("/etc/ssh/sshd_config.d/10-site.conf", "MaxAuthTries 3\nLoginGraceTime 60\n")
        guest.append("/etc/ssh/sshd_config", "\n# of this site\nX11Forwarding no\n")

    vm = make_vm(prepare)
    settings = {"username": "alice", "password": PASSWORD, "ssh_key": new.public, "reset_ssh": True}
    seed = random.randrange(1 << 32)
    moments = random.Random(seed)
    for attempt in range(2):
        vm.boot()
        # The rest of what the last cut interrupted is put back before sshd starts; then the drop is taken up once more.
        assert vm.login("alice", key=old), f"attempt {attempt}, seed {seed}\n{vm.evidence()}"
        vm.door.sh("rm -f /var/lib/vmaccess-agent/incoming/* /var/lib/vmaccess-agent/work/*")
        vm.drop(f"cut-{attempt}", settings)
        # A step is told before it is done. From there to the end of the run any instruction may be the last.
        vm.serial.expect(rf"cut-{attempt}: step {attempt + 1} of", 240)
        time.sleep(moments.uniform(0, 2 + 4 * attempt))
        vm.cut()
    vm.boot()
    assert vm.login("alice", key=old), f"seed {seed}\n{vm.evidence()}"
    assert vm.login("alice", password=OTHER) or vm.login("alice", password=PASSWORD), f"seed {seed}\n{vm.evidence()}"
    assert vm.door.sh("sshd -t; systemctl is-active ssh.service").stdout == "active\n"
    # Nothing waits half done, and the agent works.
    vm.wait_status("cut-1", timeout=300)
    assert vm.door.sh("grep -L '\"end\"' /var/lib/vmaccess-agent/transactions/*/journal 2>/dev/null || true").stdout == ""
    assert vm.login("alice", key=new) and vm.login("alice", password=PASSWORD)
