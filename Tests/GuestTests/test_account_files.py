"""The account files stay whole: odd names, locks, many requests at once, and a request that fails in the middle."""

from __future__ import annotations

import pytest
from account_checks import NEW_PASSWORD, account_lines, success
from conftest import MakeKey
from guestlab import Guest, diff, snapshot
from guestlab.lockouts import make_account

pytestmark = pytest.mark.package


def _consistent(guest: Guest) -> None:
    for command in (["pwck", "-rq"], ["grpck", "-rq"], ["visudo", "-cq"]):
        guest.run(command)


def test_odd_names(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    names = ["a.b-c", "x1", "machine$", "u" * 32, "_u", "1abc", "Upper.Case", "all"]
    before = account_lines(guest, "")
    for name in names:
        success(guest.agent.request({"username": name, "ssh_key": key.public, "password": NEW_PASSWORD}))
        assert guest.login(name, key=key), name
        assert guest.login(name, password=NEW_PASSWORD), name
        assert guest.sudo_works(name, key=key, sudo_password=NEW_PASSWORD), name
    guest.sh("useradd --create-home --groups sudo boss; echo boss:Boss-horse-9-x | chpasswd; chsh -s /bin/bash boss; "
             "userdel -r boss 2>/dev/null")
    for name in names[:-1]:
        success(guest.agent.request({"remove_user": name}))
        assert not guest.login(name, key=key), name
        assert not guest.exists(f"/home/{name}"), name
    after = account_lines(guest, "all")
    assert after == before
    _consistent(guest)


@pytest.mark.parametrize(("script", "word"), [
    ("echo -n 99999 >/etc/passwd.lock; : >/etc/shadow.lock", "stale lock"),
    ("echo -n 1 >/etc/group.lock; touch -d '2020-01-01' /etc/group.lock", "stale lock"),
    ("sleep 4 & echo -n $! >/etc/passwd.lock", "wait for"),
], ids=["left behind", "number given anew", "held"])
def test_locks(guest: Guest, keypair: MakeKey, script: str, word: str) -> None:
    key = keypair()
    guest.sh(f"({script}) >/dev/null 2>&1")
    status = success(guest.agent.request({"username": "carol", "ssh_key": key.public}))
    assert word in status.part("account").message, str(status)
    assert guest.login("carol", key=key)
    assert guest.sh("ls /etc/*.lock 2>/dev/null | grep -v pwd.lock || true").stdout == ""


def test_a_hundred_requests_at_once(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    before = account_lines(guest, "")
    names = [f"user{number}" for number in range(100)]
    for name in names:
        guest.drop(name, {"username": name, "ssh_key": key.public})
    for name in names:
        success(guest.agent.wait_status(name, timeout=500))
    _consistent(guest)
    for name in names[::9]:
        assert guest.login(name, key=key) and guest.sudo_works(name, key=key)
    lines = account_lines(guest, "")
    for path, kept in before.items():
        assert lines[path][:len(kept)] == kept, path
    assert len(lines["/etc/passwd"]) == len(before["/etc/passwd"]) + 100


def test_what_fails_in_the_middle_is_taken_back(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    # Everything about the account is broken, and the last step cannot be done: sudoers.d takes no file.
    guest.sh("gpasswd -d alice sudo; chage -E 2020-01-01 -d 0 alice; usermod -L -s /usr/sbin/nologin alice; chmod 777 /home/alice; "
             "rm /home/alice/.ssh/authorized_keys; ln -s /etc/shadow /home/alice/.ssh/authorized_keys; "
             "mount --bind /etc/sudoers.d /etc/sudoers.d; mount -o remount,ro,bind /etc/sudoers.d")
    before = snapshot(guest)
    status = guest.agent.request({"username": "alice", "password": NEW_PASSWORD, "ssh_key": keypair(name="new").public})
    assert status.status == "error" and "read-only" in status.message and "everything is as it was" in status.message, str(status)
    kept = [line for line in diff(before, snapshot(guest)).splitlines()
            if not line.startswith(("    ", "/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-"))]
    assert kept == []


# The last step cannot be done.
NO_GRANTS = "mount --bind /etc/sudoers.d /etc/sudoers.d; mount -o remount,ro,bind /etc/sudoers.d"
BACKUPS = ("    ", "/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-")


@pytest.mark.parametrize("user", ["carol", "alice"])
def test_what_was_made_is_gone_again(guest: Guest, keypair: MakeKey, user: str) -> None:
    make_account(guest, keypair(), sudo=False)
    guest.sh(f"mkdir -p /etc/skel/.config/site; echo x >/etc/skel/.config/site/file; ln -s .profile /etc/skel/link; "
             f"rm -r /home/alice/.ssh; {NO_GRANTS}")
    before = snapshot(guest)
    status = guest.agent.request({"username": user, "ssh_key": keypair(name="new").public})
    assert status.status == "error" and "everything is as it was" in status.message, str(status)
    assert [line for line in diff(before, snapshot(guest)).splitlines() if not line.startswith(BACKUPS)] == []


def test_what_others_put_into_a_made_home_is_left_and_told(guest: Guest, keypair: MakeKey) -> None:
    # The last step fails, and when it does somebody has been at work in the new home.
    guest.write("/usr/sbin/visudo", "#!/bin/sh\n[ ! -d /home/carol ] || { mkdir -p /home/carol/work; echo mine >/home/carol/work/notes; exit 1; }\n",
                mode=0o755)
    status = guest.agent.request({"username": "carol", "ssh_key": keypair(name="new").public})
    assert status.status == "error", str(status)
    kept = guest.sh("ls -d /home/carol*").stdout.split()
    assert len(kept) == 1 and kept[0] != "/home/carol" and guest.read(f"{kept[0]}/work/notes") == "mine\n"
    assert guest.run(["stat", "-c", "%U %a", kept[0]]).stdout == "root 700\n"
    assert "which this agent did not put there: the home is kept as" in guest.journal()
    assert "carol" not in guest.read("/etc/passwd")
