"""`undo` puts back what a run replaced, and gives back no access that was taken away; sshd serves afterwards as before."""

from __future__ import annotations

import json

import pytest
from account_checks import NEW_PASSWORD, success
from conftest import MakeGuest, MakeKey
from guestlab import Guest, Result, changed, diff, snapshot, traces
from guestlab.agent import Status, parse_status
from guestlab.lockouts import make_account

pytestmark = pytest.mark.package

KEYS = "/home/alice/.ssh/authorized_keys"
JOURNALS = "/var/lib/vmaccess-agent/transactions"


def undo(guest: Guest, *args: str) -> Status:
    """`vmaccess-agent undo --json`, which must end as its status says."""
    result: Result = guest.run(["vmaccess-agent", "undo", "--json", *args], check=False)
    status = parse_status(result.stdout.encode())
    assert (result.returncode == 0) == (status.status in ("success", "warning")), result
    return status


def transactions(guest: Guest) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = json.loads(guest.run(["vmaccess-agent", "status", "--transactions", "--json"]).stdout)
    return listed


def _admin(guest: Guest) -> None:
    guest.sh("useradd --create-home --groups sudo --shell /bin/bash boss; echo boss:Boss-horse-9-x | chpasswd")


def test_a_key_that_was_added_goes_and_all_is_as_before(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(name="old"))
    guest.sh(f"printf '# mine\\n' >>{KEYS}; truncate -s -1 {KEYS}; usermod --expiredate 2021-01-01 --shell /usr/sbin/nologin alice")
    before = snapshot(guest)
    new = keypair(name="new")
    success(guest.agent.request({"username": "alice", "ssh_key": new.public, "enable_passwordless_access": True}))
    assert guest.login("alice", key=new)
    listed = transactions(guest)
    assert [(line["what"], line["undoable"]) for line in listed] == [
        ("username alice, ssh_key, enable_passwordless_access", True)]
    assert "can be undone" in guest.run(["vmaccess-agent", "status"]).stdout
    dry = guest.run(["vmaccess-agent", "undo", "--dry-run"]).stdout
    assert "take back: " in dry
    assert guest.login("alice", key=new)
    assert undo(guest).status == "success"
    backups = {f"/etc/{name}-" for name in ("passwd", "shadow", "group", "gshadow")}
    assert changed(before, snapshot(guest)) <= backups, diff(before, snapshot(guest))
    assert not guest.login("alice", key=new)
    again = undo(guest)
    assert again.status == "error" and "nothing to undo" in again.message
    # The undo is one itself, and can be undone: that gives a key back, which has to be asked for.
    listed = transactions(guest)
    assert len(listed) == 2 and "is undone" in str(listed[1]["obstacle"])
    number = str(listed[0]["id"]).partition("-")[0]
    assert undo(guest, number).status == "warning"
    assert not guest.login("alice", key=new)
    assert guest.login("alice", key=account.key).ok


def test_a_prior_key_comes_back_only_when_asked_for_and_named(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(name="old"))
    new = keypair(name="new")
    success(guest.agent.request({"username": "alice", "ssh_key": new.public, "remove_prior_keys": True}))
    assert guest.login("alice", key=new) and not guest.login("alice", key=account.key)
    status = undo(guest)
    assert status.status == "warning", status
    assert f"...{account.key.public.split()[1][-12:]}" in status.message and "--restore-access" in status.message
    # Without it alice would have no key at all.
    assert guest.login("alice", key=new) and not guest.login("alice", key=account.key)
    status = undo(guest, "--restore-access")
    assert status.status == "success" and f"...{account.key.public.split()[1][-12:]}" in str(status), status
    assert guest.login("alice", key=account.key) and not guest.login("alice", key=new)


