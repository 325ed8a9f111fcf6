"""How fast the synthetic province is made: population, matching table, allocation problem, all files.

Each figure is the median of paired runs in one process; the ratio is to the bare work it cannot do
without: drawing as many random numbers as the table has cells, or writing as many cells to one workbook.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import xlsxwriter

from payung.province import funding, lists, workers

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
    cases: list[tuple[str, Callable[[], object], int]] = [
        ("population 30,000", lambda: workers.population(30_000, 1, TODAY), 30_000 * 33),
        ("population 1,000,000", lambda: workers.population(1_000_000, 1, TODAY), 1_000_000 * 33),
        ("matching_table 22,000", lambda: workers.matching_table(22_000, 1), 22_000 * 12),
        ("matching_table 200,000", lambda: workers.matching_table(200_000, 1), 200_000 * 12),
        ("matching_table 1,000,000", lambda: workers.matching_table(1_000_000, 1), 1_000_000 * 12),
        ("instance 1,000,000 / 1,000", lambda: funding.instance(1_000_000, 1_000, 12, 1), 1_000_000 * 8),
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
