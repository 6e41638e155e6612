"""The harness itself: a test of the agent is worth what these are worth. None needs the package."""

from __future__ import annotations

import time

import pytest
from conftest import MakeGuest, MakeKey
from guestlab import CommandFailed, Guest, diff, snapshot
from guestlab.agent import parse_status
from guestlab.lockouts import make_account

PASSWORD = "Correct-horse-9-staple"


@pytest.mark.parametrize("ipv6", [False, True], ids=["v4", "v6"])
def test_a_key_logs_in_from_the_network(bare_guest: Guest, keypair: MakeKey, ipv6: bool) -> None:
    account = make_account(bare_guest, keypair())
    assert bare_guest.login("alice", key=account.key, ipv6=ipv6)
    assert not bare_guest.login("alice", key=keypair(name="stranger"), ipv6=ipv6)


def test_a_password_logs_in_and_a_wrong_one_does_not(bare_guest: Guest, keypair: MakeKey) -> None:
    make_account(bare_guest, keypair(), password=PASSWORD)
    assert bare_guest.login("alice", password=PASSWORD)
    refused = bare_guest.login("alice", password=PASSWORD + "x")
    assert not refused and "Permission denied" in refused.stderr
    # one attempt, so that no retry makes a faillock of its own
    assert bare_guest.journal("-t", "sshd", "-t", "sshd-session").count("Failed password") == 1


def test_sudo_is_told_apart_from_a_login(bare_guest: Guest, keypair: MakeKey) -> None:
    account = make_account(bare_guest, keypair(), password=PASSWORD)
    assert bare_guest.sudo_works("alice", key=account.key, sudo_password=PASSWORD)
    assert not bare_guest.sudo_works("alice", key=account.key)
    bare_guest.write("/etc/sudoers.d/90-alice", "alice ALL=(ALL) NOPASSWD: ALL\n", mode=0o440)
    assert bare_guest.sudo_works("alice", key=account.key)


def test_a_shell_that_does_nothing_is_no_login(bare_guest: Guest, keypair: MakeKey) -> None:
    account = make_account(bare_guest, keypair())
    bare_guest.run(["usermod", "--shell", "/bin/true", "alice"])
    assert not bare_guest.login("alice", key=account.key)


def test_a_replaced_host_key_fails_the_login(bare_guest: Guest, keypair: MakeKey) -> None:
    account = make_account(bare_guest, keypair())
    assert bare_guest.login("alice", key=account.key)
    bare_guest.sh("rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh")
    assert not bare_guest.login("alice", key=account.key)
    bare_guest.forget_host_key()
    assert bare_guest.login("alice", key=account.key)


def test_a_firewall_locks_out_and_does_not_survive_a_reboot(bare_guest: Guest, keypair: MakeKey) -> None:
    account = make_account(bare_guest, keypair())
    bare_guest.sh("iptables -A INPUT -p tcp --dport 22 -j DROP")
    assert not bare_guest.login("alice", key=account.key, timeout=3)
    assert bare_guest.login("alice", key=account.key, ipv6=True)
    bare_guest.reboot()
    assert bare_guest.login("alice", key=account.key)


def test_a_reboot_keeps_files_and_identity_and_loses_processes(bare_guest: Guest) -> None:
    identity = bare_guest.read("/etc/machine-id")
    bare_guest.write("/root/kept", "kept\n", mode=0o640)
    bare_guest.write("/run/lost", "lost\n")
    bare_guest.run(["systemd-run", "--unit=sleeper", "sleep", "600"])
    bare_guest.reboot()
    assert bare_guest.read("/root/kept") == "kept\n"
    assert not bare_guest.exists("/run/lost")
    assert bare_guest.read("/etc/machine-id") == identity == bare_guest.run(["cat", "/etc/machine-id"]).stdout
    assert bare_guest.run(["systemctl", "is-active", "sleeper"], check=False).stdout == "inactive\n"


