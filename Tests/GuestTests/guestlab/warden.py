"""`python3 -m guestlab.warden RUN`: waits for the end of standard input, then removes what is left of the run."""

from __future__ import annotations

import signal
import sys

from . import cleanup


def main() -> None:
    # It must outlive whatever ends the owner: a Ctrl-C, a closed terminal, a `timeout`.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    run_id = sys.argv[1]
    cleanup.directory(run_id)
    sys.stdin.buffer.read()
    cleanup.remove(run_id)


if __name__ == "__main__":
    main()
