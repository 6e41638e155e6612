"""The file systems that guests start from: a Debian suite, and on it the agent's package.

    base        a suite with the packages below, as a cloud image would have them     (30 s, once)
    package     an overlay over it, with the .deb installed by dpkg                     (2 s for each .deb)
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import cache
from .cleanup import remove_tree, unmount
from .process import CommandFailed, contained, in_root
from .run import Run

SUITES = ("bookworm", "trixie")

PACKAGES = (
    # the system under test: PID 1, login, SSH, sudo, firewalls
    "systemd", "systemd-sysv", "dbus", "libpam-systemd", "libpam-pwquality", "cracklib-runtime", "passwd",
    "login", "openssh-server", "openssh-client", "sudo", "iproute2", "iptables", "nftables",
    # what the agent's package depends on; dpkg -i fetches nothing
    "libc6", "libstdc++6", "libgcc-s1", "libssl3", "libsystemd0", "libpam0g",
    # tools of the tests
    "procps", "strace", "e2fsprogs", "dosfstools", "xfsprogs",
)

# What does nothing for these tests but costs boot time, or starts on its own in the middle of one.
_MASKED = (
    "systemd-networkd.service", "systemd-networkd.socket", "systemd-resolved.service", "systemd-timesyncd.service",
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "fstrim.timer",
    "systemd-tmpfiles-clean.timer", "e2scrub_reap.service", "systemd-pstore.service", "modprobe@.service",
    "systemd-modules-load.service",
    "dev-hugepages.mount", "sys-kernel-debug.mount", "sys-kernel-tracing.mount",
    # nspawn starts it in place of getty@tty1; its prompt would mix with the agent's lines on the console
    "console-getty.service",
)

_FILES = {
    "etc/hostname": "guest\n",
    "etc/hosts": "127.0.0.1 localhost\n127.0.1.1 guest\n::1 localhost ip6-localhost ip6-loopback\n",
    # mmdebstrap leaves the host's; a guest cannot reach that server, and every lookup would wait for it
    "etc/resolv.conf": "# the test network has no DNS\n",
    "etc/machine-id": "",
    # newer than /usr, so that no boot starts with what systemd does once after an upgrade
    "etc/.updated": "",
    "var/.updated": "",
}


@dataclass(frozen=True)
class Image:
    """Read-only layers for an overlay, the uppermost first."""

    suite: str
    layers: tuple[Path, ...]

    @property
    def lowerdir(self) -> str:
        return ":".join(os.fspath(layer) for layer in self.layers)


class NoPackage(Exception):
    """There is no .deb to install."""


def base(run: Run, suite: str) -> Image:
    """`suite` with PACKAGES installed, made on first use."""
    return Image(suite, (cache.tree(_base_name(suite), lambda path: _make_base(run, suite, path),
                                    replaces=f"base-{suite}-"),))


def with_package(run: Run, suite: str, under: Image | None = None) -> Image:
    """`suite` (or what is already made of it) with the agent's package installed, made once for each content of the .deb."""
    deb = package()
    under = under or base(run, suite)
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()[:16]
    name = f"package-{suite}-{under.layers[0].name.rpartition('-')[2]}-{digest}"
    layer = cache.tree(name, lambda path: _install(run, under, deb, path), replaces=f"package-{suite}-")
    return Image(suite, (layer, *under.layers))


@contextmanager
def layer_over(run: Run, under: Image, path: Path) -> Iterator[Path]:
    """A tree to change: what is changed in it becomes the layer at `path`."""
    # The upper tree becomes the layer, so it is on the cache's disk; the mount point is below the run's
    # directory, where the cleanup looks for mounts.
    work = run.disk / "build"
    point = run.memory / "build"
    for folder in (path, work, point):
        folder.mkdir()
    run.execute(["mount", "-t", "overlay", "-o",
                 f"lowerdir={under.lowerdir},upperdir={path},workdir={work}", "overlay", point])
    try:
        yield point
    finally:
        unmount(point)
        point.rmdir()
        remove_tree(work)


def is_made(suite: str) -> bool:
    """Whether the base of `suite` is in the cache; if not, the next guest takes half a minute longer."""
    return (cache.TREES / _base_name(suite)).is_dir()


def package() -> Path:
    """The .deb under test: $VMACCESS_DEB, or the newest in dist/."""
    named = os.environ.get("VMACCESS_DEB")
    if named:
        if not Path(named).is_file():
            raise NoPackage(f"VMACCESS_DEB={named}: no such file")
        return Path(named)
    dist = Path(__file__).resolve().parents[3] / "dist"
    found = sorted(dist.glob("vmaccess-agent_*.deb"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise NoPackage(f"no vmaccess-agent_*.deb in {dist}: run `make deb` first, or name one with VMACCESS_DEB=")
    return found[-1]


def _base_name(suite: str) -> str:
    recipe = repr((suite, sorted(PACKAGES), sorted(_MASKED), sorted(_FILES.items()), _RECIPE))
    return f"base-{suite}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


_RECIPE = 1  # to be raised when _make_base changes


def _make_base(run: Run, suite: str, path: Path) -> None:
    if suite not in SUITES:
        raise ValueError(f"unknown suite {suite!r}: one of {', '.join(SUITES)}")
    # In namespaces of its own, so that a killed mmdebstrap leaves none of its mounts.
    run.execute(
        contained(["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--format=directory",
                   f"--include={','.join(PACKAGES)}", suite, path]),
        timeout=900,
    )
    for name, text in _FILES.items():
        (path / name).write_text(text)
    for unit in _MASKED:
        link = path / "etc/systemd/system" / unit
        link.unlink(missing_ok=True)
        link.symlink_to("/dev/null")


def _install(run: Run, under: Image, deb: Path, path: Path) -> None:
    try:
        with layer_over(run, under, path) as point:
            (point / "var/tmp/agent.deb").write_bytes(deb.read_bytes())
            run.execute(in_root(point, ["dpkg", "-i", "/var/tmp/agent.deb"]), timeout=120)
            (point / "var/tmp/agent.deb").unlink()
    except CommandFailed as failure:
        raise CommandFailed(failure.result, f"{deb.name} does not install on {under.suite}; "
                            "a dependency that is missing belongs into PACKAGES of guestlab/images.py") from None
