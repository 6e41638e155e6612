"""Passwords through PAM: the site's policy speaks, a broken or hanging stack keeps nobody out, and no secret is seen."""

from __future__ import annotations

import pytest
from account_checks import NEW_PASSWORD, account_lines, success
from conftest import MakeGuest, MakeKey
from guestlab import Guest, diff, snapshot
from guestlab.lockouts import make_account

pytestmark = [pytest.mark.package, pytest.mark.every_suite]

COMMON = "/etc/pam.d/common-password"


def test_a_policy_that_refuses_is_heard(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/security/pwquality.conf", "enforce_for_root\nminlen = 20\n")
    before = snapshot(guest)
    status = guest.agent.request({"username": "alice", "password": "short1A-"})
    assert status.status == "error" and "BAD PASSWORD" in status.message, str(status)
    kept = [line for line in diff(before, snapshot(guest)).splitlines() if not line.startswith(("    ", "/etc/shadow-"))]
    assert kept == []
    assert guest.login("alice", password=account.password)


def test_a_policy_that_only_warns_is_heard_too(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    guest.write("/etc/security/pwquality.conf", "minlen = 20\n")
    status = success(guest.agent.request({"username": "alice", "password": "short1A-"}))
    assert "BAD PASSWORD" in status.part("password").message, str(status)
    assert guest.login("alice", password="short1A-")


# A common-password that is not there at all stops sshd's own PAM too: that is the service's to mend.
@pytest.mark.parametrize("stack", [
    "password required pam_nonexistent.so\n", "password required\n", "password requisite pam_exec.so /bin/sleep 600\n",
], ids=["a module is missing", "a line is torn", "a module hangs"])
def test_a_broken_stack_keeps_nobody_out(make_guest: MakeGuest, keypair: MakeKey, stack: str) -> None:
    guest = make_guest()
    make_account(guest, keypair())
    guest.write(COMMON, stack)
    guest.boot()
    others = account_lines(guest, "alice")
    status = success(guest.agent.request({"username": "alice", "password": NEW_PASSWORD}, timeout=120))
    assert "without PAM" in status.part("password").message, str(status)
    assert guest.login("alice", password=NEW_PASSWORD)
    assert account_lines(guest, "alice") == others
    assert guest.run(["pgrep", "-x", "sleep"], check=False).stdout == ""


def test_the_password_is_in_no_argument_environment_or_file(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair())
    secret = "Canary-horse-55-staple"
    guest.sh("cat >/run/poll; systemd-run --unit=poll sh /run/poll",
             input="while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' "
                   "| grep -c Canary[-]horse >>/run/seen; done\n")
    success(guest.agent.request({"username": "alice", "password": secret, "ssh_key": keypair(name="n").public}))
    guest.run(["systemctl", "stop", "poll"])
    counts = guest.read("/run/seen").split()
    assert len(counts) > 3 and set(counts) == {"0"}
    found = guest.sh("grep -rlF Canary-horse /var /etc /run /home /root /tmp 2>/dev/null || true").stdout
    assert found == ""
    assert "Canary-horse" not in guest.console() and "Canary-horse" not in guest.journal()


def test_a_key_leaves_a_locked_password_locked(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "UsePAM no\n")
    guest.sh("chage --lastday 2025-03-01 alice; passwd --lock alice")
    locked = guest.sh("getent shadow alice").stdout.split(":")
    guest.boot()
    assert not guest.login("alice", key=account.key)
    status = success(guest.agent.request({"username": "alice", "ssh_key": account.key.public}))
    assert guest.login("alice", key=account.key)
    assert not guest.login("alice", password=account.password)
    assert "take the lock off" in status.part("account").message
    now = guest.sh("getent shadow alice").stdout.split(":")
    assert now[1] == "*" + locked[1].lstrip("!") and now[2:] == locked[2:]


def test_a_new_user_with_a_key_gets_in_without_pam(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "UsePAM no\n")
    guest.boot()
    key = keypair()
    success(guest.agent.request({"username": "carol", "ssh_key": key.public}))
    assert guest.login("carol", key=key)
