"""Measures matching against exact NIK and plain Splink, in the same run, on lists of the demo province.

    python -m bench.bench_matching [--rows 22000,200000,1000000] [--quick]

Prints wall and processor seconds, peak memory (each case in its own process), precision, recall and F1 over the
clusters at the threshold the tool chooses; the calibration; 5,000 new rows against a million known; one look-up.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from payung.cli.match import pairwise


def exact_nik(table: pl.DataFrame) -> tuple[pl.Series, dict[str, object]]:
    """Rows with the same NIK as typed are one person."""
    key = table.select(
        pl.coalesce(pl.col("nik"), "row " + pl.int_range(pl.len()).cast(pl.String))
    ).to_series()
    return key.cast(pl.Categorical).to_physical(), {}


def plain_splink(table: pl.DataFrame) -> tuple[pl.Series, dict[str, object]]:
    """Splink as its documentation begins: library comparisons on the columns as they are, u by sampling, EM."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    columns = ["nik", "name", "birth_date", "sex", "mother_name", "village_code", "phone"]
    rows = table.select(pl.int_range(pl.len()).alias("unique_id"), *columns)
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.LevenshteinAtThresholds("nik", [1, 2]),
            cl.JaroWinklerAtThresholds("name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("birth_date", [1, 2]),
            cl.ExactMatch("sex"),
            cl.JaroWinklerAtThresholds("mother_name", [0.92, 0.8]),
            cl.ExactMatch("village_code"),
            cl.ExactMatch("phone"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("nik"), block_on("name", "birth_date"), block_on("name", "village_code"), block_on("phone"),
        ],
    )  # fmt: skip
    linker = Linker(api.register(rows.to_arrow(), dataset_display_name="rows"), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("nik"), block_on("name", "birth_date")], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth_date"))
    training.estimate_parameters_using_expectation_maximisation(block_on("nik"))
    scored = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=0.5
    )
    found = pl.from_arrow(clusters.as_duckdbpyrelation().to_arrow_table())
    assert isinstance(found, pl.DataFrame)
    return found.sort("unique_id")["cluster_id"], {}


def payung(table: pl.DataFrame, stored: bool = False) -> tuple[pl.Series, dict[str, object]]:
    """Payung's matcher, trained on the list, or with the packaged model as it is."""
    from payung.matching import default, link, reliability

    found = link(table.drop("true_id"), model=default() if stored else None)
    truth = table.select(pl.col("id").cast(pl.String), "true_id")
    pairs = found.pairs.join(truth.rename({"id": "id_l", "true_id": "a"}), on="id_l").join(
        truth.rename({"id": "id_r", "true_id": "b"}), on="id_r"
    )
    same = (pairs["a"] == pairs["b"]).to_numpy()
    chance = pairs["probability"].to_numpy()
    error, rows = reliability(chance, same)
    sure = chance >= found.report["same"]
    return found.clusters["cluster_id"], {
        "ece": round(error, 4), "auto_precision": round(float(same[sure].mean()), 4),
        "clerk": round(float((found.decisions["decision"] == "doubtful").mean()), 4),
        "seconds": found.report["seconds"],
        "reliability": [(row["from"], row["pairs"], round(row["said"], 3), round(row["true"], 3)) for row in rows],
    }  # fmt: skip


METHODS = {
    "exact NIK": exact_nik,
    "plain Splink": plain_splink,
    "payung": payung,
    "payung, packaged model": lambda table: payung(table, stored=True),
}


def one(method: str, path: Path) -> None:
    """Runs one method in this process and prints its figures as JSON."""
    table = pl.read_parquet(path)
    begin, busy = time.perf_counter(), time.process_time()
    cluster, more = METHODS[method](table)
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    figures = {
        "wall": round(wall, 1), "cpu": round(cpu, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **pairwise(cluster.cast(pl.String), table["true_id"].cast(pl.String)), **more,
    }  # fmt: skip
    print(json.dumps(figures))


def incremental(path: Path, new: int = 5_000) -> None:
    """New rows against known ones with a stored model, and look-ups one by one."""
    from payung.matching import LookupIndex, default, link

    table = pl.read_parquet(path)
    known, fresh = table.head(table.height - new), table.tail(new)
    begin = time.perf_counter()
    found = link(fresh.drop("true_id"), known.drop("true_id"), model=default())
    print(f"{new} against {known.height}: {time.perf_counter() - begin:.1f} s {found.report['seconds']}")
    begin = time.perf_counter()
    index = LookupIndex(known.drop("true_id"))
    print(f"index of {len(index)}: {time.perf_counter() - begin:.1f} s")
    asked = fresh.head(500).select("nik", "name", "birth_date", "village_code").to_dicts()
    index.lookup(asked[0])
    took = []
    for record in asked:
        begin = time.perf_counter()
        index.lookup(record, 10)
        took.append(1000 * (time.perf_counter() - begin))
    print("look-up ms: p50 {:.1f} p95 {:.1f} p99 {:.1f}".format(*np.percentile(took, [50, 95, 99])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="22000,200000,1000000")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--without-nik", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("METHOD", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--incremental", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return one(options.one[0], Path(options.one[1]))
    if options.incremental:
        return incremental(Path(options.incremental))
    from payung.demo.workers import matching_table

    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as folder:
        for rows in (int(text) for text in options.rows.split(",")):
            for drop in (False, True) if options.without_nik else (False,):
                path = Path(folder) / f"{rows}-{drop}.parquet"
                matching_table(rows, options.seed, drop_nik=drop).write_parquet(path, row_group_size=100_000)
                for method in METHODS:
                    if drop and not method.startswith("payung"):
                        continue
                    answer = _apart("--one", method, str(path))
                    print(f"{rows:>8}{' no NIK' if drop else ''} {method:<24} {answer}", flush=True)
                if not drop and rows >= 1_000_000:
                    print(_apart("--incremental", str(path)), flush=True)
    return None


def _apart(*arguments: str) -> str:
    """Runs this script in a process of its own, so that memory is that of one case."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.bench_matching", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


if __name__ == "__main__":
    main()
