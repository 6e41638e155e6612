"""A root shell in a booted guest with the package installed; the guest is thrown away when the shell ends."""

from __future__ import annotations

import subprocess

from . import images
from .guest import Guest
from .login import keypair
from .network import GUEST4
from .process import ENVIRONMENT
from .run import Run

_WELCOME = """\
Debian {suite} with vmaccess-agent, up in {seconds:.1f} s. Throw-away: `exit` removes it.

In here, drop settings as a client would:
  cat >/var/lib/vmaccess-agent/new <<'END'
  {{"username": "alice", "ssh_key": "{key}"}}
  END
  mv /var/lib/vmaccess-agent/new /var/lib/vmaccess-agent/incoming/try.settings
  cat /var/lib/vmaccess-agent/status/try.status

Log in with that key from the network, in another terminal of this machine:
  nsenter --net={client} \\
    ssh -F none -i {private} \\
    -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no alice@{address}
"""


def main(suite: str) -> int:
    """Returns the exit status of the shell."""
    with Run() as run:
        guest = Guest(run, images.with_package(run, suite)).boot()
        key = keypair(run.disk, comment="guestlab-shell")
        print(_WELCOME.format(suite=suite, seconds=guest.boot_seconds, key=key.public, private=key.private,
                              client=guest.network.client, address=GUEST4))
        # `script` gives the shell a terminal of the guest's own, with job control; ours is not known in there.
        return subprocess.run(guest.entered(["script", "--quiet", "--return", "--command", "bash --login", "/dev/null"]),
                              env={**ENVIRONMENT, "TERM": "xterm"}).returncode
