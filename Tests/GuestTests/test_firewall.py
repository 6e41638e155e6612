"""A firewall that keeps everybody out: a narrow way through it with a reset, a warning that names the rule without one."""

from __future__ import annotations

import pytest
from conftest import MakeGuest, MakeKey
from guestlab import Guest
from guestlab.lockouts import make_account
from resets import locked_out, prove, reset, settings

pytestmark = [pytest.mark.package, pytest.mark.every_suite]

BOTH = "for t in iptables ip6tables; do {}; done"
LEGACY = "for t in iptables-legacy ip6tables-legacy; do {}; done"
FIREWALLS = {
    "policy": BOTH.format("$t -P INPUT DROP; $t -A INPUT -i lo -j ACCEPT"),
    "policy of both": BOTH.format("$t -P INPUT DROP; $t -P OUTPUT DROP"),
    "port": BOTH.format("$t -A INPUT -p tcp --dport 22 -j DROP"),
    "reset": BOTH.format("$t -A INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset"),
    "many ports": BOTH.format("$t -A INPUT -p tcp -m multiport --dports 20:30,443 -j DROP"),
    "a chain of its own": BOTH.format("$t -N site; $t -A site -p tcp --dport 22 -j DROP; $t -A INPUT -j site"),
    "answers": BOTH.format("$t -A OUTPUT -p tcp --sport 22 -j DROP"),
    "raw": BOTH.format("$t -t raw -A PREROUTING -p tcp --dport 22 -j DROP"),
    "new connections": BOTH.format("$t -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT; $t -A INPUT -j DROP"),
    "nftables": "nft add table inet site; nft add chain inet site in '{ type filter hook input priority 0; policy drop; }'",
    "two tables": "nft add table inet a; nft add chain inet a in '{ type filter hook input priority 0; }'; nft add rule inet a in "
                  "tcp dport { 21-23, 80 } reject; nft add table ip b; nft add chain ip b in '{ type filter hook prerouting "
                  "priority -150; }'; nft add rule ip b in tcp dport 22 drop",
    "a verdict map": "nft add table inet site; nft add chain inet site in '{ type filter hook input priority 0; }'; "
                     "nft add rule inet site in tcp dport vmap '{ 22 : drop, 80 : accept }'",
    "a set of ports": "nft add table inet site; nft add set inet site closed '{ type inet_service; flags interval; }'; "
                      "nft add element inet site closed '{ 1-1023 }'; nft add chain inet site in "
                      "'{ type filter hook input priority 0; }'; nft add rule inet site in tcp dport @closed drop",
    "an interface": BOTH.format("$t -A INPUT -i eth0 -p tcp --dport 22 --syn -j DROP"),
    "legacy tables": LEGACY.format("$t -P INPUT DROP; $t -A OUTPUT -p tcp --sport 22 -j DROP"),
    "both backends": LEGACY.format("$t -A INPUT -p tcp --dport 22 -j DROP") + "; " + BOTH.format("$t -P INPUT DROP"),
    "ten thousand rules": BOTH.format("{ echo '*filter'; echo ':INPUT DROP [0:0]'; for i in $(seq 10000); do "
                                      "echo \"-A INPUT -p tcp -m tcp --dport $((i + 1000)) -j ACCEPT\"; done; echo COMMIT; } | $t-restore"),
}


def rules(guest: Guest) -> list[str]:
    """Every rule, without counters: the tables of iptables by its own program, the others by nft."""
    lines = guest.sh("iptables-save; ip6tables-save; iptables-legacy-save; ip6tables-legacy-save").stdout.splitlines()
    native = guest.sh("for t in $(nft list tables | grep -v 'ip6\\? \\(filter\\|raw\\)$' | sed 's/table //; s/ /:/'); do "
                      "nft list table ${t%:*} ${t#*:}; done").stdout.splitlines()
    kept = [line for line in lines if not line.startswith("#")] + native
    # iptables prints the policies with counters.
    return [line.split(" [")[0] for line in kept]


@pytest.mark.parametrize("script", FIREWALLS.values(), ids=FIREWALLS.keys())
def test_a_reset_opens_the_port_and_nothing_else(guest: Guest, keypair: MakeKey, script: str) -> None:
    account = make_account(guest, keypair())
    guest.sh(script)
    before = rules(guest)
    assert locked_out(guest, account, "K")
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    prove(guest, account, "KWS6", account.key)
    after = rules(guest)
    assert any("vmaccess-agent-" in line for line in after)
    assert [line for line in after if "vmaccess-agent-" not in line] == before
    assert reset(guest, settings(account, "all", account.key)).status == "success"
    assert rules(guest) == after


@pytest.mark.parametrize("script", [FIREWALLS["port"], FIREWALLS["nftables"]], ids=["port", "nftables"])
def test_without_a_reset_the_rule_is_named(guest: Guest, keypair: MakeKey, script: str) -> None:
    account = make_account(guest, keypair())
    guest.sh(script)
    before = rules(guest)
    status = reset(guest, settings(account, "key", account.key))
    assert status.status == "warning" and "the firewall lets nobody in to port 22" in status.message, status
    assert "reset_ssh" in status.message
    assert rules(guest) == before


