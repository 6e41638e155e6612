"""The user may become root, nobody else's grant changes, and sudo itself stays whole."""

from __future__ import annotations

import pytest
from account_checks import NEW_PASSWORD, others, success
from conftest import MakeGuest, MakeKey
from guestlab import diff
from guestlab.lockouts import make_account

pytestmark = [pytest.mark.package, pytest.mark.every_suite]


# What the sudo configuration was like; whether sudo then asks the user for a password.
SITES = {
    "no grant": ("true", True),
    "another's file is broken": ("printf 'boss ALL=(ALL NOPASSWD ALL\\n' >/etc/sudoers.d/10-x", True),
    "no includedir": ("sed -i /includedir/d /etc/sudoers", True),
    "no sudoers.d": ("rm -r /etc/sudoers.d", True),
    "a cloud-init grant": ("echo 'alice ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/90-cloud-init-users", False),
    "a grant by the Python extension": ("echo 'alice ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/waagent", False),
    "a narrow grant": ("echo 'alice ALL=(ALL) /bin/ls' >/etc/sudoers.d/50-narrow", True),
    "an alias of that name": ("echo 'User_Alias ALICE = boss' >/etc/sudoers.d/50-alias", True),
}


@pytest.mark.parametrize("name", SITES)
def test_a_user_gets_sudo(make_guest: MakeGuest, keypair: MakeKey, name: str) -> None:
    script, asks = SITES[name]
    guest = make_guest()
    account = make_account(guest, keypair(), sudo=False)
    guest.sh(f"useradd --create-home boss; {script}; chmod 440 /etc/sudoers.d/* 2>/dev/null || true")
    guest.boot()
    before = others(guest, "alice")
    status = success(guest.agent.request({"username": "alice", "ssh_key": account.key.public, "password": NEW_PASSWORD}))
    assert guest.sudo_works("alice", key=account.key, sudo_password=NEW_PASSWORD)
    assert guest.sudo_works("alice", key=account.key) == (not asks), str(status)
    assert guest.run(["sudo", "-n", "-l", "-U", "boss"], check=False).stdout.count("not allowed") == 1
    after = others(guest, "alice")
    assert after[0] == before[0]
    changed = [line for line in diff(before[1], after[1]).splitlines() if not line.startswith("    ")]
    assert changed == {"no includedir": ["/etc/sudoers: content"], "no sudoers.d": ["/etc/sudoers.d: added"]}.get(name, [])


def test_a_key_only_user_needs_no_password(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest().boot()
    key = keypair()
    success(guest.agent.request({"username": "carol", "ssh_key": key.public}))
    assert guest.sudo_works("carol", key=key)


def test_passwordless_access_is_given_when_asked(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest().boot()
    account = make_account(guest, keypair())
    assert not guest.sudo_works("alice", key=account.key)
    success(guest.agent.request({"username": "alice", "ssh_key": account.key.public, "enable_passwordless_access": True}))
    assert guest.sudo_works("alice", key=account.key)


def test_a_grant_that_another_rule_overrules_is_a_warning(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    account = make_account(guest, keypair(), sudo=False)
    guest.write("/etc/sudoers.d/zz-no", "alice ALL=(ALL) !ALL\n", mode=0o440)
    guest.boot()
    status = guest.agent.request({"username": "alice", "ssh_key": account.key.public, "password": NEW_PASSWORD})
    assert status.status == "warning" and "overrules" in status.message, str(status)
    assert guest.read("/etc/sudoers.d/zz-no") == "alice ALL=(ALL) !ALL\n"
