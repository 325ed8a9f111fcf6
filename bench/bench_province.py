"""How fast the synthetic province is made: population, matching table, allocation problem, all files.

Each figure is the median of paired runs in one process; the ratio is to the bare work it cannot do
without: drawing as many random numbers as the table has cells, or writing as many cells to one workbook.

    python -m bench.bench_province [PEOPLE]      the largest size, default 1,000,000
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import xlsxwriter

from payung.demo import funding, lists, workers

TODAY = date(2026, 11, 22)


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def bare_draws(cells: int) -> None:
    rng = np.random.default_rng(1)
    for _ in range(cells // 1_000_000 + 1):
        rng.random(1_000_000)


def bare_cells(folder: Path, rows: int, columns: int = 11) -> None:
    """One plain workbook with as many text cells as the lists have."""
    with xlsxwriter.Workbook(str(folder / "bare.xlsx"), {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for row in range(rows):
            for column in range(columns):
                page.write_string(row, column, "MUHAMMAD ILYAS")


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    sizes = [size for size in (22_000, 30_000, 200_000, 1_000_000) if size <= most]
    cases: list[tuple[str, Callable[[], object], int]] = [
        *(
            (f"population {size:,}", lambda size=size: workers.population(size, 1, TODAY), size * 33)
            for size in sizes
        ),
        *(
            (f"matching_table {size:,}", lambda size=size: workers.matching_table(size, 1), size * 12)
            for size in sizes
        ),
        (f"instance {most:,} / 1,000", lambda: funding.instance(most, 1_000, 12, 1), most * 8),
    ]
    workers.population(1_000, 1, TODAY)
    print(f"{'what':<28}{'seconds':>9}{'draws':>9}{'ratio':>8}")
    for name, work, cells in cases:
        runs = 1 if "1,000,000" in name else 3
        pairs = [(seconds(work), seconds(lambda cells=cells: bare_draws(cells))) for _ in range(runs)]
        took, bare = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
        print(f"{name:<28}{took:>9.2f}{bare:>9.3f}{took / bare:>8.0f}")
    with tempfile.TemporaryDirectory() as folder:
        took = seconds(lambda: lists.write(Path(folder), 30_000, 2026))
        rows = lists.read_manifest(Path(folder)).list_rows
        bare = seconds(lambda: bare_cells(Path(folder), rows))
    print(
        f"{'lists.write 30,000':<28}{took:>9.2f}{bare:>9.3f}{took / bare:>8.1f}  (bare: the same cells, one workbook)"
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
