"""Nothing of a run is left, however it ends; and the image cache gives each tree once and whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from guestlab import Guest, Run, cache, cleanup, images

_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}


def test_a_close_leaves_nothing(suite: str) -> None:
    with Run() as run:
        guest = Guest(run, images.base(run, suite)).boot()
        guest.run(["systemd-run", "--service-type=exec", "sleep", "600"])
        assert any("sleep 600" in line for line in cleanup.leftovers(run.id))
        assert any("net-guest" in line for line in cleanup.leftovers(run.id))
        guest.close()
        assert not any(guest.name in str(point) for point in cleanup.mounts(run.id))
        assert cleanup.processes(run.id) == []
    assert cleanup.leftovers(run.id) == []


# A process that boots a guest, then says its run's id and waits for the worst.
_VICTIM = """
import signal, subprocess, sys, time
from guestlab import Guest, Run, images
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits that it is ignored
run = Run()
guest = Guest(run, images.base(run, sys.argv[1]), on_disk=True).boot()
guest.sh("touch /root/rock; chattr +i /root/rock")
if sys.argv[2] == "unwatched":
    run._warden._process.kill()
print(run.id, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize(("number", "watched"), [
    (signal.SIGTERM, True), (signal.SIGINT, True), (signal.SIGKILL, True), (signal.SIGKILL, False),
], ids=["SIGTERM", "SIGINT", "SIGKILL", "SIGKILL-and-no-warden"])
def test_a_killed_run_leaves_nothing(suite: str, number: signal.Signals, watched: bool) -> None:
    victim = subprocess.Popen(
        [sys.executable, "-c", _VICTIM, suite, "watched" if watched else "unwatched"], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, env=_ENVIRONMENT,
    )
    try:
        assert victim.stdout is not None
        run_id = victim.stdout.readline().strip()
        assert cleanup.leftovers(run_id)
        victim.send_signal(number)
        victim.wait()
        if not watched:
            assert cleanup.leftovers(run_id)
            Run().close()  # the next run finds it
        deadline = time.monotonic() + 10
        while cleanup.leftovers(run_id):
            assert time.monotonic() < deadline, "\n".join(cleanup.leftovers(run_id))
            time.sleep(0.02)
    finally:
        victim.kill()
        victim.wait()


def test_a_live_run_is_not_swept(suite: str) -> None:
    with Run() as first:
        guest = Guest(first, images.base(first, suite)).boot()
        Run().close()
        assert guest.run(["true"]).ok


@pytest.fixture
def family() -> Iterator[str]:
    """A prefix for trees of this test alone."""
    prefix = f"test-{os.getpid()}-"
    yield prefix
    for path in cache.TREES.glob(f"{prefix}*"):
        cleanup.remove_tree(path) if path.is_dir() else path.unlink()


# Asks for the tree argv[1], and says how often it had to build it; then holds it until its input ends.
_ASKER = """
import sys, time
from guestlab import cache
def build(path):
    print("built", flush=True)
    path.mkdir()
    time.sleep(0.5)
    (path / "whole").touch()
assert (cache.tree(sys.argv[1], build, replaces=sys.argv[2]) / "whole").exists()
print("ready", flush=True)
sys.stdin.read()
"""


def _ask(name: str, family: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", _ASKER, name, family], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            text=True, env=_ENVIRONMENT)


def test_a_tree_is_made_once_for_all_who_ask(family: str) -> None:
    askers = [_ask(f"{family}one", family) for _ in range(4)]
    said = [asker.communicate()[0] for asker in askers]
    assert sorted(said) == ["built\nready\n", "ready\n", "ready\n", "ready\n"]


def _age(name: str) -> None:
    """Makes the last use of a tree a while ago."""
    then = time.time() - cache.KEPT - 10
    os.utime(cache.TREES / f"{name}.lock", (then, then))


def test_an_old_tree_is_removed_unless_somebody_uses_it(family: str) -> None:
    _ask(f"{family}old", family).communicate()
    _age(f"{family}old")
    _ask(f"{family}recent", family).communicate()
    used = _ask(f"{family}used", family)
    assert used.stdout is not None
    while used.stdout.readline() != "ready\n":
        pass
    _age(f"{family}used")
    _ask(f"{family}new", family).communicate()
    used.communicate()
    assert _trees(family) == [f"{family}new", f"{family}recent", f"{family}used"]
    _ask(f"{family}newer", family).communicate()
    assert _trees(family) == [f"{family}new", f"{family}newer", f"{family}recent"]


def _trees(family: str) -> list[str]:
    return sorted(path.name for path in cache.TREES.glob(f"{family}*") if path.is_dir())


def test_a_tree_that_was_left_half_made_is_made_again(family: str) -> None:
    half = cache.TREES / f"{family}one.partial"
    half.mkdir(parents=True)
    (half / "torn").touch()
    assert _ask(f"{family}one", family).communicate()[0] == "built\nready\n"
    assert not (cache.TREES / f"{family}one" / "torn").exists()
