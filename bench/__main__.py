"""Runs the benchmarks, each in a process of its own, at sizes that take minutes together.

    python -m bench [--full] [NAME ...]      all, or those named; --full at the sizes that the project promises
    python -m bench --list                   their names and sizes

A population of people, covers and bills is built once and copied for each benchmark that needs one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from bench.database import forget

#: Name: module, its arguments, and those of the full size.
RUNS: dict[str, tuple[str, str, str]] = {
    "law": ("bench_law", "100000", "1000000"),
    "province": ("bench_province", "30000", "1000000"),
    "intake": ("bench_intake", "--rows 20000 --runs 1", "--rows 200000"),
    "registry": ("bench_registry", "20000", "200000"),
    "lookup": ("bench_lookup", "20000", "1000000"),
    "known": ("bench_known", "20000", "1000000"),
    "matching": ("bench_matching", "--rows 22000", "--rows 22000,200000,1000000"),
    "allocation": ("bench_allocation", "--sizes 3000x20", "--sizes 3000x20,30000x40"),
    "ledger": ("bench_ledger", "50000 2", "200000 3"),
    "coverage": ("bench_coverage", "20000 12", "1000000 24"),
    "oversight": ("bench_oversight", "50000", "1000000"),
    "cuts": ("bench_cuts", "50000", "1000000"),
    "pages": ("bench_pages", "50000", "1000000"),
    "claims-desk": ("bench_claims", "desk 50000 1000", "desk 1000000 5000"),
    "claims-finding": ("bench_claims", "finding 4000 1000", "finding 20000 8000"),
    "claims-status": ("bench_claims", "status 100", "status 1000"),
}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench", description="Runs the benchmarks.")
    asked.add_argument("names", nargs="*", metavar="NAME", help="; ".join(RUNS))
    asked.add_argument("--full", action="store_true", help="the sizes that the project promises")
    asked.add_argument("--list", action="store_true", help="names and sizes, without running them")
    options = asked.parse_args()
    unknown = [name for name in options.names if name not in RUNS]
    if unknown:
        asked.error(f"{', '.join(unknown)}: no such benchmark; choose from {', '.join(RUNS)}")
    failed = []
    for name in options.names or RUNS:
        module, small, full = RUNS[name]
        arguments = full if options.full else small
        if options.list:
            print(f"{name:16}{small:28}{full}")
            continue
        print(f"\n== {name} {arguments}", flush=True)
        began = time.perf_counter()
        command = [sys.executable, "-m", f"bench.{module}", *arguments.split()]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
        print(f"-- {name}: {time.perf_counter() - began:.0f} s", flush=True)
    if not options.list:
        forget()
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
