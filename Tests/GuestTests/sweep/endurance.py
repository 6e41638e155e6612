"""Very many runs in one guest, and runs that are told to end or killed at any moment."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from guestlab import Guest

from . import canary
from .kinds import WITNESS, Keys, witness

_STATE = "/var/lib/vmaccess-agent"


@dataclass(frozen=True)
class Size:
    """What must not grow with the number of runs."""

    files: int
    transactions: int
    runtime: int
    processes: int
    descriptors: int  # of PID 1
    memory: int  # of PID 1, in KiB

    @staticmethod
    def of(guest: Guest) -> Size:
        said = guest.sh(
            f"find {_STATE} -type f ! -path '*/status/*' | wc -l; ls {_STATE}/transactions | wc -l; find /run/vmaccess-agent | wc -l; "
            "ps -e --no-headers | wc -l; ls /proc/1/fd | wc -l; awk '/VmRSS/ {print $2}' /proc/1/status").stdout.split()
        return Size(*map(int, said))

    def growth(self, later: Size) -> list[str]:
        """What has grown by more than a run or two leave behind anyway."""
        limits = {"files": 60, "transactions": 20, "runtime": 2, "processes": 5, "descriptors": 8, "memory": 4096}
        return [f"{name}: {getattr(self, name)} -> {getattr(later, name)}" for name, most in limits.items()
                if getattr(later, name) > getattr(self, name) + most]


def many(guest: Guest, keys: Keys, count: int, seconds: float = 1e9) -> tuple[int, list[str]]:
    """Drops, one after the other: every tenth changes an account and is proven, the others are refused for a bad one of many reasons.

    Returns how many there were, and what has grown.
    """
    witness(guest, keys)
    refused: list[object] = [{"username": "alice", "expiration": "1999-01-01"}, "{", {"username": "root", "password": canary.PASSWORD}, "", {"password": canary.PASSWORD},
                             {"username": "alice", "ssh_key": "/no/key"}, {"remove_user": "nobody"}, "[1,2", {"username": "-x"}]
    ends = time.monotonic() + seconds
    first: Size | None = None
    done = 0
    while done < count and time.monotonic() < ends:
        if done % 10 == 0:
            settings: object = {"username": "alice", "ssh_key": keys.new.public, "expiration": f"20{40 + done // 10 % 50}-01-01"}
        else:
            settings = refused[done % 10 - 1]
        status = guest.agent.request(settings, name=f"n{done % 200}")  # type: ignore[arg-type]
        wanted = "success" if done % 10 == 0 else "error"
        assert status.status == wanted, f"{done}: {status}"
        done += 1
        if done == 21:
            guest.agent.settle()
            first = Size.of(guest)
    assert first is not None, f"only {done} runs in {seconds} s"
    time.sleep(1)
    found = first.growth(Size.of(guest))
    if not guest.login("alice", key=keys.new):
        found.append("alice cannot log in")
    return done, found + [f"secret in {place}" for place in canary.on_disk(guest) + canary.told(guest)]


def signalled(guest: Guest, keys: Keys, count: int, seed: int) -> list[str]:
    """Runs that get SIGTERM or SIGKILL at random moments; each must come to a last word, and leave everybody their login."""
    witness(guest, keys)
    choose = random.Random(seed)
    found = []
    kinds = (
        {"username": "alice", "ssh_key": keys.new.public, "password": canary.PASSWORD},
        {"username": "alice", "ssh_key": keys.old.public, "remove_prior_keys": True},
        {"username": WITNESS, "ssh_key": keys.new.public, "reset_ssh": True},
        {"remove_user": "alice"},
    )
    for number in range(count):
        guest.agent.drop("signal", kinds[number % len(kinds)])
        for _ in range(choose.choice((1, 1, 2))):
            time.sleep(choose.uniform(0, 1.5))
            guest.run(["systemctl", "kill", f"--signal={choose.choice(('TERM', 'KILL'))}", "vmaccess-agent.service"], check=False)
        status = guest.agent.wait_status("signal", 90)
        settled = guest.run(["sh", "-c", f"for i in $(seq 200); do ls {_STATE}/work/* {_STATE}/incoming/* >/dev/null 2>&1 || exit 0; sleep 0.1; done; exit 1"],
                            check=False)
        if not settled.ok:
            found.append(f"{number}: the drop stays, after {status}")
        if not guest.login(WITNESS, key=keys.witness):
            found.append(f"{number}: {WITNESS} cannot log in after {status}")
    for kind in (kinds[0], kinds[2]):
        last = guest.agent.request(kind, name="last", timeout=90)
        if last.status != "success":
            found.append(f"afterwards: {last}")
    if not guest.login("alice", key=keys.new) or not guest.login("alice", password=canary.PASSWORD):
        found.append("alice cannot log in in the end")
    for check in (["pwck", "-r", "-q"], ["grpck", "-r"], ["visudo", "-c", "-q"], ["sshd", "-t"]):
        result = guest.run(check, check=False)
        if not result.ok:
            found.append(str(result))
    left = guest.sh(f"grep -L '\"end\"' {_STATE}/transactions/*/journal; find {_STATE} /etc -name '*.secret' -o -name '.*.new'; true", check=False)
    found += [f"left behind: {path}" for path in left.stdout.split()]
    return found + [f"secret in {place}" for place in canary.on_disk(guest) + canary.told(guest)]
