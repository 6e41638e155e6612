"""The handler's life under the Azure agent: sequences, repeats, upgrades, crashes, stops, and machines that cannot run it."""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path

import pytest

from azure import Azure, Transport, find_secret
from guestlab import Guest, diff, snapshot


@pytest.fixture
def azure(bare_guest: Guest, tmp_path: Path) -> Azure:
    return Azure(bare_guest, Transport.make(tmp_path)).install()


def word() -> str:
    return f"Pw-{secrets.token_hex(8)}"


def test_life(azure: Azure) -> None:
    """Install, enable, the same sequence again, a new one, disable, uninstall, and a new installation that begins at 0 again."""
    first, second, third = word(), word(), word()
    assert azure.request(0, {"username": "bob", "password": first}).status == "success"
    assert azure.guest.read(f"{azure.folder}/mrseq") == "0"
    before = azure.status(0)

    # The agent restarts: the ciphertext is there again, and the user has changed the password since.
    azure.guest.sh(f"echo bob:{second} | chpasswd")
    azure.settings(0, {"username": "bob", "password": first})
    assert azure.enable(0) == before
    assert azure.guest.login("bob", password=second) and not azure.guest.login("bob", password=first)
    assert "MII" not in azure.scrubbed(0)

    assert azure.request(1, {"username": "bob", "password": third}).status == "success"
    assert azure.guest.login("bob", password=third)
    assert azure.run("disable").ok
    assert azure.run("uninstall").ok
    azure.guest.sh(f"rm -rf {azure.folder}")
    azure.install()
    assert azure.request(0, {"username": "bob", "password": first}).status == "success"
    assert azure.guest.login("bob", password=first)
    for secret in (first, second, third):
        assert not find_secret(azure.guest, secret)


def test_lost_mrseq_replays_nothing(azure: Azure) -> None:
    old, new = word(), word()
    assert azure.request(3, {"username": "bob", "password": old}).status == "success"
    azure.guest.sh(f"echo bob:{new} | chpasswd; rm {azure.folder}/mrseq {azure.folder}/status/3.status")
    # Sealed anew, so that the ciphertext is another one.
    azure.settings(3, {"username": "bob", "password": old}, None, "-aes256")
    assert azure.enable(3).status == "success"
    assert azure.guest.login("bob", password=new)
    assert azure.guest.read(f"{azure.folder}/mrseq") == "3"
    # A sequence that began anew is no repetition.
    azure.guest.sh(f"rm {azure.folder}/mrseq")
    assert azure.request(3, {"username": "carol", "password": old}).status == "success"
    assert azure.guest.login("carol", password=old)


def test_upgrade(azure: Azure) -> None:
    """Old disable, new update, old uninstall, new install, new enable: the work is not repeated."""
    old, new = word(), word()
    assert azure.request(0, {"username": "bob", "password": old}).status == "success"
    azure.guest.sh(f"echo bob:{new} | chpasswd")
    before, version = azure.folder, azure.version
    assert azure.run("disable").ok
    azure.unpack("9.9.9")
    variables = {"AZURE_GUEST_AGENT_UPDATING_FROM_VERSION": version, "VERSION": version, "AZURE_GUEST_AGENT_DISABLE_CMD_EXIT_CODE": "0"}
    assert azure.run("update", **variables).ok
    later = azure.folder
    assert azure.guest.read(f"{later}/mrseq") == "0"
    azure.version = version
    assert azure.run("uninstall").ok
    azure.guest.sh(f"rm -rf {before}")
    azure.version = "9.9.9"
    assert azure.run("install", **variables).ok
    azure.settings(0, {"username": "bob", "password": old})
    status = azure.enable(0)
    assert status.status in ("success", "warning"), status
    assert azure.guest.login("bob", password=new) and not azure.guest.login("bob", password=old)
    assert "MII" not in azure.scrubbed(0)


def test_without_the_variable_the_highest_counts(azure: Azure) -> None:
    azure.settings(9, {"username": "nobody-asked", "password": word()})
    azure.settings(10, {"username": "bob", "password": word()})
    azure.guest.write(f"{azure.folder}/config/HandlerState", "Enabled")
    assert azure.run("enable").ok
    assert azure.status(10).status == "success"
    assert not azure.guest.exists(f"{azure.folder}/status/9.status")


