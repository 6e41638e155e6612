"""Keys go where sshd looks for them, whatever stands there; and a hostile home moves nothing outside itself."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest
from account_checks import NEW_PASSWORD, others, success
from conftest import MakeGuest, MakeKey
from guestlab import Guest, KeyPair, diff, snapshot
from guestlab.lockouts import make_account
from guestlab.network import GUEST4

pytestmark = pytest.mark.package

KEYS = "/home/alice/.ssh/authorized_keys"


@pytest.mark.parametrize(("value", "path"), [
    ("/etc/ssh/keys/%u", "/etc/ssh/keys/alice"),
    ("/etc/ssh/keys/%u/authorized_keys", "/etc/ssh/keys/alice/authorized_keys"),
    ("%h/.keys", "/home/alice/.keys"),
    (".config/ssh/keys%%", "/home/alice/.config/ssh/keys%"),
    ("/home/%u/.ssh/mine", "/home/alice/.ssh/mine"),
    ("/etc/ssh/all_keys .ssh/second", "/home/alice/.ssh/second"),
])
def test_the_key_goes_where_sshd_looks(make_guest: MakeGuest, keypair: MakeKey, value: str, path: str) -> None:
    guest = make_guest()
    make_account(guest, keypair(name="old"))
    guest.write("/etc/ssh/all_keys", keypair(name="all").public + "\n")
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", f"AuthorizedKeysFile {value}\n")
    shared = guest.read("/etc/ssh/all_keys")
    guest.boot()
    new = keypair(name="new")
    assert not guest.login("alice", key=new)
    success(guest.agent.request({"username": "alice", "ssh_key": new.public}))
    assert guest.login("alice", key=new)
    assert new.public in guest.read(path)
    assert guest.read("/etc/ssh/all_keys") == shared
    assert guest.read(KEYS).count("\n") == 1


@pytest.mark.parametrize("value", ["none", "/etc/ssh/all_keys"])
def test_a_place_that_is_nobodys_own_is_a_warning(make_guest: MakeGuest, keypair: MakeKey, value: str) -> None:
    guest = make_guest()
    make_account(guest, keypair(name="old"))
    guest.write("/etc/ssh/all_keys", keypair(name="all").public + "\n")
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", f"AuthorizedKeysFile {value}\n")
    guest.boot()
    before = snapshot(guest)
    status = guest.agent.request({"username": "alice", "ssh_key": keypair(name="new").public})
    assert status.status == "warning" and "reset_ssh" in status.message, str(status)
    assert diff(before, snapshot(guest)) == ""


def test_prior_keys_go_from_all_of_the_users_files(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(name="old"))
    second = keypair(name="second")
    guest.write(f"{KEYS}2", second.public + "\n", mode=0o600, owner="alice")
    assert guest.login("alice", key=account.key) and guest.login("alice", key=second)
    new = keypair(name="new")
    success(guest.agent.request({"username": "alice", "ssh_key": new.public, "remove_prior_keys": True}))
    assert guest.login("alice", key=new)
    assert not guest.login("alice", key=account.key) and not guest.login("alice", key=second)
    assert guest.read(KEYS) == new.public + "\n" and not guest.exists(f"{KEYS}2")


# What an attacker, or an accident, leaves in a home; and what of the old key must still work.
HOMES = {
    "keys link to shadow": ("rm {k}; ln -s /etc/shadow {k}", False),
    "keys link to cron": ("rm {k}; ln -s /etc/cron.d/x {k}", False),
    "keys link inside the home": ("mkdir {h}/dot; mv {k} {h}/dot/ak; ln -s ../dot/ak {k}; chown -R alice: {h}/dot", True),
    "keys link to nothing": ("rm {k}; ln -s nowhere {k}", False),
    "keys hard linked elsewhere": ("chmod 666 {k}; mkdir -m 777 /home/share; ln {k} /home/share/ak", True),
    "keys a FIFO": ("rm {k}; mkfifo {k}; chown alice: {k}", False),
    "keys a directory": ("rm {k}; mkdir {k}; touch {k}/x; chown -R alice: {k}", False),
    "keys of root, unreadable": ("chown root: {k}; chmod 600 {k}", False),
    "keys of root, readable": ("chown root: {k}; chmod 644 {k}", True),
    "keys immutable": ("chattr +i {k}", True),
    "keys append-only": ("chattr +a {k}", True),
    "keys of 2 GB": ("truncate -s 2G {k}", False),
    "keys 0666": ("chmod 666 {k}", True),
    "keys without rights": ("chmod 0 {k}", True),
    "ssh a link to /etc": ("rm -r {s}; ln -s /etc {s}", False),
    "ssh a link to root's": ("rm -r {s}; mkdir -p /root/.ssh; ln -s /root/.ssh {s}", False),
    "ssh a link inside the home": ("mkdir {h}/dot; mv {s} {h}/dot/ssh; ln -s dot/ssh {s}; chown -R alice: {h}/dot", True),
    "ssh a link to an open folder inside the home": (
        "mkdir {h}/dot; mv {s} {h}/dot/ssh; ln -s dot/ssh {s}; chown -R alice: {h}/dot; chmod 777 {h}/dot {h}/dot/ssh", True),
    "ssh a link to her own folder elsewhere": (
        "mkdir /srv/a; mv {s} /srv/a/ssh; chown alice: /srv/a; ln -s /srv/a/ssh {s}", True),
    "ssh a link to another's folder elsewhere": (
        "useradd mallory; mkdir /srv/a; mv {s} /srv/a/ssh; chown -R mallory: /srv/a; chmod -R a+rX /srv/a; ln -s /srv/a/ssh {s}", False),
    "keys link to her own file elsewhere": ("mkdir /srv/a; mv {k} /srv/a/k; chown -R alice: /srv/a; ln -s /srv/a/k {k}", True),
    "ssh a file": ("rm -r {s}; touch {s}", False),
    "ssh of root": ("chown -R root: {s}", False),
    "ssh of a stale uid": ("chown -R 4242:4242 {s}", False),
    "ssh immutable": ("chattr +i {s}", True),
    "ssh without rights": ("chmod 0 {s}", True),
    "home of a stale uid": ("chown -R 4242:4242 {h}; chmod 700 {h}", False),
    "home of root": ("chown root: {h}; chmod 700 {h}", True),
    "home without rights": ("chmod 0 {h}", True),
    "home a file": ("rm -r {h}; touch {h}", False),
    "home open, above it others may write": ("chmod 777 {h} /home", True),
    "home a link of root's, open": ("mv {h} /srv/alice; ln -s /srv/alice {h}; chmod 777 /srv/alice", True),
    "home a link of root's": ("mv {h} /srv/alice; ln -s /srv/alice {h}", True),
}


@pytest.mark.parametrize("name", HOMES)
def test_an_odd_home(make_guest: MakeGuest, keypair: MakeKey, name: str) -> None:
    script, keeps_old = HOMES[name]
    guest = make_guest(on_disk="immutable" in name or "append" in name or "2 GB" in name).boot()
    account = make_account(guest, keypair(name="old"))
    guest.sh(script.format(h="/home/alice", s="/home/alice/.ssh", k=KEYS))
    outside = others(guest, "alice")
    roots = snapshot(guest, ["/etc/cron.d", "/root", "/etc/shadow", "/etc/passwd", "/home/share"])
    new = keypair(name="new")
    status = guest.agent.request({"username": "alice", "ssh_key": new.public})
    success(status)
    assert guest.login("alice", key=new)
    assert bool(guest.login("alice", key=account.key)) == keeps_old, str(status)
    after = others(guest, "alice")
    assert after[0] == outside[0]
    kept = [line for line in diff(outside[1], after[1]).splitlines() if "/home/alice.vmaccess-agent-" not in line]
    assert kept == []
    assert diff(roots, snapshot(guest, ["/etc/cron.d", "/root", "/etc/shadow", "/etc/passwd", "/home/share"])) == ""
    again = success(guest.agent.request({"username": "alice", "ssh_key": new.public}))
    assert again.part("authorized_keys").message == "already as asked", str(again)


@pytest.mark.parametrize(("script", "word", "says"), [
    ("chown mallory: /home/alice; chmod 755 /home/alice", "warning", "belongs to mallory"),
    ("chown mallory: /home/alice; chmod 700 /home/alice", "error", "cannot be written"),
    ("rm -r /home/alice; ln -s /home/gone /home/alice", "error", "not mounted"),
], ids=["of another", "of another, closed", "not mounted"])
def test_a_home_that_is_not_to_be_taken_is_left_and_named(
        guest: Guest, keypair: MakeKey, script: str, word: str, says: str) -> None:
    make_account(guest, keypair(name="old"))
    guest.sh(f"useradd --create-home mallory; {script}")
    home = guest.run(["stat", "-c", "%U %a %F", "/home/alice"]).stdout
    before = snapshot(guest)
    status = guest.agent.request({"username": "alice", "ssh_key": keypair(name="new").public})
    assert status.status == word and says in status.message, str(status)
    assert guest.run(["stat", "-c", "%U %a %F", "/home/alice"]).stdout == home
    if word == "error":
        assert diff(before, snapshot(guest)) == ""


@pytest.mark.parametrize(("script", "word"), [
    ("mount -t tmpfs -o size=16k,uid=$(id -u alice),mode=755 none /home/alice; install -d -o alice -m 700 /home/alice/.ssh; "
     "dd if=/dev/zero of=/home/alice/fill bs=1k 2>/dev/null || true", "no space"),
    ("mount --bind /home/alice /home/alice; mount -o remount,ro,bind /home/alice", "read-only"),
], ids=["full", "read-only"])
def test_a_file_system_that_takes_nothing(guest: Guest, keypair: MakeKey, script: str, word: str) -> None:
    make_account(guest, keypair(name="old"))
    guest.sh(script)
    before = snapshot(guest)
    status = guest.agent.request({"username": "alice", "ssh_key": keypair(name="new").public})
    assert status.status == "error" and word in status.message, str(status)
    assert diff(before, snapshot(guest)) == ""


def test_everything_in_ssh_gets_the_mode_that_ssh_wants(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair(name="old"))
    guest.sh("cd /home/alice/.ssh; touch id_rsa id_rsa.pub known_hosts config; chown alice: *; chmod -R 777 /home/alice; "
             "ln -s /etc/shadow id_link; ln /home/alice/.ssh/config /home/alice/other")
    mode = guest.run(["stat", "-c", "%a", "/etc/shadow"]).stdout
    assert not guest.login("alice", key=account.key)
    success(guest.agent.request({"username": "alice", "ssh_key": account.key.public}))
    assert guest.login("alice", key=account.key)
    modes = guest.sh("cd /home/alice/.ssh; stat -c '%n %a' . authorized_keys id_rsa id_rsa.pub known_hosts config").stdout
    assert modes.split("\n")[:-1] == [
        ". 700", "authorized_keys 600", "id_rsa 600", "id_rsa.pub 644", "known_hosts 644", "config 777"]
    assert guest.run(["stat", "-c", "%a", "/etc/shadow"]).stdout == mode


def test_a_link_out_of_the_home_is_replaced_with_what_it_led_to(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.sh("mkdir /srv/a; mv /home/alice/.ssh /srv/a/ssh; chown alice: /srv/a; ln -s /srv/a/ssh /home/alice/.ssh; gpasswd -d alice sudo")
    elsewhere = snapshot(guest, ["/srv/a"])
    assert guest.login("alice", key=account.key)
    status = success(guest.agent.request({"username": "alice"}))
    assert "put a folder with the keys that are there in place of ~/.ssh" in str(status)
    assert guest.login("alice", key=account.key)
    assert diff(elsewhere, snapshot(guest, ["/srv/a"])) == ""
    assert guest.sh("readlink /home/alice/.ssh.vmaccess-agent-*").stdout == "/srv/a/ssh\n"


def test_a_login_that_hangs_in_the_users_own_rc_is_not_proven(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/home/alice/.ssh/rc", "sleep 600\n", owner="alice")
    assert not guest.login("alice", key=account.key, timeout=4)
    status = guest.agent.request({"username": "alice", "ssh_key": account.key.public}, timeout=90)
    assert status.status == "warning" and "gave no session" in status.message, str(status)


def test_a_name_alone_makes_no_account_that_cannot_log_in(guest: Guest, keypair: MakeKey) -> None:
    before = snapshot(guest)
    status = guest.agent.request({"username": "carol"})
    assert status.status == "error" and "ssh_key" in status.message, str(status)
    assert diff(before, snapshot(guest)) == ""
    account = make_account(guest, keypair(), sudo=False)
    success(guest.agent.request({"username": "alice"}))
    assert guest.sudo_works("alice", key=account.key, sudo_password=account.password)


def test_names_that_swap_while_the_agent_works(guest: Guest, keypair: MakeKey) -> None:
    make_account(guest, keypair(name="old"))
    # As alice, for the whole time: .ssh is her own folder, a link to /etc, a link to root's, gone.
    guest.sh("mkdir -p /root/.ssh; echo secret >/root/.ssh/authorized_keys")
    guest.run(["systemd-run", "--uid=alice", "--unit=swap", "sh", "-c",
               "cd /home/alice; mkdir real; while :; do mv .ssh real/s; ln -s /root/.ssh .ssh; mv .ssh real/l1; ln -s /etc .ssh; "
               "mv .ssh real/l2; mv real/s .ssh; rm -f real/l1 real/l2; done"])
    paths = ["/etc/passwd", "/etc/shadow", "/etc/ssh", "/etc/cron.d", "/root", "/etc/sudoers"]
    before, folder = snapshot(guest, paths), guest.run(["stat", "-c", "%U %a", "/etc", "/root/.ssh"]).stdout
    for number in range(6):
        guest.agent.request({"username": "alice", "ssh_key": keypair(name=f"new{number}").public}, timeout=120)
    guest.run(["systemctl", "stop", "swap"])
    assert diff(before, snapshot(guest, paths)) == ""
    assert guest.run(["stat", "-c", "%U %a", "/etc", "/root/.ssh"]).stdout == folder
    assert not guest.exists("/etc/authorized_keys")
    # Another user's request is none the worse for it.
    key = keypair(name="bob")
    success(guest.agent.request({"username": "bob", "ssh_key": key.public, "password": NEW_PASSWORD}))
    assert guest.login("bob", key=key)


@pytest.mark.parametrize(("kind", "bits"), [("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "3072"), ("rsa", "2048")])
def test_keys_of_other_types_and_sizes_log_in(guest: Guest, tmp_path: Path, kind: str, bits: str) -> None:
    private = tmp_path / "id"
    guest.lab.execute(["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-f", private])
    key = KeyPair(private, Path(f"{private}.pub").read_text().strip())
    make_account(guest, key)
    guest.sh(f": >{KEYS}")
    assert not guest.login("alice", key=key)
    success(guest.agent.request({"username": "alice", "ssh_key": key.public}))
    assert guest.login("alice", key=key)


def _text(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


@pytest.mark.parametrize(("kind", "name"), [
    ("ed25519", "sk-ssh-ed25519@openssh.com"), ("ecdsa", "sk-ecdsa-sha2-nistp256@openssh.com"),
])
def test_a_security_keys_public_key_is_accepted(guest: Guest, keypair: MakeKey, tmp_path: Path, kind: str, name: str) -> None:
    """Nobody here can touch the button: the agent's proof and this client see sshd accept the key, and stop there."""
    make_account(guest, keypair(name="old"))
    # PROTOCOL.u2f: what the plain key has, and the application.
    plain = base64.b64decode(keypair(kind, name="plain").public.split()[1])
    rest = plain[4 + struct.unpack_from(">I", plain)[0]:]
    public = f"{name} {base64.b64encode(_text(name.encode()) + rest + _text(b'ssh:')).decode()} token"
    (tmp_path / "sk.pub").write_text(public + "\n")

    def accepted() -> bool:
        said = guest.lab.execute(
            ["nsenter", f"--net={guest.network.client}", "ssh", "-v", "-F", "none", "-o", "BatchMode=yes", "-o", "IdentityAgent=none",
             "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
             "-o", "GlobalKnownHostsFile=/dev/null", "-i", tmp_path / "sk.pub", f"alice@{GUEST4}", "true"], check=False).stderr
        assert "Offering public key" in said, said
        return "Server accepts key" in said

    assert not accepted()
    status = success(guest.agent.request({"username": "alice", "ssh_key": public}))
    assert "by key" in status.part("proof").message, str(status)
    assert public in guest.read(KEYS).splitlines()
    assert accepted()
