"""A user gets back in whatever state the account was in, and nobody else's changes."""

from __future__ import annotations

import pytest
from account_checks import NEW_PASSWORD, others, success
from conftest import MakeGuest, MakeKey
from guestlab import Guest, KeyPair, diff
from guestlab.lockouts import ALL, Account, Lockout, make_account

pytestmark = [pytest.mark.package, pytest.mark.every_suite]

# The service's rows are elsewhere; this one is about where keys are looked for.
ROWS = [row for row in ALL if row.apply.__module__.endswith(".account") or row.name == "AuthorizedKeysFile elsewhere"]


def _request(row: Lockout, account: Account, new: KeyPair) -> dict[str, str]:
    settings = {"username": account.user}
    if row.send in ("all", "key"):
        settings["ssh_key"] = new.public
    if row.send in ("all", "pw"):
        settings["password"] = NEW_PASSWORD
    return settings


def _works(guest: Guest, letter: str, account: Account, new: KeyPair, password: str) -> bool:
    match letter:
        case "K":
            return guest.login(account.user, key=new).ok
        case "6":
            return guest.login(account.user, key=new, ipv6=True).ok
        case "W":
            return guest.login(account.user, password=password).ok
        case _:
            return guest.sudo_works(account.user, key=new, sudo_password=password)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_lockout_is_ended(make_guest: MakeGuest, keypair: MakeKey, row: Lockout) -> None:
    guest = make_guest()
    guest.sh("useradd --create-home bystander; echo bystander:Other-horse-9 | chpasswd")
    if row.booted:
        guest.boot()
    account = make_account(guest, keypair(name="old"))
    row.apply(guest, account)
    if not guest.booted:
        guest.boot()
    if row.blocks:
        blocked = row.blocks[0]
        old = {"K": lambda: guest.login("alice", key=account.key, timeout=4).ok,
               "W": lambda: guest.login("alice", password=account.password, timeout=6).ok,
               "S": lambda: guest.sudo_works("alice", key=account.key, sudo_password=account.password)}
        assert not old[blocked](), "the guest is not locked"
    before = others(guest, "alice")
    new = account.key if "authorized_keys" in row.name else keypair(name="new")
    status = guest.agent.request(_request(row, account, new), timeout=90)
    success(status)
    password = NEW_PASSWORD if row.send in ("all", "pw") else account.password
    key = new if row.send in ("all", "key") else account.key
    letters = row.prove.replace("B", "")
    assert [x for x in letters if not _works(guest, x, account, key, password)] == [], str(status)
    after = others(guest, "alice")
    assert after[0] == before[0]
    assert diff(before[1], after[1]).replace("/etc/ssh/keys: added\n", "").replace("/etc/ssh/keys/alice: added", "") == ""
    if "B" in row.prove:
        guest.reboot()
        assert [x for x in letters if not _works(guest, x, account, key, password)] == []
    # What is as asked is left as it is.
    again = success(guest.agent.request(_request(row, account, new), timeout=90))
    assert not any("done:" in part.message for part in again.substatus), str(again)
