"""A settings file is dropped, and the user logs in: the main job, from the drop to a login from the network."""

from __future__ import annotations

import time

import pytest
from conftest import MakeGuest, MakeKey, package_tests
from guestlab import Guest, changed, diff, snapshot, traces
from guestlab.lockouts import make_account

pytestmark = package_tests()

PASSWORD = "Correct-horse-9-staple"
OTHER = "Another-horse-8-barn"


@pytest.mark.parametrize("sent", ["key", "password", "both"])
def test_a_new_user_logs_in(guest: Guest, keypair: MakeKey, sent: str) -> None:
    key = keypair() if sent != "password" else None
    password = PASSWORD if sent != "key" else None
    settings = {"username": "bob"}
    if key:
        settings["ssh_key"] = key.public + "\n"
    if password:
        settings["password"] = password
    status = guest.agent.request(settings)
    assert status.status == "success", status
    assert "Enable succeeded." in status.message
    for ipv6 in (False, True):
        if key:
            assert guest.login("bob", key=key, ipv6=ipv6)
        if password:
            assert guest.login("bob", password=password, ipv6=ipv6)
    # Whom no password was given for could not answer sudo's question.
    assert guest.sudo_works("bob", key=key, password=None if key else password, sudo_password=password)
    assert guest.agent.waiting() == []
    assert not password or traces(guest, password) == []


