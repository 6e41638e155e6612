"""Fixtures for tests with guests. A guest is cheap: a fresh one for each test, unless a table only refuses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))  # guestlab is imported from here, not installed

from guestlab import Guest, KeyPair, Run, cleanup, images, keypair as make_keypair  # noqa: E402

MakeGuest = Callable[..., Guest]
MakeKey = Callable[..., KeyPair]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--suites", default=None, metavar="LIST",
                     help=f"Debian suites to run guests of, from {','.join(images.SUITES)} "
                          "(default: bookworm, and all of them for tests that are marked every_suite)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "package: needs the agent's .deb in the guest")
    config.addinivalue_line("markers", "every_suite: about what differs between the suites, and so run on each by default")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "suite" in metafunc.fixturenames:
        named = metafunc.config.getoption("--suites")
        if named is None:
            named = ",".join(images.SUITES) if metafunc.definition.get_closest_marker("every_suite") else "bookworm"
        suites = [word for word in named.split(",") if word]
        unknown = sorted(set(suites) - set(images.SUITES))
        if unknown or not suites:
            raise pytest.UsageError(f"--suites: unknown or empty: {unknown}; there are {', '.join(images.SUITES)}")
        metafunc.parametrize("suite", suites, scope="session")


def package_tests() -> pytest.MarkDecorator:
    """What a module of tests of the product has as its `pytestmark`; without a .deb the collection of that module fails.

    Fails, and does not skip: a run without the product's tests would look like a good one.
    """
    try:
        images.package()
    except images.NoPackage as error:
        raise pytest.Collector.CollectError(f"these tests need the package: {error}") from None
    return pytest.mark.package


@pytest.fixture(scope="session", autouse=True)
def run() -> Iterator[Run]:
    """The run of this process. Autouse and session: it is set up first and torn down last, so its check sees all."""
    run = Run()
    try:
        yield run
        forgotten = [guest.name for guest in run.guests]
    finally:
        run.close()
    assert not cleanup.leftovers(run.id), "left behind:\n" + "\n".join(cleanup.leftovers(run.id))
    assert not forgotten, f"guests that no fixture closed: {forgotten}"


@pytest.fixture
def make_guest(run: Run, suite: str) -> Iterator[MakeGuest]:
    """Makes guests that are not booted: `make_guest(package=True, on_disk=False)`; closes them after the test."""
    made: list[Guest] = []

    def make(*, package: bool = True, on_disk: bool = False) -> Guest:
        image = images.with_package(run, suite) if package else images.base(run, suite)
        made.append(Guest(run, image, on_disk=on_disk))
        return made[-1]

    yield make
    for guest in reversed(made):
        guest.close()


@pytest.fixture
def guest(make_guest: MakeGuest) -> Guest:
    """A fresh booted guest with the package installed."""
    return make_guest().boot()


@pytest.fixture
def bare_guest(make_guest: MakeGuest) -> Guest:
    """A fresh booted guest without the package."""
    return make_guest(package=False).boot()


@pytest.fixture
def keypair(tmp_path: Path) -> MakeKey:
    """Makes key pairs: `keypair()`, `keypair("rsa", name="old")`."""

    def make(type: str = "ed25519", **options: str) -> KeyPair:
        return make_keypair(tmp_path, type, **options)

    return make


@pytest.hookimpl(hookwrapper=True)  # type: ignore[misc]
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Adds what the guests know to the report of a failed test."""
    outcome = yield
    report = outcome.get_result()
    run = getattr(item, "funcargs", {}).get("run")
    if report.when == "call" and report.failed and isinstance(run, Run):
        for guest in run.guests:
            report.sections.append((f"guest {guest.name}", guest.agent.evidence()))
