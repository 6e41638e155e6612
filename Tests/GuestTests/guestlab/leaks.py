"""Where a secret can be found in a guest: nothing may leak, so after a run it is in no file, log or console line."""

from __future__ import annotations

from .guest import Guest

_PLACES = ("/etc", "/home", "/root", "/run", "/srv", "/tmp", "/var")


def traces(guest: Guest, secret: str) -> list[str]:
    """Files that hold `secret` in clear, and `journal` or `console` where it is told there. The guest is booted."""
    # Given on standard input, so that the search leaves no trace of its own.
    found = guest.run(["grep", "-rlaFs", "-f", "-", "--devices=skip", *_PLACES], input=secret + "\n", check=False,
                      timeout=120).stdout.split()
    # The journal's files are compressed, so grep alone would not see it there.
    journal = guest.run(["journalctl", "--no-pager", "--all", "--output=export"]).stdout
    return found + [name for name, text in (("journal", journal), ("console", guest.console())) if secret in text]
