"""What could leave the path unit dead, and with it the way back in: floods, files that do not go away, crashes."""

from __future__ import annotations

import time

import pytest
from conftest import MakeGuest, MakeKey, package_tests
from guestlab import Guest, traces
from guestlab.agent import INCOMING, STATE
from guestlab.login import KeyPair

pytestmark = package_tests()

PASSWORD = "Correct-horse-9-staple"


def _still_works(guest: Guest, key: KeyPair, timeout: float = 60) -> None:
    """The one thing that counts: the next drop is carried out."""
    status = guest.agent.request({"username": "bob", "ssh_key": key.public}, name="next", timeout=timeout)
    assert status.status == "success", status
    assert guest.login("bob", key=key)
    assert guest.run(["systemctl", "is-active", "vmaccess-agent.path"], check=False).stdout == "active\n"


def _starts(guest: Guest) -> int:
    return guest.journal("-u", "vmaccess-agent.service", "-o", "cat").count("Starting ")


def test_a_thousand_malformed_drops(guest: Guest, keypair: MakeKey) -> None:
    # In one call: a thousand renames from here would not be a flood.
    guest.sh(f"umask 077; cd {STATE}; for i in $(seq 1000); do printf '{{\"username\":%s' $i >.d; "
             f"mv .d incoming/bad-$i.settings; done")
    _still_works(guest, keypair(), timeout=300)
    deadline = time.monotonic() + 300
    while guest.agent.waiting():
        assert time.monotonic() < deadline, f"{len(guest.agent.waiting())} drops still wait"
        time.sleep(0.1)
    for number in (500, 1000):  # an agent may forget the oldest statuses, or its folder grows for ever
        assert guest.wait_status(f"bad-{number}").status == "error"


def test_thirty_drops_in_two_seconds(guest: Guest, keypair: MakeKey) -> None:
    for number in range(30):
        guest.drop(f"quick-{number}", "{")
        time.sleep(2 / 30)
    for number in range(30):
        assert guest.wait_status(f"quick-{number}").status == "error"
    _still_works(guest, keypair())


@pytest.mark.parametrize("on_disk", [False, True], ids=["memory", "disk"])
def test_an_immutable_file(make_guest: MakeGuest, keypair: MakeKey, on_disk: bool) -> None:
    guest = make_guest(on_disk=on_disk).boot()
    # It cannot be renamed into place, so it is made immutable there, with nobody looking.
    guest.run(["systemctl", "stop", "vmaccess-agent.path"])
    guest.drop("stuck", "{")
    guest.run(["chattr", "+i", f"{INCOMING}/stuck.settings"])
    guest.run(["systemctl", "start", "vmaccess-agent.path"])
    time.sleep(2)
    assert _starts(guest) < 20, "the path unit spins"
    _still_works(guest, keypair())


def test_an_immutable_folder_is_no_reason_to_spin(guest: Guest, keypair: MakeKey) -> None:
    guest.run(["systemctl", "stop", "vmaccess-agent.path"])
    guest.drop("late", "{")
    guest.run(["chattr", "+i", INCOMING])
    before = _starts(guest)
    guest.run(["systemctl", "start", "vmaccess-agent.path"])
    time.sleep(3)
    assert _starts(guest) - before < 20, "the path unit spins"
    guest.sh(f"chattr -i {INCOMING}; rm -f {INCOMING}/late.settings; systemctl reset-failed 'vmaccess-agent*' || true; "
             "systemctl restart vmaccess-agent.path")
    _still_works(guest, keypair())


def test_a_full_disk_is_no_reason_to_spin(guest: Guest, keypair: MakeKey) -> None:
    guest.run(["systemctl", "stop", "vmaccess-agent.path"])
    guest.drop("full", {"username": "eve", "password": PASSWORD})
    guest.sh("cat /dev/zero >/var/filler 2>/dev/null || true")
    before = _starts(guest)
    guest.run(["systemctl", "start", "vmaccess-agent.path"])
    time.sleep(3)
    assert _starts(guest) - before < 20, "the path unit spins"
    guest.sh("rm /var/filler; systemctl reset-failed 'vmaccess-agent*' || true; systemctl restart vmaccess-agent.path")
    _still_works(guest, keypair())


# Runs the agent, and kills it at some time after it has taken a file: as a crash would.
_CRASHING = """\
#!/bin/sh
/usr/bin/vmaccess-agent "$@" &
agent=$!
while kill -0 $agent 2>/dev/null; do
    for file in /var/lib/vmaccess-agent/work/*; do
        [ -e "$file" ] || continue
        sleep DELAY
        kill -KILL $agent 2>/dev/null || break 2
        kill -KILL $$
    done
done
wait $agent
"""
_DROP_IN = "/etc/systemd/system/vmaccess-agent.service.d"


def _make_it_crash(guest: Guest, delay: float) -> None:
    guest.write("/usr/local/sbin/crashing", _CRASHING.replace("DELAY", str(delay)), mode=0o755)
    guest.sh(f"mkdir {_DROP_IN}; printf '[Service]\\nExecStart=\\nExecStart=/usr/local/sbin/crashing run\\n' "
             f">{_DROP_IN}/crash.conf; systemctl daemon-reload")


def _heal(guest: Guest) -> None:
    guest.sh(f"rm -r {_DROP_IN}; systemctl daemon-reload")


def _crashes(guest: Guest) -> int:
    return guest.journal("-u", "vmaccess-agent.service", "-o", "cat").count("status=9/KILL")


@pytest.mark.parametrize("delay", [0, 0.1, 0.3])
def test_a_run_that_crashes(guest: Guest, keypair: MakeKey, delay: float) -> None:
    _make_it_crash(guest, delay)
    guest.drop("doomed", {"username": "eve", "password": PASSWORD})
    deadline = time.monotonic() + 10
    while _crashes(guest) == 0:
        assert time.monotonic() < deadline, "the run did not crash"
        time.sleep(0.05)
    _heal(guest)
    _still_works(guest, keypair())
    # The one that crashed gets its last word too, and its secret is destroyed.
    assert guest.wait_status("doomed").status in ("success", "error")
    assert traces(guest, PASSWORD) == []


def test_a_drop_that_always_crashes_the_run_is_given_up(guest: Guest, keypair: MakeKey) -> None:
    # Late enough that the run has counted the attempt, early enough that it has not ended.
    _make_it_crash(guest, 0.3)
    guest.drop("doomed", {"username": "eve", "password": PASSWORD})
    for number in range(5):  # a crash needs somebody to come back: another drop
        time.sleep(1.5)
        guest.drop(f"push-{number}", "{")
    time.sleep(1.5)
    assert _crashes(guest) >= 3
    _heal(guest)
    _still_works(guest, keypair())
    status = guest.wait_status("doomed")
    assert status.status in ("error", "warning"), status
    assert traces(guest, PASSWORD) == []
    # An error says that the guest is as it was; a warning, that it is done and not proven.
    assert guest.login("eve", password=PASSWORD).ok == (status.status == "warning"), status
