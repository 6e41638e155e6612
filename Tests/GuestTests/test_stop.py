"""An orderly stop in the middle of a run: nothing is lost, nothing is left half done, and the drop is carried out at the next start."""

from __future__ import annotations

import secrets

import pytest

from azure import find_secret
from guestlab import Guest

pytestmark = pytest.mark.package


@pytest.mark.parametrize("how", ["stop", "reboot"])
def test_a_stop_in_the_middle(guest: Guest, how: str) -> None:
    secret = f"Pw-{secrets.token_hex(8)}"
    # useradd takes its time, and the stop comes while it does.
    guest.sh("""
mv /usr/sbin/useradd /usr/sbin/useradd.real
printf '#!/bin/sh\\ntouch /run/begun; sleep 3; exec /usr/sbin/useradd.real "$@"\\n' >/usr/sbin/useradd
chmod 755 /usr/sbin/useradd""")
    guest.drop("bob", {"username": "bob", "password": secret})
    guest.sh("until [ -e /run/begun ]; do sleep 0.05; done; systemctl stop vmaccess-agent.path vmaccess-agent.service", timeout=60)
    assert guest.run(["getent", "passwd", "bob"], check=False).stdout == "", "left half done"
    status = guest.agent.status("bob")
    assert status.status == "transitioning" and "is carried out at the next start" in status.message, status
    guest.sh("mv /usr/sbin/useradd.real /usr/sbin/useradd")
    if how == "reboot":
        guest.sh("sync")
        guest.reboot()
    else:
        guest.run(["systemctl", "start", "vmaccess-agent.path"])
    assert guest.wait_status("bob").status == "success"
    assert guest.login("bob", password=secret)
    assert not find_secret(guest, secret)
