"""What the real az sends: its own functions make the payloads, of which only the sending is replaced."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azure import Azure, Transport
from guestlab import Guest


def az(*calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    python = os.environ.get("VMACCESS_AZ_PYTHON")
    if not python:
        pytest.skip("needs azure-cli: python3 -m venv AZ; AZ/bin/pip install azure-cli-core; AZ/bin/pip install --no-deps azure-cli; "
                    "VMACCESS_AZ_PYTHON=AZ/bin/python")
    done = subprocess.run([python, Path(__file__).parent / "waagent/cli_payloads.py"], input=json.dumps(calls), capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_az_vm_user(bare_guest: Guest, tmp_path: Path, keypair: Any) -> None:
    key, password = keypair(), "P'w \"d\" $x äöü 1!"
    file = tmp_path / "id.pub"
    file.write_text(key.public + "\n")
    sent = az(("set_user", {"username": "bob", "password": password}),
              ("set_user", {"username": "bob", "ssh_key_value": str(file)}),
              ("set_user", {"username": "carol", "ssh_key_value": "/nowhere/id_rsa.pub"}),
              ("reset_linux_ssh", {}), ("delete_user", {"username": "bob"}))
    assert {(one["publisher"], one["type"]) for one in sent} == {("Microsoft.OSTCExtensions", "VMAccessForLinux")}
    azure = Azure(bare_guest, Transport.make(tmp_path)).install()

    first = azure.request(0, sent[0]["protected"], sent[0]["public"])
    assert first.status == "success", first
    assert bare_guest.login("bob", password=password)

    assert sent[1]["protected"]["ssh_key"].endswith("\n")
    second = azure.request(1, sent[1]["protected"], sent[1]["public"])
    assert second.status == "success", second
    assert bare_guest.login("bob", key=key) and bare_guest.login("bob", password=password)

    third = azure.request(2, sent[2]["protected"], sent[2]["public"])
    assert third.status == "error" and "name of a file" in third.message, third
    assert "carol" not in bare_guest.read("/etc/passwd")

    # The last one who can become root is not removed.
    assert azure.request(9, {"username": "dave", "ssh_key": key.public}).status == "success"
    for number, word in ((3, "reset_ssh"), (4, "remove_user")):
        status = azure.request(number, sent[number]["protected"], sent[number]["public"])
        assert status.status in ("success", "warning"), f"{word}: {status}"
    assert "bob:" not in bare_guest.read("/etc/passwd")
