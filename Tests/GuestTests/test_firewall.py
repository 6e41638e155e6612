"""A firewall that keeps everybody out: a narrow way through it with a reset, a warning that names the rule without one."""

from __future__ import annotations

import pytest
from conftest import MakeGuest, MakeKey
from guestlab import Guest
from guestlab.lockouts import make_account
from resets import locked_out, prove, reset, settings

pytestmark = pytest.mark.package

BOTH = "for t in iptables ip6tables; do {}; done"
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
}


def rules(guest: Guest) -> list[str]:
    """Every rule, without counters: the tables of iptables by its own program, the others by nft."""
    lines = guest.sh("iptables-save; ip6tables-save").stdout.splitlines()
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
