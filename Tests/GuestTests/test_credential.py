"""Settings that come as a credential of systemd's, as a hypervisor or whoever starts a container hands them over."""

from __future__ import annotations

import json
from typing import Any

from conftest import MakeGuest, MakeKey, package_tests
from guestlab import Guest, diff, snapshot, traces

pytestmark = package_tests()

NAME = "vmaccess-agent.settings"
PASSWORD = "Canary-horse-9-staple"


def credential(settings: Any) -> dict[str, bytes]:
    return {NAME: json.dumps(settings).encode()}


def handled(guest: Guest) -> str:
    """The last word about the credential."""
    guest.sh("for i in $(seq 600); do systemctl list-jobs --no-legend vmaccess-agent.service | grep -q . || "
             "! systemctl is-active --quiet vmaccess-agent-credential.service vmaccess-agent.service && "
             "[ -z \"$(ls /run/vmaccess-agent/credential/*.settings /run/vmaccess-agent/credential/work/* 2>/dev/null)\" ] && exit 0; "
             "sleep 0.1; done; exit 1")
    return guest.journal("-t", "vmaccess-agent", "-o", "cat")


def test_it_is_carried_out_once(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest, key = make_guest(), keypair()
    settings = credential({"username": "bob", "ssh_key": key.public, "password": PASSWORD})
    guest.boot(credentials=settings)
    status = guest.wait_status("credential")
    assert status.status == "success", status
    assert guest.login("bob", key=key) and guest.login("bob", password=PASSWORD)
    # nspawn and systemd keep theirs below /run. It stays in the machine's definition, with the password in clear text: that is said.
    assert "still holds a password in clear text" in str(status)
    assert [place for place in traces(guest, PASSWORD) if "/credentials/" not in place] == []

    # What happens afterwards is not undone by the next boot.
    guest.run(["passwd", "-l", "bob"])
    guest.stop()
    guest.boot(credentials=settings)
    assert "were carried out before; nothing is repeated" in handled(guest)
    assert not guest.login("bob", password=PASSWORD)

    # Other settings are.
    guest.stop()
    guest.boot(credentials=credential({"username": "carol", "ssh_key": key.public}))
    status = guest.wait_status("credential")
    assert status.status == "success" and "still holds" not in str(status), status
    assert guest.login("carol", key=key)


def test_a_site_may_close_that_way(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    guest.write("/etc/vmaccess-agent.conf", "AcceptCredential=no\n")
    before = snapshot(guest, ["/etc/passwd", "/etc/shadow"])
    guest.boot(credentials=credential({"username": "bob", "ssh_key": keypair().public}))
    status = guest.wait_status("credential")
    assert status.status == "error" and "AcceptCredential=no" in status.message, status
    assert not diff(before, snapshot(guest, ["/etc/passwd", "/etc/shadow"]))


def test_a_machine_without_one_starts_nothing(guest: Guest) -> None:
    shown = guest.run(["systemctl", "show", "-p", "ConditionResult,ActiveState,Result", "vmaccess-agent-credential.service"]).stdout
    assert "ConditionResult=no" in shown and "Result=success" in shown
    assert not guest.exists("/var/lib/vmaccess-agent/status/credential.status")