@pytest.mark.parametrize("rule", ["ip saddr 198.51.100.0/24 tcp dport 22 drop", "tcp dport 80 drop", "udp dport 22 drop",
                                  "iifname lo drop", "ct state invalid drop", "tcp dport 22 accept"])
def test_rules_that_do_not_close_the_port_are_left_alone(guest: Guest, keypair: MakeKey, rule: str) -> None:
    account = make_account(guest, keypair())
    guest.sh("nft add table inet site; nft add chain inet site in '{ type filter hook input priority 0; }'; "
             f"nft add rule inet site in {rule}")
    reset(guest, settings(account, "all", account.key))
    assert not [line for line in rules(guest) if "vmaccess-agent-to-22" in line]


def test_what_netfilter_persistent_brings_back_is_opened_too(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest().boot()
    account = make_account(guest, keypair())
    guest.sh("mkdir -p /etc/iptables; iptables -P INPUT DROP; iptables -A INPUT -p tcp --dport 22 -j DROP; "
             "iptables-save >/etc/iptables/rules.v4")
    assert locked_out(guest, account, "K")
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    guest.reboot()
    guest.sh("iptables-restore </etc/iptables/rules.v4")
    prove(guest, account, "KW", account.key)


UFW = {
    "no rule": "",
    "reject": "ufw default reject incoming",
    "a denied port": "ufw default allow incoming; ufw deny 22/tcp",
    "a denied port, then an allowed one": "ufw deny 22; ufw allow 22/tcp",
    "no IPv6": "sed -i s/IPV6=yes/IPV6=no/ /etc/default/ufw",
    "a rule before its chains": "sed -i '0,/-A ufw-before-input/s//-A ufw-before-input -p tcp --dport 22 -j DROP\\n&/' /etc/ufw/before.rules",
}


@pytest.mark.parametrize("script", UFW.values(), ids=UFW.keys())
def test_ufw_is_asked_and_keeps_it(make_guest: MakeGuest, keypair: MakeKey, script: str) -> None:
    guest = make_guest(extra=True).boot()
    account = make_account(guest, keypair())
    guest.sh(f"systemctl enable ufw.service\n{script}\nufw --force enable")
    before = guest.sh("ufw show added; cat /etc/ufw/*.rules").stdout.splitlines()
    guest.reboot()
    assert locked_out(guest, account, "KW")
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    prove(guest, account, "KWS6" if "IPV6=no" in script or "ufw-before" in script else "KWS6B", account.key)
    # Nothing that was there is gone.
    after = guest.sh("ufw show added; cat /etc/ufw/*.rules").stdout.splitlines()
    assert [line for line in before if line not in after and line != "(None)"] == []
    assert reset(guest, settings(account, "all", account.key)).status == "success"
    assert guest.sh("ufw show added; cat /etc/ufw/*.rules").stdout.splitlines() == after


FIREWALLD = {
    "the service removed": "firewall-cmd --permanent --remove-service=ssh",
    "the zone drop": "firewall-cmd --set-default-zone=drop",
    "a rule that rejects": "firewall-cmd --permanent --add-rich-rule='rule port port=22 protocol=tcp reject'",
    "an interface in the zone block": "firewall-cmd --permanent --zone=block --add-interface=eth0",
}


@pytest.mark.parametrize("script", FIREWALLD.values(), ids=FIREWALLD.keys())
def test_firewalld_is_asked_and_keeps_it(make_guest: MakeGuest, keypair: MakeKey, script: str) -> None:
    guest = make_guest(extra=True).boot()
    account = make_account(guest, keypair())
    guest.sh(f"systemctl enable --now firewalld.service\n{script}\nfirewall-cmd --reload")
    assert locked_out(guest, account, "KW")
    before = guest.sh("firewall-cmd --list-all-zones; cat /etc/firewalld/zones/*.xml || :").stdout.splitlines()
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    prove(guest, account, "KWS6B", account.key)
    after = guest.sh("firewall-cmd --list-all-zones; cat /etc/firewalld/zones/*.xml || :").stdout.splitlines()
    assert [line for line in before if line not in after and "rich rules" not in line] == []


@pytest.mark.parametrize("firewall", ["ufw", "firewalld"])
def test_what_a_manager_was_given_is_taken_back(make_guest: MakeGuest, keypair: MakeKey, firewall: str) -> None:
    guest = make_guest(extra=True).boot()
    account = make_account(guest, keypair())
    guest.sh("ufw --force enable" if firewall == "ufw" else
             "systemctl start firewalld.service; firewall-cmd --permanent --remove-service=ssh; firewall-cmd --reload")
    guest.write("/usr/sbin/usermod", "#!/bin/sh\ncase \"$*\" in *2099*) exit 1;; esac\n", mode=0o755)
    # ufw itself repeats a rule or two when it takes one out.
    state = "nft -s list ruleset | sort -u; cat /etc/ufw/*.rules; tail -n +1 /etc/firewalld/zones/* || :"
    before = guest.sh(state).stdout
    status = reset(guest, settings(account, "all", account.key, expiration="2099-01-01"))
    assert status.status == "error" and "everything is as it was" in status.message, status
    assert guest.sh(state).stdout == before
