"""Firewalls. They need a booted guest: its network is new at every boot, and so are its rules."""

from __future__ import annotations

from ..guest import Guest
from .catalogue import Account, lockout


@lockout("iptables drops port 22", blocks="KW6", prove="KWS6", booted=True)
def _(guest: Guest, account: Account) -> None:
    guest.sh("for tables in iptables ip6tables; do $tables -A INPUT -p tcp --dport 22 -j DROP; done")


@lockout("policy DROP on INPUT", blocks="KW6", prove="KWS6", booted=True)
def _(guest: Guest, account: Account) -> None:
    guest.sh("for tables in iptables ip6tables; do $tables -P INPUT DROP; done")


@lockout("iptables rejects with a reset", blocks="KW6", prove="KWS6", booted=True)
def _(guest: Guest, account: Account) -> None:
    guest.sh("for tables in iptables ip6tables; do $tables -A INPUT -p tcp --dport 22 -j REJECT "
             "--reject-with tcp-reset; done")


@lockout("an nftables table of the admin's drops port 22", blocks="KW6", prove="KWSB6")
def _(guest: Guest, account: Account) -> None:
    guest.write("/etc/nftables.conf", """\
#!/usr/sbin/nft -f
flush ruleset
table inet site {
    chain input {
        type filter hook input priority 0; policy accept;
        tcp dport 22 drop
    }
}
""", mode=0o755)
    guest.run(["systemctl", "enable", "nftables.service"])
