"""repair clears what diagnose finds: broken, no login, repair, login."""

from __future__ import annotations

import json

import pytest
from conftest import MakeGuest, MakeKey, package_tests
from diagnoses import diagnose
from guestlab import Guest, snapshot
from guestlab.agent import Status, parse_status
from guestlab.lockouts import ALL, Account, make_account
from guestlab.process import Result
from guestlab.snapshot import changed

pytestmark = package_tests()

# What repair clears, by the name of the lockout, with what it was told.
CLEARS = {
    "password locked, with UsePAM no": "password-locked",
    "account expired": "account-ends",
    "password to be changed at once": "password-aged",
    "shell nologin": "shell-refuses-logins",
    "shell that does not exist": "shell-refuses-logins",
    "home writable by all": "home-not-own keys-path-unsafe",
    "locked by pam_faillock": "failures-counted",
    "ssh.service stopped": "service-not-serving",
    "ssh.service disabled": "service-not-serving",
    "ssh.service masked": "service-not-serving",
    "sshd_not_to_be_run": "service-not-serving",
    "/run/sshd writable by all": "privilege-separation-unusable",
    "/etc/nologin": "nologin",
    "iptables drops port 22": "firewall-closed",
    "policy DROP on INPUT": "firewall-closed",
    "iptables rejects with a reset": "firewall-closed",
    "an nftables table of the admin's drops port 22": "firewall-closed",
    "unknown keyword in sshd_config": "sshd-configuration service-not-serving",
    "bad value in a drop-in": "sshd-configuration service-not-serving",
    "sshd_config deleted": "sshd-configuration service-not-serving",
    "host keys deleted": "host-keys-unusable service-not-serving",
    "host keys readable by all": "host-keys-unusable service-not-serving",
    "host keys empty": "host-keys-unusable service-not-serving",
    "PubkeyAuthentication no": "key-login-closed",
    "AllowUsers somebody": "user-not-admitted",
    "DenyGroups with the user's group": "user-not-admitted",
}
ROWS = [lockout for lockout in ALL if lockout.name in CLEARS]


def repair(guest: Guest, *args: str) -> tuple[Result, Status]:
    said = guest.run(["vmaccess-agent", "repair", "--json", *args], check=False, timeout=180)
    assert said.stdout, said
    return said, parse_status(said.stdout.encode())


def broken(guest: Guest, keypair: MakeKey, lockout) -> Account:  # type: ignore[no-untyped-def]
    if lockout.booted:
        guest.boot()
    account = make_account(guest, keypair())
    lockout.apply(guest, account)
    if not guest.booted:
        guest.boot()
    guest.agent.settle()
    return account


@pytest.mark.parametrize("lockout", ROWS, ids=str)
def test_what_is_broken_is_cleared(make_guest: MakeGuest, keypair: MakeKey, suite: str, lockout) -> None:  # type: ignore[no-untyped-def]
    if suite not in lockout.suites:
        pytest.skip(f"no lockout on {suite}")
    guest = make_guest()
    account = broken(guest, keypair, lockout)
    credential = {"key": account.key} if "K" in lockout.blocks else {"password": account.password}
    assert not guest.login(account.user, timeout=4, **credential).ok
    said, status = repair(guest, "--user", account.user)
    print(status)
    cleared = [part.message.split(":")[0] for part in status.substatus if ": cleared: " in part.message]
    assert cleared == CLEARS[lockout.name].split()
    assert (said.returncode, status.status) == (0, "success")
    assert status.part("proof").message.startswith(f"sshd let {account.user} in by key")
    if lockout.new_host_key:
        guest.forget_host_key()
    assert guest.login(account.user, timeout=15, **credential).ok
    assert diagnose(guest, "--user", account.user).blocking == []
    assert guest.agent.status() == status


