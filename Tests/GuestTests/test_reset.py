"""`reset_ssh` and `restore_backup_ssh`: whoever is locked out by sshd or what is around it gets back in, or nothing changed."""

from __future__ import annotations

import pytest
from conftest import MakeGuest, MakeKey
from guestlab import Guest
from guestlab.lockouts import ALL, Lockout, make_account
from resets import configuration, locked_out, main_pid, prove, reset, settings

pytestmark = [pytest.mark.package, pytest.mark.every_suite]

SERVICE = [lockout for lockout in ALL if lockout.apply.__module__.rpartition(".")[2] in ("sshd", "host", "network")]


@pytest.mark.parametrize("lockout", SERVICE, ids=str)
def test_a_lockout_is_cleared(make_guest: MakeGuest, keypair: MakeKey, lockout: Lockout, suite: str) -> None:
    if suite not in lockout.suites:
        pytest.skip(f"not a lockout in {suite}")
    guest = make_guest()
    account = make_account(guest, keypair(name="old"))
    if lockout.booted:
        guest.boot()
        lockout.apply(guest, account)
    else:
        lockout.apply(guest, account)
        guest.boot()
    assert locked_out(guest, account, lockout.blocks)
    key = keypair(name="new")
    status = reset(guest, settings(account, lockout.send, key))
    assert status.status == "success", status
    if lockout.new_host_key:
        guest.forget_host_key()
    prove(guest, account, lockout.prove if lockout.send != "pw" else lockout.prove.replace("S", ""), key)


