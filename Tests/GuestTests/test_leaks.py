"""A secret that is sent by any way, and refused or carried out, is afterwards nowhere; and nowhere to be seen meanwhile."""

from __future__ import annotations

import json

import pytest
from conftest import MakeKey
from guestlab import Guest
from guestlab.lockouts import make_account
from sweep import canary

pytestmark = pytest.mark.package

SETTINGS = {
    "carried out": ({"username": "alice", "password": canary.PASSWORD}, "success"),
    "a new user": ({"username": "bob", "password": canary.PASSWORD}, "success"),
    "torn": (json.dumps({"username": "alice", "password": canary.PASSWORD})[:-2], "error"),
    "twice": (f'{{"username": "alice", "password": "x", "password": {json.dumps(canary.PASSWORD)}}}', "error"),
    "as a key": ({"username": "alice", "ssh_key": canary.PASSWORD}, "error"),
    "as a name": ({"username": canary.PASSWORD, "password": "x"}, "error"),
    "as an unknown setting": ({"username": "alice", "pasword": canary.PASSWORD, "password": canary.PASSWORD}, "success"),
    "in public": ({"publicSettings": {"username": "alice", "password": canary.PASSWORD}}, "success"),
    "of a user who is not allowed": ({"username": "daemon", "password": canary.PASSWORD}, "error"),
    "sealed for another": ({"runtimeSettings": [{"handlerSettings": {"protectedSettings": canary.PASSWORD,
                                                                     "protectedSettingsCertThumbprint": "AB" * 20}}]}, "error"),
}
# A name is no secret: it is told to whoever sent it, in the status.
_SHOWN = ("as a name",)


@pytest.mark.parametrize("sent", SETTINGS)
def test_a_secret_is_nowhere_afterwards(guest: Guest, keypair: MakeKey, sent: str) -> None:
    make_account(guest, keypair())
    settings, expected = SETTINGS[sent]
    before = guest.read("/etc/shadow")
    with canary.Poller(guest) as poller:
        status = guest.agent.request(settings)
        by_hand = guest.agent.apply(settings)
    assert status.status == expected or sent in ("in public", "as an unknown setting"), status
    assert poller.samples > 3
    # The tests' own nsenter is not in the guest; what is, was started by the agent.
    assert poller.found == set()
    if sent not in _SHOWN:
        assert canary.PASSWORD not in by_hand.stdout + by_hand.stderr and canary.PASSWORD not in str(status)
        assert canary.on_disk(guest) == [] and canary.told(guest) == []
    assert canary.hashes(guest, before) == []
    guest.stop()
    assert sent in _SHOWN or canary.on_disk(guest) == []


def test_a_refused_password_is_nowhere_afterwards(guest: Guest, keypair: MakeKey) -> None:
    """PAM's policy has it in hand, and speaks about it."""
    make_account(guest, keypair())
    guest.write("/etc/security/pwquality.conf", "minlen = 60\nenforce_for_root\n")
    before = guest.read("/etc/shadow")
    with canary.Poller(guest) as poller:
        status = guest.agent.request({"username": "alice", "password": canary.PASSWORD})
    assert status.status == "error" and "everything is as it was" in status.message, status
    assert poller.found == set() and canary.on_disk(guest) == [] and canary.told(guest) == []
    assert canary.hashes(guest, before) == [] and guest.read("/etc/shadow") == before


def test_a_run_cannot_be_looked_into(guest: Guest, keypair: MakeKey) -> None:
    """No core, and nobody but root attaches: PR_SET_DUMPABLE is off."""
    make_account(guest, keypair())
    guest.sh("systemctl stop vmaccess-agent.path; ulimit -c unlimited; mkfifo /run/hold")
    guest.agent.drop("held", {"username": "alice", "password": canary.PASSWORD})
    # A child that never answers holds the agent while it is looked at.
    guest.write("/run/slow", "#!/bin/sh\nexec sleep 8\n", mode=0o755)
    guest.sh("mount --bind /run/slow /usr/sbin/sshd")
    guest.sh("vmaccess-agent run >/dev/null 2>&1 & echo $! >/run/pid; for i in $(seq 100); do pgrep -x sleep >/dev/null && exit 0; "
             "sleep 0.05; done; exit 1")
    pid = guest.read("/run/pid").strip()
    owner = guest.run(["stat", "-c", "%U", f"/proc/{pid}/environ"]).stdout.strip()
    assert owner == "root" and "0" in guest.run(["sh", "-c", f"grep 'Max core' /proc/{pid}/limits | awk '{{print $5}}'"]).stdout
    guest.sh(f"kill -SEGV {pid}; while [ -e /proc/{pid} ]; do sleep 0.05; done", check=False)
    assert guest.sh("find / -xdev -name 'core*' -type f -newer /run/hold -not -path '/proc/*' -not -path '/sys/*'").stdout == ""
