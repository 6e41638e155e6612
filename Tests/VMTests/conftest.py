"""Fixtures for tests with virtual machines. A machine is dear: few of them, each with many assertions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS / "VMTests"), str(_TESTS / "GuestTests")]  # vmlab and guestlab are imported from here

from guestlab import Guest, KeyPair, Run, Status, cleanup, keypair as make_keypair  # noqa: E402
from vmlab import Machine, image  # noqa: E402

Break = Callable[[Guest], object]
MakeVM = Callable[..., Machine]
MakeKey = Callable[..., KeyPair]

SUITE = "bookworm"


# The proof gives sshd twenty seconds, which an emulated processor that is shared with others may not keep.
_TOO_SLOW = ("no answer in time", "gave no session", "timed out")


def carried_out(status: Status) -> None:
    """That the agent did what was asked. What it promises of the login, these tests see by themselves."""
    if status.status != "success":
        proof = status.part("proof")
        assert status.status == "warning" and any(words in proof.message for words in _TOO_SLOW), status


@pytest.fixture(scope="session", autouse=True)
def run() -> Iterator[Run]:
    """The run of this process: it is set up first and torn down last, so its check sees all."""
    run = Run()
    try:
        yield run
    finally:
        run.close()
    assert not cleanup.leftovers(run.id), "left behind:\n" + "\n".join(cleanup.leftovers(run.id))


@pytest.fixture
def machines() -> list[Machine]:
    """The machines of this test."""
    return []


@pytest.fixture
def make_vm(run: Run, machines: list[Machine]) -> Iterator[MakeVM]:
    """Makes machines that are switched off: `make_vm(prepare)`, with the package, `prepare` called with the tree before."""

    def make(prepare: Break | None = None) -> Machine:
        with Guest(run, image.with_package(run, SUITE)) as guest:
            # At a real processor's speed, and not while the machine boots: an emulated one takes minutes for it.
            guest.prepare(["vmaccess-agent", "certificate"])
            if prepare is not None:
                prepare(guest)
            machines.append(Machine(run, guest))
        return machines[-1]

    yield make
    for machine in reversed(machines):
        machine.close()


@pytest.fixture
def keypair(tmp_path: Path) -> MakeKey:
    """Makes key pairs: `keypair()`, `keypair("rsa", name="old")`."""

    def make(type: str = "ed25519", **options: str) -> KeyPair:
        return make_keypair(tmp_path, type, **options)

    return make


@pytest.hookimpl(hookwrapper=True)  # type: ignore[misc]
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Adds what the machines know to the report of a failed test."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        for machine in getattr(item, "funcargs", {}).get("machines", []):
            report.sections.append((f"machine {machine.name}", machine.evidence()))
