"""The package: what it lays out, what a purge takes away, and what it leaves to its owners."""

from __future__ import annotations

from conftest import MakeKey, package_tests
from guestlab import Guest

pytestmark = package_tests()

STATE = "/var/lib/vmaccess-agent"


def test_the_folders_are_roots_alone(guest: Guest) -> None:
    for folder in ("", "/incoming", "/work", "/status", "/transactions", "/keys"):
        assert guest.sh(f"stat -c '%a %U %G' {STATE}{folder}").stdout.strip() == "700 root root", folder


def test_nothing_is_resident(guest: Guest) -> None:
    guest.agent.settle()
    assert guest.run(["systemctl", "is-active", "vmaccess-agent.path"]).stdout.strip() == "active"
    assert guest.run(["pgrep", "-c", "vmaccess-agent"], check=False).stdout.strip() == "0"


def test_the_units_are_sound(guest: Guest) -> None:
    units = ("vmaccess-agent.path", "vmaccess-agent.service", "vmaccess-agent-recover.service")
    said = guest.run(["systemd-analyze", "verify", "--man=no", *(f"/lib/systemd/system/{unit}" for unit in units)], check=False)
    assert said.ok and "vmaccess" not in said.stderr, said


def test_a_purge_takes_the_agents_own_and_leaves_the_users(guest: Guest, keypair: MakeKey) -> None:
    key = keypair()
    assert guest.agent.request({"username": "bob", "ssh_key": key.public}).status == "success"
    guest.run(["dpkg", "--purge", "vmaccess-agent"])
    left = guest.sh("find / -xdev -name '*vmaccess*' -not -path '/proc/*' -not -path '/sys/*' -not -path '/root/.cache/*'").stdout.split()
    # The grant is bob's: without it he would lose what he was given.
    assert [path for path in left if "/var/log/journal" not in path] == [f"/etc/sudoers.d/vmaccess-agent-{b'bob'.hex()}"]
    assert guest.login("bob", key=key)
    assert guest.sudo_works("bob", key=key)
    assert guest.sh("systemctl list-unit-files 'vmaccess*' --no-legend --full", check=False).stdout == ""
