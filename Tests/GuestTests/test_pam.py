"""PAM for sshd: a stack that refuses, and the lists that its modules read."""

from __future__ import annotations

import pytest
from conftest import MakeGuest, MakeKey
from guestlab import Guest
from guestlab.lockouts import make_account
from resets import locked_out, prove, reset, settings

pytestmark = [pytest.mark.package, pytest.mark.every_suite]

_TO_SSHD = "sed -i 's/^@include common-account/account required {}\\n&/' /etc/pam.d/sshd"

# What breaks it, what fails then, and what of it may be looked for in the status.
STACKS = {
    "denies": ("echo 'account required pam_deny.so' >>/etc/pam.d/sshd", "KW6", "/etc/pam.d/sshd:"),
    "empty": (": >/etc/pam.d/sshd; printf 'auth required pam_deny.so\naccount required pam_deny.so\n' >/etc/pam.d/other", "KW6",
              "/etc/pam.d/other:2"),
    "a module that is missing": ("echo 'account required pam_tally9.so' >>/etc/pam.d/sshd", "KW6", "pam_tally9.so"),
    "a line that is none": ("sed -i '1s/^/account requird pam_unix.so\\n/' /etc/pam.d/sshd", "KW6", "/etc/pam.d/sshd:1"),
    "common-account denies": ("echo 'account required pam_deny.so' >/etc/pam.d/common-account", "KW6", "/etc/pam.d/common-account:1"),
    "common-session is gone": ("rm /etc/pam.d/common-session", "KW6", "common-session"),
    "common-auth denies": ("echo 'auth required pam_deny.so' >/etc/pam.d/common-auth", "W", "/etc/pam.d/common-auth:1"),
    "all of them": ("for f in auth account session password; do echo \"$f requisite pam_gone.so\" >/etc/pam.d/common-$f; done; "
                    "echo 'session required pam_deny.so' >>/etc/pam.d/sshd", "KW6", "pam_gone.so"),
    "access.conf": (f"{_TO_SSHD.format('pam_access.so')}; echo '-:ALL EXCEPT root:ALL' >>/etc/security/access.conf", "KW6",
                    "/etc/security/access.conf:"),
    "a list of the denied": (f"{_TO_SSHD.format('pam_listfile.so item=user sense=deny onerr=succeed file=.etc.denied')}; "
                             "sed -i s:.etc.denied:/etc/denied: /etc/pam.d/sshd; printf 'mallory\nalice\ncarol\n' >/etc/denied",
                             "KW6", "/etc/denied:2"),
    "a list of the allowed": (f"{_TO_SSHD.format('pam_listfile.so item=user sense=allow onerr=fail file=.etc.allowed')}; "
                              "sed -i s:.etc.allowed:/etc/allowed: /etc/pam.d/sshd; echo root >/etc/allowed", "KW6", "/etc/allowed"),
    "hours that never come": (f"{_TO_SSHD.format('pam_time.so')}; echo 'sshd;*;alice;!Al0000-2400' >>/etc/security/time.conf", "KW6",
                              "/etc/security/time.conf:"),
}


@pytest.mark.parametrize("script, blocks, place", STACKS.values(), ids=STACKS.keys())
def test_a_reset_clears_what_pam_refuses(guest: Guest, keypair: MakeKey, script: str, blocks: str, place: str) -> None:
    account = make_account(guest, keypair())
    other = make_account(guest, account.key, user="mallory")
    guest.sh(script)
    assert locked_out(guest, account, blocks)
    told = reset(guest, settings(account, "key" if "K" in blocks else "pw", account.key))
    assert told.status == "warning" and place in told.message and "reset_ssh" in told.message, told
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    prove(guest, account, "KWS6B", account.key)
    # A list opens for the user who was named, and for nobody else.
    if "access.conf" in script or "denied" in script or "allowed" in script:
        assert not guest.login(other.user, key=account.key)
    assert guest.sh("find /etc -name '*.vmaccess-agent-saved*' | grep -v ssh/").stdout


def test_a_healthy_stack_with_more_in_it_is_left_alone(guest: Guest, keypair: MakeKey) -> None:
    account = make_account(guest, keypair())
    guest.sh("sed -i '1s/^/auth optional pam_gone.so\\n/' /etc/pam.d/sshd; "
             "echo 'session optional pam_echo.so file=.gone' >>/etc/pam.d/common-session; "
             f"{_TO_SSHD.format('pam_access.so')}; printf '+:alice:ALL\\n-:ALL EXCEPT root:ALL\\n' >>/etc/security/access.conf")
    before = guest.sh("md5sum /etc/pam.d/* /etc/security/*.conf").stdout
    status = reset(guest, settings(account, "all", account.key))
    assert status.status == "success", status
    assert guest.sh("md5sum /etc/pam.d/* /etc/security/*.conf").stdout == before


def test_what_was_put_in_place_is_taken_back(make_guest: MakeGuest, keypair: MakeKey) -> None:
    guest = make_guest().boot()
    account = make_account(guest, keypair())
    guest.sh("echo 'session required pam_deny.so' >>/etc/pam.d/sshd; echo 'account required pam_deny.so' >/etc/pam.d/common-account")
    guest.write("/usr/sbin/usermod", "#!/bin/sh\ncase \"$*\" in *2099*) exit 1;; esac\n", mode=0o755)
    state = "find /etc/pam.d /var/lib/pam -type f -exec md5sum {} + | sort"
    before = guest.sh(state).stdout
    status = reset(guest, settings(account, "all", account.key, expiration="2099-01-01"))
    assert status.status == "error" and "everything is as it was" in status.message, status
    assert guest.sh(state).stdout == before
