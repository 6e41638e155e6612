"""The SSH service: started whatever keeps it down, never restarted without need, put back where it cannot serve."""

from __future__ import annotations

import subprocess

import pytest
from conftest import MakeGuest, MakeKey
from guestlab import Guest, KeyPair
from guestlab.lockouts import Account, make_account
from guestlab.network import GUEST4
from resets import configuration, locked_out, main_pid, prove, reset, settings

pytestmark = [pytest.mark.package, pytest.mark.every_suite]


def open_session(guest: Guest, account: Account, key: KeyPair) -> subprocess.Popen[bytes]:
    """A login that stays: it answers a line with the same line."""
    return subprocess.Popen(
        ["nsenter", f"--net={guest.network.client}", "ssh", "-F", "none", "-o", "IdentityAgent=none", "-o", "BatchMode=yes",
         "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
         "-i", str(key.private), "-l", account.user, "--", GUEST4, "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def answers(session: subprocess.Popen[bytes]) -> bool:
    assert session.stdin and session.stdout
    session.stdin.write(b"still here\n")
    session.stdin.flush()
    return session.stdout.readline() == b"still here\n"


@pytest.mark.parametrize("broken", ["configuration", "stopped", "override"])
def test_an_open_session_stays_open(guest: Guest, keypair: MakeKey, broken: str) -> None:
    account = make_account(guest, keypair())
    session = open_session(guest, account, account.key)
    try:
        assert answers(session)
        if broken == "configuration":
            guest.append("/etc/ssh/sshd_config", "Port 2222\n")
            guest.run(["systemctl", "restart", "ssh.service"])
        else:
            if broken == "override":
                guest.sh("mkdir -p /etc/systemd/system/ssh.service.d")
                guest.write("/etc/systemd/system/ssh.service.d/site.conf", "[Service]\nExecStart=\nExecStart=/usr/sbin/sshd -D -o Port=A\n")
                guest.run(["systemctl", "daemon-reload"])
            guest.run(["systemctl", "stop", "ssh.service"])
        assert locked_out(guest, account, "K")
        status = reset(guest, settings(account, "all", account.key))
        assert status.status == "success", status
        assert answers(session)
        prove(guest, account, "KWSB", account.key)
    finally:
        session.kill()
        session.wait()


def test_a_unit_that_failed_too_often_is_started(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.append("/etc/ssh/sshd_config", "\nPort A\n")
    guest.sh("for i in 1 2 3 4 5 6 7 8; do systemctl restart ssh.service || :; done")
    assert "start-limit-hit" in guest.run(["systemctl", "show", "--property=Result", "ssh.service"]).stdout \
        or "failed" in guest.run(["systemctl", "is-active", "ssh.service"], check=False).stdout
    assert locked_out(guest, account, "K")
    assert reset(guest, settings(account, "all", account.key)).status == "success"
    prove(guest, account, "KWSB", account.key)


def test_a_socket_serves_a_machine_without_ipv6(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    guest.sh("systemctl disable ssh.service; systemctl enable ssh.socket")
    guest.boot()
    guest.sh("ip -6 addr flush dev eth0")
    key = keypair()
    # Twice: the first proof has started the service, which then has the socket from systemd.
    for name in ("one", "two"):
        status = guest.agent.request({"username": "bob", "ssh_key": key.public}, name=name)
        assert status.status == "success" and "(IPv4)" in status.part("proof").message, status
    assert guest.login("bob", key=key)


def test_a_socket_that_starts_sshd_is_used(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    guest.sh("systemctl disable ssh.service; systemctl enable ssh.socket")
    guest.append("/etc/ssh/sshd_config", "\nPasswordAuthentication no\n")
    guest.boot()
    assert locked_out(guest, account, "W") and guest.login(account.user, key=account.key)
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    assert guest.run(["systemctl", "is-enabled", "ssh.service", "ssh.socket"], check=False).stdout == "disabled\nenabled\n"
    prove(guest, account, "KWSB", account.key)


def test_another_port_stays_where_no_reset_is_asked(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "Port 2222\n")
    guest.run(["systemctl", "restart", "ssh.service"])
    before, running = configuration(guest), main_pid(guest)
    key = keypair(name="new")
    status = reset(guest, settings(account, "key", key))
    assert status.status == "success" and "port 2222" in status.part("proof").message, status
    assert (configuration(guest), main_pid(guest)) == (before, running)
    assert guest.login(account.user, key=key, port=2222)


def test_a_port_that_another_process_holds_is_named_and_all_is_put_back(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.run(["systemctl", "stop", "ssh.service"])
    guest.sh("systemd-run --unit=holder --service-type=exec perl -MSocket -e "
             "'socket(S,AF_INET,SOCK_STREAM,6); bind(S,sockaddr_in(22,INADDR_ANY)) or die $!; listen(S,1); sleep 600'")
    guest.sh("for i in $(seq 100); do ss -Hltn | grep -q :22 && exit 0; sleep 0.05; done; exit 1")
    pid = guest.run(["systemctl", "show", "--value", "--property=MainPID", "holder.service"]).stdout.strip()
    guest.append("/etc/ssh/sshd_config", "\nListenAddress 0.0.0.0\n")
    before = configuration(guest)
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "error", status
    assert f"process {pid}" in status.message and "perl" in status.message, status
    assert configuration(guest) == before
    guest.run(["systemctl", "stop", "holder.service"])
    assert reset(guest, settings(account, "all", account.key)).status == "success"
    prove(guest, account, "KWS", account.key)


def test_a_reset_that_ends_nowhere_leaves_all_as_it_was(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    # The distribution's own file is refused, as after an upgrade that went half way.
    guest.append("/usr/share/openssh/sshd_config", "\nNonsense yes\n")
    guest.append("/etc/ssh/sshd_config", "\nPasswordAuthentication no\n")
    guest.run(["systemctl", "reload", "ssh.service"])
    before, running, shadow = configuration(guest), main_pid(guest), guest.read("/etc/shadow")
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "error" and "Nonsense" in status.message, status
    assert (configuration(guest), main_pid(guest), guest.read("/etc/shadow")) == (before, running, shadow)
    assert guest.login(account.user, key=account.key)


def test_what_fails_later_takes_the_reset_back_too(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "Port 2222\nPasswordAuthentication no\n")
    guest.run(["systemctl", "restart", "ssh.service"])
    guest.sh("iptables -A INPUT -p tcp --dport 22 -j DROP; echo closed >/etc/nologin; chmod 644 /etc/ssh/ssh_host_rsa_key")
    guest.write("/usr/sbin/usermod", "#!/bin/sh\ncase \"$*\" in *2099*) exit 1;; esac\n", mode=0o755)
    before, rules = configuration(guest), guest.sh("iptables-save | grep -v '^[#:]'").stdout
    mode = guest.sh("ls -l /etc/ssh/ssh_host_rsa_key").stdout
    status = reset(guest, settings(account, "all", keypair(name="new"), expiration="2099-01-01"))
    assert status.status == "error" and "everything is as it was" in status.message, status
    assert (configuration(guest), guest.sh("iptables-save | grep -v '^[#:]'").stdout) == (before, rules)
    assert guest.sh("ls -l /etc/ssh/ssh_host_rsa_key").stdout == mode
    assert guest.read("/etc/nologin") == "closed\n" and not guest.exists("/etc/nologin.vmaccess-agent-saved")
    guest.sh("rm /etc/nologin")
    assert guest.login(account.user, key=account.key, port=2222)
    assert not guest.login(account.user, key=account.key, timeout=3)


OPTIONS = {
    "unknown": "-o Nonsense=yes",
    "a port": "-p 2222",
    "a method": "-o PasswordAuthentication=no -o PubkeyAuthentication=no",
    "another file": "-f /etc/ssh/other_config",
    "an address": "-o ListenAddress=192.0.2.7",
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
def test_options_of_the_command_line_are_set_aside(make_guest: MakeGuest, keypair: MakeKey, options: str) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    guest.write("/etc/default/ssh", f"# ours\nSSHD_OPTS='{options}'\nLANG=C\n")
    guest.write("/etc/ssh/other_config", "Port 2222\nUsePAM yes\n")
    guest.boot()
    assert locked_out(guest, account, "KW")
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    assert "/etc/default/ssh" in status.part("service").message
    assert guest.read("/etc/default/ssh") == "# ours\nSSHD_OPTS=\nLANG=C\n"
    prove(guest, account, "KWS6B", account.key)


def test_options_that_sshd_refuses_are_named_without_a_reset(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    guest.write("/etc/default/ssh", "SSHD_OPTS='-o Nonsense=yes'\n")
    guest.boot()
    status = reset(guest, settings(account, "key", account.key))
    assert status.status == "warning" and "/etc/default/ssh:1: -o Nonsense=yes" in status.message, status
    assert guest.read("/etc/default/ssh") == "SSHD_OPTS='-o Nonsense=yes'\n"


def test_an_override_with_another_port_is_set_aside_and_the_session_stays(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    session = open_session(guest, account, account.key)
    try:
        assert answers(session)
        guest.sh("mkdir -p /etc/systemd/system/ssh.service.d")
        guest.write("/etc/systemd/system/ssh.service.d/site.conf", "[Service]\nExecStart=\nExecStart=/usr/sbin/sshd -D -p 2222\n")
        guest.write("/etc/systemd/system/ssh.service.d/other.conf", "[Service]\nOOMScoreAdjust=-900\n")
        guest.sh("systemctl daemon-reload; systemctl restart ssh.service")
        assert locked_out(guest, account, "KW")
        status = reset(guest, settings(account, "all", account.key))
        assert status.status == "success", status
        assert answers(session)
        assert guest.exists("/etc/systemd/system/ssh.service.d/other.conf")
        prove(guest, account, "KWSB", account.key)
    finally:
        session.kill()
        session.wait()


@pytest.mark.parametrize("listen", ["2222", "127.0.0.1:22"])
def test_a_socket_that_listens_elsewhere_is_given_back_its_own(make_guest: MakeGuest, keypair: MakeKey, listen: str) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    guest.sh("systemctl disable ssh.service; systemctl enable ssh.socket; mkdir -p /etc/systemd/system/ssh.socket.d")
    guest.write("/etc/systemd/system/ssh.socket.d/site.conf", f"[Socket]\nListenStream=\nListenStream={listen}\n")
    guest.boot()
    assert locked_out(guest, account, "KW6")
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    prove(guest, account, "KWS6B", account.key)


def test_a_port_that_is_held_in_one_family_only_is_named(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.run(["systemctl", "stop", "ssh.service"])
    guest.sh("systemd-run --unit=holder --service-type=exec perl -MSocket -e "
             "'socket(S,AF_INET,SOCK_STREAM,6); bind(S,sockaddr_in(22,INADDR_ANY)) or die $!; listen(S,1); sleep 600'")
    guest.sh("for i in $(seq 100); do ss -Hltn | grep -q :22 && exit 0; sleep 0.05; done; exit 1")
    pid = guest.run(["systemctl", "show", "--value", "--property=MainPID", "holder.service"]).stdout.strip()
    before = configuration(guest)
    # sshd starts, and serves IPv6 alone.
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "error" and f"process {pid}" in status.message and "perl" in status.message, status
    assert configuration(guest) == before
