"""One disposable Debian guest: an overlay over an image, prepared un-booted or booted, and thrown away."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import files, login
from .agent import Agent, Status
from .boot import Boot
from .cleanup import remove_tree, unmount
from .images import Image
from .login import KeyPair, Login
from .network import GUEST4, GUEST6, Network
from .process import Result, execute, in_root
from .run import Run


_MEMORY = "1g"


class Guest:
    """A guest. Its files can be read and written, and commands run in it, booted or not."""

    def __init__(self, run: Run, image: Image, *, on_disk: bool = False) -> None:
        """A guest over `image`, not booted. Its changes are kept in memory, or `on_disk` for what a tmpfs lacks."""
        self.lab = run
        self.agent = Agent(self)
        self.image = image
        self.name = run.name()
        self._directory = run.memory / self.name
        self._logs = run.disk / f"{self.name}.logs"  # outside of what the guest can fill
        self._root = self._directory / "root"
        self._changes = (run.disk if on_disk else self._directory) / f"{self.name}.changes"
        self._boot: Boot | None = None
        run.guests.append(self)
        for folder in (self._directory, self._logs, self._root, self._changes):
            folder.mkdir()
        if not on_disk:
            # One for each guest: a test that fills its disk fills no other's.
            run.execute(["mount", "-t", "tmpfs", "-o", f"mode=0755,size={_MEMORY}", "changes", self._changes])
        upper, work = self._changes / "upper", self._changes / "work"
        for folder in (upper, work):
            folder.mkdir()
        run.execute(["mount", "-t", "overlay", "-o", f"lowerdir={image.lowerdir},upperdir={upper},workdir={work}",
                     "overlay", self._root])
        # A machine id of its own from the start, the same after a reboot, as an installed machine has.
        self.write("/etc/machine-id", uuid.uuid4().hex + "\n", mode=0o444)

    # Life

    @property
    def booted(self) -> bool:
        return self._boot is not None

    @property
    def boot_seconds(self) -> float:
        return self._up.seconds

    @property
    def pid(self) -> int:
        """The host's pid of the guest's PID 1."""
        return self._up.pid

    @property
    def network(self) -> Network:
        network = self._up.network
        assert network is not None
        return network

    @property
    def _up(self) -> Boot:
        if self._boot is None:
            raise RuntimeError(f"guest {self.name} is not booted")
        return self._boot

    def boot(self, timeout: float = 60, credentials: Mapping[str, bytes] | None = None) -> Guest:
        """Boots and waits until systemd has started all it wants (`running` or `degraded`); with credentials of systemd's."""
        if self._boot is not None:
            raise RuntimeError(f"guest {self.name} is booted already")
        self._boot = Boot(self.lab, self.name, self._directory, self._logs, self._root, timeout, credentials or {})
        return self

    def stop(self) -> None:
        """A power cut. What was written stays; processes, firewall rules, /run and /tmp are gone."""
        if self._boot is not None:
            self._boot.stop()
            self._boot = None

    def reboot(self) -> None:
        self.stop()
        self.boot()

    def close(self) -> None:
        """Ends the guest and removes all of it. Safe to repeat."""
        try:
            self.stop()
        finally:
            for point in (self._root, self._changes):
                if os.path.ismount(point):
                    unmount(point)
            for folder in (self._changes, self._directory, self._logs):
                remove_tree(folder)
            if self in self.lab.guests:
                self.lab.guests.remove(self)

    def __enter__(self) -> Guest:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Commands

    def run(self, argv: Sequence[str], *, input: str | bytes | None = None, check: bool = True, timeout: float = 60,
            user: str | None = None) -> Result:
        """Runs a command in the guest as root, or as `user`; in a chroot while the guest is not booted."""
        words = ["runuser", "-u", user, "--", *argv] if user else list(argv)
        if self._boot is None:
            return self.prepare(words, input=input, check=check, timeout=timeout)
        return execute(self.entered(words), input=input, check=check, timeout=timeout, shown=words)

    def entered(self, argv: Sequence[str]) -> list[str]:
        """What to run on the host so that `argv` runs in the booted guest; for callers that want its terminal."""
        return self._up.enter(argv)

    def sh(self, script: str, *, input: str | bytes | None = None, check: bool = True, timeout: float = 60,
           user: str | None = None) -> Result:
        """Runs a shell script (`sh -e`) in the guest."""
        return self.run(["sh", "-ec", script], input=input, check=check, timeout=timeout, user=user)

    def prepare(self, argv: Sequence[str], *, input: str | bytes | None = None, check: bool = True,
                timeout: float = 60) -> Result:
        """Runs a command in the tree of a guest that is not booted: no systemd, no network worth the name."""
        if self._boot is not None:
            raise RuntimeError(f"guest {self.name} is booted; use run()")
        return self.lab.execute(in_root(self._root, argv), input=input, check=check, timeout=timeout, shown=argv)

    # Files

    @property
    def changes(self) -> Path:
        """What is other than in the image, on the host: the guest's own disk, as a burglar would read it."""
        return self._changes / "upper"

    @property
    def root(self) -> Path:
        """The guest's root as the host sees it; in a booted one with its /run, /tmp and /proc."""
        return Path(f"/proc/{self._boot.pid}/root") if self._boot else self._root

    def host_path(self, path: str, *, follow: bool = True) -> Path:
        """Where the guest's `path` lies on the host, now: ask again after a boot or a stop."""
        return files.resolve(self.root, path, follow=follow)

    def write(self, path: str, data: str | bytes, *, mode: int = 0o644, owner: str = "root") -> None:
        """Writes a file; its folder must exist."""
        content = data.encode() if isinstance(data, str) else data
        files.put(self.host_path(path), content, mode, files.owner_ids(self.root, owner))

    def append(self, path: str, text: str) -> None:
        """Adds to a file, whose mode and owner stay."""
        with self.host_path(path).open("ab") as file:
            file.write(text.encode())

    def read(self, path: str) -> str:
        return self.read_bytes(path).decode(errors="backslashreplace")

    def read_bytes(self, path: str) -> bytes:
        return self.host_path(path).read_bytes()

    def exists(self, path: str) -> bool:
        """Whether there is something at `path`, be it a link that leads nowhere."""
        return os.path.lexists(self.host_path(path, follow=False))

    def console(self) -> str:
        """What the guest wrote to its console, over all its boots, one line per line."""
        path = self._logs / "console"
        data = path.read_bytes() if path.exists() else b""
        # The pty adds a CR, and systemd writes one itself.
        return re.sub(rb"\r+\n(?:\r+\n)*", b"\n", data).decode(errors="backslashreplace")

    def journal(self, *match: str) -> str:
        """Messages of the current boot's journal, for example `journal("-u", "ssh.service")`."""
        return self.run(["journalctl", "--no-pager", "--output=short-precise", *match], check=False).stdout

    # Logins, from the client's namespace

    def login(self, user: str, *, key: KeyPair | None = None, password: str | None = None, ipv6: bool = False,
              port: int = 22, command: str | None = None, input: str | None = None, timeout: float = 15) -> Login:
        """One SSH login with one credential, from the network. Without `command`, `ok` means that a command ran
        *as that user*; with one, that it returned 0."""
        return login.attempt(
            self.lab, self.network.client, GUEST6 if ipv6 else GUEST4, self._directory / "known_hosts", user,
            key=key, password=password, port=port, command=command, input=input, timeout=timeout,
        )

    def sudo_works(self, user: str, *, key: KeyPair | None = None, password: str | None = None,
                   sudo_password: str | None = None, port: int = 22) -> bool:
        """Whether `user`, logged in over SSH, becomes root by sudo; without `sudo_password`, with none asked."""
        if sudo_password is None:
            result = self.login(user, key=key, password=password, port=port, command="sudo -n id -u")
        else:
            result = self.login(user, key=key, password=password, port=port, command="sudo -k -S -p '' id -u",
                                input=sudo_password + "\n")
        return result.ok and result.stdout.strip() == "0"

    def forget_host_key(self) -> None:
        """Lets the client accept another host key; without this a guest that lost its key is refused, as it should be."""
        (self._directory / "known_hosts").unlink(missing_ok=True)

    # The agent; the rest of it is in `agent`

    def drop(self, name: str, settings: Mapping[str, Any] | str | bytes) -> None:
        """Drops settings as NAME.settings, as a client should; booted or not."""
        self.agent.drop(name, settings)

    def wait_status(self, name: str, timeout: float = 60) -> Status:
        """The final status of the last drop `name`."""
        return self.agent.wait_status(name, timeout)

    def apply(self, settings: Mapping[str, Any] | str | bytes, *args: str, check: bool = False) -> Result:
        """`vmaccess-agent apply --json ARGS -` with the settings on standard input."""
        return self.agent.apply(settings, *args, check=check)
