"""Settings that cannot be right: an `error` with one clear sentence, nothing changed, and the file consumed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import package_tests
from guestlab import Guest, Run, Snapshot, Status, diff, images, snapshot, traces

pytestmark = package_tests()

SECRET = "Sesame-0pen-the-barn"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVyZ2VudGx5LW5vdC1hLXJlYWwta2V5LWF0LWFsbCEh bob@site"
_PRIVATE = ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
            "-----END OPENSSH PRIVATE KEY-----\n")


@pytest.fixture(scope="module")
def shared(run: Run, suite: str) -> Iterator[Guest]:
    """One guest for all: what is refused leaves it as it was."""
    guest = Guest(run, images.with_package(run, suite)).boot()
    # Somebody to lose something, and a grant that a name could be mistaken for.
    guest.sh("useradd --create-home --groups sudo bob; install -d -m 700 -o bob -g bob /home/bob/.ssh")
    guest.write("/home/bob/.ssh/authorized_keys", KEY + "\n", mode=0o600, owner="bob")
    yield guest
    guest.close()


def _document(**settings: Any) -> str:
    return json.dumps({"password": SECRET, **settings})


def _refused(guest: Guest, name: str, says: str, before: Snapshot, status: Status) -> None:
    assert status.status == "error", status
    assert status.message.startswith("Enable failed: "), status.message
    assert re.search(says, status.message, re.IGNORECASE), f"{status.message!r} does not say {says!r}"
    # One clear sentence, which no byte of the input can break out of.
    assert status.message.isascii() and status.message.isprintable() and len(status.message) < 500, status.message
    assert diff(before, snapshot(guest)) == ""
    assert guest.agent.waiting() == []
    assert traces(guest, SECRET) == []


CONTENTS = [
    ("not-json", f"username=bob&password={SECRET}", "JSON"),
    ("shell-words", f"username: bob\npassword: {SECRET}\n", "JSON"),
    ("empty", b"", "empty|nothing"),
    ("blank", b" \n\t\n", "empty|JSON"),
    ("cut-short", _document(username="bob")[:-3], "JSON|ends"),
    ("two-documents", _document(username="bob") * 2, "JSON|after"),
    ("too-large", _document(username="bob", note="x" * (1 << 20)), r"MiB|large|bytes"),
    ("deep", '{"username":"bob","note":' + "[" * 1000 + "]" * 1000 + "}", "deep|nest|levels"),
    ("deep-and-open", "[" * 1000, "deep|nest|levels"),
    ("bad-utf-8", b'{"username":"bob","password":"' + SECRET.encode() + b'\xff"}', "UTF-8"),
    ("overlong-utf-8", b'{"username":"bob\xc0\xaf"}', "UTF-8"),
    ("surrogate-utf-8", b'{"username":"bob\xed\xa0\x80"}', "UTF-8"),
    ("lone-surrogate", r'{"username":"bob\ud800"}', "surrogate|JSON|Unicode|character|username"),
    ("raw-nul", b'{"username":"bob\0","password":"' + SECRET.encode() + b'"}', "NUL|control|character|JSON"),
    ("raw-newline", '{"username":"bob\n","password":"x"}', "control|newline|character|JSON"),
    ("nul-in-password", _document(username="bob", password=SECRET + "\0"), "NUL|control|character|u0000"),
    ("newline-in-password", _document(username="bob", password=SECRET + "\nroot:x"), "newline|line|control|character"),
    ("duplicate", f'{{"username":"bob","password":"{SECRET}","username":"root"}}', "twice|duplicate|already"),
    ("duplicate-escaped", r'{"username":"bob","user\u006eame":"root"}', "twice|duplicate|already"),
    ("list", f'["bob","{SECRET}"]', "object"),
    ("string", f'"{SECRET}"', "object"),
    ("null", "null", "object"),
    ("name-is-number", _document(username=7), "username"),
    ("name-is-list", _document(username=["bob"]), "username"),
    ("password-is-true", _document(username="bob", password=True), "password"),
    ("key-is-object", _document(username="bob", ssh_key={"key": KEY}), "ssh_key"),
    ("date-is-number", _document(username="bob", expiration=20301231), "expiration"),
    ("reset-is-a-word", _document(username="bob", reset_ssh="perhaps"), "reset_ssh"),
    ("nothing-to-do", "{}", "."),
    ("name-alone", '{"username":"carl","password":"","ssh_key":""}', "password|key|credential"),
    ("password-alone", _document(), "username"),
    ("key-alone", json.dumps({"ssh_key": KEY}), "username"),
    ("remove-and-reset", json.dumps({"remove_user": "bob", "reset_ssh": True}), "remove_user"),
    ("remove-root", '{"remove_user":"root"}', "root|system|remove_user"),
]


@pytest.mark.parametrize(("name", "content", "says"), CONTENTS, ids=[case[0] for case in CONTENTS])
def test_a_document_is_refused(shared: Guest, name: str, content: str | bytes, says: str) -> None:
    before = snapshot(shared)
    _refused(shared, name, says, before, shared.agent.request(content, name=name, timeout=30))


NAMES = [
    "bob\n", "bob\r\n", "bob\r\nx", "bob\nroot", "bob\troot", "bob:0", "-x", "--help", "b" * 33, "0", "1234", ".", "..",
    "ALL", "bob smith", "bob/../root", "/etc/passwd", "bob,root", "bob=(ALL)", "%sudo", "#0", "+bob", "~bob", "!bob",
    "bob*", "bob'", 'bob"', "bob\\", "bob\u0000", "bob\u007f", "bob\u0085", "b\u00f6b", "bob\u202e", "bob\u001b[2J", "$(id)",
    "Defaults", "User_Alias", "Cmnd_Alias", "Host_Alias", "Runas_Alias",
]


@pytest.mark.parametrize("index", range(len(NAMES)), ids=[ascii(name)[1:-1][:40] for name in NAMES])
def test_what_is_no_user_name_is_refused(shared: Guest, index: int) -> None:
    before = snapshot(shared)
    name = f"name-{index}"
    _refused(shared, name, "name|u0000", before, shared.agent.request(_document(username=NAMES[index], ssh_key=KEY), name=name))


@pytest.mark.parametrize("user", ["root", "daemon", "sshd", "nobody", "systemd-network", "messagebus"])
def test_a_system_user_is_refused(shared: Guest, user: str) -> None:
    before = snapshot(shared)
    status = shared.agent.request(_document(username=user, ssh_key=KEY), name=f"system-{user}")
    _refused(shared, user, "system|never changes", before, status)


@pytest.mark.parametrize("date", [
    "2031-13-01", "2031-02-30", "2031-00-10", "tomorrow", "31-12-2031", "2031/12/31", "2031-12", "20311231", "-1",
    "2031-12-31; id", "2031-12-31\n", "99999-01-01",
])
def test_a_bad_date_is_refused(shared: Guest, date: str) -> None:
    before = snapshot(shared)
    status = shared.agent.request(_document(username="bob", expiration=date), name="date")
    _refused(shared, "date", "expiration|date", before, status)


KEYS = [
    ("blank", "  \n\n", "key|password"),
    ("only-a-type", "ssh-ed25519", "key"),
    ("a-word", "secret", "key"),
    ("truncated", KEY[:50], "key"),
    ("truncated-by-one", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVyZ2VudGx5LW5vdC1hLXJlYWwta2V5LWF0LWFsbCE=", "key"),
    ("another-type-inside", KEY.replace("ssh-ed25519", "ssh-rsa"), "key"),
    ("not-base64", "ssh-ed25519 !!!!", "key"),
    ("unknown-type", KEY.replace("ssh-ed25519", "ssh-ed448"), "key|type"),
    ("private", _PRIVATE, "private"),
    ("private-rsa", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n", "private"),
    ("path", "/home/bob/.ssh/id_ed25519.pub", "path|file"),
    ("home-path", "~/.ssh/id_ed25519.pub", "path|file"),
    ("one-of-two", f"{KEY}\nssh-ed25519 AAAA", "key"),
    ("a-line-of-its-own", KEY + "\rssh-rsa AAAA", "key"),
    ("control", KEY + "\x1b[2J", "key|control|character"),
]


@pytest.mark.parametrize(("name", "key", "says"), KEYS, ids=[case[0] for case in KEYS])
def test_a_bad_key_is_refused(shared: Guest, name: str, key: str, says: str) -> None:
    before = snapshot(shared)
    status = shared.agent.request(json.dumps({"username": "bob", "ssh_key": key}), name=f"key-{name}")
    _refused(shared, name, says, before, status)
    assert "b3BlbnNzaC1rZXkt" not in str(status), "a private key is told on"


_GOOD = json.dumps({"username": "eve", "password": SECRET, "ssh_key": KEY})

# $0 is where the drop goes, standard input what would be good settings; each is put there by one rename or one call.
ODD_FILES = [
    ("link", 'cat >/root/real; ln -s /root/real "$0"', "link|regular"),
    ("link-to-nothing", 'ln -s /nowhere "$0"', "link|regular"),
    ("link-to-shadow", 'ln -s /etc/shadow "$0"', "link|regular"),
    ("hard-link", 'cat >/var/lib/real; chmod 600 /var/lib/real; ln /var/lib/real "$0"', "link"),
    ("fifo", 'mkfifo -m 600 "$0"', "regular|FIFO|pipe"),
    ("folder", 'mkdir "$0"', "regular|folder|directory"),
    ("full-folder", 'mkdir /var/lib/d; cat >/var/lib/d/x.settings; mv /var/lib/d "$0"', "regular|folder|directory"),
    ("device", 'mknod -m 600 "$0" c 1 5', "regular|device"),
    ("of-somebody-else", 'cat >/var/lib/f; chown bob /var/lib/f; chmod 600 /var/lib/f; mv /var/lib/f "$0"', "own|root"),
    ("writable-by-group", 'cat >/var/lib/f; chmod 620 /var/lib/f; mv /var/lib/f "$0"', "writ"),
    ("writable-by-all", 'cat >/var/lib/f; chmod 602 /var/lib/f; mv /var/lib/f "$0"', "writ"),
]


@pytest.mark.parametrize(("name", "script", "says"), ODD_FILES, ids=[case[0] for case in ODD_FILES])
def test_an_odd_file_is_refused_unseen(shared: Guest, name: str, script: str, says: str) -> None:
    before = snapshot(shared, _PATHS)
    path = shared.agent.drop_path(f"odd-{name}")
    shared.run(["sh", "-ec", f"umask 077; {script}", path], input=_GOOD)
    try:
        status = shared.wait_status(f"odd-{name}", timeout=60)
        assert status.status == "error", status
        assert re.search(says, status.message, re.IGNORECASE), status.message
        assert diff(before, snapshot(shared, _PATHS)) == ""
        assert shared.agent.waiting() == []
        assert shared.run(["id", "eve"], check=False).returncode != 0
        if name == "link":
            assert shared.read("/root/real") == _GOOD, "followed the link"
    finally:
        shared.sh("rm -rf /root/real /var/lib/real /var/lib/d /var/lib/f")


_PATHS = ("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/ssh", "/etc/sudoers", "/etc/sudoers.d", "/home")


def test_a_huge_file_with_nothing_in_it_does_not_fill_the_disk(guest: Guest) -> None:
    """Whoever destroys it by writing all over it does just that; in a guest of its own, since a full one is of no use."""
    path = guest.agent.drop_path("huge")
    guest.run(["sh", "-ec", 'truncate -s 1T /var/lib/f; chmod 600 /var/lib/f; mv /var/lib/f "$0"', path])
    status = guest.wait_status("huge", timeout=30)
    assert status.status == "error", status
    assert re.search("MiB|large|bytes", status.message), status.message
    assert guest.agent.waiting() == []
    assert int(guest.run(["df", "--output=pcent", "/"]).stdout.split()[1].rstrip("%")) < 50


def test_a_file_that_never_gets_ready_is_refused(shared: Guest) -> None:
    before = snapshot(shared)
    path = shared.agent.drop_path("writing")
    shared.run(["systemd-run", "--unit=writer", "--service-type=exec", "sh", "-c",
                f"umask 077; exec 3>{path}; printf '%s' '{{\"username\":\"eve\",' >&3; exec sleep 600"])
    try:
        status = shared.wait_status("writing", timeout=120)
    finally:
        shared.run(["systemctl", "stop", "writer.service"])
    assert status.status == "error", status
    assert re.search("writ", status.message), status.message
    assert diff(before, snapshot(shared)) == ""
    assert shared.agent.waiting() == []


def test_the_agent_still_works_after_all_that(shared: Guest) -> None:
    """The last of the file: whatever was refused above has not worn it out."""
    status = shared.agent.request({"username": "frank", "password": SECRET}, name="after")
    assert status.status == "success", status
    assert shared.login("frank", password=SECRET)
