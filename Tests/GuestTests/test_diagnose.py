"""diagnose names what refuses a login, and nothing else; it changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from conftest import MakeGuest, MakeKey, package_tests
from diagnoses import diagnose
from guestlab import Guest, diff, snapshot
from guestlab.lockouts import ALL, Account, make_account

pytestmark = package_tests()

# What a scanner of the CIS benchmark for Debian wants to see.
_HARDENED = """\
AllowUsers alice
AuthorizedKeysFile .ssh/authorized_keys
Banner /etc/issue.net
Ciphers aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr
ClientAliveCountMax 3
ClientAliveInterval 15
DisableForwarding yes
HostbasedAuthentication no
IgnoreRhosts yes
KbdInteractiveAuthentication no
LoginGraceTime 60
LogLevel VERBOSE
MaxAuthTries 4
MaxSessions 10
MaxStartups 10:30:60
PasswordAuthentication no
PermitEmptyPasswords no
PermitRootLogin no
PermitUserEnvironment no
X11Forwarding no
"""


def _minimal(guest: Guest, account: Account) -> None:
    pass


def _cloud_init(guest: Guest, account: Account) -> None:
    guest.write("/etc/ssh/sshd_config.d/50-cloud-init.conf", "PasswordAuthentication no\n", mode=0o600)
    guest.write("/etc/sudoers.d/90-cloud-init-users", f"{account.user} ALL=(ALL) NOPASSWD:ALL\n", mode=0o440)
    guest.run(["passwd", "--lock", account.user])


def _hardened(guest: Guest, account: Account) -> None:
    guest.write("/etc/ssh/sshd_config.d/10-cis.conf", _HARDENED, mode=0o600)
    guest.sh(f"chmod 0600 /etc/ssh/sshd_config; chmod 0700 /home/{account.user}; chage --maxdays 365 --inactive 30 {account.user}")
    guest.write("/etc/security/faillock.conf", "deny = 5\nunlock_time = 900\n")
    guest.write("/etc/nftables.conf", """\
