"""The real Azure agent, Debian's waagent, installs and runs the built zip: what it reports is what Azure would show."""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azure import NAME, Transport, archive, find_secret
from guestlab import Guest
from guestlab.cleanup import CACHE

PACKAGES = ("waagent python3 python3-minimal python3.11 python3.11-minimal libpython3.11-minimal libpython3.11-stdlib python3-distro "
            "python3-pkg-resources libexpat1 openssl libsqlite3-0 libreadline8 libncursesw6 libtinfo6 libuuid1 media-types").split()


def packages() -> Path:
    """The packages of the agent and of its Python, fetched once."""
    folder = CACHE / "debs-waagent"
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.glob("waagent_*.deb")):
        done = subprocess.run(["apt-get", "-q", "download", *PACKAGES], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"apt cannot fetch waagent: {done.stderr.strip().splitlines()[-1:]}")
    return folder


@pytest.fixture
def azure_vm(make_guest: Callable[..., Guest], suite: str) -> Guest:
    if suite != "bookworm":
        pytest.skip("the packages are Debian 12's")
    guest = make_guest(package=False)
    for deb in sorted(packages().glob("*.deb")):
        subprocess.run(f"dpkg-deb --fsys-tarfile {deb} | tar -x --keep-directory-symlink -C {guest.root}", shell=True, check=True)
    guest.boot()
    guest.sh("systemctl stop walinuxagent 2>/dev/null || true; mkdir -p -m 700 /var/lib/waagent")
    return guest


class Fabric:
    def __init__(self, guest: Guest, folder: Path) -> None:
        self.guest = guest
        self.transport = Transport.make(folder)
        guest.write("/root/fabric.py", (Path(__file__).parent / "waagent/fabric.py").read_bytes())
        guest.write("/root/extension.zip", archive().read_bytes())
        guest.write("/root/platform.crt", self.transport.certificate, mode=0o600)
        guest.write("/root/platform.key", self.transport.key, mode=0o600)

    def step(self, seq: int, protected: Any, *, version: str = "0.1.0", state: str = "enabled", public: Any = None, **more: Any) -> dict[str, Any]:
        handler = {"protectedSettings": base64.b64encode(self.transport.seal(protected)).decode(),
                   "protectedSettingsCertThumbprint": self.transport.thumbprint, "publicSettings": public or {}}
        return {"seq": seq, "version": version, "state": state, **more,
                "settings": json.dumps({"runtimeSettings": [{"handlerSettings": handler}]})}

    def run(self, *steps: dict[str, Any]) -> list[Any]:
        self.guest.write("/root/plan", json.dumps({"zip": "/root/extension.zip", "certificate": "/root/platform.crt",
                                                   "key": "/root/platform.key", "steps": steps}))
        said = self.guest.run(["python3", "/root/fabric.py", "/root/plan"], timeout=200)
        log = self.guest.read("/var/log/waagent.log")
        lines = [line for line in said.stdout.splitlines() if line.startswith("RESULTS ")]
        assert lines, f"{said}\n{log[-4000:]}"
        self.log = log
        return json.loads(lines[-1].removeprefix("RESULTS "))


def reported(result: Any) -> tuple[str, str, str]:
    """What Azure is told: the handler's state, the extension's status word and message."""
    (handler,) = [one for one in result if one["handlerName"] == NAME]
    status = handler.get("runtimeSettingsStatus", {}).get("settingsStatus", {}).get("status", {})
    return handler["status"], status.get("status", ""), status.get("formattedMessage", {}).get("message", "")


def test_the_real_agent(azure_vm: Guest, tmp_path: Path) -> None:
    """New, the same again after a restart, a new sequence, one that is refused, an upgrade, and the end."""
    fabric = Fabric(azure_vm, tmp_path)
    first, changed, third = (f"Pw-{secrets.token_hex(8)}" for _ in range(3))
    begin = fabric.step(0, {"username": "bob", "password": first})
    results = fabric.run(
        begin,
        fabric.step(0, {"username": "bob", "password": first}, restart=True, run=f"echo bob:{changed} | chpasswd"),
        fabric.step(1, {"username": "carol", "password": third}),
        fabric.step(2, {"username": "root:x", "password": third}),
        fabric.step(2, {"username": "root:x", "password": third}, version="0.2.0"),
        fabric.step(3, {"username": "dave", "password": third}, version="0.2.0"),
    )
    assert [reported(one)[0] for one in results] == ["Ready"] * 6, f"{results}\n{fabric.log[-6000:]}"
    assert [reported(one)[1] for one in results] == ["success", "success", "success", "error", "error", "success"], f"{results}\n{fabric.log}"
    assert reported(results[0])[2].startswith("Enable succeeded.")
    assert reported(results[3])[2].startswith("Enable failed: ")
    assert reported(results[3])[2] == reported(results[4])[2], "an upgrade repeats nothing"
    # What the agent reports is what the handler wrote, unchanged.
    written = json.loads(azure_vm.read(f"/var/lib/waagent/{NAME}-0.2.0/status/3.status"))[0]["status"]["formattedMessage"]["message"]
    assert reported(results[5])[2] == written
    assert azure_vm.login("bob", password=changed) and not azure_vm.login("bob", password=first)
    assert azure_vm.login("carol", password=third) and azure_vm.login("dave", password=third)
    assert not azure_vm.exists(f"/var/lib/waagent/{NAME}-0.1.0/HandlerManifest.json")

    (gone,) = [fabric.run(fabric.step(3, {"username": "dave", "password": third}, version="0.2.0", state="uninstall"))]
    assert not azure_vm.exists(f"/var/lib/waagent/{NAME}-0.2.0"), f"{gone}\n{fabric.log[-3000:]}"
    azure_vm.run(["rm", "/root/plan"])
    for secret in (first, third):
        assert not find_secret(azure_vm, secret)
    assert os.path.exists(azure_vm.host_path("/var/lib/vmaccess-agent"))