def test_an_old_password_never_comes_back(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    old = guest.sh("getent shadow alice").stdout.split(":")[1]
    success(guest.agent.request({"username": "alice", "password": NEW_PASSWORD}))
    assert guest.run(["grep", "-rlF", old, "/var/lib/vmaccess-agent"], check=False).stdout == ""
    for args in ([], ["--restore-access"], ["--force", "--restore-access"]):
        status = undo(guest, *args)
        assert "not kept" in status.message, status
        assert not guest.login("alice", password=account.password)
        assert guest.login("alice", password=NEW_PASSWORD)
    assert guest.login("alice", key=account.key)
    assert traces(guest, NEW_PASSWORD) == []


def test_a_lock_mark_comes_back(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    guest.sh("usermod --lock alice; printf 'UsePAM no\\n' >/etc/ssh/sshd_config.d/01.conf; systemctl restart ssh")
    new = keypair(name="new")
    guest.agent.request({"username": "alice", "ssh_key": new.public})
    assert guest.login("alice", key=new)
    assert guest.sh("getent shadow alice").stdout.split(":")[1].startswith("*")
    status = undo(guest)
    assert status.status == "success", status
    assert guest.sh("getent shadow alice").stdout.split(":")[1].startswith("!")
    assert not guest.login("alice", key=new)


def test_what_was_changed_since_is_not_overwritten_unless_forced(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(name="old"), sudo=False)
    new = keypair(name="new")
    success(guest.agent.request({"username": "alice", "ssh_key": new.public}))
    grant = f"/etc/sudoers.d/vmaccess-agent-{b'alice'.hex()}"
    friend = keypair(name="friend")
    guest.append(KEYS, friend.public + "\n")
    guest.append(grant, "# reviewed\n")
    seen = snapshot(guest)
    status = undo(guest)
    assert status.status == "error" and "changed since" in status.message and "--force" in status.message, status
    assert grant in status.message and "~alice/.ssh/authorized_keys" in status.message
    assert "--force" in str(transactions(guest)[0]["obstacle"])
    assert diff(seen, snapshot(guest)) == ""
    assert undo(guest, "--force").status == "success"
    assert not guest.exists(grant)
    # Somebody else's key is somebody else's.
    assert guest.read(KEYS).splitlines() == [account.key.public, friend.public]


def test_an_account_that_was_made_goes_whole(guest: Guest, keypair: MakeKey) -> None:
    _admin(guest)
    before = snapshot(guest)
    key = keypair()
    success(guest.agent.request({"username": "bob", "ssh_key": key.public, "password": NEW_PASSWORD}))
    assert guest.login("bob", key=key, command="true")
    guest.sh("loginctl terminate-user bob; while pgrep -u bob >/dev/null; do sleep 0.1; done", check=False)
    status = undo(guest)
    assert status.status == "success", status
    changes = changed(before, snapshot(guest))
    assert changes <= {f"/etc/{name}-" for name in ("passwd", "shadow", "group", "gshadow", "subuid", "subgid")}, diff(before, snapshot(guest))
    assert not guest.exists("/home/bob")
    # A later bob inherits nothing, and the removal is not undone into him.
    guest.sh("useradd --create-home --shell /bin/bash bob")
    for args in ([], ["--restore-access", "--force"]):
        undo(guest, str(transactions(guest)[0]["id"]), *args)
        assert not guest.login("bob", key=key) and not guest.login("bob", password=NEW_PASSWORD)
        assert guest.run(["sudo", "-l", "-U", "bob"], check=False).stdout.count("NOPASSWD") == 0


def test_a_home_with_something_in_it_is_not_removed(guest: Guest, keypair: MakeKey) -> None:
    _admin(guest)
    key = keypair()
    success(guest.agent.request({"username": "bob", "ssh_key": key.public}))
    assert guest.login("bob", key=key, command="echo precious >notes")
    guest.sh("loginctl terminate-user bob; while pgrep -u bob >/dev/null; do sleep 0.1; done", check=False)
    status = undo(guest)
    assert status.status == "error" and "notes is in the home of bob" in status.message, status
    assert guest.login("bob", key=key, command="test -s notes")
    guest.sh("loginctl terminate-user bob; while pgrep -u bob >/dev/null; do sleep 0.1; done", check=False)
    status = undo(guest, "--force")
    assert status.status == "success" and "is kept as /home/bob.vmaccess-agent-" in str(status), status
    assert "bob:" not in guest.read("/etc/passwd") and not guest.exists("/home/bob")
    assert guest.sh("stat -c '%U %a' /home/bob.vmaccess-agent-*; cat /home/bob.vmaccess-agent-*/notes").stdout == "root 700\nprecious\n"


def test_the_last_way_in_is_not_undone(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    success(guest.agent.request({"username": "bob", "ssh_key": key.public}))
    guest.sh("while pgrep -u bob >/dev/null; do sleep 0.1; done")
    status = undo(guest, "--force", "--restore-access")
    assert status.status == "error" and "last user who can log in here and become root" in status.message, status
    assert guest.login("bob", key=key) and guest.sudo_works("bob", key=key)


def test_a_removal_is_not_undone_into_a_later_user(guest: Guest, keypair: MakeKey) -> None:
    _admin(guest)
    account = make_account(guest, keypair(name="old"))
    uid = guest.run(["id", "-u", "alice"]).stdout.strip()
    guest.write("/etc/sudoers.d/10-people", "alice ALL=(ALL) NOPASSWD: ALL\n", mode=0o440)
    success(guest.agent.request({"remove_user": "alice"}))
    for args in ([], ["--restore-access"], ["--restore-access", "--force"]):
        status = undo(guest, *args)
        assert status.status == "warning" and "no account any more" in status.message, status
        assert not guest.exists("/etc/sudoers.d/10-people")
    guest.sh(f"useradd --create-home --uid {uid} --shell /bin/bash alice")
    for args in ([], ["--restore-access"], ["--restore-access", "--force"]):
        status = undo(guest, *args)
        assert status.status == "warning" and "another account by now" in status.message, status
        assert not guest.exists("/etc/sudoers.d/10-people")
        assert not guest.login("alice", key=account.key) and not guest.login("alice", password=account.password)


def test_a_reset_is_undone_where_sshd_serves_afterwards(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.append("/etc/ssh/sshd_config", "# the site's\nDenyUsers alice\n")
    guest.run(["systemctl", "reload", "ssh.service"])
    assert not guest.login("alice", key=account.key)
    before = snapshot(guest, ["/etc/ssh"])
    success(guest.agent.request({"reset_ssh": True}))
    assert guest.login("alice", key=account.key)
    status = undo(guest)
    assert status.status == "success", status
    assert diff(before, snapshot(guest, ["/etc/ssh"])) == ""
    assert not guest.login("alice", key=account.key)
    assert "sshd answers" in status.part("proof").message


def test_a_reset_without_which_sshd_does_not_serve_is_not_undone(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    guest.append("/etc/ssh/sshd_config", "Nonsense yes\n")
    guest.boot()
    assert not guest.login("alice", key=account.key)
    success(guest.agent.request({"reset_ssh": True}))
    assert guest.login("alice", key=account.key)
    seen = snapshot(guest, ["/etc/ssh"])
    status = undo(guest)
    assert status.status == "error" and "sshd refuses it" in status.message and "everything is as it was" in status.message, status
    assert diff(seen, snapshot(guest, ["/etc/ssh"])) == ""
    assert guest.login("alice", key=account.key)
    guest.reboot()
    assert guest.login("alice", key=account.key)


def test_a_rule_that_lets_the_network_in_stays(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.sh("nft add table inet site; nft 'add chain inet site in { type filter hook input priority 0; policy accept; }'; "
             "nft add rule inet site in tcp dport 22 drop")
    assert not guest.login("alice", key=account.key, timeout=5)
    success(guest.agent.request({"reset_ssh": True}))
    assert guest.login("alice", key=account.key)
    status = undo(guest)
    assert status.status == "error" and "everything is as it was" in status.message, status
    assert guest.login("alice", key=account.key)


@pytest.mark.parametrize(("spoil", "words"), [
    ("printf garbage >{j}; printf '\\n' >>{j}", "a line of it is damaged"),
    ("sed -i 's/\"version\":2/\"version\":9/' {j}", "it was written by another version (9)"),
    ("sed -i '2s/\"kind\":\"[a-z-]*\"/\"kind\":\"alien\"/' {j}", "it holds a record that this version does not know"),
    ("truncate -s 0 {j}", ""),
    ("truncate -s -9 {j}", ""),
    ("head -c 6000000 /dev/zero >{j}", "it is larger than"),
], ids=["damaged", "version", "foreign", "empty", "torn", "huge"])
def test_a_journal_that_is_none_of_ours_is_told_and_nothing_done(guest: Guest, keypair: MakeKey, spoil: str, words: str) -> None:
    make_account(guest, keypair(name="old"))
    new = keypair(name="new")
    success(guest.agent.request({"username": "alice", "ssh_key": new.public}))
    listed = transactions(guest)
    guest.sh(spoil.format(j=f"{JOURNALS}/{listed[0]['id']}/journal"))
    seen = snapshot(guest)
    if not words:
        # Without its end it is a run that was interrupted, which is taken back as one.
        guest.run(["vmaccess-agent", "recover"])
        assert transactions(guest) == []
        return
    assert words in str(transactions(guest)[0]["obstacle"])
    status = undo(guest)
    assert status.status == "error" and words in status.message, status
    assert diff(seen, snapshot(guest)) == ""
    assert guest.login("alice", key=new)
    other = keypair(name="other")
    success(guest.agent.request({"username": "alice", "ssh_key": other.public}))
    assert guest.login("alice", key=other)


def test_the_newest_twenty_are_kept_in_the_order_of_their_making(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair(name="old"))
    for number in range(23):
        guest.apply({"username": "alice", "expiration": f"2040-01-{number + 1:02}"}, "--no-proof", check=True)
        if number == 11:
            # The clock steps back by years; ProtectClock= and the guest's own clock leave the names alone.
            newest = str(transactions(guest)[0]["id"])
            later = newest.replace("-20", "-21")
            guest.sh(f"cd {JOURNALS}; mv {newest} {later}; sed -i 's/{newest}/{later}/' {later}/journal")
    listed = [str(line["id"]) for line in transactions(guest)]
    assert len(listed) == 20
    numbers = [int(line.partition("-")[0]) for line in listed]
    assert numbers == sorted(numbers, reverse=True) and numbers[0] == 23
    assert undo(guest).status == "success"
    assert guest.sh("chage -l alice | grep 'Account expires'").stdout.endswith("Jan 22, 2040\n")
