"""Envelopes: what openssl-cms(1) makes is opened, what is broken gets one sentence, and the reason stays in the machine."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from azure import LIB, Azure, Transport, find_secret, openssl
from guestlab import Guest, diff, snapshot

SENTENCE = "could not be opened on this machine"


@pytest.fixture
def azure(bare_guest: Guest, tmp_path: Path) -> Azure:
    return Azure(bare_guest, Transport.make(tmp_path)).install()


OAEP = ["-keyopt", "rsa_padding_mode:oaep"]


@pytest.mark.parametrize("options", [
    ["-des3"], ["-aes128"], ["-aes256"], ["-aes-256-gcm"],
    ["-des3", *OAEP], ["-aes256", *OAEP, "-keyopt", "rsa_oaep_md:sha256"], ["-aes-256-gcm", *OAEP],
], ids=" ".join)
def test_ciphers(azure: Azure, options: list[str]) -> None:
    secret = f"Pw-{secrets.token_hex(8)}"
    status = azure.request(0, {"username": "bob", "password": secret}, {}, *options)
    assert status.status == "success", f"{status}\n{azure.log()}"
    assert azure.guest.login("bob", password=secret)
    assert not find_secret(azure.guest, secret)


@pytest.mark.parametrize("bits", [1024, 4096])
def test_key_sizes(bare_guest: Guest, tmp_path: Path, bits: int) -> None:
    azure = Azure(bare_guest, Transport.make(tmp_path, bits=bits)).install()
    assert azure.request(0, {"username": "bob", "password": secrets.token_hex(8)}).status == "success"


def test_traditional_key(azure: Azure) -> None:
    """PKCS #1 instead of PKCS #8."""
    azure.transport.key = openssl("rsa", "-traditional", input=azure.transport.key)
    azure.put_certificate()
    assert b"RSA PRIVATE" in azure.transport.key
    assert azure.request(0, {"username": "bob", "password": secrets.token_hex(8)}).status == "success"


def test_wrapped_base64(azure: Azure) -> None:
    sealed = base64.encodebytes(azure.transport.seal({"username": "bob", "password": secrets.token_hex(8)})).decode()
    azure.raw_settings(0, json.dumps({"runtimeSettings": [{"handlerSettings": {
        "protectedSettings": sealed, "protectedSettingsCertThumbprint": azure.transport.thumbprint.lower()}}]}).encode())
    assert azure.enable(0).status == "success"


Breaker = Callable[[Azure, bytes], tuple[bytes, str]]


def _flip(at: int) -> Breaker:
    def change(azure: Azure, sealed: bytes) -> tuple[bytes, str]:
        place = at % len(sealed)
        return sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1:], ""
    return change


def _certificate(text: str | None, name: str = "prv") -> Breaker:
    def change(azure: Azure, sealed: bytes) -> tuple[bytes, str]:
        path = f"{LIB}/{azure.transport.thumbprint}.{name}"
        if text is None:
            azure.guest.sh(f"rm {path}")
        else:
            azure.guest.write(path, text, mode=0o600)
        return sealed, ""
    return change


def _other_key(azure: Azure, sealed: bytes) -> tuple[bytes, str]:
    other = Transport.make(azure.transport.folder)
    azure.guest.write(f"{LIB}/{azure.transport.thumbprint}.prv", other.key, mode=0o600)
    return sealed, "is not the private key of"


def _other_pair(azure: Azure, sealed: bytes) -> tuple[bytes, str]:
    """The same issuer and serial, but another key: the recipient matches, and only the decryption fails."""
    folder = azure.transport.folder
    serial = openssl("x509", "-noout", "-serial", input=azure.transport.certificate).decode().strip().partition("=")[2]
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "o.key", "-out", folder / "o.pem", "-days", "30",
            "-subj", "/CN=LinuxTransport", "-set_serial", f"0x{serial}")
    azure.guest.write(f"{LIB}/{azure.transport.thumbprint}.crt", (folder / "o.pem").read_bytes(), mode=0o600)
    azure.guest.write(f"{LIB}/{azure.transport.thumbprint}.prv", (folder / "o.key").read_bytes(), mode=0o600)
    return sealed, ""


def _stranger(azure: Azure, sealed: bytes) -> tuple[bytes, str]:
    return Transport.make(azure.transport.folder).seal({"username": "bob", "password": "x"}), "not for this certificate"


def _encrypted_key(azure: Azure, sealed: bytes) -> tuple[bytes, str]:
    key = openssl("pkcs8", "-topk8", "-passout", "pass:abc", input=azure.transport.key)
    azure.guest.write(f"{LIB}/{azure.transport.thumbprint}.prv", key, mode=0o600)
    return sealed, "no private key in PEM that can be read"


