"""Measures in one booted guest, interleaved: every variant of every case once a round, so that what else the machine does is shared.

    bench.py [--runs N] [--json FILE] [--check]

Root. BENCH_HANDLER names a folder with a HandlerManifest.json that takes part: any VMAccess handler for Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Tests/GuestTests"))

import budgets  # noqa: E402
import cases  # noqa: E402
import costs  # noqa: E402
from guestlab import Guest, Run, images  # noqa: E402
from handler import OtherHandler  # noqa: E402

APPLY = ["vmaccess-agent", "apply", cases.SETTINGS]
UNPROVEN = ["vmaccess-agent", "apply", "--no-proof", cases.SETTINGS]
PLAN = ["vmaccess-agent", "apply", "--dry-run", cases.SETTINGS]

# Times by the guest's own clock; entering it costs more than what is measured.
_TIMED = """{need}
TIMEFORMAT='%U %S'
began=$EPOCHREALTIME
cpu=$({{ time {what} >/root/said 2>&1; }} 2>&1; echo $?)
ended=$EPOCHREALTIME
echo $((${{ended/./}} - ${{began/./}})) $cpu"""


class Bench:
    def __init__(self, guest: Guest, runs: int) -> None:
        self.guest = guest
        self.runs = runs
        # (case, variant) -> milliseconds
        self.times: dict[tuple[str, str], list[float]] = {}
        # The same in time of a processor, its children's too: what other load on the machine hardly changes.
        self.processor: dict[tuple[str, str], list[float]] = {}
        named = os.environ.get("BENCH_HANDLER")
        self.other = OtherHandler(guest, Path(named)) if named else None

    def measure(self, case: str, variant: str, what: str, need: str = ":") -> None:
        said = self.guest.run(["bash", "-c", _TIMED.format(need=f"{{ {need}; }} >/dev/null 2>&1", what=what)], timeout=120).stdout.split()
        if said[3] != "0":
            raise SystemExit(f"bench: {case}, {variant} fails:\n{self.guest.read('/root/said')}")
        self.times.setdefault((case, variant), []).append(int(said[0]) / 1000)
        self.processor.setdefault((case, variant), []).append((float(said[1]) + float(said[2])) * 1000)

    def round(self) -> None:
        for case in cases.cases():
            for variant, words in (("no proof", UNPROVEN), ("proof", APPLY)):
                cases.put(self.guest, case.settings())
                self.measure(case.name, variant, shlex.join(words), case.need)
                self.measure(f"{case.name} again", variant, shlex.join(words))
            self.measure(case.name, "script", case.script(), case.need)
            if self.other:
                self.measure(case.name, "handler", self.other.prepared(case.settings()), case.need)
        self.measure("plan of all", "no proof", shlex.join(PLAN))
        self.measure("start", "no proof", "vmaccess-agent --version")
        if self.has_diagnose():
            self.measure("diagnose", "no proof", "sh -c 'vmaccess-agent diagnose || [ $? = 4 ]'")
        self.drop()

    def drop(self) -> None:
        """From the rename into the folder to the last word in the status file; seen from outside."""
        path = self.guest.host_path("/var/lib/vmaccess-agent/status") / "bench.status"
        path.unlink(missing_ok=True)
        settings = {"username": cases.USER, "ssh_key": cases.new_key()}
        began = time.monotonic()
        self.guest.drop("bench", settings)
        while not path.exists() or b'"transitioning"' in path.read_bytes():
            if time.monotonic() > began + 60:
                raise SystemExit("bench: a drop has no status after a minute")
            time.sleep(0.0005)
        self.times.setdefault(("key, dropped", "proof"), []).append((time.monotonic() - began) * 1000)

    def has_diagnose(self) -> bool:
        return self.guest.run(["vmaccess-agent", "diagnose", "--help"], check=False).returncode == 0

    def crowded(self) -> None:
        key = cases.cases()[0]
        for _ in range(self.runs):
            cases.put(self.guest, key.settings())
            self.measure("key, 5000 users", "no proof", shlex.join(UNPROVEN), key.need)
        cases.many_keys(self.guest, 10_000)
        for _ in range(self.runs):
            cases.put(self.guest, key.settings())
            self.measure("key, 10000 keys", "no proof", shlex.join(UNPROVEN))

    def counts(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for case in cases.cases():
            for variant, words in (("no proof", UNPROVEN), ("proof", APPLY)):
                cases.put(self.guest, case.settings())
                self.guest.run(["bash", "-c", case.need])
                found[f"{case.name}, {variant}"] = costs.counted(self.guest, words)
            cases.put(self.guest, case.settings())
            self.guest.run(["bash", "-c", case.need])
            found[f"{case.name}, restarts of sshd"] = costs.restarts(self.guest, UNPROVEN)
            found[f"{case.name} again, restarts of sshd"] = costs.restarts(self.guest, UNPROVEN)
            found[f"{case.name}, script, restarts of sshd"] = costs.restarts(self.guest, ["bash", "-c", case.script()])
            found[f"{case.name}, script"] = costs.counted(self.guest, ["bash", "-c", case.script()])
        for index, name in ((0, "peak memory"), (-1, "peak memory with a password, whose hash takes 16 MiB")):
            cases.put(self.guest, cases.cases()[index].settings())
            found[name] = costs.peak_memory(self.guest, APPLY)
        return found


def spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    quarter = len(ordered) // 4
    return {"median": statistics.median(ordered), "low": ordered[quarter], "high": ordered[-1 - quarter], "least": ordered[0]}


def result(bench: Bench) -> dict[str, object]:
    times = {f"{case}, {variant}": spread(values) for (case, variant), values in bench.times.items()}
    ratios = {}
    for (case, variant), values in bench.times.items():
        script = bench.times.get((case, "script"))
        if script and variant != "script":
            # Of the same round each: a slow minute of the machine is in both.
            ratios[f"{case}, {variant}"] = statistics.median(ours / theirs for ours, theirs in zip(values, script))
    processor = {f"{case}, {variant}": statistics.median(values) for (case, variant), values in bench.processor.items()}
    return {"runs": bench.runs, "milliseconds": times, "milliseconds of a processor": processor, "ratios to the script": ratios, "counts": bench.counts(),
            "bytes": costs.sizes(), "instructions of --version": costs.instructions()}


def table(found: dict) -> str:
    times, ratios = found["milliseconds"], found["ratios to the script"]
    lines = [f"{'':<22} {'median':>8} {'half of the runs':>18} {'to the script':>14} {'processor':>10}   milliseconds, {found['runs']} runs"]
    for name, value in times.items():
        ratio = f"{ratios[name]:.2f}" if name in ratios else ""
        lines.append(f"{name:<28} {value['median']:>7.1f} {value['low']:>8.1f} -{value['high']:>7.1f} {ratio:>10} {found['milliseconds of a processor'].get(name, 0):>12.0f}")
    lines.append("")
    for name, value in {**found["counts"], **{f"bytes, {k}": v for k, v in found["bytes"].items()},
                        "instructions of --version": found["instructions of --version"]}.items():
        shown = ", ".join(f"{count} {what}" for what, count in value.items()) if isinstance(value, dict) else value
        lines.append(f"{name:<36} {shown}")
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=15, help="rounds, 15 or more for numbers to be shown")
    options.add_argument("--json", type=Path, default=HERE.parent / ".build/bench.json", help="where the result goes")
    options.add_argument("--check", action="store_true", help="say what exceeds its budget, and exit with 1 if something does")
    given = options.parse_args()
    with Run() as run, Guest(run, images.with_package(run, "bookworm")) as guest:
        guest.write(cases.SCRIPT, (HERE / "by-script").read_bytes(), mode=0o755)
        guest.boot()
        guest.agent.settle()
        # Many restarts a minute are this bench's, not a failing unit's.
        guest.sh("mkdir -p /run/systemd/system/ssh.service.d; printf '[Unit]\\nStartLimitIntervalSec=0\\n' "
                 ">/run/systemd/system/ssh.service.d/bench.conf; systemctl daemon-reload")
        bench = Bench(guest, given.runs)
        bench.round()  # warms up what is read for the first time
        bench.times.clear()
        bench.processor.clear()
        for _ in range(given.runs):
            bench.round()
        cases.crowd(guest, 5000)
        bench.crowded()
        found = result(bench)
    given.json.parent.mkdir(exist_ok=True)
    given.json.write_text(json.dumps(found, indent=2) + "\n")
    owner = HERE.stat()
    os.chown(given.json, owner.st_uid, owner.st_gid)
    print(table(found))
    print(f"\n{given.json}")
    if not given.check:
        return 0
    over = budgets.exceeded(found)
    print("\n".join(["", "over budget:", *over] if over else ["", "every budget is kept"]))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
