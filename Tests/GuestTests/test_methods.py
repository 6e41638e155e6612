"""What is opened is opened for the user in question alone, and only what was asked."""

from __future__ import annotations

import pytest
from conftest import MakeKey
from guestlab import Guest
from guestlab.lockouts import make_account
from resets import NEW_PASSWORD, configuration, locked_out, main_pid, prove, reset, settings

pytestmark = pytest.mark.package

CLOSED = [
    ("by a drop-in", "/etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication no\n"),
    ("by a block in a drop-in that sorts first", "/etc/ssh/sshd_config.d/00-a.conf", "Match User alice\n  PasswordAuthentication no\n"),
    ("by a file without Include", "/etc/ssh/sshd_config", "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM yes\nSubsystem sftp internal-sftp\n"),
    ("by Match all", "/etc/ssh/sshd_config.d/10-a.conf", "Match all\n  PasswordAuthentication no\n"),
]


@pytest.mark.parametrize(("path", "text"), [case[1:] for case in CLOSED], ids=[case[0] for case in CLOSED])
def test_password_login_is_opened_for_one_user(guest: Guest, keypair: MakeKey, path: str, text: str) -> None:
    account = make_account(guest, keypair())
    other = make_account(guest, account.key, user="mallory")
    guest.write(path, text)
    guest.run(["systemctl", "reload", "ssh.service"])
    assert locked_out(guest, account, "W")
    both = not text.startswith("Match User")
    status = reset(guest, settings(account, "pw", account.key))
    assert status.status == "success", status
    prove(guest, account, "W6", account.key)
    if both:
        assert not guest.login(other.user, password=other.password)
    assert guest.login(other.user, key=other.key)
    again, running = configuration(guest), main_pid(guest)
    assert reset(guest, settings(account, "pw", account.key)).status == "success"
    assert (configuration(guest), main_pid(guest)) == (again, running)
    guest.reboot()
    prove(guest, account, "W", account.key)


def test_a_key_opens_no_method_and_restarts_nothing(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication no\n")
    guest.run(["systemctl", "reload", "ssh.service"])
    before, running = configuration(guest), main_pid(guest)
    key = keypair(name="new")
    assert reset(guest, settings(account, "key", key)).status == "success"
    assert (configuration(guest), main_pid(guest)) == (before, running)
    prove(guest, account, "K", key)


@pytest.mark.parametrize(("text", "words"), [
    ("AllowUsers somebody\n", "20-site.conf:1"),
    ("# one\nDenyGroups alice\n", "20-site.conf:2"),
    ("PubkeyAuthentication no\n", "20-site.conf:1"),
    ("AuthenticationMethods publickey,password\n", "20-site.conf:1"),
], ids=["AllowUsers", "DenyGroups", "PubkeyAuthentication", "AuthenticationMethods"])
def test_what_only_a_reset_may_clear_is_named(guest: Guest, keypair: MakeKey, text: str, words: str) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", text)
    guest.run(["systemctl", "reload", "ssh.service"])
    before = configuration(guest)
    key = keypair(name="new")
    status = reset(guest, settings(account, "key", key))
    assert status.status == "warning" and words in status.message and "reset_ssh" in status.message, status
    assert configuration(guest) == before
    status = reset(guest, settings(account, "all", key))
    assert status.status == "success", status
    prove(guest, account, "KW", key, NEW_PASSWORD)
