"""Runs every benchmark of this folder, or those named: python -m bench [intake] [law] ..."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

names = sys.argv[1:] or sorted(
    path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py")
)
sys.argv[1:] = []  # the names are not options of the benchmarks
for name in names:
    print(f"\n== {name}", flush=True)
    importlib.import_module(f"bench.bench_{name}").main()