def test_other_lib_folder(bare_guest: Guest, tmp_path: Path) -> None:
    azure = Azure(bare_guest, Transport.make(tmp_path), lib="/opt/waagent")
    azure.install()
    assert azure.request(0, {"username": "bob", "password": word()}).status == "success"


@pytest.mark.parametrize("call", ["renameat", "fsync", "unlinkat"])
@pytest.mark.parametrize("nth", [1, 2, 4, 7, 10, 13])
def test_a_crash_repeats_and_skips_nothing(azure: Azure, call: str, nth: int) -> None:
    """Killed at the nth call that changes something; then the Azure agent runs enable again, with the ciphertext restored."""
    secret = word()
    azure.settings(0, {"username": "bob", "password": secret})
    killed = azure.guest.sh(f"cd {azure.folder}; c=0; ConfigSequenceNumber=0 strace -qq -o /dev/null -e trace={call} "
                            f"-e inject={call}:signal=KILL:when={nth} ./vmaccess-agent enable >&2 || c=$?; echo $c").stdout.strip()
    finished = azure.guest.exists(f"{azure.folder}/mrseq")
    assert killed == "0" or killed == "137", killed
    azure.settings(0, {"username": "bob", "password": secret})
    status = azure.enable(0)
    assert status.status == "success", f"{status}, killed {killed}, finished {finished}"
    assert azure.guest.login("bob", password=secret)
    assert azure.guest.read(f"{azure.folder}/mrseq") == "0"
    assert "MII" not in azure.scrubbed(0)
    assert not find_secret(azure.guest, secret)


@pytest.mark.parametrize("moment", [0.02, 0.08, 0.2, 0.4, 0.8])
def test_sigterm_has_a_last_word(azure: Azure, moment: float) -> None:
    secret = word()
    azure.settings(0, {"username": "bob", "password": secret})
    before = snapshot(azure.guest)
    code = azure.guest.sh(
        f"cd {azure.folder}; ConfigSequenceNumber=0 ./vmaccess-agent enable & p=$!; sleep {moment}; kill -TERM $p 2>/dev/null || true; "
        "c=0; wait $p || c=$?; echo code $c").stdout
    assert "code 0" in code
    status = azure.status(0)
    assert status.status != "transitioning"
    if status.status == "error":
        assert "told to stop" in status.message, status
        assert not diff(before, snapshot(azure.guest)), diff(before, snapshot(azure.guest))
        assert not azure.guest.exists(f"{azure.folder}/mrseq"), "what was not done counts as done"
    assert "MII" not in azure.scrubbed(0)
    assert not find_secret(azure.guest, secret)
    # What was not done is done the next time.
    azure.settings(0, {"username": "bob", "password": secret})
    assert azure.enable(0).status in ("success", "warning")
    assert azure.guest.login("bob", password=secret)


@pytest.mark.parametrize(("signal", "words"), [("TERM", "told to stop"), ("ALRM", "time that the whole run may take is up")])
def test_an_end_while_a_tool_hangs(azure: Azure, signal: str, words: str) -> None:
    """Told to stop, or overdue (the agent's own alarm): taken back, and said."""
    azure.guest.sh("mv /usr/sbin/useradd /usr/sbin/useradd.real; "
                   "printf '#!/bin/sh\\n/usr/sbin/useradd.real \"$@\"; exec sleep 100\\n' >/usr/sbin/useradd; chmod 755 /usr/sbin/useradd")
    azure.settings(0, {"username": "bob", "password": word()})
    before = snapshot(azure.guest)
    began = time.monotonic()
    azure.guest.sh(f"cd {azure.folder}; ConfigSequenceNumber=0 ./vmaccess-agent enable & p=$!; sleep 1; kill -{signal} $p; wait $p")
    assert time.monotonic() - began < 20
    status = azure.status(0)
    assert status.status == "error" and words in status.message, status
    assert not diff(before, snapshot(azure.guest))
    # One that was stopped is to be repeated; one that takes too long would take too long again.
    assert azure.guest.exists(f"{azure.folder}/mrseq") == (signal == "ALRM")


