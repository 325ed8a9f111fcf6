"""`payung answer`: the branch's answer read back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payung.cli.face import FINDINGS, print_json, refuse

if TYPE_CHECKING:
    from payung.coverage.answers import Applied

app = typer.Typer()

_TAKEN = {
    "accepted": "diterima",
    "refused": "ditolak",
    "pending": "masih diproses",
    "unknown": "tidak diputus",
    "blank": "kosong",
}


@app.command()
def answer(
    files: Annotated[
        list[Path] | None, typer.Argument(help="answer files (.xlsx, .csv) of the branch", metavar="FILE...")
    ] = None,
    upload: Annotated[
        int | None, typer.Option("--upload", help="the upload they answer, where rows bear no reference")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="only show what every word is taken for and what would change")
    ] = False,
    take_back: Annotated[
        int | None,
        typer.Option("--take-back", help="number of an applied answer to take back", metavar="NUMBER"),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="why it is taken back")] = "",
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Apply answer files: membership numbers, refusals with reasons, start dates. Twice or out of order is harmless.

    Every word is shown with what it was taken for; what is not understood decides nothing. An answer can be taken back
    until a bill stands on it. Exit status 1 where rows were refused, do not fit or decide nothing.
    Example: payung answer jawaban.xlsx
    """
    if take_back is not None:
        _take_back(take_back, reason, as_user, as_json)
        return
    if not files:
        refuse("FILE", "", "name an answer file, or an answer to take back: --take-back NUMBER --reason TEXT")
    for path in files:
        if not path.is_file():
            refuse("FILE", str(path), "name a file that exists")
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import apply_answer, preview_answer

        work = preview_answer if preview else apply_answer
        applied = [work(actor, path=path, upload_id=upload) for path in files]
    total = {
        name: sum(getattr(one, name) for one in applied)
        for name in ("rows", "accepted", "refused", "unknown", "changed", "differences", "without_number")
    }
    if as_json:
        print_json({**total, "preview": preview, "files": [asdict(one) for one in applied]})
    else:
        for one in applied:
            _tell(one)
        changed = "akan berubah" if preview else "berubah"
        typer.echo(f"{total['changed']} baris {changed}, {total['differences']} selisih dibuka.")
        typer.echo(
            "Berikutnya: "
            + ("tanpa --preview untuk menerapkan" if preview else "payung bill --month YYYY-MM")
        )
    if total["refused"] or total["unknown"] or any(one.unread for one in applied):
        raise typer.Exit(FINDINGS)


def _take_back(number: int, reason: str, as_user: str | None, as_json: bool) -> None:
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import take_back_answer

        taken = take_back_answer(actor, answer_id=number, reason=reason)
    if as_json:
        print_json({"answer": taken.pk, "file": taken.file_name, "taken_back": True})
    else:
        typer.echo(f"Jawaban {taken.pk} ({taken.file_name}) ditarik kembali.")


def _tell(one: Applied) -> None:
    """One file: every word with what it was taken for, then the counts, then what decides nothing."""
    from payung.coverage.answers import PROBLEMS

    for word in one.words:
        taken = _TAKEN[word["taken"]] + (f" ({word['refusal']})" if word["refusal"] else "")
        typer.echo(f"  {word['count']:>7}  {word['text'] or '(kosong)'} -> {taken}")
    number = f" (jawaban {one.answer_id})" if one.answer_id else ""
    typer.echo(
        f"{one.file}: {one.accepted} diterima, {one.refused} ditolak, {one.unknown} tidak diputus atau tidak dikenal"
        + (" (sudah pernah diterapkan)" if one.repeated else "")
        + number
    )
    for problem, count in one.undecided.items():
        typer.echo(f"  {count} baris tidak diputus: {PROBLEMS.get(problem, problem)}")
    if one.without_number:
        typer.echo(f"  {one.without_number} diterima tanpa nomor peserta")
    for sheet in one.unread:
        typer.echo(
            f"  lembar {sheet['sheet'] or one.file}: {sheet['references']} referensi kita tidak dapat dibaca"
        )
