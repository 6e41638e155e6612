"""What valgrind finds in the program as it is packaged: memory that nobody can free any more, and memory used as it must not be.

For `make sanitize`: valgrind slows everything twentyfold, and comes from the network. Debian 13's, since the one of Debian 12 does not
know openat2(2).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import MakeKey, package_tests
from guestlab import Guest, Run, images

pytestmark = [
    package_tests(),
    pytest.mark.skipif("VMACCESS_VALGRIND" not in os.environ, reason="make sanitize runs it"),
]

PASSWORD = "Correct-horse-9-staple"
# No exit code of its own: forked children of the agent would give it too, and their end is what they say.
VALGRIND = ["valgrind", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite", "--child-silent-after-fork=yes", "--num-callers=30"]


@pytest.fixture
def watched(run: Run) -> Iterator[Guest]:
    """A booted guest that has valgrind."""
    with Guest(run, images.with_package(run, "trixie")) as guest:
        names = guest.read("/etc/resolv.conf")
        guest.write("/etc/resolv.conf", Path("/etc/resolv.conf").read_text())
        guest.prepare(["sh", "-ec", "apt-get -q update; apt-get -qy --no-install-recommends install valgrind libc6-dbg"], timeout=300)
        guest.write("/etc/resolv.conf", names)
        guest.boot()
        guest.agent.settle()
        yield guest


def check(guest: Guest, *words: str, input: str | None = None) -> str:
    result = guest.run([*VALGRIND, "vmaccess-agent", *words], input=input, check=False, timeout=500)
    said = result.stderr
    summary = re.search(r"ERROR SUMMARY: (\d+) errors", said)
    assert summary, f"valgrind did not come to its end:\n{result}"
    assert summary[1] == "0", said[-8000:]
    # Without any block left there is no such line.
    lost = re.search(r"definitely lost: ([\d,]+) bytes", said)
    assert lost is None or lost[1] == "0", said[-8000:]
    return result.stdout


def test_an_apply_loses_no_memory(watched: Guest, keypair: MakeKey) -> None:
    watched.write("/etc/ssh/sshd_config.d/20-site.conf", "PasswordAuthentication no\n")
    watched.append("/etc/ssh/sshd_config", "\nMaxAuthTries 5\n")
    watched.run(["systemctl", "reload", "ssh.service"])
    key = keypair()
    settings = f'{{"username": "bob", "password": "{PASSWORD}", "ssh_key": "{key.public.strip()}", "reset_ssh": true}}'
    # What it did, it did under valgrind; but not its own proof by password, which calls this program by the name of valgrind's.
    said = check(watched, "apply", "-", input=settings)
    assert watched.login("bob", key=key), said
    assert watched.login("bob", password=PASSWORD), said
    # Nothing left to do, and a request that is refused.
    check(watched, "apply", "--no-proof", "-", input=settings)
    check(watched, "apply", "-", input='{"username": "root", "password": "x"}')


def test_nor_do_the_other_verbs(watched: Guest) -> None:
    for words in (["--version"], ["apply", "--dry-run", "-"], ["status"], ["certificate"]):
        check(watched, *words, input='{"reset_ssh": true}')


def test_nor_does_a_diagnose(watched: Guest) -> None:
    if watched.run(["vmaccess-agent", "diagnose", "--help"], check=False).returncode:
        pytest.skip("this package has no such verb")
    watched.write("/etc/ssh/sshd_config.d/20-site.conf", "AllowUsers somebody\n")
    watched.sh("systemctl reload ssh; useradd -m bob; usermod -L -e 1 bob")
    check(watched, "diagnose")
