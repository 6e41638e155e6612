"""Runs the sweep: every kind of request, every point, every fault; prints what was tried and every guest that was worse off for it.

    make sweep                                             all of it: many hours
    make sweep ARGS="--every 20"                           each twentieth point
    make sweep ARGS="--kinds 'new user,reset' --how kill"
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from guestlab import Guest, Run, images  # noqa: E402
from guestlab.images import SUITES  # noqa: E402
from sweep import endurance  # noqa: E402
from sweep.kinds import KINDS, Keys, named  # noqa: E402
from sweep.trial import Bench, Point, make_keys  # noqa: E402

ERRORS = ("ENOSPC", "EIO", "EROFS", "EMFILE")
HOW = ("kill", *ERRORS, "fail", "die", "hang")
# What has no descriptor to give runs out of none; what writes nothing finds no full disk.
_OPENING = ("open", "openat", "openat2", "creat")


def plan(bench: Bench, how: str) -> list[Point]:
    """The points of one kind of disturbance, in the order of the run."""
    found = bench.points
    if how in ("fail", "die", "hang"):
        return [Point(how, f"{program} {number}") for program, number in bench.programs()]
    if how == "EMFILE":
        found = [point for point in found if point.partition(":")[0] in _OPENING]
    elif how in ERRORS:
        found = [point for point in found if not point.startswith("sendmsg")]
    # A disk that is full or read-only stays so.
    return [Point(how, point + ("+" if how in ("ENOSPC", "EROFS") else "")) for point in found]


def _work(jobs: "multiprocessing.Queue[tuple[str, Point] | None]", results: "multiprocessing.Queue[tuple[str, str, bool, list[str]]]",
          suite: str) -> None:
    with TemporaryDirectory(prefix="vmaccess-sweep-") as folder, Run() as run:
        keys: Keys = make_keys(Path(folder))
        while (job := jobs.get()) is not None:
            name, point = job
            try:
                verdict = Bench(run, suite, named(name), keys).try_point(point)
                results.put((name, str(point), verdict.struck, verdict.faults))
            except Exception as error:  # the sweep goes on, and says so
                results.put((name, str(point), False, [f"the trial itself failed: {error!r}"[:2000]]))


def _endure(suite: str, signals: int, drops: int) -> list[str]:
    """Random moments, and very many runs."""
    found = []
    with TemporaryDirectory(prefix="vmaccess-sweep-") as folder, Run() as run:
        keys = make_keys(Path(folder))
        image = images.with_package(run, suite)
        # A guest for some of them, so that a fault has a guest of its own.
        for first in range(0, signals, 50):
            with Guest(run, image).boot() as guest:
                found += [f"signals from {first}: {fault}" for fault in endurance.signalled(guest, keys, min(50, signals - first), first)]
        if signals:
            print(f"{signals} signals at random moments")
        if drops:
            with Guest(run, image).boot() as guest:
                count, grown = endurance.many(guest, keys, drops)
                print(f"{count} runs in one guest: {'; '.join(grown) or 'nothing grows'}")
                found += [f"{count} runs: {fault}" for fault in grown]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="make sweep", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default=SUITES[0], choices=SUITES)
    parser.add_argument("--kinds", default=",".join(kind.name for kind in KINDS), metavar="LIST")
    parser.add_argument("--how", default=",".join(HOW), metavar="LIST", help=f"from {','.join(HOW)}")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth point")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="of those, beginning with the Nth")
    parser.add_argument("--minutes", type=float, default=0, help="stop asking for more after so long")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--signals", type=int, default=500, metavar="N", help="signals at random moments, afterwards; 0: none")
    parser.add_argument("--drops", type=int, default=5000, metavar="N", help="runs in one guest, afterwards; 0: none")
    options = parser.parse_args()

    began = time.monotonic()
    jobs: list[tuple[str, Point]] = []
    faults: list[str] = []
    all_points = 0
    with TemporaryDirectory(prefix="vmaccess-sweep-") as folder, Run() as run:
        keys = make_keys(Path(folder))
        for name in options.kinds.split(","):
            bench = Bench(run, options.suite, named(name), keys)
            bench.survey()
            faults += [f"{name}: order: {fault}" for fault in bench.order()]
            for how in options.how.split(","):
                points = plan(bench, how)
                all_points += len(points)
                jobs += [(name, point) for point in points[options.first::options.every]]
                print(f"{name}: {how}: {len(points)} points", flush=True)
    # Spread, so that a sweep that is cut short has seen something of everything.
    jobs.sort(key=lambda job: hash((job[0], str(job[1]))))

    tried: Counter[str] = Counter()
    struck: Counter[str] = Counter()
    queue: "multiprocessing.Queue[tuple[str, Point] | None]" = multiprocessing.Queue(options.workers)
    results: "multiprocessing.Queue[tuple[str, str, bool, list[str]]]" = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=_work, args=(queue, results, options.suite)) for _ in range(options.workers)]
    for worker in workers:
        worker.start()
    given = done = 0
    waiting = iter(jobs)
    open_workers = options.workers
    while open_workers or done < given:
        while given - done < options.workers and open_workers:
            late = options.minutes and time.monotonic() - began > options.minutes * 60
            job = None if late else next(waiting, None)
            if job is None:
                for _ in range(open_workers):
                    queue.put(None)
                open_workers = 0
            else:
                queue.put(job)
                given += 1
        if done < given:
            name, point, hit, found = results.get()
            done += 1
            how = point.partition(" ")[0]
            tried[how] += 1
            struck[how] += hit
            faults += [f"{name}: {point}: {fault}" for fault in found]
            if done % 50 == 0:
                print(f"{done} of {len(jobs)} tried, {len(faults)} faults", flush=True)
            for fault in found:
                print(f"FAULT {name}: {point}: {fault}", flush=True)
    for worker in workers:
        worker.join()
    for how in HOW:
        if tried[how]:
            print(f"{how}: {tried[how]} points tried, {struck[how]} of them struck")
    faults += _endure(options.suite, options.signals, options.drops)
    print(f"sweep: {sum(tried.values())} of {all_points} points in {(time.monotonic() - began) / 60:.0f} min, {len(faults)} faults")
    for fault in faults:
        print(f"  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
