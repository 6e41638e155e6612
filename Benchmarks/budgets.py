"""What the agent may cost. Times are judged by ratios where there is a yardstick beside it, since machines differ."""

from __future__ import annotations

# To the script's time in the same round.
RATIOS = {"all, no proof": 0.8, "password, no proof": 0.8}
# Milliseconds, on a machine that is otherwise idle.
TIMES = {"key, no proof": 30, "key again, no proof": 30, "password again, no proof": 30, "password (closed) again, no proof": 30, "reset again, no proof": 30, "all again, no proof": 30,
         "start, no proof": 3}
# To another of our own times: the cost of strangers.
OWN_RATIOS = {("key, 5000 users, no proof", "key, no proof"): 1.25}
BYTES = {"package": 2_500_000, "installed": 9_000_000}
MEMORY = 10_000_000
RESTARTS = {"key": 0, "password": 0, "password (closed)": 1, "reset": 1, "all": 1}


def exceeded(found: dict) -> list[str]:
    times, ratios, counts = found["milliseconds"], found["ratios to the script"], found["counts"]
    over = [f"  {name}: {ratios[name]:.2f} of the script's time, budget {limit}" for name, limit in RATIOS.items() if ratios[name] > limit]
    over += [f"  {name}: {times[name]['median']:.1f} ms, budget {limit}" for name, limit in TIMES.items() if times[name]["median"] > limit]
    for (name, to), limit in OWN_RATIOS.items():
        ratio = times[name]["median"] / times[to]["median"]
        if ratio > limit:
            over.append(f"  {name}: {ratio:.2f} of {to}, budget {limit}")
    over += [f"  {name}: {found['bytes'][name]} bytes, budget {limit}" for name, limit in BYTES.items() if found["bytes"][name] > limit]
    if counts["peak memory"] > MEMORY:
        over.append(f"  peak memory: {counts['peak memory']} bytes, budget {MEMORY}")
    for name, limit in RESTARTS.items():
        for which, most in ((name, limit), (f"{name} again", 0)):
            if counts[f"{which}, restarts of sshd"] > most:
                over.append(f"  {which}: {counts[f'{which}, restarts of sshd']} restarts of sshd, budget {most}")
    return over
