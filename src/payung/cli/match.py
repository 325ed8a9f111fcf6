"""`payung match`: which rows of one or more lists are the same person.

A plain click command, so that `--help` answers at once; the matcher is loaded when there is work.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from payung.cli.face import print_json, refuse

if TYPE_CHECKING:
    import polars as pl

_FINDINGS = 1
#: findings that the sender of a list should mend; the others only say how the list was read
_TO_MEND = ("id_repeated", "column_type")


@click.command("match", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", metavar="[FILE...]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path), help="Where the results of FILEs are written."
)
@click.option("--columns", metavar="JSON", default="{}", help='Your names: \'{"name": "nama_lengkap"}\'.')
@click.option("--truth", metavar="COLUMN", help="Column that says who is who; prints precision, recall, f1.")
@click.option("--engine", default="duckdb", show_default=True, help="duckdb or spark.")
@click.option(
    "--threshold", metavar="P", type=float, help="Probability from which rows are one person (0.5)."
)
@click.option("--seed", metavar="N", type=int, default=1, show_default=True, help="Same seed, same result.")
@click.option(
    "--model", metavar="FILE", type=click.Path(path_type=Path), help="A stored model, used as it is."
)
@click.option(
    "--review", metavar="FILE", type=click.Path(path_type=Path), help="A filled review.xlsx to apply."
)
@click.option("--as", "as_user", metavar="USER", help="User to act as, without FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def app(files: tuple[Path, ...], out: Path | None, columns: str, truth: str | None, engine: str,
        threshold: float | None, seed: int, model: Path | None, review: Path | None, as_user: str | None,
        as_json: bool) -> None:  # fmt: skip
    """Find which rows are the same person: in the registry, or in lists (parquet, csv, xlsx) alone.

    Without FILE every record that waits in the registry gets its person. With FILE the registry is not touched:
    writes clusters.parquet, pairs.parquet, model.json and review.xlsx into DIR. Exit status: 0 done, 1 done but
    the list should be mended (repeated ids, unreadable columns), 2 asked wrongly.

    \b
    Example: payung match list.xlsx members.csv --columns '{"name": "nama_lengkap"}' --out result --json
    """
    if not files:
        from payung.cli.match_registry import match_registry

        match_registry(as_user, as_json)
        return
    if out is None:
        refuse("--out", "", "name the folder for the results, for example --out result")
    from payung.matching import InputError, ModelError

    if engine not in ("duckdb", "spark"):
        refuse("--engine", engine, "use duckdb or spark")
    if threshold is not None and not 0 < threshold < 1:
        refuse("--threshold", threshold, "give a probability between 0 and 1, for example 0.5")
    try:
        answer = match_files(
            files, out, columns=columns, truth=truth, engine=engine, threshold=threshold, seed=seed,
            model=model, review=review,
        )  # fmt: skip
    except (InputError, ModelError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if as_json:
        print_json(answer)
    else:
        _print(answer, out)
    if any(finding["code"] in _TO_MEND for finding in answer["findings"]):
        sys.exit(_FINDINGS)


def match_files(
    files: tuple[Path, ...], out: Path, *, columns: str = "{}", truth: str | None = None, engine: str = "duckdb",
    threshold: float | None = None, seed: int = 1, model: Path | None = None, review: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Matches files and writes the results into `out`; gives what the command prints.

    Raises InputError or ModelError with one sentence for what cannot be matched.
    """
    import time

    from payung.matching import link, load, parse_columns
    from payung.matching.files import read_review, write_review

    begin = time.perf_counter()
    mapping = parse_columns(columns)
    table, labels = _read(files, mapping, truth)
    answers = read_review(review) if review else None
    stored = load(model) if model else None
    read = time.perf_counter() - begin
    found = link(table, model=stored, seed=seed, threshold=threshold, answers=answers, engine=engine)
    begin = time.perf_counter()
    _folder(out)
    found.clusters.write_parquet(out / "clusters.parquet")
    found.pairs.write_parquet(out / "pairs.parquet")
    found.model.save(out / "model.json")
    named = table.with_columns(found.clusters["id"])
    doubtful = write_review(out / "review.xlsx", found, named)
    report = found.report
    answer: dict[str, Any] = {
        "rows": report["rows"], "clusters": report["clusters"], "pairs": report["pairs"],
        "seconds": {"read": round(read, 3), **report["seconds"], "write": round(time.perf_counter() - begin, 3)},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "threshold": report["threshold"], "model": report["model"], "review": doubtful,
        "findings": report["findings"],
    }  # fmt: skip
    if labels is not None:
        answer |= pairwise(found.clusters["cluster_id"], labels)
    return answer


def _read(
    files: tuple[Path, ...], mapping: dict[str, str | list[str]], truth: str | None
) -> tuple[pl.DataFrame, pl.Series | None]:
    import polars as pl

    from payung.matching import InputError
    from payung.matching.columns import FIELDS
    from payung.matching.files import read_list

    tables, labels = [], []
    for file in files:
        table = read_list(file, mapping)
        if truth is not None:
            if truth not in table.columns:
                raise InputError(
                    f"--truth: {truth!r} is not a column of {file}; it has {', '.join(table.columns)}"
                )
            labels.append(table[truth].cast(pl.String))
        table = table.select([column for column in ("id", *FIELDS) if column in table.columns])
        if len(files) > 1:
            own = (
                pl.col("id").cast(pl.String)
                if "id" in table.columns
                else pl.int_range(pl.len()).cast(pl.String)
            )
            table = table.with_columns(
                id=pl.lit(f"{file.name}:") + own.fill_null(pl.int_range(pl.len()).cast(pl.String))
            )
        tables.append(table)
    if len(tables) == 1:
        return tables[0], labels[0] if labels else None
    for field in {column for table in tables for column in table.columns}:
        if len({table.schema[field] for table in tables if field in table.columns}) > 1:
            tables = [
                table.with_columns(pl.col(field).cast(pl.String, strict=False))
                if field in table.columns
                else table
                for table in tables
            ]
    return pl.concat(tables, how="diagonal"), pl.concat(labels) if labels else None


def _folder(out: Path) -> None:
    from payung.matching import InputError

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out: {str(out)!r} cannot be made a folder ({error.strerror})") from None


def pairwise(cluster: pl.Series, truth: pl.Series) -> dict[str, float]:
    """Precision, recall and f1 of clusters over all pairs of rows whose truth is known."""
    import polars as pl

    table = pl.DataFrame({"c": cluster, "t": truth}).drop_nulls("t")

    def pairs(*columns: str) -> float:
        sizes = table.group_by(columns).len()["len"].cast(pl.Float64).to_numpy()
        return float((sizes * (sizes - 1) / 2).sum())

    both, said, true = pairs("c", "t"), pairs("c"), pairs("t")
    precision, recall = both / said if said else 1.0, both / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 5), "recall": round(recall, 5), "f1": round(f1, 5)}


def _print(answer: dict[str, Any], out: Path) -> None:
    click.echo(
        f"{answer['rows']} baris -> {answer['clusters']} orang; {answer['review']} pasang perlu diperiksa"
    )
    if "f1" in answer:
        click.echo(f"presisi {answer['precision']:.4f}, recall {answer['recall']:.4f}, F1 {answer['f1']:.4f}")
    for finding in answer["findings"]:
        click.echo(f"- {finding['message_id']}")
    click.echo(f"Hasil: {out} (model {answer['model']}, {json.dumps(answer['seconds'])} detik)")
