"""What the tests of accounts, keys, sudo and removal share: how a request is sent, and what must not have changed."""

from __future__ import annotations

from guestlab import Guest, Snapshot, Status, snapshot

NEW_PASSWORD = "New-horse-73-staple"
# Made by /etc/passwd's own tools on every write, beside the file.
_BACKUPS = ("/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-", "/etc/subuid-", "/etc/subgid-")
_DATABASES = ("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/subuid", "/etc/subgid")


def success(status: Status) -> Status:
    """The status, which must be success and nothing less."""
    assert status.status == "success", str(status)
    return status


def account_lines(guest: Guest, without: str) -> dict[str, list[str]]:
    """Every line of the account files but those of one user, and of its name as a member of groups."""
    lines: dict[str, list[str]] = {}
    for path in _DATABASES:
        kept = [line for line in guest.read(path).splitlines() if line.split(":")[0] != without]
        lines[path] = [_without_member(line, without) if "group" in path or "gshadow" in path else line for line in kept]
    return lines


def _without_member(line: str, user: str) -> str:
    head, _, members = line.rpartition(":")
    return f"{head}:{','.join(name for name in members.split(',') if name != user)}"


def others(guest: Guest, user: str) -> tuple[dict[str, list[str]], Snapshot]:
    """What belongs to everybody else: their lines in the account files, their homes, sudo and SSH."""
    seen = snapshot(guest)
    own = (f"/home/{user}",)
    grant = f"/etc/sudoers.d/vmaccess-agent-{user.encode().hex()}"
    kept = {path: entry for path, entry in seen.items()
            if not path.startswith(own) and path not in _BACKUPS + _DATABASES + (grant,)}
    return account_lines(guest, user), kept
