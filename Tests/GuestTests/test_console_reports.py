"""What the agent says on the console by itself: at boot, and of each run. In a namespace guest the console is a pty."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from conftest import MakeGuest, MakeKey, package_tests
from guestlab import Guest

pytestmark = package_tests()

PREFIX = "vmaccess-agent: "
JSON = "vmaccess-agent:json "


def said(guest: Guest, mark: str, timeout: float = 40) -> list[str]:
    """The agent's lines, once `mark` is among them: a pty and a pipe lie between."""
    deadline = time.monotonic() + timeout
    while not any(mark in line for line in guest.console().splitlines()):
        assert time.monotonic() < deadline, guest.console()[-3000:]
        time.sleep(0.05)
    return [line for line in guest.console().splitlines() if line.startswith("vmaccess-agent:")]


def machine(lines: list[str]) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix(JSON)) for line in lines if line.startswith(JSON)]


def joined(lines: list[str]) -> str:
    """The lines for people, those that were broken put together again."""
    text = "\n".join(line.removeprefix(PREFIX) for line in lines if line.startswith(PREFIX))
    return text.replace("\n  ", " ")


def test_the_boot_block_tells_who_and_where_this_is(guest: Guest) -> None:
    lines = said(guest, '"boot"')
    text = joined(lines)
    assert all(len(line) < 80 for line in lines if line.startswith(PREFIX)), lines
    assert "SSH serves on port 22" in text
    certificate = guest.run(["vmaccess-agent", "certificate"]).stdout
    fingerprint = guest.lab.execute(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], input=certificate).stdout.strip()
    assert fingerprint.partition("=")[2] in text.replace(" ", "")
    (told,) = [one for one in machine(lines) if "boot" in one]
    for kind in ("rsa", "ecdsa", "ed25519"):
        key = guest.run(["ssh-keygen", "-lf", f"/etc/ssh/ssh_host_{kind}_key.pub"]).stdout.split()[1]
        assert key in text and key in told["hostkeys"]
    assert told["ssh"] == [22] and told["identity"] in text and told["addresses"]
    assert all(address in text for address in told["addresses"])


def test_the_boot_block_says_why_ssh_does_not_serve(make_guest: MakeGuest) -> None:
    guest = make_guest()
    guest.run(["systemctl", "mask", "ssh.service"])
    guest.boot()
    lines = said(guest, '"boot"')
    assert "SSH does not serve: " in joined(lines)
    assert [one["ssh"] for one in machine(lines) if "boot" in one] == [[]]
    # It waits for SSH by itself, and no boot waits for it.
    assert guest.run(["systemctl", "is-system-running"], check=False).stdout.strip() in ("running", "degraded")
    assert "announce" not in guest.run(["systemctl", "list-jobs"]).stdout


@pytest.mark.parametrize("way", ["drop", "apply"])
def test_a_run_tells_what_was_asked_what_came_and_what_is_next(guest: Guest, keypair: MakeKey, way: str) -> None:
    settings = {"username": "bob", "ssh_key": keypair().public, "password": "Canary-horse-9-staple", "nonce": "req-17"}
    if way == "drop":
        assert guest.agent.request(settings, name="rescue").status == "success"
    else:
        assert guest.apply(settings).ok
    lines = said(guest, '"req-17"')
    text, name = joined(lines), "rescue" if way == "drop" else "apply"
    assert f"{name}: asked: get bob in with a password, a key" in text
    assert f"{name}: password: success: " in text and f"{name}: success: Enable succeeded." in text
    assert f"{name}: next: log in as bob" in text
    assert {"run": name, "nonce": "req-17", "status": "success", "exit": 0, "reason": None} in machine(lines)
    assert "Canary" not in guest.console()


def test_a_refusal_is_told_with_its_reason(guest: Guest) -> None:
    assert guest.agent.request({"username": "bob", "password": "x\ny", "nonce": 18}, name="bad").status == "error"
    lines = said(guest, '"18"')
    assert {"run": "bad", "nonce": "18", "status": "error", "exit": 3, "reason": "bad-password"} in machine(lines)
    assert "bad: next: nothing was changed" in joined(lines)
