"""Speed, gap and gain of the allocation room on the seeded instances of the synthetic province.

    python bench/bench_allocation.py [--sizes 3000x20,30000x40] [--runs 1] [--time-limit SECONDS]

Each size runs in a process of its own, so that peak memory is the size's own. The seconds of a size are the
median over the runs; the ratios compare plans of the same instance.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from typing import Any

import polars as pl

HORIZON = 12
#: months without a gap that a person is to be protected at least
KEEP = 6


def one(n_people: int, n_funds: int, seed: int, time_limit: float | None) -> dict[str, object]:
    """One plan of one instance, with its figures."""
    from payung.allocation import plan
    from payung.allocation.figures import measure
    from payung.allocation.rules import todays_way
    from payung.demo.funding import instance
    from payung.values import Month

    people, funds = instance(n_people, n_funds, HORIZON, seed)
    begun, worked = time.perf_counter(), time.process_time()
    made = plan(people, funds, Month.of(2027, 1), HORIZON, time_limit=time_limit)
    seconds, processor = time.perf_counter() - begun, time.process_time() - worked
    report, draft = made.report, todays_way(made.instance)
    today = measure(draft).as_dict()
    rule = report["best_rule"]
    first = ("kept", "months_rupiah", "priority_rupiah")
    return {
        "seconds": seconds,
        "processor": processor,
        "stages": report["seconds"],
        "peak_mb": report["peak_mb"],
        "method": report["method"],
        "violations": len(report["violations"]),
        "gaps": {goal["name"]: goal["gap"] for goal in report["goals"]},
        "people": report["people"],
        "months": report["months_rupiah"],
        "people_today": today["people"],
        "long": [protected(made.draft), protected(draft)],
        "kept": report["kept"],
        "kept_today": today["kept"],
        "months_to_today": report["months_rupiah"] / max(1, today["months_rupiah"]),
        "months_to_rule": report["months_rupiah"] / max(1, rule["months_rupiah"]),
        "against_rule": {name: [report[name], rule[name]] for name in (*first, "unspent", "changes")},
        "never_worse": [report[name] for name in first] >= [rule[name] for name in first],
    }


def protected(draft: Any) -> int:
    """People paid for without a gap for KEEP months or more."""
    from payung.allocation.lines import assignments_of

    spells = assignments_of(draft).group_by("person").agg(pl.min("first_month"), pl.max("last_month"))
    return spells.filter(pl.col("last_month") - pl.col("first_month") + 1 >= KEEP).height


def main() -> None:
    """Prints one line per size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="3000x20,30000x40")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=None)
    parser.add_argument("--one", default=None, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        people, funds = map(int, asked.one.split("x"))
        print(json.dumps(one(people, funds, asked.seed, asked.time_limit)))
        return
    print(f"{'size':>14} {'s':>7} {'MB':>6} {'months/today':>12} {'months/rule':>11} kept  method and gaps")
    for size in asked.sizes.split(","):
        runs = []
        for _ in range(asked.runs):
            command = [sys.executable, __file__, "--one", size, "--seed", str(asked.seed)]
            if asked.time_limit:
                command += ["--time-limit", str(asked.time_limit)]
            runs.append(
                json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            )
        run = runs[0]
        seconds = statistics.median(r["seconds"] for r in runs)
        gaps = ", ".join(f"{name} {gap:.2e}" for name, gap in run["gaps"].items() if gap is not None)
        ratios = f"{run['months_to_today']:12.3f} {run['months_to_rule']:11.3f}"
        kept = f"{run['kept']} (today {run['kept_today']})"
        print(f"{size:>14} {seconds:7.1f} {run['peak_mb']:6} {ratios} {kept}  {run['method']}: {gaps}")
        mine, theirs = run["long"]
        text = f"{mine:,} people protected {KEEP} months or more; first come first served {theirs:,}"
        print(f"{'':>14} {text}; ratio {mine / max(1, theirs):.3f}; processor {run['processor']:.1f} s")
        print(f"{'':>14} stages {run['stages']}")
        pairs = ", ".join(f"{name} {mine} ({its})" for name, (mine, its) in run["against_rule"].items())
        word = "not worse" if run["never_worse"] else "WORSE"
        print(f"{'':>14} {word} than the simple rule (its figure in brackets): {pairs}")


if __name__ == "__main__":
    main()