def test_a_guest_is_prepared_before_its_boot(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest(package=False)
    account = make_account(guest, keypair())
    guest.sh("systemctl disable ssh.service")
    guest.boot()
    assert not guest.login("alice", key=account.key, timeout=3)
    guest.run(["systemctl", "start", "ssh.service"])
    assert guest.login("alice", key=account.key)


def test_guests_do_not_share_changes_or_networks(make_guest: MakeGuest, keypair: MakeKey) -> None:
    one, other = make_guest(package=False).boot(), make_guest(package=False).boot()
    account = make_account(one, keypair())
    assert one.login("alice", key=account.key)
    assert not other.login("alice", key=account.key)
    assert one.read("/etc/machine-id") != other.read("/etc/machine-id")


def test_a_guests_links_do_not_lead_out_of_it(bare_guest: Guest) -> None:
    bare_guest.sh("ln -s /etc/hostname /root/absolute; ln -s ../../../../../etc/hostname /root/climbing; "
                  "ln -s /root/loop /root/loop")
    assert bare_guest.read("/root/absolute") == bare_guest.read("/root/climbing") == "guest\n"
    assert bare_guest.exists("/root/loop")
    with pytest.raises(OSError, match="symbolic links"):
        bare_guest.read("/root/loop")


def test_files_get_their_owner_and_mode(bare_guest: Guest) -> None:
    bare_guest.sh("useradd --create-home carol")
    bare_guest.write("/home/carol/note", "x", mode=0o4750, owner="carol:sudo")
    assert bare_guest.run(["stat", "-c", "%U:%G %a", "/home/carol/note"]).stdout == "carol:sudo 4750\n"


def test_the_console_is_captured(bare_guest: Guest) -> None:
    bare_guest.sh("echo 'vmaccess-agent: a line' >/dev/console")
    deadline = time.monotonic() + 5
    while "vmaccess-agent: a line" not in bare_guest.console():
        assert time.monotonic() < deadline, bare_guest.console()[-500:]
        time.sleep(0.01)


@pytest.mark.parametrize("on_disk", [False, True], ids=["memory", "disk"])
def test_files_can_be_immutable(make_guest: MakeGuest, on_disk: bool) -> None:
    guest = make_guest(package=False, on_disk=on_disk).boot()
    guest.sh("touch /root/rock; chattr +i /root/rock")
    assert not guest.run(["mv", "/root/rock", "/root/sand"], check=False).ok


@pytest.mark.parametrize(("script", "told"), [
    ("printf y >>/home/alice/.ssh/authorized_keys", "/home/alice/.ssh/authorized_keys: content"),
    ("chmod 0700 /etc/sudoers.d", "/etc/sudoers.d: mode 0755 -> 0700"),
    ("chown alice /etc/ssh/sshd_config", "/etc/ssh/sshd_config: uid 0 -> 1000"),
    ("touch /etc/sudoers.d/new", "/etc/sudoers.d/new: added"),
    ("rm /etc/subuid", "/etc/subuid: removed"),
    ("cd /etc/ssh; mv moduli m; ln -s m moduli", "/etc/ssh/moduli: type file -> link"),
    ("passwd --lock alice", "/etc/shadow: content"),
])
def test_a_snapshot_sees_a_change(make_guest: MakeGuest, keypair: MakeKey, script: str, told: str) -> None:
    guest = make_guest(package=False)
    make_account(guest, keypair())
    before = snapshot(guest)
    guest.boot()
    assert diff(before, snapshot(guest)) == "", "a boot alone changes it"
    guest.sh(script)
    assert told in diff(before, snapshot(guest)).splitlines()


def test_a_command_that_hangs_is_ended(bare_guest: Guest) -> None:
    with pytest.raises(CommandFailed, match="not finished after 0.5 s"):
        bare_guest.run(["sleep", "600"], timeout=0.5)


def test_a_failed_command_says_what_it_said(bare_guest: Guest) -> None:
    with pytest.raises(CommandFailed, match="exit 3\n  stdout: to be seen\n  stderr: no such luck"):
        bare_guest.sh("echo to be seen; echo no such luck >&2; exit 3")


_GOOD = (
    b'[{"version":"1.0","timestampUTC":"2026-01-31T10:00:00Z","status":{"name":"VMAccess","operation":"Enable",'
    b'"status":"success","code":0,"formattedMessage":{"lang":"en-US","message":"Enable succeeded."},'
    b'"substatus":[{"name":"proof","status":"success","code":0,"formattedMessage":{"lang":"en-US","message":"x"}}]}}]'
)


def test_a_status_in_azures_format_is_read() -> None:
    status = parse_status(_GOOD)
    assert (status.status, status.message, status.part("proof").message) == ("success", "Enable succeeded.", "x")


@pytest.mark.parametrize(("old", "new"), [
    (b"[{", b"{"), (b'"1.0"', b'"1"'), (b"10:00:00Z", b"10:00:00"), (b'"status":"success"', b'"status":"Success"'),
    (b'"code":0', b'"code":"0"'), (b'"lang":"en-US",', b""), (b'"operation":"Enable",', b""), (b"x", b"\xff"),
    (b"[{", b"\xef\xbb\xbf[{"), (b"x", b"x" * 200_000),
], ids=["object", "version", "time", "word", "code", "lang", "operation", "utf-8", "bom", "size"])
def test_a_status_that_azures_agent_would_not_read_fails(old: bytes, new: bytes) -> None:
    with pytest.raises((AssertionError, ValueError, AttributeError)):
        parse_status(_GOOD.replace(old, new))