def test_all_at_once(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    account = make_account(guest, keypair(name="old"))
    for lockout in SERVICE:
        if lockout.name in ("host keys deleted", "unknown keyword in sshd_config", "ssh.service masked",
                            "an nftables table of the admin's drops port 22", "AllowUsers somebody"):
            lockout.apply(guest, account)
    guest.boot()
    guest.sh("iptables -A INPUT -p tcp --dport 22 -j DROP; echo closed >/etc/nologin")
    assert locked_out(guest, account, "KW6")
    key = keypair(name="new")
    status = reset(guest, settings(account, "all", key))
    assert status.status == "success", status
    guest.forget_host_key()
    prove(guest, account, "KWSB", key)


def test_a_reset_alone_is_proven_by_a_connection(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.append("/etc/ssh/sshd_config", "Port 2222\nPubkeyAuthentication no\n")
    guest.run(["systemctl", "restart", "ssh.service"])
    assert locked_out(guest, account, "KW6")
    status = reset(guest, {"reset_ssh": True})
    assert status.status == "success", status
    assert "its own host key" in status.part("proof").message
    assert "another network namespace (IPv4, IPv6)" in status.part("proof").message
    prove(guest, account, "KW6B", account.key, account.password)


def test_a_second_reset_changes_and_restarts_nothing(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "PasswordAuthentication no\nAllowUsers somebody\n")
    asked = settings(account, "all", account.key)
    assert reset(guest, asked).status == "success"
    before, running = configuration(guest), main_pid(guest)
    status = reset(guest, asked)
    assert status.status == "success", status
    assert status.part("service").message == "already as asked"
    assert (configuration(guest), main_pid(guest)) == (before, running)


def test_a_backup_comes_back_byte_for_byte(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.append("/etc/ssh/sshd_config", "\n# ours\nMatch User carol\n    X11Forwarding no")
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "MaxSessions 3\n", mode=0o640)
    before = configuration(guest)
    assert reset(guest, settings(account, "all", account.key)).status == "success"
    assert configuration(guest) != before
    # A backup is not overwritten by a second reset.
    guest.append("/etc/ssh/sshd_config", "MaxSessions 7\n")
    assert reset(guest, settings(account, "all", account.key)).status == "success"
    status = reset(guest, {"restore_backup_ssh": True})
    assert status.status == "success", status
    assert configuration(guest) == before
    prove(guest, account, "KB", account.key)
    assert reset(guest, {"restore_backup_ssh": True}).status == "error"


def test_without_a_backup_restoring_is_an_error(guest: Guest) -> None:
    before = configuration(guest)
    status = reset(guest, {"restore_backup_ssh": True})
    assert status.status == "error" and "there is no backup" in status.message, status
    assert configuration(guest) == before


def test_a_backup_that_sshd_refuses_is_left_where_it_is(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.append("/etc/ssh/sshd_config", "\nPort A\n")
    assert reset(guest, settings(account, "all", account.key)).status == "success"
    before = configuration(guest)
    status = reset(guest, {"restore_backup_ssh": True})
    assert status.status == "error" and "sshd_config:" in status.message, status
    assert configuration(guest) == before
    prove(guest, account, "K", account.key)


def test_a_reset_for_one_user_opens_no_more_than_it_must(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    account = make_account(guest, key)
    other = make_account(guest, key, user="mallory")
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", """\
PasswordAuthentication no
PermitRootLogin no
AllowUsers somebody
Match User mallory
    AllowUsers mallory
    X11Forwarding no
Match all
    MaxSessions 2
""")
    guest.append("/etc/ssh/sshd_config", "\nNonsense yes\n")
    status = reset(guest, settings(account, "all", key))
    assert status.status == "success", status
    prove(guest, account, "KWS", key)
    effective = guest.run(["sshd", "-T", "-C", "user=mallory,host=192.0.2.9,addr=192.0.2.9,laddr=10.0.0.1,lport=22"]).stdout
    for line in ("passwordauthentication no", "permitrootlogin no", "x11forwarding no", "maxsessions 2", "allowusers mallory"):
        assert line in effective.splitlines(), line
    assert not guest.login(other.user, password=other.password)
    own = guest.run(["sshd", "-T", "-C", "user=alice,host=192.0.2.9,addr=192.0.2.9,laddr=10.0.0.1,lport=22"]).stdout
    assert "maxsessions 10" in own.splitlines()


def test_who_gains_access_is_named(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    account = make_account(guest, key)
    make_account(guest, key, user="mallory")
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "PasswordAuthentication no\nPermitRootLogin no\nDenyUsers mallory\n")
    guest.run(["systemctl", "reload", "ssh.service"])
    # For one user: what is stricter for all others stays.
    status = reset(guest, settings(account, "all", key))
    assert status.status == "success" and "admits" not in status.message, status
    # For all: the distribution's own.
    status = reset(guest, {"reset_ssh": True})
    assert status.status == "success", status
    assert "mallory by key and by password" in status.message and "root" not in status.message, status


WRAPPERS = {"all": "ALL: ALL", "sshd": "sshd : ALL", "a list": "vsftpd, sshd: ALL EXCEPT LOCAL"}


@pytest.mark.parametrize("rule", WRAPPERS.values(), ids=WRAPPERS.keys())
def test_tcp_wrappers_that_refuse_are_set_aside(guest: Guest, keypair: MakeKey, rule: str, suite: str) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/hosts.deny", f"# ours\n{rule}\n")
    if guest.run(["sh", "-c", "ldd /usr/sbin/sshd /usr/lib/openssh/sshd-* 2>/dev/null | grep -q libwrap"], check=False).returncode != 0:
        pytest.skip(f"sshd of {suite} does not ask TCP wrappers")
    assert locked_out(guest, account, "K6")
    told = reset(guest, settings(account, "key", account.key))
    assert told.status == "warning" and "/etc/hosts.deny:2" in told.message, told
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    prove(guest, account, "KWS6B", account.key)
    assert guest.read("/etc/hosts.deny.vmaccess-agent-saved") == f"# ours\n{rule}\n"


def test_a_missing_user_of_sshds_own_is_made(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.sh("systemctl stop ssh.service; userdel sshd")
    assert locked_out(guest, account, "K")
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    prove(guest, account, "KWS6B", account.key)


def test_sshd_holds_no_probe_of_ours_against_anybody(guest: Guest, keypair: MakeKey) -> None:
    """Debian 13's sshd penalises an address for connections that end without a login (PerSourcePenalties)."""
    account = make_account(guest, keypair())
    for _ in range(6):
        status = reset(guest, {"reset_ssh": True})
        assert status.status == "success", status
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", f"DenyUsers {account.user}\n")
    guest.run(["systemctl", "reload", "ssh.service"])
    for _ in range(3):
        # Refused, with the probes from all sides that go with it.
        assert reset(guest, settings(account, "key", account.key)).status == "warning"
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    prove(guest, account, "KW6", account.key)
