"""Azure's agent, as contract.md describes it: unpacks the zip, writes settings with real envelopes, runs the handler, reads status.

No code of that agent is in here; test_waagent.py runs the real one.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guestlab import Guest, Result, Status
from guestlab.agent import encode, parse_status

NAME = "Microsoft.OSTCExtensions.VMAccessForLinux"
LIB = "/var/lib/waagent"
OUTPUT_LIMIT = 3200


def archive() -> Path:
    """The zip under test: $VMACCESS_ZIP, or the newest in dist/."""
    named = os.environ.get("VMACCESS_ZIP")
    dist = Path(__file__).resolve().parents[2] / "dist"
    found = [Path(named)] if named else sorted(dist.glob(f"{NAME}-*.zip"), key=lambda path: path.stat().st_mtime)
    if not found or not found[-1].is_file():
        raise FileNotFoundError(f"no {NAME}-*.zip in {dist}: run `make handler` first, or name one with VMACCESS_ZIP=")
    return found[-1]


def openssl(*words: str | os.PathLike[str], input: bytes | None = None) -> bytes:
    done = subprocess.run(["openssl", *map(os.fspath, words)], input=input, capture_output=True, check=False)
    assert done.returncode == 0, f"openssl {words}: {done.stderr.decode(errors='replace')}"
    return done.stdout


@dataclass
class Transport:
    """A transport certificate and its key, as PEM."""

    certificate: bytes
    key: bytes
    thumbprint: str
    folder: Path

    @staticmethod
    def make(folder: Path, *, bits: int = 2048) -> Transport:
        stem = folder / f"transport-{secrets.token_hex(4)}"
        openssl("req", "-x509", "-newkey", f"rsa:{bits}", "-nodes", "-keyout", f"{stem}.key", "-out", f"{stem}.pem", "-days", "30",
                "-subj", "/CN=LinuxTransport")
        print_ = openssl("x509", "-in", f"{stem}.pem", "-noout", "-fingerprint", "-sha1").decode()
        thumbprint = print_.strip().rpartition("=")[2].replace(":", "").upper()
        return Transport(Path(f"{stem}.pem").read_bytes(), Path(f"{stem}.key").read_bytes(), thumbprint, folder)

    def seal(self, settings: Mapping[str, Any] | str | bytes, *options: str) -> bytes:
        """DER of an envelope, as the platform makes it; `options` are openssl-cms(1)'s."""
        path = self.folder / f"{self.thumbprint}.recipient.pem"
        path.write_bytes(self.certificate)
        how = list(options) or ["-des3"]
        ends = ["-recip", path] if "-keyopt" in how else [path]
        if "-keyopt" in how:
            at = how.index("-keyopt")
            how, ends = how[:at], ["-recip", path, *how[at:]]
        return openssl("cms", "-encrypt", "-binary", "-outform", "DER", *how, *ends, input=encode(settings))


