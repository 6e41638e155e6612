"""A spread-out selection of the sweep: the whole takes hours, and is `make sweep`."""

from __future__ import annotations

from pathlib import Path

import pytest
from guestlab import Guest, Run
from sweep import canary, endurance, order
from sweep.kinds import KINDS, Kind
from sweep.points import calls, changes, spread
from sweep.trial import Bench, Point, make_keys

pytestmark = pytest.mark.package

_ERRORS = ("ENOSPC", "EIO", "EROFS", "EMFILE")


# The other kinds are in `make sweep`: each takes minutes.
@pytest.mark.parametrize("kind", KINDS[:1], ids=lambda kind: kind.name)
def test_a_run_that_is_cut_off_anywhere_leaves_nobody_worse_off(run: Run, suite: str, tmp_path: Path, kind: Kind) -> None:
    bench = Bench(run, suite, kind, make_keys(tmp_path))
    bench.survey()
    assert order.renames(bench.trace) > 3 and bench.order() == []
    seed = KINDS.index(kind)
    points = [Point("kill", where) for where in spread(bench.own_points, 2, seed * 13)]
    error = _ERRORS[seed % len(_ERRORS)]
    opening = [where for where in bench.own_points if where.startswith("open")] if error == "EMFILE" else bench.own_points
    points += [Point(error, where) for where in spread([where for where in opening if "sendmsg" not in where], 1, seed * 29 + 40)]
    started = bench.programs()
    program, number = started[seed * 5 % len(started)]
    points.append(Point("die" if seed % 2 else "fail", f"{program} {number}"))
    verdicts = [bench.try_point(point) for point in points]
    assert [str(verdict) for verdict in verdicts if verdict.faults] == []
    assert any(verdict.struck for verdict in verdicts), "no disturbance came: the points are not those of a run"


def test_signals_at_random_moments(guest: Guest, tmp_path: Path) -> None:
    assert endurance.signalled(guest, make_keys(tmp_path), 10, seed=7) == []


def test_very_many_runs_leave_no_trace_of_their_number(guest: Guest, tmp_path: Path) -> None:
    runs, found = endurance.many(guest, make_keys(tmp_path), 5000, seconds=60)
    assert found == [] and runs > 30


def test_a_disk_that_is_full_changes_nothing_for_good(guest: Guest, tmp_path: Path) -> None:
    keys = make_keys(tmp_path)
    settings = {"username": "alice", "ssh_key": keys.new.public, "password": canary.PASSWORD}
    guest.sh("systemctl stop vmaccess-agent.path")
    guest.agent.drop("full", settings)
    guest.sh("fallocate -l 2G /var/tmp/fill 2>/dev/null || dd if=/dev/zero of=/var/tmp/fill bs=64k 2>/dev/null || true; "
             "dd if=/dev/zero of=/var/tmp/rest bs=1 count=65536 2>/dev/null || true")
    guest.run(["vmaccess-agent", "run"], check=False)
    assert not guest.login("alice", key=keys.new) or "alice" in guest.read("/etc/shadow")
    guest.sh("rm -f /var/tmp/fill /var/tmp/rest; systemctl start vmaccess-agent.path")
    again = guest.agent.request(settings, name="again")
    assert again.status == "success", again
    assert guest.login("alice", key=keys.new) and guest.login("alice", password=canary.PASSWORD)
    assert canary.on_disk(guest) == [] and canary.told(guest) == []


# The tools themselves: a checker that finds nothing proves nothing.


def test_the_order_checker_sees_what_is_missing() -> None:
    good = ('7 openat(5</etc>, ".x.new", O_WRONLY|O_CREAT) = 6</etc/.x.new>\n7 write(6</etc/.x.new>, "a", 1) = 1\n7 fsync(6</etc/.x.new>) = 0\n'
            '7 renameat(5</etc>, ".x.new", 5</etc>, "x") = 0\n7 fsync(5</etc>) = 0\n')
    assert order.faults(good) == [] and order.renames(good) == 1
    lines = good.splitlines(keepends=True)
    assert "before it is synced" in order.faults("".join(lines[:2] + lines[3:]))[0]
    assert "is not synced after" in order.faults("".join(lines[:4]))[0]
    # A file that is written to again after its fsync.
    assert "before it is synced" in order.faults("".join(lines[:3] + lines[1:2] + lines[3:]))[0]


def test_the_points_are_what_changes_something() -> None:
    trace = ('7 openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY) = 3</etc/passwd>\n7 write(1<pipe:[1]>, "x", 1) = 1\n7 write(3</etc/x>, "x", 1) = 1\n'
             '7 fsync(3</etc/x> <unfinished ...>\n8 unlinkat(3</etc>, "y", 0) = 0\n7 <... fsync resumed>) = 0\n7 write(4</dev/console>, "x", 1) = 1\n')
    found = calls(trace)
    assert [(call.pid, call.name, call.number) for call in found if changes(call)] == [(7, "write", 2), (7, "fsync", 1), (8, "unlinkat", 1)]
    assert found[3].text.endswith(") = 0")


def test_the_search_finds_every_form_of_a_secret(guest: Guest) -> None:
    assert canary.on_disk(guest) == []
    import base64
    import json

    samples = {"/var/tmp/clear": canary.PASSWORD, "/var/tmp/json": json.dumps({"password": canary.PASSWORD}),
               **{f"/var/tmp/b{n}": base64.b64encode(b"x" * n + canary.PASSWORD.encode() + b"}").decode() for n in range(3)}}
    for path, text in samples.items():
        guest.write(path, text)
    assert canary.on_disk(guest) == sorted(samples)
    guest.sh("sleep 5 & exec true")
    with canary.Poller(guest) as poller:
        guest.run(["sh", "-c", "sleep 1; : \"$1\"", "sh", canary.PASSWORD])
    assert poller.found and poller.samples
