"""What is nobody's own and yet in a user's way is named to the point, and left as it is."""

from __future__ import annotations

import pytest
from account_checks import NEW_PASSWORD
from conftest import MakeKey
from guestlab import Guest
from guestlab.lockouts import make_account

pytestmark = pytest.mark.package

# How the guest is broken, which login fails then (K, S), and what the status says.
BROKEN = {
    "sudo without setuid": ("chmod 755 /usr/bin/sudo", "S", "sudo makes nobody root: /usr/bin/sudo belongs to uid 0 and has the mode 755"),
    "sudoers open": ("chmod 777 /etc/sudoers", "S", "/etc/sudoers is world writable"),
    "no sudoers": ("rm /etc/sudoers", "S", "/etc/sudoers"),
    "sudoers.d open": ("chmod 777 /etc/sudoers.d; gpasswd -d alice sudo", "S", "/etc/sudoers.d takes none"),
    "passwd without files": ("sed -i 's/^passwd:.*/passwd: ldap/' /etc/nsswitch.conf", "K", "passwd: ldap"),
    "shadow without files": ("sed -i 's/^shadow:.*/shadow: ldap/' /etc/nsswitch.conf", "K", "shadow: ldap"),
    "passwd closed": ("chmod 600 /etc/passwd", "K", "/etc/passwd has the mode 600"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_named(guest: Guest, keypair: MakeKey, name: str) -> None:
    script, fails, says = BROKEN[name]
    account = make_account(guest, keypair(name="old"))
    guest.sh(f"{script} >/dev/null")
    if fails == "K":
        assert not guest.login("alice", key=account.key, timeout=6)
    else:
        assert not guest.sudo_works("alice", key=account.key, sudo_password=account.password)
    kept = guest.sh("stat -c '%a %u %n' /etc/passwd /etc/nsswitch.conf /usr/bin/sudo /etc/sudoers /etc/sudoers.d 2>&1", check=False).stdout
    status = guest.agent.request(
        {"username": "alice", "ssh_key": keypair(name="new").public, "password": NEW_PASSWORD}, timeout=120)
    assert status.status == "warning" and says in status.message, str(status)
    assert guest.sh("stat -c '%a %u %n' /etc/passwd /etc/nsswitch.conf /usr/bin/sudo /etc/sudoers /etc/sudoers.d 2>&1",
                    check=False).stdout == kept