BROKEN: dict[str, Breaker] = {
    "first byte": _flip(0), "wrapped key": _flip(-300), "last byte": _flip(-1), "content": _flip(-20),
    "truncated": lambda azure, sealed: (sealed[:-7], "truncated"),
    "half": lambda azure, sealed: (sealed[:len(sealed) // 2], "truncated"),
    "trailing": lambda azure, sealed: (sealed + b"\0\0", "follow the envelope"),
    "empty": lambda azure, sealed: (b"", ""),
    "text": lambda azure, sealed: (b"not a CMS message at all", "no CMS message"),
    "plain data": lambda azure, sealed: (openssl("cms", "-data_create", "-binary", "-outform", "DER", input=b"{}"), "another kind"),
    "no certificate": _certificate(None, "crt"), "no key": _certificate(None), "empty key": _certificate(""),
    "key is text": _certificate("no key here\n"), "key is a certificate": lambda azure, sealed: (
        azure.guest.write(f"{LIB}/{azure.transport.thumbprint}.prv", azure.transport.certificate, mode=0o600) or sealed, "no private key"),
    "other key": _other_key, "other pair": _other_pair, "stranger": _stranger, "encrypted key": _encrypted_key,
    "no json": lambda azure, sealed: (azure.transport.seal("CANARY-PLAINTEXT no json"), "of no use"),
    "json array": lambda azure, sealed: (azure.transport.seal('["CANARY-PLAINTEXT"]'), "of no use"),
    "not utf-8": lambda azure, sealed: (azure.transport.seal(b'{"username":"CANARY-PLAINTEXT\xff"}'), "of no use"),
    "half json": lambda azure, sealed: (azure.transport.seal('{"username":"bob","password":"CANARY-PLAINTEXT'), "of no use"),
    "tag": lambda azure, sealed: (_flip(-1)(azure, azure.transport.seal('{"username":"CANARY-PLAINTEXT"}', "-aes-256-gcm"))[0], "decrypt"),
    "gcm content": lambda azure, sealed: (
        _flip(-25)(azure, azure.transport.seal('{"username":"CANARY-PLAINTEXT"}', "-aes-256-gcm"))[0], "decrypt"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(azure: Azure, name: str) -> None:
    """One and the same status for all of them; a reason in the log; nothing of the plaintext, nothing changed."""
    before = snapshot(azure.guest)
    sealed, reason = BROKEN[name](azure, azure.transport.seal({"username": "bob", "password": "CANARY-PLAINTEXT"}))
    if sealed:
        azure.settings(0, None, {}, envelope=sealed)
    else:
        azure.raw_settings(0, json.dumps({"runtimeSettings": [{"handlerSettings": {
            "protectedSettings": "====", "protectedSettingsCertThumbprint": azure.transport.thumbprint}}]}).encode())
    status = azure.enable(0)
    assert status.status == "error" and SENTENCE in status.message, status
    # Word for word the same, whatever went wrong.
    assert status.message == ("Enable failed: the protected settings could not be opened on this machine; the reason is in its journal "
                              "(journalctl SYSLOG_IDENTIFIER=vmaccess-agent). Send them again, sealed for this machine's present certificate")
    assert [part.message for part in status.substatus] == [status.message.removeprefix("Enable failed: ")]
    assert "cannot be opened: " in azure.log(), azure.log()
    assert reason in azure.log(), azure.log()
    assert "cannot be opened: " not in azure.guest.console()
    assert not diff(before, snapshot(azure.guest))
    assert not find_secret(azure.guest, "CANARY-PLAINTEXT")
    assert "MII" not in azure.scrubbed(0)


@pytest.mark.parametrize("thumbprint", ["../../etc/ssl/x", "", "ABC", "../" * 13 + "A", "G" * 40], ids=range(5))
def test_odd_thumbprints(azure: Azure, thumbprint: str) -> None:
    azure.raw_settings(0, json.dumps({"runtimeSettings": [{"handlerSettings": {
        "protectedSettings": base64.b64encode(azure.transport.seal({"username": "bob"})).decode(),
        "protectedSettingsCertThumbprint": thumbprint}}]}).encode())
    status = azure.enable(0)
    assert status.status == "error" and status.message.startswith("Enable failed: "), status


def test_fips_property(azure: Azure) -> None:
    """An OpenSSL that is told to use nothing but validated algorithms, and has none: a sentence, not a crash."""
    azure.guest.sh("mkdir -p /usr/lib/ssl; rm -f /usr/lib/ssl/openssl.cnf")
    azure.guest.write("/usr/lib/ssl/openssl.cnf", "openssl_conf = o\n[o]\nalg_section = a\n[a]\ndefault_properties = fips=yes\n")
    azure.settings(0, {"username": "bob", "password": "CANARY-PLAINTEXT"})
    status = azure.enable(0)
    assert status.status == "error" and SENTENCE in status.message, status
    assert "cannot be opened: " in azure.log()
