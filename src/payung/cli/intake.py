"""`payung intake`: lists in, good rows kept, bad rows back."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from payung.cli.face import FINDINGS, print_json, refuse
from payung.values.spreadsheet import close_to_others

app = typer.Typer()
KINDS = ("candidates", "branch", "deaths", "field")


@app.command()
def intake(
    files: Annotated[list[Path], typer.Argument(help="lists as they were sent: .xlsx .xls .ods .csv")],
    out: Annotated[Path | None, typer.Option(help="folder for the returned sheets")] = None,
    kind: Annotated[
        str, typer.Option(help="candidates, branch (membership extract), deaths or field")
    ] = "candidates",
    sender: Annotated[str, typer.Option(help="who sent it; a saved column mapping is found by it")] = "",
    region: Annotated[
        str | None, typer.Option(help="region of the list, e.g. 65.71; else the user's")
    ] = None,
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Take lists in: read, clean, judge and load every row; bad rows come back with reasons, as .xlsx.

    The returned workbook also holds, on a sheet of its own, the rows that were taken with something to check.

    Rows that are nobody's (titles, sums, signatures) are counted by reason, and written beside the returned ones.
    The same file again changes nothing. Exit status 1 when rows come back, or a file cannot be read or holds nobody.

    Example: payung intake lists/*.xlsx --out returned/
    """
    if kind not in KINDS:
        refuse("--kind", kind, f"use one of {', '.join(KINDS)}")
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        refuse("FILES", missing[0], "name files that exist")
    from payung.cli.state import session

    with session(as_user) as actor:
        from rich.progress import Progress

        from payung.registry.actions import told_together

        answers: list[dict[str, Any]] = []
        with Progress(transient=True, disable=as_json) as progress:
            work = progress.add_task("lists", total=len(files))
            others = told_together(files, sender_name=sender, today=_today())
            for path in files:
                progress.update(work, description=path.name)
                answers.append(_take(actor, path, kind, sender, region, out, others[path]))
                progress.advance(work)
    answer = _sum(answers)
    if as_json:
        print_json(answer)
    else:
        _tell(answer, out)
    if answer["returned"] or any("error" in one for one in answers):
        raise typer.Exit(FINDINGS)


def _take(
    actor: Any,
    path: Path,
    kind: str,
    sender: str,
    region: str | None,
    out: Path | None,
    others: Any,
) -> dict[str, Any]:
    from payung.access.actor import Refused
    from payung.registry.actions import load_file, passed_file, returned_file

    try:
        loaded, new = load_file(
            actor,
            path=path,
            file_name=path.name,
            kind=kind,
            sender_name=sender,
            region_code=region,
            today=_today(),
            others=others,
        )
    except Refused as refusal:
        return {
            "file": str(path),
            "rows": 0,
            "accepted": 0,
            "returned": 0,
            "findings": {},
            "passed_over": {},
            "error": refusal.english,
            "kesalahan": refusal.sentence,
        }
    answer = {
        "file": str(path),
        "rows": loaded.rows,
        "accepted": loaded.accepted,
        "returned": loaded.returned,
        "findings": loaded.findings,
        "passed_over": loaded.passed_over,
        "unreadable_columns": [
            {"sheet": sheet, **one}
            for sheet, used in loaded.mapping.items()
            for one in used.get("unreadable", ())
        ],
        "intake": loaded.pk,
        "new": new,
    }
    if out is not None and loaded.returned_name:
        answer["returned_file"] = _write(out, returned_file(actor, intake_id=loaded.pk), loaded.pk)
    if out is not None and loaded.passed_over:
        answer["passed_over_file"] = _write(out, passed_file(actor, intake_id=loaded.pk), loaded.pk)
    return answer


def _write(out: Path, file: tuple[str, bytes] | None, number: int) -> str | None:
    """Where the file was written; None where there is none."""
    if file is None:
        return None
    out.mkdir(parents=True, exist_ok=True)
    target = _free(out / file[0], number)
    close_to_others(target)
    target.write_bytes(file[1])
    return str(target)


def _free(target: Path, number: int) -> Path:
    """Two senders may use one file name: the second gets the intake's number in it."""
    return target.with_stem(f"{target.stem}-{number}") if target.exists() else target


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate()


def _sum(answers: list[dict[str, Any]]) -> dict[str, Any]:
    findings: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for one in answers:
        findings.update(one["findings"])
        passed.update(one["passed_over"])
    return {
        "rows": sum(one["rows"] for one in answers),
        "accepted": sum(one["accepted"] for one in answers),
        "returned": sum(one["returned"] for one in answers),
        "findings": dict(findings.most_common()),
        "passed_over": dict(passed.most_common()),
        "files": answers,
    }


def _tell(answer: dict[str, Any], out: Path | None) -> None:
    from rich.console import Console
    from rich.table import Table

    from payung.exchange.passed import words
    from payung.identity.findings import kind as finding_kind

    console = Console()
    table = Table("Berkas", "Baris", "Diterima", "Dikembalikan")
    for one in answer["files"]:
        name = Path(one["file"]).name
        if "error" in one:
            table.add_row(name, "–", "–", one["kesalahan"])
        else:
            note = "" if one["new"] else " (sudah termuat)"
            table.add_row(name + note, str(one["rows"]), str(one["accepted"]), str(one["returned"]))
    console.print(table)
    for code, count in list(answer["findings"].items())[:15]:
        console.print(f"  {count:>7}  {code}: {finding_kind(code).message('id')}", highlight=False)
    console.print(
        f"{answer['rows']} baris, {answer['accepted']} diterima, {answer['returned']} dikembalikan.",
        highlight=False,
    )
    for one in (one for file in answer["files"] for one in file.get("unreadable_columns", ())):
        console.print(
            f"Kolom {one['column']}: tidak satu pun isinya terbaca sebagai tanggal, misalnya {one['example']!r}.",
            highlight=False,
            markup=False,
        )
    if answer["passed_over"]:
        told = ", ".join(
            f"{count} {words(reason).lower()}" for reason, count in answer["passed_over"].items()
        )
        console.print(f"Dilewati karena bukan orang: {told}.", highlight=False)
    if answer["returned"] and out is None:
        console.print("Baris yang dikembalikan: ulangi dengan --out FOLDER untuk menulis lembarnya.")
    console.print("Berikutnya: payung match")