def test_all_at_once(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.agent.settle()
    guest.append("/etc/ssh/sshd_config", "\nPermitRootLogn no\n")
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "PubkeyAuthentication no\nAllowUsers somebody\n")
    guest.sh("rm /etc/ssh/ssh_host_*; systemctl stop ssh.service; systemctl mask ssh.service; "
             f"usermod --expiredate 2020-01-01 --shell /usr/sbin/nologin {account.user}; chmod 0777 /home/{account.user}; "
             "iptables -A INPUT -p tcp --dport 22 -j DROP; : >/etc/nologin")
    assert not guest.login(account.user, key=account.key, timeout=4).ok
    said, status = repair(guest, "--user", account.user)
    print(status)
    assert (said.returncode, status.status) == (0, "success")
    guest.forget_host_key()
    assert guest.login(account.user, key=account.key)


def test_a_dry_run_changes_nothing_and_says_what_it_would(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(), sudo=False)
    guest.agent.settle()
    guest.run(["chage", "--expiredate", "2020-01-01", account.user])
    places = ("/etc", "/home", "/var/lib/vmaccess-agent")
    before = snapshot(guest, places)
    said = guest.run(["vmaccess-agent", "repair", "--dry-run", "--user", account.user]).stdout
    assert "account-ends: the account alice ended on 2020-01-01\n  take away the account's end" in said
    assert "left: sudo-not-granted:" in said and "repair --only sudo-not-granted" in said
    planned = json.loads(guest.run(["vmaccess-agent", "repair", "--dry-run", "--json", "--user", account.user]).stdout)
    assert [found["id"] for found in planned["clears"]] == ["account-ends"]
    assert changed(before, snapshot(guest, places)) <= {"/var/lib/vmaccess-agent/lock"}


def test_what_gives_rights_is_cleared_only_where_it_is_named(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(), sudo=False)
    guest.run(["chage", "--expiredate", "2020-01-01", account.user])
    repair(guest, "--user", account.user)
    assert guest.login(account.user, key=account.key)
    assert not guest.sudo_works(account.user, key=account.key, sudo_password=account.password)
    repair(guest, "--user", account.user, "--only", "sudo-not-granted")
    assert guest.sudo_works(account.user, key=account.key, sudo_password=account.password)


def test_a_password_login_that_is_closed_is_opened_only_by_its_name(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "PasswordAuthentication no\n")
    guest.run(["systemctl", "reload", "ssh.service"])
    guest.sh(f"rm /home/{account.user}/.ssh/authorized_keys")
    assert not guest.login(account.user, password=account.password, timeout=4).ok
    said, status = repair(guest, "--user", account.user)
    assert (said.returncode, status.status) == (4, "warning") and "--only password-login-closed" in status.message
    assert not guest.login(account.user, password=account.password, timeout=4).ok
    repair(guest, "--user", account.user, "--only", "password-login-closed")
    assert guest.login(account.user, password=account.password)


def test_without_a_user_only_what_is_for_all_is_cleared(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.run(["chage", "--expiredate", "2020-01-01", account.user])
    guest.run(["systemctl", "mask", "--now", "ssh.service"])
    said, status = repair(guest)
    assert (said.returncode, status.status) == (0, "success"), status
    assert "sshd answers" in status.message
    assert diagnose(guest, "--user", account.user).blocking == ["account-ends"]


def test_other_lines_of_a_mended_configuration_stay(guest: Guest, keypair: MakeKey) -> None:
    """A block whose Match is refused goes whole: its lines would hold for everybody."""
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf",
                "PasswordAuthentication no\nMatch Usr alice\n    PermitRootLogin yes\nMatch User bob\n    X11Forwarding no\n")
    said, status = repair(guest, "--user", account.user)
    assert status.status == "success", status
    assert guest.read("/etc/ssh/sshd_config.d/20-site.conf") == (
        "PasswordAuthentication no\n#Match Usr alice\n#    PermitRootLogin yes\nMatch User bob\n    X11Forwarding no\n")


def test_what_cannot_be_cleared_is_named_with_what_to_do(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.sh(f"useradd --create-home mallory; chown mallory: /home/{account.user}")
    said, status = repair(guest, "--user", account.user)
    assert said.returncode == 4 and status.status == "warning", status
    assert "belongs to mallory" in status.message and "chown alice" in status.message
