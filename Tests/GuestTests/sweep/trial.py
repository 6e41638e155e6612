"""One run that is cut off at one point, and what became of the guest."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from guestlab import CommandFailed, Guest, Run, changed, images, keypair, snapshot
from guestlab.agent import NoStatus

from . import canary, order
from .kinds import WITNESS, WITNESS_PASSWORD, Keys, Kind
from .points import TRACED, calls, points, programs

_DROP = "sweep"
_TRACE = "/run/sweep.trace"
# The whole of a trial takes seconds; a run that hangs is one of the things looked for.
_PATIENCE = 150
_STRACE = ["strace", "--follow-forks", "--quiet=attach", "-s", "4096", "-o", _TRACE]
_BACKUPS = {f"/etc/{name}-" for name in ("passwd", "shadow", "group", "gshadow", "subuid", "subgid")}
_WRAPPERS = {
    "fail": "echo broken >&2; exit 1",
    "die": "kill -KILL $$",
    # Longer than the agent's patience with any program.
    "hang": "exec sleep 600",
}


@dataclass(frozen=True)
class Point:
    """How a run is disturbed: `kill renameat:3`, `ENOSPC write:7+`, `fail /usr/sbin/useradd 1`."""

    how: str
    where: str

    def __str__(self) -> str:
        return f"{self.how} {self.where}"


@dataclass
class Verdict:
    point: Point
    faults: list[str] = field(default_factory=list)
    # Whether the disturbance came at all: the number of a call differs a little from run to run.
    struck: bool = True
    status: str = ""

    def __str__(self) -> str:
        return f"{self.point}: {'; '.join(self.faults) or self.status}"


def make_keys(directory: Path) -> Keys:
    return Keys(*(keypair(directory, name=name, comment=name) for name in ("old", "new", "witness")))


class Bench:
    """Makes guests for one kind of request and tries points on them."""

    def __init__(self, run: Run, suite: str, kind: Kind, keys: Keys) -> None:
        self._run = run
        self._image = images.with_package(run, suite)
        self._kind = kind
        self._keys = keys
        self.trace = ""
        self.points: list[str] = []
        # Those of the agent itself, without the programs that it runs.
        self.own_points: list[str] = []

    def survey(self) -> None:
        """A whole run under strace, which finds the points. Raises where the run itself is no success."""
        with self._guest() as guest:
            guest.run([*_STRACE, "-y", "-e", f"trace={','.join(TRACED)}", "vmaccess-agent", "run"], timeout=_PATIENCE)
            self.trace = guest.read(_TRACE)
            status = guest.agent.wait_status(_DROP, 10)
            if status.status != "success" or not self._kind.done(guest, self._keys):
                raise RuntimeError(f"{self._kind.name}: {status}")
        self.points = points(calls(self.trace))
        self.own_points = points(order.own(self.trace))

    def programs(self) -> list[tuple[str, int]]:
        return programs(self.trace)

    def order(self) -> list[str]:
        return order.faults(self.trace)

    def try_point(self, point: Point) -> Verdict:
        with self._guest() as guest:
            before = snapshot(guest)
            hashes = guest.read("/etc/shadow")
            verdict = Verdict(point)
            with canary.Poller(guest) as poller:
                verdict.struck = self._disturb(guest, point)
                guest.reboot()
                self._judge(guest, before, hashes, verdict)
            verdict.faults += [f"secret in {place}" for place in sorted(poller.found)]
            cores = guest.sh("find / /var/lib/vmaccess-agent /root /tmp /var/tmp -xdev -maxdepth 1 -type f -name 'core*'").stdout
            verdict.faults += [f"a core file: {path}" for path in cores.split()]
            return verdict

    # What is done

    def _guest(self) -> Guest:
        guest = Guest(self._run, self._image).boot()
        self._kind.prepare(guest, self._keys)
        guest.sh("systemctl reload ssh.service")
        guest.agent.settle()
        # The runs under trace are started here, and not by the drop.
        guest.sh("systemctl stop vmaccess-agent.path")
        guest.agent.drop(_DROP, self._kind.settings(self._keys))
        return guest

    def _disturb(self, guest: Guest, point: Point) -> bool:
        agent = ["vmaccess-agent", "run"]
        if point.how in _WRAPPERS:
            program, _, number = point.where.rpartition(" ")
            self._wrap(guest, program, int(number), _WRAPPERS[point.how])
            self._start(guest, agent)
            return guest.exists("/run/sweep.struck")
        name, _, number = point.where.partition(":")
        what = "signal=KILL" if point.how == "kill" else f"error={point.how}"
        self._start(guest, [*_STRACE, "-e", f"trace={name}", "-e", f"inject={name}:{what}:when={number}", *agent])
        trace = guest.read(_TRACE) if guest.exists(_TRACE) else ""
        return "INJECTED" in trace or "+++ killed by SIGKILL" in trace

    @staticmethod
    def _start(guest: Guest, argv: list[str]) -> None:
        try:
            guest.run(argv, check=False, timeout=_PATIENCE)
        except CommandFailed:
            pass  # told by the status that is missing, or by what it left

    @staticmethod
    def _wrap(guest: Guest, program: str, number: int, then: str) -> None:
        """The program does `then` at its start of that number; it is itself otherwise. Until the next boot."""
        real = f"/run/sweep.real{program}"
        script = (f"#!/bin/sh\necho x >>/run/sweep.count\nif [ $(wc -l </run/sweep.count) = {number} ]; then : >/run/sweep.struck; {then}; fi\n"
                  f"exec {shlex.quote(real)} \"$@\"\n")
        guest.write("/run/sweep.wrapper", script, mode=0o755)
        guest.sh(f"mkdir -p {shlex.quote(str(Path(real).parent))}; cp -p {program} {real}; mount --bind /run/sweep.wrapper $(readlink -f {program})")

    # What is looked at

    def _judge(self, guest: Guest, before: dict[str, object], hashes: str, verdict: Verdict) -> None:
        kind, keys = self._kind, self._keys
        faults = verdict.faults
        try:
            status = guest.agent.wait_status(_DROP, 90)
        except (NoStatus, AssertionError) as error:
            faults.append(f"no last word: {error}")
            return
        verdict.status = f"{status.status}: {status.message}"
        guest.sh("for i in $(seq 200); do systemctl is-active --quiet vmaccess-agent.service || exit 0; sleep 0.1; done")
        # Before anybody logs in here.
        other = changed(before, snapshot(guest)) - _BACKUPS  # type: ignore[arg-type]
        if guest.run(["systemctl", "is-active", "ssh.service"], check=False).stdout.strip() != "active":
            faults.append("sshd does not serve")
        if not guest.sudo_works(WITNESS, key=keys.witness, sudo_password=WITNESS_PASSWORD):
            faults.append(f"{WITNESS} cannot log in any more")
        for check in (["pwck", "-r", "-q"], ["grpck", "-r"], ["visudo", "-c", "-q"], ["sshd", "-t"]):
            result = guest.run(check, check=False)
            if not result.ok:
                faults.append(str(result))
        if status.status in ("success", "warning"):
            if not kind.done(guest, keys):
                faults.append(f"it says {status.status}, but it is not done: {status.message}")
        elif "is not wholly removed" in status.message:
            pass  # past the point of no return; the same request finishes it, which is looked at below
        elif other:
            faults.append(f"refused ({status.message}), but changed: {sorted(other)[:8]}")
        faults += self._leavings(guest)
        for found in (canary.on_disk(guest), canary.told(guest), canary.hashes(guest, hashes)):
            faults += [f"secret in {place}" for place in found]
        again = guest.agent.request(kind.settings(keys), name=f"{_DROP}-again", timeout=90)
        if again.status != "success" or not kind.done(guest, keys):
            faults.append(f"the same request once more: {again}")
        elif status.status == "success" and kind.name != "removal" and re.search(r"success: \w+: done: ", str(again)):
            faults.append(f"a second run still changes something: {again}")

    @staticmethod
    def _leavings(guest: Guest) -> list[str]:
        found = guest.sh(
            "set +e; find /etc /home /var/lib/vmaccess-agent /var/spool -xdev \\( -name '.*.new' -o -name '*.secret' "
            "-o -name '*.word' \\); ls -d /var/lib/vmaccess-agent/work/* "
            "/var/lib/vmaccess-agent/incoming/* 2>/dev/null; grep -l vmaccess-agent-proof /home/*/.ssh/authorized_keys 2>/dev/null; "
            "grep -L '\"end\"' /var/lib/vmaccess-agent/transactions/*/journal 2>/dev/null; true").stdout.split()
        return [f"left behind: {path}" for path in found]