@dataclass
class Azure:
    """The Azure agent in one guest, with this extension."""

    guest: Guest
    transport: Transport
    version: str = ""
    lib: str = LIB
    outputs: list[Result] = field(default_factory=list)

    @property
    def folder(self) -> str:
        return f"{self.lib}/{NAME}-{self.version}"

    def unpack(self, version: str | None = None) -> None:
        """Unpacks the zip as a new version; mode bits get lost, then every file may be executed by its owner."""
        path = archive()
        self.version = version or path.stem.rpartition("-")[2]
        self.guest.sh(f"mkdir -p {self.folder}/config {self.folder}/status; mkdir -p -m 755 /var/log/azure/{NAME}; chmod 700 {self.lib}")
        with zipfile.ZipFile(path) as zipped:
            for name in zipped.namelist():
                assert "/" not in name, f"not flat: {name}"
                self.guest.write(f"{self.folder}/{name}", zipped.read(name), mode=0o744)
        self.guest.write(f"{self.folder}/HandlerEnvironment.json", json.dumps([{
            "name": NAME, "seqNo": "0", "version": 1.0, "handlerEnvironment": {
                "logFolder": f"/var/log/azure/{NAME}", "configFolder": f"{self.folder}/config",
                "statusFolder": f"{self.folder}/status", "heartbeatFile": f"{self.folder}/heartbeat.log",
                "eventsFolder": f"/var/log/azure/{NAME}/events"}}]), mode=0o600)
        self.put_certificate()

    def put_certificate(self, transport: Transport | None = None) -> None:
        """`<SHA1>.crt` and `.prv`, with the "Bag Attributes" that openssl-pkcs12(1) writes."""
        transport = transport or self.transport
        bag = (b"Bag Attributes\n    localKeyID: 01 00 00 00 \n    Microsoft CSP Name: Microsoft Enhanced Cryptographic Provider v1.0\n")
        self.guest.write(f"{self.lib}/{transport.thumbprint}.crt",
                         bag + b"subject=CN = LinuxTransport\n\nissuer=CN = LinuxTransport\n\n" + transport.certificate, mode=0o600)
        self.guest.write(f"{self.lib}/{transport.thumbprint}.prv", bag + b"Key Attributes: <No Attributes>\n" + transport.key, mode=0o600)

    def settings(self, sequence: int, protected: Mapping[str, Any] | str | bytes | None, public: Any = None, *options: str,
                 envelope: bytes | None = None, thumbprint: str | None = None) -> bytes:
        """Writes `config/N.settings` and returns what was written."""
        sealed = envelope if envelope is not None else None if protected is None else self.transport.seal(protected, *options)
        handler: dict[str, Any] = {"publicSettings": public}
        if sealed is not None:
            handler["protectedSettings"] = base64.b64encode(sealed).decode()
            handler["protectedSettingsCertThumbprint"] = thumbprint or self.transport.thumbprint
        return self.raw_settings(sequence, json.dumps({"runtimeSettings": [{"handlerSettings": handler}]}).encode())

    def raw_settings(self, sequence: int, data: bytes) -> bytes:
        self.guest.write(f"{self.folder}/config/{sequence}.settings", data, mode=0o600)
        return data

    def scrubbed(self, sequence: int) -> str:
        return self.guest.read(f"{self.folder}/config/{sequence}.settings")

    def command(self, verb: str, sequence: int | None = None, **variables: str) -> list[str]:
        """The words that run a command of the manifest as the Azure agent does: a shell, a group of its own, its variables."""
        manifest = json.loads(self.guest.read(f"{self.folder}/HandlerManifest.json"))
        line = manifest[0]["handlerManifest"][f"{verb}Command"]
        env = {"AZURE_GUEST_AGENT_EXTENSION_PATH": self.folder, "AZURE_GUEST_AGENT_EXTENSION_VERSION": self.version,
               "AZURE_GUEST_AGENT_UNINSTALL_CMD_EXIT_CODE": "NOT_RUN", **variables}
        if sequence is not None:
            env["ConfigSequenceNumber"] = str(sequence)
        words = ["env", *(f"{name}={value}" for name, value in env.items())]
        return [*words, "setsid", "--wait", "sh", "-c", f'cd {self.folder} && exec sh -c "{self.folder}/{line}"']

    def run(self, verb: str, sequence: int | None = None, timeout: float = 300, **variables: str) -> Result:
        result = self.guest.run(self.command(verb, sequence, **variables), check=False, timeout=timeout)
        self.outputs.append(result)
        assert len(result.stdout) <= OUTPUT_LIMIT and len(result.stderr) <= OUTPUT_LIMIT, f"more than the agent takes:\n{result}"
        return result

    def status(self, sequence: int) -> Status:
        return parse_status(self.guest.read_bytes(f"{self.folder}/status/{sequence}.status"))

    def install(self, version: str | None = None) -> Azure:
        self.unpack(version)
        result = self.run("install")
        assert result.ok, result
        return self

    def enable(self, sequence: int, **variables: str) -> Status:
        result = self.run("enable", sequence, **variables)
        assert result.ok, f"{result}\n{self.log()}"
        return self.status(sequence)

    def request(self, sequence: int, protected: Mapping[str, Any] | str | bytes | None, public: Any = None, *options: str) -> Status:
        self.settings(sequence, protected, public, *options)
        status = self.enable(sequence)
        assert "protectedSettings" not in self.scrubbed(sequence) or "MII" not in self.scrubbed(sequence)
        return status

    def log(self) -> str:
        path = f"/var/log/azure/{NAME}/vmaccess-agent.log"
        return self.guest.read(path) if self.guest.exists(path) else "(no log)"


def find_secret(guest: Guest, secret: str) -> list[str]:
    """Where on the guest's disk, in its memory file systems and in its journal the secret is, in any of its forms."""
    forms = {secret.encode(), base64.b64encode(secret.encode()).rstrip(b"="), json.dumps(secret)[1:-1].encode()}
    found: list[str] = []
    for folder in ("", "/run", "/tmp", "/dev/shm"):
        top = guest.host_path(folder or "/")
        for here, folders, files in os.walk(top):
            if not folder:
                relative = "/" + os.path.relpath(here, top)
                folders[:] = [name for name in folders if f"{relative}/{name}".replace("/./", "/").replace("//", "/")
                              not in ("/proc", "/sys", "/run", "/tmp", "/usr", "/dev")]
            for name in files:
                path = Path(here) / name
                try:
                    if path.is_symlink() or not path.is_file():
                        continue
                    data = path.read_bytes()
                except OSError:
                    continue
                found += [f"{path.relative_to(top)}: {form[:4]!r}..." for form in forms if form in data]
    journal = guest.run(["journalctl", "--no-pager", "-o", "export"], check=False).stdout
    found += [f"journal: {form[:4]!r}..." for form in forms if form.decode() in journal]
    found += ["console" for form in forms if form.decode() in guest.console()]
    return found
