"""What a lockout is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..guest import Guest
from ..images import SUITES
from ..login import KeyPair

Send = Literal["all", "key", "pw"]


@dataclass(frozen=True)
class Account:
    """A user who could log in with all of this before the guest was broken."""

    user: str
    key: KeyPair
    password: str


@dataclass(frozen=True)
class Lockout:
    """One row."""

    name: str
    apply: Callable[[Guest, Account], None]
    blocks: str
    """Which of K, W, S and 6 fail once it is applied; empty for an odd state in which the user still gets in."""
    send: Send
    prove: str
    booted: bool
    """Whether it needs a booted guest. Otherwise it is applied before the boot, as after a bad last shutdown."""
    suites: tuple[str, ...]
    new_host_key: bool
    """Whether the guest cannot keep its host key."""

    def __str__(self) -> str:
        return self.name


ALL: list[Lockout] = []

Break = Callable[[Guest, Account], None]


def lockout(
    name: str,
    *,
    blocks: str,
    send: Send = "all",
    prove: str = "KWSB",
    booted: bool = False,
    suites: tuple[str, ...] = SUITES,
    new_host_key: bool = False,
) -> Callable[[Break], Break]:
    """Adds the decorated function to ALL as a row."""

    def add(apply: Break) -> Break:
        ALL.append(Lockout(name, apply, blocks, send, prove, booted, suites, new_host_key))
        return apply

    return add


def make_account(guest: Guest, key: KeyPair, *, user: str = "alice", password: str = "Old-horse-41-battery",
                 sudo: bool = True, shell: str = "/bin/bash") -> Account:
    """A user with a key, a password and (by group) sudo."""
    guest.sh(
        f'useradd --create-home --shell {shell} {"--groups sudo" if sudo else ""} {user}\n'
        f"read -r line; printf '%s:%s\\n' {user} \"$line\" | chpasswd\n"
        f"install -d -m 700 -o {user} -g {user} /home/{user}/.ssh",
        input=password + "\n",
    )
    guest.write(f"/home/{user}/.ssh/authorized_keys", key.public + "\n", mode=0o600, owner=user)
    return Account(user, key, password)
