"""`success` means that sshd let the user in, as somebody on the network would come; nothing else means it."""

from __future__ import annotations

import difflib
import time

import pytest
from conftest import MakeKey, package_tests
from guestlab import Guest, traces
from guestlab.lockouts import make_account

pytestmark = package_tests()

PASSWORD = "Correct-horse-9-staple"
BAIT = "Bait-horse-7-trap"

# Each is invisible on the loopback, over which a careless proof would ask.
FIREWALLS = [
    ("policy", "for t in iptables ip6tables; do $t -P INPUT DROP; $t -A INPUT -i lo -j ACCEPT; done"),
    ("policy-and-loopback", "for t in iptables ip6tables; do $t -P INPUT DROP; done"),
    ("port", "for t in iptables ip6tables; do $t -A INPUT ! -i lo -p tcp --dport 22 -j DROP; done"),
    ("reset", "for t in iptables ip6tables; do $t -A INPUT ! -i lo -p tcp --dport 22 -j REJECT --reject-with tcp-reset; done"),
    ("output", "for t in iptables ip6tables; do $t -P OUTPUT DROP; $t -A OUTPUT -o lo -j ACCEPT; done"),
    ("raw", "for t in iptables ip6tables; do $t -t raw -A PREROUTING ! -i lo -p tcp --dport 22 -j DROP; done"),
    ("ipv6-alone", "ip6tables -A INPUT ! -i lo -p tcp --dport 22 -j DROP"),
    ("nftables", "nft add table inet site; nft add chain inet site in '{ type filter hook input priority 0; }'; "
                 "nft add rule inet site in iif != lo tcp dport 22 drop"),
]


@pytest.mark.parametrize("script", [case[1] for case in FIREWALLS], ids=[case[0] for case in FIREWALLS])
def test_behind_a_firewall_it_is_a_warning(guest: Guest, keypair: MakeKey, script: str) -> None:
    key = keypair()
    guest.sh(script)
    assert not guest.login("bob", key=key, ipv6=True, timeout=2)
    rules = _rules(guest)
    status = guest.agent.request({"username": "bob", "ssh_key": key.public}, timeout=90)
    assert status.status == "warning", status
    assert "Enable succeeded." not in status.message or "not proven" in str(status), status
    # What was asked is done, and only the firewall is in the way; it belongs to all, and nobody asked for a reset.
    assert _rules(guest) == rules
    guest.reboot()
    assert guest.login("bob", key=key)


def _rules(guest: Guest) -> str:
    return guest.sh("for t in iptables ip6tables; do $t -S; $t -t raw -S; done; nft -s list ruleset").stdout


@pytest.mark.parametrize("sent", ["key", "password"])
def test_where_sshd_refuses_the_user_it_is_a_warning(guest: Guest, keypair: MakeKey, sent: str) -> None:
    key = keypair()
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "AllowUsers somebody\n")
    guest.run(["systemctl", "reload", "ssh.service"])
    settings = {"username": "bob", **({"ssh_key": key.public} if sent == "key" else {"password": PASSWORD})}
    status = guest.agent.request(settings, timeout=90)
    assert status.status == "warning", status
    assert guest.read("/etc/ssh/sshd_config.d/20-site.conf") == "AllowUsers somebody\n"


def _surroundings(guest: Guest) -> str:
    return guest.run(["sh", "-c", "ip -o link; ip netns; ls -A /run/vmaccess-agent; find /tmp /var/tmp -type f -o -type s; "
                      "ps -eo comm= | grep -e ssh -e vmaccess"], check=False).stdout


def test_a_proof_leaves_nothing_behind(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    # The first login has logind start alice's manager, and PAM write a motd; that is not the agent's.
    assert guest.login("alice", key=account.key)
    guest.agent.settle()
    before = _surroundings(guest)
    key = keypair(name="new")
    assert guest.agent.request({"username": "alice", "ssh_key": key.public, "password": PASSWORD}).status == "success"
    assert guest.read("/home/alice/.ssh/authorized_keys") == f"{account.key.public}\n{key.public}\n"
    deadline = time.monotonic() + 5  # sshd's children end a moment after the client
    while (after := _surroundings(guest)) != before:
        assert time.monotonic() < deadline, "\n".join(difflib.ndiff(before.splitlines(), after.splitlines()))
        time.sleep(0.1)


# A complete sshd of mallory's own, on the machine's port. strace shows what it is told: the password passes
# from its network process to its monitor in clear.
_SQUAT = """\
umask 077
cd /home/mallory
ssh-keygen -q -t ed25519 -N '' -f hostkey
cat >config <<EOF
Port 22
%s
HostKey /home/mallory/hostkey
PidFile none
UsePAM no
PasswordAuthentication yes
StrictModes no
AuthorizedKeysFile /home/mallory/accepted
EOF
exec strace -f -s 4096 -e trace=read,write,sendto,sendmsg,recvfrom,recvmsg -o told /usr/sbin/sshd -D -f config
"""


def _squat(guest: Guest, address: str) -> None:
    """An unprivileged user listens where sshd should; the site lets users have low ports, as some do for containers."""
    guest.sh("useradd --create-home mallory; echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start")
    guest.write("/home/mallory/squat", _SQUAT % address, mode=0o700, owner="mallory")
    guest.run(["systemd-run", "--unit=squatter", "--uid=mallory", "--service-type=exec", "sh", "/home/mallory/squat"])
    port = "[::]:22" if "::" in address else "0.0.0.0:22"
    guest.sh(f"for i in $(seq 200); do ss -Hltn | grep -qF '{port}' && exit 0; sleep 0.05; done; journalctl -u squatter; exit 1")


def _told(guest: Guest) -> str:
    return guest.read("/home/mallory/told")


@pytest.mark.parametrize("sent", ["key", "password", "both"])
@pytest.mark.parametrize("where", ["while sshd is stopped", "on IPv6 alone"])
def test_a_squatter_gets_neither_the_password_nor_a_success(guest: Guest, keypair: MakeKey, where: str, sent: str) -> None:
    account = make_account(guest, keypair(name="old"))
    if where == "on IPv6 alone":
        guest.write("/etc/ssh/sshd_config.d/20-site.conf", "ListenAddress 0.0.0.0\n")
        guest.run(["systemctl", "restart", "ssh.service"])
        _squat(guest, "ListenAddress ::")
    else:
        guest.run(["systemctl", "stop", "ssh.service"])
        _squat(guest, "")
    # The trap works: who trusts it tells it a password.
    assert not guest.login(account.user, password=BAIT, ipv6=True)
    assert BAIT in _told(guest)
    settings = {"username": "alice"}
    if sent != "password":
        settings["ssh_key"] = keypair(name="new").public
    if sent != "key":
        settings["password"] = PASSWORD
    status = guest.agent.request(settings, timeout=90)
    assert PASSWORD not in _told(guest)
    if where == "on IPv6 alone":
        # sshd serves IPv4, so alice is back in; what is not to be said is that sshd lets her in over IPv6.
        assert status.status == "warning" or "IPv6" not in str(status), status
    else:
        assert status.status in ("warning", "error"), status
    assert traces(guest, PASSWORD) == []
    guest.run(["systemctl", "stop", "squatter.service"])
