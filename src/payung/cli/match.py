"""`payung match`: which rows of one or more lists are the same person.

A plain click command, so that `--help` answers at once; the matcher is loaded when there is work.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from payung.cli.face import print_json, refuse

if TYPE_CHECKING:
    import polars as pl

    from payung.matching import Linked
    from payung.matching.report import Finding

_FINDINGS = 1
#: findings that the sender of a list should mend; the others only say how the list was read
_TO_MEND = (
    "id_repeated",
    "column_type",
    "column_unreadable",
    "no_usable_key",
    "nothing_compared",
    "no_common_column",
)


@click.command("match", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", metavar="[FILE...]", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out", metavar="DIR|XLSX", type=click.Path(path_type=Path), help="Folder, or workbook, of the results."
)
@click.option(
    "--map", "--columns", "columns", metavar="MAP", multiple=True,
    help="Your column names: name=nama_lengkap,nik=NIK or JSON; once for all FILEs, or once for each.",
)  # fmt: skip
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
    "--review", metavar="FILE", type=click.Path(path_type=Path), help="A filled review sheet to apply."
)
@click.option("--learn", is_flag=True, help="Without FILE: learn a new model for the registry first.")
@click.option("--as", "as_user", metavar="USER", help="User to act as, without FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def app(files: tuple[Path, ...], out: Path | None, columns: tuple[str, ...], truth: str | None, engine: str,
        threshold: float | None, seed: int, model: Path | None, review: Path | None, learn: bool,
        as_user: str | None, as_json: bool) -> None:  # fmt: skip
    """Find which rows are the same person: in the registry, or in lists (parquet, csv, xlsx) alone.

    Without FILE every record that waits in the registry gets its person. With FILE the registry is not touched:
    writes clusters.parquet, pairs.parquet, model.json and review.xlsx into a folder, or all of it into one
    workbook. Fill the sheet Periksa (sama, beda, tanya desa) and give it back with --review. Columns that are not
    named are recognised by their names and by what stands in them, of workers' lists and of any others: given name
    and surname apart, e-mail, postcode, a number of their own. Exit status: 0 done, 1 done but the list should be
    mended (repeated ids, unreadable columns, nothing that tells people apart), 2 asked wrongly.

    \b
    Example: payung match calon.xlsx anggota.csv --map name="Nama KTP" --out hasil.xlsx
             payung match calon.xlsx anggota.csv --map name="Nama KTP" --review hasil.xlsx --out hasil2.xlsx
    """
    if not files:
        from payung.cli.match_registry import match_registry

        match_registry(as_user, as_json, learn=learn)
        return
    if out is None:
        refuse("--out", "", "name a folder or a workbook for the results, for example --out hasil.xlsx")
    if learn:
        refuse("--learn", True, "lists teach their own model; --learn is for the registry, without FILE")
    from payung.matching import InputError, ModelError

    if engine not in ("duckdb", "spark"):
        refuse("--engine", engine, "use duckdb or spark")
    if threshold is not None and not 0 < threshold < 1:
        refuse("--threshold", threshold, "give a probability between 0 and 1, for example 0.5")
    if seed < 0:
        refuse("--seed", seed, "give a whole number from 0 on")
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
    files: Sequence[Path], out: Path, *, columns: Sequence[str] = (), truth: str | None = None,
    engine: str = "duckdb", threshold: float | None = None, seed: int = 1, model: Path | None = None,
    review: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Match files and write the results into `out`, a folder or a workbook; return what the command prints.

    Raises InputError or ModelError with one sentence for what cannot be matched.
    """
    import time

    from payung.cli.match_lists import parse_map, read_lists
    from payung.matching import InputError, link, load
    from payung.matching.general import link_general
    from payung.matching.review import read_review

    begin = time.perf_counter()
    lists = read_lists(files, parse_map(columns, len(files)), truth, workers=model is not None)
    answers = read_review(review) if review else None
    stored = load(model) if model else None
    reading = round(time.perf_counter() - begin, 3)
    if lists.fields is not None:
        if engine != "duckdb":
            raise InputError("--engine: lists of other columns than a worker's are matched with duckdb only")
        found = link_general(lists.table, lists.fields, seed=seed, threshold=threshold, answers=answers)
    else:
        found = link(
            lists.table, model=stored, seed=seed, threshold=threshold, answers=answers, engine=engine
        )
    report = found.report
    answer: dict[str, Any] = {
        "rows": report["rows"], "clusters": report["clusters"], "pairs": report["pairs"],
        "seconds": {"read": reading, **report["seconds"]}, "peak_mb": 0, "threshold": report["threshold"],
        "model": report["model"], "answers": report["answers"], "columns": lists.read,
        "unused": lists.unused,
        "findings": [_with_header(finding, lists.read) for finding in [*lists.findings, *report["findings"]]],
    }  # fmt: skip
    if lists.labels is not None:
        answer |= pairwise(found.clusters["cluster_id"], lists.labels)
    begin = time.perf_counter()
    answer["review"] = _write(out, found, lists.table.with_columns(found.clusters["id"]), answer)
    answer["seconds"]["write"] = round(time.perf_counter() - begin, 3)
    answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return answer


def _with_header(finding: Finding, read: Mapping[str, Mapping[str, Any]]) -> Finding:
    """Return the finding with the sender's own column name beside matching's."""
    field = finding["column"]
    used = {str(columns[field]) for columns in read.values() if isinstance(columns.get(field), str)} - {field}
    if not used:
        return finding
    named = f"{field} ({', '.join(sorted(used))})"
    return {
        **finding,
        "message_id": finding["message_id"].replace(f"Kolom {field}", f"Kolom {named}", 1),
        "message_en": finding["message_en"].replace(f"Column {field}", f"Column {named}", 1),
    }


def _write(out: Path, found: Linked, rows: pl.DataFrame, answer: dict[str, Any]) -> int:
    """Write the results and return the number of pairs that wait for a clerk."""
    from payung.matching import InputError
    from payung.matching.review import write_review, write_workbook

    workbook = out.suffix.lower() == ".xlsx"
    folder = out.parent if workbook else out
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if workbook:
            out.open("ab").close()
    except OSError as error:
        raise InputError(f"--out: {str(out)!r} cannot be written ({error.strerror})") from None
    if workbook:
        return write_workbook(out, found, rows, _summary(answer))
    found.clusters.write_parquet(out / "clusters.parquet")
    found.pairs.write_parquet(out / "pairs.parquet")
    found.model.save(out / "model.json")
    return write_review(out / "review.xlsx", found, rows)


def _summary(answer: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the workbook's lines about the run: counts, model, threshold, origin of each column, findings."""
    scores = [(name, answer[name]) for name in ("precision", "recall", "f1") if name in answer]
    read = [
        (f"{file}: {field}", ", ".join([source] if isinstance(source, str) else source))
        for file, columns in answer["columns"].items()
        for field, source in columns.items()
    ]
    return [
        ("Baris", answer["rows"]), ("Orang", answer["clusters"]), ("Pasangan", answer["pairs"]),
        ("Keputusan petugas yang dipakai", answer["answers"]), ("Ambang satu orang", answer["threshold"]),
        ("Model", answer["model"]), *scores, *read,
        *(("Catatan", finding["message_id"]) for finding in answer["findings"]),
    ]  # fmt: skip


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