@pytest.mark.parametrize("bad", [b"{", b"[]", b"\xff\xfe", b'{"runtimeSettings":[{"handlerSettings":{"protectedSettings":"x","a":{"',
                                 b'{"runtimeSettings":[{},{}]}', b"\x00" * 100, b"[" * 100_000], ids=range(7))
def test_bad_settings(azure: Azure, bad: bytes) -> None:
    before = snapshot(azure.guest)
    azure.raw_settings(0, bad)
    status = azure.enable(0)
    assert status.status == "error" and status.message.startswith("Enable failed: "), status
    assert not diff(before, snapshot(azure.guest))
    json.loads(azure.scrubbed(0))


def test_status_stays_small(azure: Azure) -> None:
    """Thousands of unknown keys with names full of what needs escaping, and a name that says them again."""
    many = {"\\\"\u0001é" * 15 + str(number): "" for number in range(1000)}
    status = azure.request(0, {"username": "bob", "password": word(), **many}, {"\\" * 300 + str(number): 1 for number in range(500)})
    assert status.status in ("success", "warning"), status
    # Over the limit of a settings file: refused, and nothing of it stays.
    canary = word()
    azure.raw_settings(2, b'{"password":"' + canary.encode() + b'","x":"' + b"y" * (1 << 20) + b'"}')
    assert "larger than" in azure.enable(2).message
    assert not find_secret(azure.guest, canary)
    status = azure.request(1, {"username": "\\\"" * 5000, "password": word()})
    assert status.status == "error"


def test_a_machine_that_cannot_run_it_says_so(azure: Azure) -> None:
    azure.settings(0, {"username": "bob", "password": word()})
    azure.guest.sh("mkdir /root/away; mv /usr/lib/x86_64-linux-gnu/libcrypto.so.3 /root/away/")
    status = azure.enable(0)
    assert status.status == "error" and "libcrypto.so.3" in status.message and "OpenSSL 3" in status.message, status
    # Without the variable, and the other commands succeed.
    azure.guest.sh(f"rm {azure.folder}/status/0.status")
    assert azure.run("enable").ok and azure.status(0).status == "error"
    assert all(azure.run(verb).ok for verb in ("install", "disable", "update", "uninstall"))


def test_another_architecture(azure: Azure) -> None:
    azure.settings(0, {"username": "bob", "password": word()})
    text = azure.guest.read(f"{azure.folder}/handler").replace("x86_64", "riscv128")
    azure.guest.write(f"{azure.folder}/handler", text, mode=0o744)
    status = azure.enable(0)
    assert status.status == "error" and "riscv128" in status.message, status


def test_mode_bits_lost(azure: Azure) -> None:
    azure.guest.sh(f"chmod 600 {azure.folder}/vmaccess-agent")
    assert azure.request(0, {"username": "bob", "password": word()}).status == "success"


def test_no_environment(azure: Azure) -> None:
    azure.guest.sh(f"rm {azure.folder}/HandlerEnvironment.json")
    azure.settings(0, {"username": "bob", "password": word()})
    result = azure.run("enable", 0)
    assert result.returncode == 1 and "HandlerEnvironment.json" in result.stdout + result.stderr


def test_a_planted_link_is_not_followed(azure: Azure) -> None:
    """Nobody but root can write there; still, scrubbing must not overwrite what a link points to."""
    azure.guest.write("/root/precious", "precious")
    azure.guest.sh(f"ln -s /root/precious {azure.folder}/config/0.settings")
    azure.run("enable", 0)
    assert azure.guest.read("/root/precious") == "precious"


def test_the_zip(azure: Azure) -> None:
    manifest = json.loads(azure.guest.read(f"{azure.folder}/HandlerManifest.json"))
    assert isinstance(manifest, list) and len(manifest) == 1
    commands = manifest[0]["handlerManifest"]
    for verb in ("install", "enable", "disable", "update", "uninstall"):
        first = commands[f"{verb}Command"].split()[0]
        assert azure.guest.exists(f"{azure.folder}/{first}")
    assert all(type(commands[key]) is bool for key in ("reportHeartbeat", "continueOnUpdateFailure", "supportsMultipleExtensions"))
