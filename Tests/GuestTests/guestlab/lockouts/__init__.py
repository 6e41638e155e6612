"""Named ways to lock a user out, for parametrised tests; the rows of the lockouts table.

A lockout breaks a guest in which the user could log in. It says which logins it must block, so that a test can show
first that they fail (a lockout that locks nobody out proves nothing), what to send, and what must be proven afterwards.
Letters: K key login, W password login, S sudo, 6 key login over IPv6, B the same after a reboot.
"""

from .catalogue import ALL, Account, Lockout, make_account
from . import account, host, network, sshd  # each adds its rows to ALL

__all__ = ["ALL", "Account", "Lockout", "make_account", "account", "host", "network", "sshd"]
