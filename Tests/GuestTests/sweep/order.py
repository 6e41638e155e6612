"""Whether a power loss can leave a file empty or half written: by the trace, each rename of a written file follows that file's fsync,
and precedes its directory's. Only the agent's own processes are judged, not the programs that it runs."""

from __future__ import annotations

import posixpath
import re

from .points import Call, calls

_OPENED = re.compile(r'"([^"]*)".*= \d+<(/[^>]*)>')
_DESCRIPTOR = re.compile(r"\(\d+<(/[^>]*)>")
_RENAMED = re.compile(r'(?:\d+<(?P<d1>/[^>]*)>, )?"(?P<from>[^"]*)", (?:\d+<(?P<d2>/[^>]*)>, )?"(?P<to>[^"]*)"')


def faults(trace: str) -> list[str]:
    """A sentence for each rename that breaks the order. `renames` tells how many there were to judge."""
    found = []
    written: set[str] = set()
    synced: set[str] = set()
    judged = own(trace)
    for index, call in enumerate(judged):
        opened = _OPENED.search(call.text)
        if call.name in ("openat", "openat2") and opened and "O_CREAT" in call.text:
            written.add(opened[2])
        descriptor = _DESCRIPTOR.match(call.text)
        if call.name == "write" and descriptor:
            written.add(descriptor[1])
            synced.discard(descriptor[1])
        if call.name == "fsync" and descriptor:
            synced.add(descriptor[1])
        if not call.name.startswith("rename") or "= -1" in call.text:
            continue
        match = _RENAMED.search(call.text)
        if not match:
            found.append(f"{call.pid}: not understood: {call.name}{call.text}")
            continue
        source = posixpath.join(match["d1"] or "/", match["from"])
        target = posixpath.join(match["d2"] or "/", match["to"])
        # What lives as long as a run needs no disk.
        if target.startswith("/run/"):
            continue
        if source in written and source not in synced:
            found.append(f"{call.pid}: {source} is renamed to {target} before it is synced")
        folder = posixpath.dirname(target)
        if not any(_syncs(later, folder) for later in judged[index + 1:]):
            found.append(f"{call.pid}: {folder} is not synced after {target} came into it")
    return found


def renames(trace: str) -> int:
    return sum(call.name.startswith("rename") for call in own(trace))


def _syncs(call: Call, folder: str) -> bool:
    descriptor = _DESCRIPTOR.match(call.text)
    return call.name == "fsync" and descriptor is not None and descriptor[1] == folder


def own(trace: str) -> list[Call]:
    """The calls of the agent and of its forked children, in order; of whatever another program was started in, none."""
    found = calls(trace)
    others = {call.pid for call in found
              if call.name == "execve" and "= -1" not in call.text and "/vmaccess-agent" not in call.text.split(",")[0]}
    return [call for call in found if call.pid not in others]