def test_the_login_lasts_over_a_reboot(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    assert guest.agent.request({"username": "bob", "ssh_key": key.public}).status == "success"
    guest.reboot()
    assert guest.login("bob", key=key)
    assert guest.sudo_works("bob", key=key)


_OTHER_KEY = 'from="10.0.0.0/8",command="/bin/date" ssh-ed25519 ' \
    "AAAAC3NzaC1lZDI1NTE5AAAAIHVyZ2VudGx5LW5vdC1hLXJlYWwta2V5LWF0LWFsbCEh backup@site"


def _settled(guest: Guest, keypair: MakeKey) -> None:
    """A user with a history: two keys, no newline at the end, groups, another shell, a sudo grant of the admin's."""
    account = make_account(guest, keypair(name="old"), password=OTHER, sudo=False, shell="/bin/sh")
    guest.sh("groupadd operators; usermod -aG operators,games alice")
    guest.write("/home/alice/.ssh/authorized_keys", f"# keys of alice\n{_OTHER_KEY}\n\n{account.key.public}", mode=0o600,
                owner="alice")
    guest.write("/etc/sudoers.d/10-people", "alice ALL=(ALL) NOPASSWD: ALL\n", mode=0o440)


def test_an_existing_user_keeps_all_but_gets_a_key(guest: Guest, keypair: MakeKey) -> None:
    _settled(guest, keypair)
    before, lines = snapshot(guest), guest.read("/home/alice/.ssh/authorized_keys").splitlines()
    new = keypair(name="new")
    status = guest.agent.request({"username": "alice", "ssh_key": new.public})
    assert status.status == "success", status
    assert changed(before, snapshot(guest)) == {"/home/alice/.ssh/authorized_keys"}, diff(before, snapshot(guest))
    assert guest.read("/home/alice/.ssh/authorized_keys").splitlines() == [*lines, new.public]
    assert guest.login("alice", key=new)
    assert guest.sudo_works("alice", key=new)
    assert guest.login("alice", password=OTHER)


def test_an_existing_user_keeps_all_but_gets_a_password(guest: Guest, keypair: MakeKey) -> None:
    _settled(guest, keypair)
    before = snapshot(guest)
    status = guest.agent.request({"username": "alice", "password": PASSWORD})
    assert status.status == "success", status
    assert changed(before, snapshot(guest)) == {"/etc/shadow"}, diff(before, snapshot(guest))
    assert guest.login("alice", password=PASSWORD)
    assert not guest.login("alice", password=OTHER)
    assert traces(guest, PASSWORD) == []


def test_a_key_that_is_there_already_is_not_added_again(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    before = snapshot(guest)
    # The same key with another comment is the same key.
    kind, blob, _ = account.key.public.split()
    status = guest.agent.request({"username": "alice", "ssh_key": f"{kind} {blob} from-the-portal"})
    assert status.status == "success", status
    assert diff(before, snapshot(guest)) == ""


def test_the_same_file_twice_changes_nothing_and_proves_again(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    settings = {"username": "bob", "ssh_key": key.public, "password": PASSWORD}
    assert guest.agent.request(settings).status == "success"
    before = snapshot(guest)
    logins = guest.journal("-u", "ssh.service").count("Accepted ")
    second = guest.agent.request(settings)
    assert second.status == "success", second
    assert diff(before, snapshot(guest)) == ""
    assert guest.journal("-u", "ssh.service").count("Accepted ") > logins, "nobody asked sshd"
    assert guest.login("bob", key=key) and guest.login("bob", password=PASSWORD)


def test_an_expiration_is_set_and_taken_away_again(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    assert guest.agent.request({"username": "bob", "ssh_key": key.public, "expiration": "2099-12-31"}).status == "success"
    # shadow(5): days since 1970-01-01
    assert guest.run(["getent", "shadow", "bob"]).stdout.split(":")[7] == "47481"
    guest.run(["chage", "--expiredate", "2020-01-01", "bob"])
    assert not guest.login("bob", key=key)
    status = guest.agent.request({"username": "bob", "ssh_key": key.public})
    assert status.status == "success", status
    assert guest.login("bob", key=key)


def test_a_drop_before_the_boot_is_carried_out_at_boot(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest, key = make_guest(), keypair()
    guest.drop("early", {"username": "bob", "ssh_key": key.public, "password": PASSWORD})
    guest.boot()
    status = guest.wait_status("early")
    assert status.status == "success", status
    assert guest.login("bob", key=key)
    assert traces(guest, PASSWORD) == []


def test_two_drops_at_once_are_both_carried_out(guest: Guest, keypair: MakeKey) -> None:
    keys = {name: keypair(name=name) for name in ("carol", "dave")}
    for name, key in keys.items():
        guest.drop(name, {"username": name, "ssh_key": key.public})
    for name, key in keys.items():
        status = guest.wait_status(name)
        assert status.status == "success", status
        assert guest.login(name, key=key)


def test_the_last_status_is_latest_too(guest: Guest, keypair: MakeKey) -> None:
    status = guest.agent.request({"username": "bob", "ssh_key": keypair().public}, name="mine")
    assert guest.agent.status("latest") == status


def test_the_console_and_the_journal_tell_of_it(guest: Guest, keypair: MakeKey) -> None:
    status = guest.agent.request({"username": "bob", "ssh_key": keypair().public}, name="rescue")
    deadline = time.monotonic() + 5  # a pty and a pipe lie between
    while "rescue: success: " not in guest.console():
        assert time.monotonic() < deadline, guest.console()[-2000:]
        time.sleep(0.02)
    lines = [line for line in guest.console().splitlines() if "vmaccess-agent: " in line]
    assert all(len(line) < 80 for line in lines), lines
    assert status.message.split(";")[0][:30] in "\n".join(lines)
    records = guest.run(["journalctl", "-u", "vmaccess-agent.service", "-o", "json"]).stdout
    assert '"MESSAGE_ID"' in records


@pytest.mark.parametrize("pause", [0.3, 1.5])
def test_a_drop_that_is_written_slowly_is_waited_for(guest: Guest, keypair: MakeKey, pause: float) -> None:
    key = keypair()
    path = guest.agent.drop_path("slow")
    guest.sh(f'umask 077; {{ printf \'{{"username":"bob",\'; sleep {pause}; cat; }} >{path}',
             input=f'"ssh_key":"{key.public}"}}')
    status = guest.wait_status("slow")
    assert status.status == "success", status
    assert guest.login("bob", key=key)
