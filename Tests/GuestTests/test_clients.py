"""Every row of contract.md's client table, in a real envelope, through the handler of the built zip, in a guest without the package."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from azure import Azure, Transport, find_secret
from guestlab import Guest

PASSWORD = 'It\'s "a" $HOME \\ pass;word! äöü €'


@pytest.fixture
def azure(bare_guest: Guest, tmp_path: Path) -> Azure:
    return Azure(bare_guest, Transport.make(tmp_path)).install()


def no_leak(azure: Azure, *words: str) -> None:
    for word in words:
        assert not find_secret(azure.guest, word)
        for output in azure.outputs:
            assert word not in output.stdout + output.stderr


def test_cli_update_password(azure: Azure) -> None:
    status = azure.request(0, {"username": "bob", "password": PASSWORD}, {})
    assert status.status == "success" and status.message.startswith("Enable succeeded."), status
    assert azure.guest.login("bob", password=PASSWORD)
    assert azure.guest.sudo_works("bob", password=PASSWORD, sudo_password=PASSWORD)
    no_leak(azure, PASSWORD)


def test_cli_update_key(azure: Azure, keypair: Any) -> None:
    key = keypair()
    status = azure.request(0, {"username": "bob", "ssh_key": key.public + "\n"}, {})
    assert status.status == "success", status
    assert azure.guest.login("bob", key=key)
    assert azure.guest.sudo_works("bob", key=key)


def test_cli_key_is_a_path(azure: Azure) -> None:
    status = azure.request(0, {"username": "bob", "ssh_key": "~/.ssh/id_rsa.pub"}, {})
    assert status.status == "error" and status.message.startswith("Enable failed: "), status
    assert "name of a file" in status.message
    assert "bob" not in azure.guest.read("/etc/passwd")


@pytest.mark.parametrize("settings", [
    pytest.param({"reset_ssh": True}, id="az vm user reset-ssh"),
    pytest.param({"reset_ssh": "true"}, id="old portal"),
    pytest.param({"reset_ssh": "True"}, id="published, string"),
    pytest.param('{"reset_ssh":True}', id="published, bare True"),
    pytest.param('{"reset_ssh":true,}', id="published, trailing comma"),
])
def test_reset(azure: Azure, settings: Any) -> None:
    status = azure.request(0, settings, {})
    assert status.status in ("success", "warning"), status


def test_cli_delete(azure: Azure, keypair: Any) -> None:
    azure.request(0, {"username": "bob", "ssh_key": keypair().public}, {})
    # The last one who can become root is not removed.
    azure.request(1, {"username": "carol", "ssh_key": keypair(name="other").public}, {})
    status = azure.request(2, {"remove_user": "bob"}, {})
    assert status.status == "success", status
    assert "bob:" not in azure.guest.read("/etc/passwd")


def test_classic_reset_access(azure: Azure, keypair: Any) -> None:
    key = keypair()
    status = azure.request(0, {"username": "bob", "password": PASSWORD, "expiration": "2099-12-31", "ssh_key": key.public + "\n",
                               "task_id": "4711"}, None)
    assert status.status == "success", status
    assert azure.guest.login("bob", key=key) and azure.guest.login("bob", password=PASSWORD)
    assert "task_id" not in str(status)
    no_leak(azure, PASSWORD)


@pytest.mark.parametrize(("password", "with_key"), [(PASSWORD, False), ("", True)], ids=["reset password", "reset key"])
def test_portal(azure: Azure, keypair: Any, password: str, with_key: bool) -> None:
    key = keypair()
    status = azure.request(0, {"username": "bob", "password": password, "ssh_key": key.public if with_key else "", "reset_ssh": False}, "")
    assert status.status == "success", status
    assert azure.guest.login("bob", key=key) if with_key else azure.guest.login("bob", password=password)


def test_portal_configuration_only(azure: Azure) -> None:
    status = azure.request(0, {"username": "bob", "password": "", "ssh_key": "", "reset_ssh": True}, {})
    assert "bob:" not in azure.guest.read("/etc/passwd")
    assert status.status in ("success", "warning"), status


@pytest.mark.parametrize("expiration", ["", "9999-12-31T23:59:59Z", "2099-12-31"])
def test_exported_template(azure: Azure, expiration: str) -> None:
    status = azure.request(0, {"username": "bob", "password": PASSWORD, "ssh_key": "", "reset_ssh": "false", "remove_user": "false",
                               "expiration": expiration}, {})
    # Booleans as strings are told, so the login is proven, and the status is success all the same.
    assert status.status == "success", status
    assert azure.guest.login("bob", password=PASSWORD)


def test_everything_in_public(azure: Azure) -> None:
    word = f"Public-{secrets.token_hex(8)}"
    status = azure.request(0, None, {"username": "bob", "password": word})
    assert status.status == "success", status
    assert "public settings" in str(status)
    assert azure.guest.login("bob", password=word)
    no_leak(azure, word)


@pytest.mark.parametrize("password", ["p" * 256, "Grüße, 世界! 'x' \"y\" $(id) `id` \\n", " leading and trailing "], ids=["256", "unicode", "blanks"])
def test_any_password_logs_in(azure: Azure, password: str) -> None:
    status = azure.request(0, {"username": "bob", "password": password}, {})
    assert status.status == "success", status
    assert azure.guest.login("bob", password=password)
    no_leak(azure, password)


def test_no_settings_at_all(azure: Azure) -> None:
    azure.raw_settings(0, b"")
    status = azure.enable(0)
    assert status.status == "error" and status.message.startswith("Enable failed: "), status
    assert azure.scrubbed(0) == ""


def test_nulls(azure: Azure) -> None:
    azure.raw_settings(0, b'{"runtimeSettings":[{"handlerSettings":{"protectedSettings":null,"publicSettings":null}}]}')
    assert azure.enable(0).status == "error"
