"""fail2ban: with a reset its bans about sshd are lifted, and nothing else of it; without one they are told."""

from __future__ import annotations

import pytest
from conftest import MakeGuest, MakeKey
from guestlab import Guest
from guestlab.lockouts import make_account
from guestlab.network import CLIENT4, CLIENT6
from resets import locked_out, prove, reset, settings

pytestmark = [pytest.mark.package, pytest.mark.every_suite]

JAILS = """\
[DEFAULT]
banaction = {action}
banaction_allports = {action}
backend = systemd
[sshd]
enabled = true
[recidive]
enabled = true
backend = polling
logpath = /var/log/fail2ban.log
[postfix]
enabled = true
"""


def banning(make_guest: MakeGuest, action: str = "nftables[type=allports]") -> Guest:
    guest = make_guest(extra=True).boot()
    guest.write("/etc/fail2ban/jail.local", JAILS.format(action=action))
    guest.sh("touch /var/log/fail2ban.log; systemctl start fail2ban.service; "
             "for i in $(seq 100); do fail2ban-client ping >/dev/null 2>&1 && exit 0; sleep 0.1; done; exit 1")
    return guest


def banned(guest: Guest, jail: str) -> str:
    return guest.run(["fail2ban-client", "get", jail, "banip"]).stdout.strip()


@pytest.mark.parametrize("action", ["nftables[type=allports]", "iptables-multiport", "iptables-ipset-proto6"])
def test_a_reset_lifts_the_bans_of_sshd(make_guest: MakeGuest, keypair: MakeKey, action: str) -> None:
    guest = banning(make_guest, action)
    account = make_account(guest, keypair())
    for jail in ("sshd", "recidive"):
        guest.run(["fail2ban-client", "set", jail, "banip", CLIENT4, CLIENT6])
    guest.run(["fail2ban-client", "set", "postfix", "banip", "192.0.2.77"])
    assert locked_out(guest, account, "K6")
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    assert "fail2ban's jail sshd" in status.part("service").message
    prove(guest, account, "KWS6", account.key)
    assert (banned(guest, "sshd"), banned(guest, "recidive"), banned(guest, "postfix")) == ("", "", "192.0.2.77")
    assert guest.run(["systemctl", "is-active", "fail2ban.service"]).stdout == "active\n"


def test_without_a_reset_they_are_told_and_stay(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = banning(make_guest)
    account = make_account(guest, keypair())
    guest.run(["fail2ban-client", "set", "sshd", "banip", CLIENT4])
    status = reset(guest, settings(account, "key", account.key))
    # Others log in: who is banned is told, and what to send.
    assert status.status == "success" and CLIENT4 in status.message and "reset_ssh" in status.message, status
    assert banned(guest, "sshd") == CLIENT4


def test_bans_come_back_with_all_else_where_a_reset_fails(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = banning(make_guest)
    account = make_account(guest, keypair())
    guest.run(["fail2ban-client", "set", "sshd", "banip", CLIENT4])
    guest.write("/usr/sbin/usermod", "#!/bin/sh\ncase \"$*\" in *2099*) exit 1;; esac\n", mode=0o755)
    status = reset(guest, settings(account, "all", account.key, expiration="2099-01-01"))
    assert status.status == "error" and "everything is as it was" in status.message, status
    assert banned(guest, "sshd") == CLIENT4
