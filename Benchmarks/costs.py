"""What a run costs beside time: processes, fsyncs, memory, instructions, bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from guestlab import Guest, images

_NAME = b"vmaccess-agent"


def counted(guest: Guest, argv: list[str]) -> dict[str, int]:
    """Programs started and fsyncs, the agent's own and its children's, as strace sees them."""
    guest.run(["strace", "-f", "-qq", "-o", "/root/trace", "-e", "trace=execve,fsync,fdatasync,syncfs", *argv], check=False, timeout=300)
    lines = guest.read("/root/trace").splitlines()
    own = lines[0].split()[0] if lines else ""
    ended = [line for line in lines if re.search(r"= 0$", line)]
    return {
        "processes": sum(" execve(" in line for line in ended) - 1,
        "fsyncs": sum("sync(" in line for line in ended),
        "fsyncs of the agent itself": sum("sync(" in line and line.split()[0] == own for line in ended),
    }


def peak_memory(guest: Guest, argv: list[str]) -> int:
    """The agent's largest resident set in bytes, its forked children's too, looked at every half millisecond."""
    peak = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.is_set():
            for entry in os.listdir("/proc"):
                if not entry.isdigit():
                    continue
                try:
                    text = Path(f"/proc/{entry}/status").read_bytes()
                    if not text.startswith(b"Name:\t" + _NAME) or not os.path.samestat(os.stat(f"/proc/{entry}/root"), os.stat(guest.root)):
                        continue
                except OSError:
                    continue
                found = re.search(rb"VmHWM:\s*(\d+) kB", text)
                peak = max(peak, int(found[1]) * 1024 if found else 0)
            ended.wait(0.0005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for _ in range(5):
            guest.run(argv, check=False)
    finally:
        ended.set()
        watcher.join()
    return peak


def restarts(guest: Guest, argv: list[str]) -> int:
    """1 where the SSH unit's main process is another one afterwards; a reload keeps it."""
    def main() -> str:
        return guest.run(["systemctl", "show", "--value", "-p", "ExecMainStartTimestampMonotonic", "ssh.service"]).stdout
    before = main()
    guest.run(argv, check=False)
    return int(main() != before)


def sizes() -> dict[str, int]:
    """Bytes of the package, of its files, and of the program."""
    package = images.package()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
        files = [path for path in Path(folder).rglob("*") if path.is_file() and not path.is_symlink()]
        return {"package": package.stat().st_size, "installed": sum(path.stat().st_size for path in files),
                "program": (Path(folder) / "usr/bin/vmaccess-agent").stat().st_size}


def instructions() -> int | None:
    """Instructions of `--version`, by callgrind on this machine; nothing where there is no valgrind."""
    if shutil.which("valgrind") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", images.package(), folder], check=True)
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", f"{folder}/usr/bin/vmaccess-agent", "--version"],
                              capture_output=True, text=True, check=False)
        found = re.search(r"Collected : (\d+)", done.stderr)
        return int(found[1]) if found else None
