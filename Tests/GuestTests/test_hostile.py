"""A home that is a file system which never answers costs its own user's request a bounded time, and nobody else's."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from account_checks import NEW_PASSWORD, account_lines, success
from conftest import MakeKey
from guestlab import Guest, diff, snapshot
from guestlab.lockouts import make_account

pytestmark = pytest.mark.package

# One deadline, and what the other request takes by itself on a busy machine.
ONE_DEADLINE, OWN_TIME = 20, 15
# Not the homes: whoever looks at mallory's waits too.
PATHS = ("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/ssh", "/etc/sudoers", "/etc/sudoers.d", "/root")


@contextmanager
def _hanging(guest: Guest, path: str) -> Iterator[None]:
    daemon = subprocess.Popen([sys.executable, str(Path(__file__).with_name("hanging.py")), str(guest.pid), path],
                              stdout=subprocess.PIPE, text=True)
    assert daemon.stdout is not None
    try:
        assert daemon.stdout.readline() == "mounted\n"
        yield
    finally:
        # With its last descriptor the connection is gone, and whoever waits gets an error.
        daemon.kill()
        daemon.wait()
        daemon.stdout.close()
        guest.run(["umount", "-l", path], check=False)


@pytest.mark.parametrize("path", ["/home/mallory/.ssh", "/home/mallory"])
def test_a_home_that_never_answers_holds_up_nobody_else(guest: Guest, keypair: MakeKey, path: str) -> None:
    make_account(guest, keypair(name="old"), user="mallory")
    key, later = keypair(name="bob"), keypair(name="carol")
    with _hanging(guest, path):
        before, lines = snapshot(guest, PATHS), account_lines(guest, "bob")
        start = time.monotonic()
        guest.drop("a-mallory", {"username": "mallory", "ssh_key": keypair(name="new").public, "password": NEW_PASSWORD})
        guest.drop("b-bob", {"username": "bob", "ssh_key": key.public})
        bad = guest.agent.wait_status("a-mallory", timeout=120)
        refused = time.monotonic() - start
        success(guest.agent.wait_status("b-bob", timeout=200))
        done = time.monotonic() - start
        print(f"mallory's error after {refused:.1f} s, bob's success after {done:.1f} s:\n{bad}")
        assert bad.status == "error" and "took longer than" in bad.message, str(bad)
        assert guest.login("bob", key=key)
        assert account_lines(guest, "bob") == lines
        kept = [line for line in diff(before, snapshot(guest, PATHS)).splitlines()
                if not line.startswith(("    ", "/etc/passwd:", "/etc/shadow:", "/etc/group:", "/etc/gshadow:",
                                        "/etc/sudoers.d/vmaccess-agent-626f62:"))]
        assert kept == []
        assert done < ONE_DEADLINE + OWN_TIME
        # Nor does what is left of it hold up the next one, dropped right after.
        start = time.monotonic()
        success(guest.agent.request({"username": "carol", "ssh_key": later.public}, timeout=200))
        print(f"carol's success after {time.monotonic() - start:.1f} s")
        assert time.monotonic() - start < ONE_DEADLINE + OWN_TIME
        assert guest.login("carol", key=later)
        _agent_has_ended(guest)


def _agent_has_ended(guest: Guest) -> None:
    deadline = time.monotonic() + 30
    while guest.run(["systemctl", "show", "-P", "MainPID", "vmaccess-agent.service"]).stdout.strip() != "0":
        assert time.monotonic() < deadline, "the agent's process has not ended"
        time.sleep(0.2)
