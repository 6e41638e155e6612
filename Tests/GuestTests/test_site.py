"""What a site forbids in /etc/vmaccess-agent.conf: ways in, resets, new users. Each is seen to work where it is not forbidden elsewhere."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from azure import Azure, Transport, find_secret
from guestlab import Guest, diff, snapshot

CONFIGURATION = "/etc/vmaccess-agent.conf"


def word() -> str:
    return f"Pw-{secrets.token_hex(8)}"


@pytest.mark.package
def test_drops_are_refused_and_destroyed(guest: Guest) -> None:
    secret = word()
    guest.write(CONFIGURATION, "AcceptDrops=no\n")
    before = snapshot(guest)
    status = guest.agent.request({"username": "bob", "password": secret})
    assert (status.status, status.message) == (
        "error", f"Enable failed: this machine (by {CONFIGURATION}) takes no dropped settings (AcceptDrops=no)")
    assert not diff(before, snapshot(guest))
    assert not guest.agent.waiting() and not find_secret(guest, secret)
    # Root at the machine is not bound.
    assert guest.apply({"username": "bob", "password": secret}).ok
    assert guest.login("bob", password=secret)
    guest.write(CONFIGURATION, "AcceptDrops=yes\n")
    assert guest.agent.request({"username": "bob", "password": secret}).status == "success"


@pytest.mark.package
@pytest.mark.parametrize("setting", ["reset_ssh", "restore_backup_ssh"])
def test_resets_are_refused(guest: Guest, setting: str) -> None:
    guest.write(CONFIGURATION, "AllowReset=no\n")
    guest.sh("systemctl stop ssh.service ssh.socket 2>/dev/null; echo 'Port 2200' >/etc/ssh/sshd_config.d/port.conf")
    before = snapshot(guest)
    status = guest.agent.request({"username": "bob", "password": word(), setting: True})
    assert (status.status, status.message) == (
        "error", f"Enable failed: this machine (by {CONFIGURATION}) lets no settings reset SSH (AllowReset=no): "
                 f'send them without "{setting}"')
    assert not diff(before, snapshot(guest))


@pytest.mark.package
def test_new_users_are_refused_and_others_get_in(guest: Guest) -> None:
    secret = word()
    guest.write(CONFIGURATION, "AllowNewUsers=no\n")
    before = snapshot(guest)
    status = guest.agent.request({"username": "bob", "password": secret})
    assert (status.status, status.message) == (
        "error", f"Enable failed: this machine (by {CONFIGURATION}) lets no settings create a user (AllowNewUsers=no), "
                 "and there is no account bob: name one that there is")
    assert not diff(before, snapshot(guest))
    guest.sh("useradd --create-home --shell /bin/bash bob")
    assert not guest.login("bob", password=secret)
    assert guest.agent.request({"username": "bob", "password": secret}).status == "success"
    assert guest.login("bob", password=secret)


@pytest.mark.parametrize(("text", "words"), [
    ("AcceptHandler=no\n", "takes no settings from the Azure agent (AcceptHandler=no)"),
    ("AllowNewUsers=no\n", "lets no settings create a user"),
    ("AcceptHandler\n", "line 1, has no \"=\""),
])
def test_the_handler_is_bound(bare_guest: Guest, tmp_path: Path, text: str, words: str) -> None:
    secret = word()
    azure = Azure(bare_guest, Transport.make(tmp_path)).install()
    bare_guest.write(CONFIGURATION, text)
    status = azure.request(0, {"username": "bob", "password": secret})
    assert status.status == "error" and words in status.message, status
    assert bare_guest.run(["getent", "passwd", "bob"], check=False).stdout == ""
    assert "MII" not in azure.scrubbed(0)
    assert not find_secret(bare_guest, secret)
    bare_guest.write(CONFIGURATION, "")
    assert azure.request(1, {"username": "bob", "password": secret}).status == "success"
    assert bare_guest.login("bob", password=secret)
