"""The kinds of requests that the agent carries out, each with a guest that needs it and the login that it is to bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guestlab import Guest, KeyPair
from guestlab.lockouts import make_account

from .canary import PASSWORD

WITNESS = "boss"
WITNESS_PASSWORD = "Boss-horse-19-barn"


@dataclass(frozen=True)
class Keys:
    """Of the client: alice's before the run, the one that the request brings, and the witness's."""

    old: KeyPair
    new: KeyPair
    witness: KeyPair


@dataclass(frozen=True)
class Kind:
    name: str
    prepare: Callable[[Guest, Keys], None]
    settings: Callable[[Keys], dict[str, Any]]
    # Whether all is as asked; called in a booted guest.
    done: Callable[[Guest, Keys], bool]
    user: str = "alice"


def witness(guest: Guest, keys: Keys) -> None:
    """Somebody whom no request is about, who logs in by key and becomes root."""
    make_account(guest, keys.witness, user=WITNESS, password=WITNESS_PASSWORD)


def _nobody(guest: Guest, keys: Keys) -> None:
    witness(guest, keys)


def _settled(guest: Guest, keys: Keys) -> None:
    witness(guest, keys)
    make_account(guest, keys.old)


def _broken(guest: Guest, keys: Keys) -> None:
    """An account with all that can be wrong with it, and a home that is not there."""
    _settled(guest, keys)
    guest.sh("usermod --lock --expiredate 2021-01-01 --shell /usr/sbin/nologin alice; chage --lastday 2015-01-01 --maxdays 30 alice; "
             "mv /home/alice /srv/old; gpasswd --delete alice sudo")


def _unsafe(guest: Guest, keys: Keys) -> None:
    """A home that is root's, and keys where sshd does not read them."""
    _settled(guest, keys)
    guest.sh("chown root:root /home/alice; chmod 777 /home/alice; mv /home/alice/.ssh /home/alice/keys; "
             "ln -s /home/alice/keys /home/alice/.ssh; chmod 777 /home/alice/keys")


def _misconfigured(guest: Guest, keys: Keys) -> None:
    """sshd serves, and lets alice in no more; a rule in sshd_config.d as well."""
    _settled(guest, keys)
    guest.append("/etc/ssh/sshd_config", "# the site's\nPubkeyAuthentication no\nMatch User boss\n  PubkeyAuthentication yes\n")
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "DenyUsers alice\n")


def _reset_before(guest: Guest, keys: Keys) -> None:
    _misconfigured(guest, keys)


def _key(guest: Guest, keys: Keys, user: str = "alice") -> bool:
    return guest.login(user, key=keys.new).ok


def _password(guest: Guest, keys: Keys) -> bool:
    return guest.login("alice", password=PASSWORD).ok


def _both(guest: Guest, keys: Keys) -> bool:
    return _key(guest, keys) and _password(guest, keys) and guest.sudo_works("alice", key=keys.new, sudo_password=PASSWORD)


def _gone(guest: Guest, keys: Keys) -> bool:
    return "alice:" not in guest.read("/etc/passwd") + guest.read("/etc/shadow") + guest.read("/etc/group") and not guest.exists("/home/alice")


KINDS = (
    Kind("new user", _nobody, lambda keys: {"username": "alice", "ssh_key": keys.new.public, "password": PASSWORD}, _both),
    Kind("password", _settled, lambda keys: {"username": "alice", "password": PASSWORD}, _password),
    Kind("prior keys", _settled,
         lambda keys: {"username": "alice", "ssh_key": keys.new.public, "remove_prior_keys": True, "enable_passwordless_access": True},
         lambda guest, keys: guest.sudo_works("alice", key=keys.new) and not guest.login("alice", key=keys.old)),
    Kind("broken account", _broken,
         lambda keys: {"username": "alice", "ssh_key": keys.new.public, "password": PASSWORD, "expiration": "2040-01-01"}, _both),
    Kind("unsafe home", _unsafe, lambda keys: {"username": "alice", "ssh_key": keys.new.public}, _key),
    Kind("removal", _settled, lambda keys: {"remove_user": "alice"}, _gone),
    Kind("reset", _misconfigured, lambda keys: {"username": "alice", "ssh_key": keys.new.public, "reset_ssh": True}, _key),
)


def named(name: str) -> Kind:
    return next(kind for kind in KINDS if kind.name == name)
