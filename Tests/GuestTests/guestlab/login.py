"""SSH logins as a stranger on the network makes them: from another network namespace, with one credential."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .process import CommandFailed, execute
from .run import Run

# Nothing of the host takes part: no configuration, no agent, no known hosts but the guest's own file.
_OPTIONS = (
    "-F", "none",
    "-o", "IdentityAgent=none",
    "-o", "IdentitiesOnly=yes",
    "-o", "GlobalKnownHostsFile=/dev/null",
    # The first key seen is kept and must stay: an agent that replaces a valid host key fails the login.
    "-o", "StrictHostKeyChecking=accept-new",
    "-o", "UpdateHostKeys=no",
    "-o", "NumberOfPasswordPrompts=1",
    "-o", "LogLevel=INFO",
)


@dataclass(frozen=True)
class KeyPair:
    """A key of the client: the private file and the line that goes into authorized_keys."""

    private: Path
    public: str


@dataclass(frozen=True)
class Login:
    """How a login went."""

    ok: bool
    returncode: int
    stdout: str
    stderr: str

    def __bool__(self) -> bool:
        return self.ok


def keypair(directory: Path, type: str = "ed25519", *, name: str = "id", comment: str = "guestlab") -> KeyPair:
    """Makes a key pair with ssh-keygen; `type` is rsa, ecdsa or ed25519."""
    private = directory / f"{name}_{type}"
    execute(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", comment, "-f", private])
    return KeyPair(private, private.with_name(private.name + ".pub").read_text().strip())


def attempt(
    run: Run,
    namespace: Path,
    address: str,
    known_hosts: Path,
    user: str,
    *,
    key: KeyPair | None,
    password: str | None,
    port: int,
    command: str | None,
    input: str | None,
    timeout: float,
) -> Login:
    """One login, one authentication attempt. A refusal is a result, a login that hangs is one too."""
    if (key is None) == (password is None):
        raise ValueError("a login needs a key or a password, and not both")
    ssh = ["ssh", *_OPTIONS, "-p", str(port), "-l", user, "-o", f"UserKnownHostsFile={known_hosts}",
           "-o", f"ConnectTimeout={max(1, int(timeout) - 1)}"]
    descriptor: int | None = None
    prefix: list[str] = []
    if key is not None:
        ssh += ["-o", "BatchMode=yes", "-o", "PreferredAuthentications=publickey", "-i", os.fspath(key.private)]
    else:
        assert password is not None
        descriptor = _pipe_with(password)
        prefix = ["sshpass", "-d", str(descriptor)]
        ssh += ["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive"]
    argv = ["nsenter", f"--net={namespace}", *prefix, *ssh, "--", address, "id -un" if command is None else command]
    try:
        result = run.execute(argv, input="" if input is None else input, check=False, timeout=timeout,
                             pass_fds=[] if descriptor is None else [descriptor])
    except CommandFailed as late:
        result = late.result
        return Login(False, result.returncode, result.stdout, f"{result.stderr}no answer within {timeout:g} s\n")
    finally:
        if descriptor is not None:
            os.close(descriptor)
    # A shell that does nothing and returns 0 is no login, so by default the user's name must come back.
    ok = result.ok and (command is not None or result.stdout.strip() == user)
    return Login(ok, result.returncode, result.stdout, result.stderr)


def _pipe_with(secret: str) -> int:
    """The reading end of a pipe that holds `secret`, to keep it from the argument vector."""
    reading, writing = os.pipe()
    os.write(writing, secret.encode() + b"\n")
    os.close(writing)
    return reading
