"""How systemd becomes PID 1 of a guest, and how it is ended.

systemd wants a cgroup v2 tree of its own, the host may have v1. So: a cgroup of the guest's own, then
new cgroup, mount and PID namespaces in which that group is the root of what is mounted on /sys/fs/cgroup, then
nspawn. The PID namespace is needed too: nspawn looks up /proc/1/cgroup to find the root of the hierarchy,
and the host's PID 1 is outside of ours. It also makes the end simple: kill its first process, and all are gone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .network import Network
from .process import ENVIRONMENT, CommandFailed
from .run import Run

# /run/systemd is covered since nspawn keeps state there by machine name, and all guests have the same one.
_START = """
umount -R /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 none /sys/fs/cgroup
mkdir -p /run/systemd
mount -t tmpfs none /run/systemd
exec "$@"
"""

# Before its bus listens, systemctl fails at once; afterwards --wait lasts until the boot is over.
_AWAIT = """
while :; do
    state=$(systemctl is-system-running --wait 2>/dev/null)
    case $state in running|degraded|maintenance) echo "$state"; exit 0;; esac
    sleep 0.01
done
"""


class BootFailed(Exception):
    """The guest did not come up; carries what its console said."""


class Boot:
    """A booted guest."""

    def __init__(self, run: Run, name: str, directory: Path, logs: Path, root: Path, timeout: float,
                 credentials: Mapping[str, bytes]) -> None:
        """Boots the tree `root`; `directory` keeps the network, `logs` what is said on the console and by nspawn."""
        began = time.monotonic()
        self._run = run
        self._console = logs / "console"
        self._errors = logs / "nspawn"
        self._cgroup = run.cgroup / name
        self._cgroup.mkdir()
        self._process: subprocess.Popen[bytes] | None = None
        self.network: Network | None = None
        self.pid = 0
        try:
            self.network = Network(run, directory)
            self._start(root, self.network, self._kept(directory, credentials))
            self.pid = self._await_pid1(began + timeout)
            self._tools = self._cgroup / "payload" / "guestlab"
            self._tools.mkdir()
            self.state = run.execute(self.enter(["sh", "-c", _AWAIT]), timeout=timeout,
                                     shown=["systemctl", "is-system-running", "--wait"]).stdout.strip()
        except BaseException as error:
            said = self._said()
            self.stop()
            if isinstance(error, (CommandFailed, TimeoutError)):
                raise BootFailed(f"{error}\n{said}") from None
            raise
        self.seconds = time.monotonic() - began

    def _kept(self, directory: Path, credentials: Mapping[str, bytes]) -> list[str]:
        """Credentials as options of nspawn's, by files: an argument would show them to everybody."""
        options = []
        for name, data in credentials.items():
            file = directory / f"credential.{name}"
            file.write_bytes(data)
            options.append(f"--load-credential={name}:{file}")
        return options

    def _start(self, root: Path, network: Network, options: Sequence[str]) -> None:
        nspawn = [
            "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot", f"--directory={root}",
            "--machine=guest", f"--network-namespace-path={network.guest}", "--capability=all", "--resolv-conf=off",
            # With `pipe` there is no /dev/console. With `read-only` there is one, a pty, and nspawn copies what the
            # guest writes to it to its own standard output: all of it, the agent's lines too (seen).
            "--console=read-only", *options,
        ]
        # slave: the host's unmounts must reach this copy of the mount table, our mounts must not reach the host.
        inside = ["unshare", "--mount", "--propagation=slave", "--cgroup", "--pid", "--fork", "--kill-child",
                  "--mount-proc", "--", "sh", "-ec", _START, "sh", *nspawn]
        # An owner of network namespaces may set their sysctls, and a real VM does; the rest of /proc/sys is the host's.
        environment = {**ENVIRONMENT, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"}
        with self._console.open("ab") as console, self._errors.open("ab") as errors:
            self._process = subprocess.Popen(
                self._run.joined(self._cgroup, inside), stdin=subprocess.DEVNULL, stdout=console, stderr=errors,
                env=environment, start_new_session=True,
            )

    def _await_pid1(self, deadline: float) -> int:
        """The host's pid of the guest's PID 1, as soon as it is systemd: from then on its namespaces are complete."""
        payload = self._cgroup / "payload"
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise TimeoutError("nspawn ended")
            for group in (payload / "init.scope", payload):
                for pid in _members(group):
                    if _is_init(pid):
                        return pid
            time.sleep(0.005)
        raise TimeoutError("systemd did not start in time")

    def enter(self, argv: Sequence[str]) -> list[str]:
        """`argv` inside the guest, in a cgroup of the guest's tree that belongs to no unit."""
        return self._run.joined(self._tools, ["nsenter", "-t", str(self.pid), "-m", "-u", "-i", "-n", "-p", "-C",
                                              "--", *argv])

    def stop(self) -> None:
        """A power cut: every process of the guest is gone when this returns, and so is its network."""
        if self._process is not None:
            self._kill(self._process)
            self._process = None
        deadline = time.monotonic() + 10
        while _populated(self._cgroup):
            if time.monotonic() > deadline:
                raise RuntimeError(f"processes outlive the guest: {self._cgroup}")
            time.sleep(0.002)
        for folder, _, _ in os.walk(self._cgroup, topdown=False):
            os.rmdir(folder)
        if self.network is not None:
            self.network.close()
            self.network = None

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        # nspawn is PID 1 of the namespace: with it all go, and `unshare`, its parent, reaps it and ends. Were unshare
        # killed first, the corpse would be left to the host's PID 1.
        supervisor = _parent(self.pid) if self.pid else None
        if supervisor is not None and process.poll() is None:
            os.kill(supervisor, signal.SIGKILL)
            try:
                process.wait(timeout=5)
                return
            except subprocess.TimeoutExpired:
                pass
        process.kill()
        process.wait()

    def _said(self) -> str:
        parts = [path.read_text(errors="replace")[-3000:] for path in (self._errors, self._console) if path.exists()]
        return "\n".join(parts)


def _members(cgroup: Path) -> list[int]:
    try:
        return [int(word) for word in (cgroup / "cgroup.procs").read_text().split()]
    except OSError:
        return []


def _is_init(pid: int) -> bool:
    try:
        if os.path.basename(os.readlink(f"/proc/{pid}/exe")) != "systemd":
            return False
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("NSpid:"):
                return line.split()[-1] == "1"
    except OSError:
        pass
    return False


def _parent(pid: int) -> int | None:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("PPid:"):
                return int(line.split()[1]) or None
    except OSError:
        pass
    return None


def _populated(cgroup: Path) -> bool:
    return "populated 1" in (cgroup / "cgroup.events").read_text()
