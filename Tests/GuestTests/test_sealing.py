"""Sealed and signed drops outside Azure: `certificate`, `seal`, and /etc/vmaccess-agent.conf."""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from pathlib import Path
from typing import Any

import pytest

from azure import find_secret, openssl
from guestlab import Guest, diff, snapshot

pytestmark = pytest.mark.package


def seal(guest: Guest, settings: Any, *options: str) -> dict[str, Any]:
    """As a sender does, who has nothing but the certificate."""
    guest.write("/root/vm.crt", guest.run(["vmaccess-agent", "certificate"]).stdout)
    done = guest.run(["vmaccess-agent", "seal", "--to", "/root/vm.crt", *options], input=json.dumps(settings))
    return json.loads(done.stdout)


@pytest.mark.parametrize("options", [[], ["--cbc"]], ids=["gcm", "cbc"])
def test_round_trip(guest: Guest, options: list[str]) -> None:
    secret = f"Pw-{secrets.token_hex(8)}"
    guest.write("/etc/vmaccess-agent.conf", "# nothing in clear\nRequireSealed = yes\n")
    file = seal(guest, {"username": "bob", "password": secret}, *options)
    assert secret not in str(file)
    status = guest.agent.request(file)
    assert status.status == "success", status
    assert guest.login("bob", password=secret)
    assert not find_secret(guest, secret)


@pytest.mark.parametrize("options", [["-aes256"], ["-aes-256-gcm"]], ids=" ".join)
def test_sealed_by_openssl(guest: Guest, tmp_path: Path, options: list[str]) -> None:
    secret = f"Pw-{secrets.token_hex(8)}"
    (tmp_path / "c").write_text(guest.run(["vmaccess-agent", "certificate"]).stdout)
    der = openssl("cms", "-encrypt", "-binary", "-outform", "DER", *options, tmp_path / "c",
                  input=json.dumps({"username": "bob", "password": secret}).encode())
    status = guest.agent.request({"protectedSettings": base64.b64encode(der).decode()})
    assert status.status == "success", status
    assert guest.login("bob", password=secret)


def test_keys_are_made_at_boot_and_are_private(guest: Guest) -> None:
    """Also told on the console, for whoever has nothing else."""
    # By the unit, which the boot does not wait for; nothing else asks here.
    guest.sh("until systemctl show -P ActiveState -P Result vmaccess-agent-keys | grep -qx inactive; do sleep 0.05; done", timeout=30)
    found = guest.sh("stat -c '%a %U %n' /var/lib/vmaccess-agent/keys/machine.*").stdout
    assert found.splitlines() == ["600 root /var/lib/vmaccess-agent/keys/machine.crt", "600 root /var/lib/vmaccess-agent/keys/machine.key"]
    identity = openssl("x509", "-noout", "-subject", input=guest.run(["vmaccess-agent", "certificate"]).stdout.encode()).decode()
    assert f"identity: {identity.strip().rpartition(' ')[2]}" in guest.console()
    assert "its certificate's SHA-256:" in guest.console()
    one = guest.run(["vmaccess-agent", "certificate"]).stdout
    assert guest.run(["vmaccess-agent", "certificate"]).stdout == one
    guest.reboot()
    assert guest.run(["vmaccess-agent", "certificate"]).stdout == one
    # Half a pair is none.
    guest.sh("head -c 500 /var/lib/vmaccess-agent/keys/machine.key >/root/k; cat /root/k >/var/lib/vmaccess-agent/keys/machine.key")
    assert guest.run(["vmaccess-agent", "certificate"]).stdout != one


def test_a_clone_makes_its_own(guest: Guest) -> None:
    file = seal(guest, {"username": "bob", "password": "Pw-for-the-original"})
    before = guest.run(["vmaccess-agent", "certificate"]).stdout
    guest.stop()
    guest.write("/etc/machine-id", uuid.uuid4().hex + "\n", mode=0o444)
    guest.boot()
    assert guest.run(["vmaccess-agent", "certificate"]).stdout != before
    status = guest.agent.request(file)
    assert status.status == "error" and "could not be opened on this machine" in status.message, status


@pytest.mark.parametrize("settings", [
    {"username": "bob", "password": "x"}, {"protectedSettings": {"username": "bob", "password": "x"}},
    {"settings": {"username": "bob", "password": "x"}},
], ids=range(3))
@pytest.mark.parametrize("demand", ["RequireSealed", "RequireSigned"])
def test_clear_text_is_refused(guest: Guest, settings: Any, demand: str) -> None:
    guest.write("/etc/vmaccess-agent.conf", f"{demand}=yes\n")
    before = snapshot(guest)
    status = guest.agent.request(settings)
    assert status.status == "error" and "takes" in status.message, status
    assert not diff(before, snapshot(guest))


def test_signed(guest: Guest, tmp_path: Path) -> None:
    """Carried out once; a replay, an older one, a foreign one, a changed one and a stranger's are refused."""
    guest.write("/etc/vmaccess-agent.conf", "RequireSigned=yes\n")
    guest.sh("mkdir -p /etc/vmaccess-agent/trusted")
    for name, kind in (("good", ["ed25519"]), ("rsa", ["rsa"]), ("bad", ["ed25519"])):
        openssl("genpkey", "-algorithm", *kind, "-out", tmp_path / name)
        guest.write(f"/root/{name}.key", (tmp_path / name).read_bytes(), mode=0o600)
        if name != "bad":
            guest.write(f"/etc/vmaccess-agent/trusted/{name}.pem", openssl("pkey", "-in", tmp_path / name, "-pubout"))
    guest.write("/etc/vmaccess-agent/trusted/broken.pem", "no key\n")

    def signed(user: str, key: str = "good") -> dict[str, Any]:
        return seal(guest, {"username": user, "password": f"Pw-{secrets.token_hex(6)}"}, "--sign", f"/root/{key}.key")

    older = signed("older")
    file = signed("bob")
    assert guest.agent.request(file).status == "success"
    assert guest.agent.request(signed("carol", "rsa")).status == "success"

    unsigned = {name: value for name, value in signed("eve").items() if name != "signature"}
    moved = signed("eve")
    moved["signature"]["sequence"] += 1000
    swapped = signed("eve") | {"signature": signed("eve")["signature"]}
    foreign = signed("eve")
    foreign["signature"]["identity"] = "0" * 32
    public = signed("eve") | {"settings": {"username": "eve", "password": "x"}}
    disk = signed("eve") | {"settings": {"check_disk": True}}
    refused = {"replayed": file, "older": older, "stranger": signed("eve", "bad"), "unsigned": unsigned, "moved": moved,
               "swapped": swapped, "foreign": foreign, "public": public, "disk": disk, "null": signed("eve") | {"signature": {}}}
    before = snapshot(guest)
    for name, settings in refused.items():
        status = guest.agent.request(settings, name=name)
        assert status.status == "error", f"{name}: {status}"
    assert not diff(before, snapshot(guest))
    assert guest.agent.request(signed("dave")).status == "success"


@pytest.mark.parametrize("text", ["RequireSigned\n", "RequireSinged=yes\n", "RequireSealed=perhaps\n", "\xff=\n"])
def test_a_demand_that_cannot_be_read_stops_all(guest: Guest, text: str) -> None:
    guest.write("/etc/vmaccess-agent.conf", text)
    status = guest.agent.request({"username": "bob", "password": "x"})
    assert status.status == "error" and "vmaccess-agent.conf, line 1" in status.message, status
