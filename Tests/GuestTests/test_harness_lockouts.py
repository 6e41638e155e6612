"""Each lockout locks out, and as it says: one that does not would make its test of the agent worthless."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import MakeGuest, MakeKey
from guestlab.lockouts import ALL, Lockout, make_account


@pytest.mark.parametrize("lockout", ALL, ids=str)
def test_a_lockout_locks_out(make_guest: MakeGuest, keypair: MakeKey, suite: str, lockout: Lockout) -> None:
    if suite not in lockout.suites:
        pytest.skip(f"no lockout on {suite}")
    guest = make_guest(package=False)
    if lockout.booted:
        guest.boot()
    account = make_account(guest, keypair())
    lockout.apply(guest, account)
    if not guest.booted:
        guest.boot()
    works: dict[str, Callable[[], bool]] = {
        "K": lambda: guest.login(account.user, key=account.key, timeout=3).ok,
        "6": lambda: guest.login(account.user, key=account.key, ipv6=True, timeout=3).ok,
        "W": lambda: guest.login(account.user, password=account.password, timeout=6).ok,
        "S": lambda: guest.sudo_works(account.user, key=account.key, sudo_password=account.password),
    }
    # sudo is asked over a login, so it says nothing where that is blocked.
    asked = "KW6" if "K" in lockout.blocks else "KW6S"
    assert "".join(letter for letter in asked if not works[letter]()) == lockout.blocks