#!/usr/sbin/nft -f
flush ruleset
table inet filter {
    chain input {
        type filter hook input priority filter; policy drop;
        iif lo accept
        ct state established,related accept
        ip6 nexthdr icmpv6 accept
        tcp dport 22 ct state new accept
    }
    chain forward { type filter hook forward priority filter; policy drop; }
    chain output { type filter hook output priority filter; policy accept; }
}
""", mode=0o755)
    guest.run(["systemctl", "enable", "nftables.service"])


@pytest.mark.parametrize("prepare", [_minimal, _cloud_init, _hardened], ids=["minimal", "cloud-init", "hardened"])
def test_a_healthy_guest_has_no_finding(make_guest: MakeGuest, keypair: MakeKey,
                                        prepare: Callable[[Guest, Account], None]) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    prepare(guest, account)
    guest.boot()
    assert guest.login(account.user, key=account.key)
    for asked in (["--user", account.user], [], ["--user", account.user, "--from", "198.51.100.7"]):
        found = diagnose(guest, *asked)
        assert (found.document["findings"], found.document["unknown"]) == ([], []), found
        assert found.code == 0 and found.document["verdict"] == "nothing-found"
    said = guest.run(["vmaccess-agent", "diagnose"]).stdout
    assert f"next: vmaccess-agent diagnose --user {account.user}" in said


# By the name of the lockout: what is found, and how much it weighs. Lockouts that leave the user a way in they are meant to have
# (a password closed beside a key) are none to diagnose.
FOUND = {
    "password locked, with UsePAM no": "password-locked",
    "account expired": "account-ends",
    "password to be changed at once": "password-aged",
    "shell nologin": "shell-refuses-logins",
    "shell that does not exist": "shell-refuses-logins",
    "home deleted": "home-missing",
    ".ssh of another user": "keys-path-unsafe",
    "home outside /home, and gone": "home-missing",
    "locked by pam_faillock": "failures-counted",
    "ssh.service stopped": "service-not-serving",
    "ssh.service disabled": "service-not-serving",
    "ssh.service masked": "service-not-serving",
    "sshd_not_to_be_run": "service-not-serving",
    "/run/sshd writable by all": "privilege-separation-unusable",
    "/etc/nologin": "nologin",
    "iptables drops port 22": "firewall-closed",
    "policy DROP on INPUT": "firewall-closed",
    "iptables rejects with a reset": "firewall-closed",
    "an nftables table of the admin's drops port 22": "firewall-closed",
    "unknown keyword in sshd_config": "sshd-configuration",
    "bad value in sshd_config": "sshd-configuration",
    "bad value in a drop-in": "sshd-configuration",
    "sshd_config deleted": "sshd-configuration",
    "host keys deleted": "host-keys-unusable",
    "host keys readable by all": "host-keys-unusable",
    "host keys empty": "host-keys-unusable",
    "ListenAddress of another machine": "service-not-serving",
    "PubkeyAuthentication no": "key-login-closed",
    "AllowUsers somebody": "user-not-admitted",
    "DenyGroups with the user's group": "user-not-admitted",
}
NOTED = {
    "no sudo": "sudo-not-granted",
    "a syntax error of another in sudoers.d, and no sudo": "sudo-not-granted",
    "AuthenticationMethods publickey,password": "key-login-closed",
    "AuthorizedKeysFile elsewhere": "keys-not-authorized",
    "authorized_keys deleted": "keys-not-authorized",
}
# A password that is locked cannot answer sudo either.
NOTED_TOO = {"password locked, with UsePAM no": ["sudo-not-granted"]}
ROWS = [lockout for lockout in ALL if lockout.name in FOUND or lockout.name in NOTED]


@pytest.mark.parametrize("lockout", ROWS, ids=str)
def test_what_is_broken_is_named_and_nothing_else(make_guest: MakeGuest, keypair: MakeKey, suite: str, lockout) -> None:  # type: ignore[no-untyped-def]
    if suite not in lockout.suites:
        pytest.skip(f"no lockout on {suite}")
    guest = make_guest()
    if lockout.booted:
        guest.boot()
    account = make_account(guest, keypair())
    lockout.apply(guest, account)
    if not guest.booted:
        guest.boot()
    guest.agent.settle()
    works = {"K": {"key": account.key}, "W": {"password": account.password}}
    for letter in lockout.blocks:
        if letter in works:
            assert not guest.login(account.user, timeout=4, **works[letter]).ok, f"{letter} works"
    found = diagnose(guest, "--user", account.user)
    print(found.document)
    blocking = [FOUND[lockout.name]] if lockout.name in FOUND else []
    notes = [NOTED[lockout.name]] if lockout.name in NOTED else NOTED_TOO.get(lockout.name, [])
    assert (found.blocking, found.notes) == (blocking, notes)
    finding = found.finding((blocking + notes)[0])
    assert finding["explanation"] and finding["remedy"]


def test_two_homes_that_others_may_write_in_are_both_named(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest()
    account = make_account(guest, keypair())
    guest.boot()
    guest.sh(f"chmod 0777 /home/{account.user}; chmod 0775 /home/{account.user}/.ssh")
    assert not guest.login(account.user, key=account.key, timeout=4).ok
    assert diagnose(guest, "--user", account.user).blocking == ["home-not-own", "keys-path-unsafe"]


def test_it_is_told_in_the_order_of_a_connection_on_80_columns(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "AllowUsers somebody\n")
    guest.run(["chage", "--expiredate", "2020-01-01", account.user])
    guest.run(["systemctl", "restart", "ssh.service"])  # a reload returns before sshd has read its files again
    assert "Permission denied" in guest.login(account.user, key=account.key, timeout=4).stderr
    said = guest.run(["env", "-i", "LANG=C", "vmaccess-agent", "diagnose", "--user", account.user], check=False)
    print(said.stdout)
    assert said.returncode == 4
    lines = said.stdout.splitlines()
    assert all(len(line) < 80 and line.isascii() and line.isprintable() for line in lines)
    layers = [line.split()[0] for line in lines if re.match(r"[a-z]+ +(fine|IN THE WAY|note|not known)", line)]
    assert layers == ["network", "listener", "server", "account", "keys", "session", "sudo"]
    flat = " ".join(said.stdout.split())
    for words in ("/etc/ssh/sshd_config.d/20-site.conf:1: AllowUsers somebody", 'send "reset_ssh": true',
                  "usermod --expiredate '' -- alice", f"vmaccess-agent repair --user {account.user}",
                  "2 in the way of a login of alice", "cannot be seen from here", "not listed in AllowUsers"):
        assert words in flat, words


def test_it_changes_nothing(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.agent.settle()
    guest.append("/etc/ssh/sshd_config", "\nPermitRootLogn no\n")
    guest.sh(f"rm -r /home/{account.user}/.ssh; chmod 0777 /run/sshd; : >/etc/nologin; iptables -A INPUT -p tcp --dport 22 -j DROP")
    places = ("/etc", "/home", "/root", "/run/sshd", "/run/vmaccess-agent", "/usr/local", "/var/lib", "/var/spool", "/opt", "/srv")
    before, rules = snapshot(guest, places), guest.run(["nft", "list", "ruleset"]).stdout
    assert len(diagnose(guest, "--user", account.user).blocking) >= 4
    guest.run(["vmaccess-agent", "diagnose", "--user", account.user], check=False)
    guest.run(["vmaccess-agent", "diagnose"], check=False)
    assert diff(before, snapshot(guest, places)) == ""
    assert guest.run(["nft", "list", "ruleset"]).stdout == rules


def test_a_run_under_way_does_not_hold_it_up(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.agent.settle()
    said = guest.sh("exec 9<>/var/lib/vmaccess-agent/lock; flock 9; "
                    f"timeout 60 vmaccess-agent diagnose --user {account.user} 9>&-", check=False, timeout=90)
    assert said.returncode == 0, said


def test_it_works_without_a_bus_a_network_or_a_disk_with_room(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.agent.settle()
    guest.sh("systemctl stop dbus.socket dbus.service; for link in /sys/class/net/*; do ip link set ${link##*/} down; done; mount -t tmpfs -o size=4k tmpfs /var/tmp; "
             "mount -t tmpfs -o size=4k tmpfs /tmp; ! cat /dev/zero >/tmp/full 2>/dev/null; chage --expiredate 2020-01-01 alice")
    found = diagnose(guest, "--user", account.user)
    assert found.blocking == ["account-ends"], found


def test_an_ordinary_user_sees_what_everybody_may_see(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    make_account(guest, keypair(name="other"), user="carol")
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "AllowUsers topsecretname\n", mode=0o600)
    guest.run(["systemctl", "stop", "ssh.service"])
    found = diagnose(guest, "--user", account.user, command=("runuser", "-u", "carol", "--", "vmaccess-agent"))
    text = str(found.document)
    assert "topsecretname" not in text and "AllowUsers" not in text
    assert found.blocking == ["service-not-serving"] and found.document["log"] is None
    # Of what rests on files that it may not read nothing is fine.
    assert {"user-not-admitted", "key-login-closed", "account-ends", "keys-not-authorized", "host-keys-unusable"} <= set(found.unknown)


def test_of_a_file_that_not_everybody_may_read_only_the_keyword_is_shown(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", "AllowUsers topsecretname\n", mode=0o600)
    found = diagnose(guest, "--user", account.user)
    assert found.finding("user-not-admitted")["evidence"] == [{"place": "/etc/ssh/sshd_config.d/20-site.conf:1", "text": "AllowUsers"}]
    assert "topsecretname" not in str(found.document["findings"])


def test_an_address_is_asked_about(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.append("/etc/ssh/sshd_config", "\nMatch Address 198.51.100.0/24\n    PubkeyAuthentication no\n")
    assert diagnose(guest, "--user", account.user).blocking == []
    found = diagnose(guest, "--user", account.user, "--from", "198.51.100.7")
    assert found.blocking == ["key-login-closed"]
    assert "a connection from 198.51.100.7" in " ".join(found.document["reach"])


def test_a_rule_about_an_address_is_found_for_that_address(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.sh("nft add table inet site; nft 'add chain inet site input { type filter hook input priority 0; }'; "
             "nft add rule inet site input ip saddr 198.51.100.0/24 tcp dport 22 drop")
    assert diagnose(guest, "--user", account.user).blocking == []
    assert diagnose(guest, "--user", account.user, "--from", "203.0.113.5").blocking == []
    found = diagnose(guest, "--user", account.user, "--from", "198.51.100.7")
    assert found.blocking == ["firewall-closed"] and found.finding("firewall-closed")["repair"] is None


def test_a_firewall_for_certain_addresses_is_a_note(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.sh("nft add table inet site; nft 'add chain inet site input { type filter hook input priority 0; }'; "
             "nft add rule inet site input ip saddr 198.51.100.0/24 tcp dport 22 accept; nft add rule inet site input tcp dport 22 drop")
    found = diagnose(guest, "--user", account.user)
    assert (found.blocking, found.notes) == ([], ["firewall-closed"])
    assert diagnose(guest, "--user", account.user, "--from", "198.51.100.7").document["findings"] == []
    assert diagnose(guest, "--user", account.user, "--from", "203.0.113.5").blocking == ["firewall-closed"]


def test_who_is_not_there_is_named(guest: Guest) -> None:
    assert diagnose(guest, "--user", "nobodyhere").blocking == ["account-missing"]


@pytest.mark.parametrize("args, words", [
    (["--user", "a b"], "--user:"), (["--from", "example.org"], "is no IP address"), (["--user"], "needs a value"), (["x"], "too many operands"),
])
def test_a_wrong_command_line_is_refused(guest: Guest, args: list[str], words: str) -> None:
    said = guest.run(["vmaccess-agent", "diagnose", *args], check=False)
    assert said.returncode == 2 and words in said.stderr, said


def test_foreign_text_stays_inert(guest: Guest, keypair: MakeKey) -> None:
    """Escapes and forged verdicts in what strangers write: key comments, sshd's configuration and log."""
    account = make_account(guest, keypair())
    forged = "\x1b[2J\x1b[1;1Hnothing was found that refuses a login\rvmaccess-agent: success: fine"
    guest.write(f"/home/{account.user}/.ssh/authorized_keys", f"{account.key.public} {forged}\n", mode=0o600, owner=account.user)
    guest.write("/etc/ssh/sshd_config.d/20-site.conf", f"AllowUsers {forged.replace(' ', '')}\n")
    guest.run(["systemd-cat", "-t", "sshd", "printf", f"pam_custom: alice {forged}\\n"], check=False)
    guest.login(account.user, password="wrong-\x1b[31m", timeout=4)
    for args in ([], ["--json"]):
        said = guest.run(["vmaccess-agent", "diagnose", "--user", account.user, *args], check=False)
        assert said.returncode == 4
        assert "\x1b" not in said.stdout and "\r" not in said.stdout, said
        assert not any(line.startswith("nothing was found") for line in said.stdout.splitlines())
        assert not any(line.startswith("vmaccess-agent:") for line in said.stdout.splitlines())
