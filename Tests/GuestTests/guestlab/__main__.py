"""`python3 -m guestlab demo|shell`: the product shown in a disposable guest, or a shell in one."""

from __future__ import annotations

import argparse
import os
import sys

from . import demo, images, shell
from .boot import BootFailed
from .process import CommandFailed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m guestlab", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, about in (("demo", "a locked-out user gets back in, stage by stage"),
                        ("shell", "a root shell in a booted guest with the package installed")):
        verb = verbs.add_parser(name, help=about, description=about)
        verb.add_argument("--suite", choices=images.SUITES, default=images.SUITES[0], help="which Debian")
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        print("guestlab: guests need root: run it with sudo", file=sys.stderr)
        return 1
    try:
        return demo.main(arguments.suite) if arguments.verb == "demo" else shell.main(arguments.suite)
    except KeyboardInterrupt:
        print("\ninterrupted; the guest is removed", file=sys.stderr)
        return 130
    except (images.NoPackage, CommandFailed, BootFailed) as error:
        print(f"guestlab: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
