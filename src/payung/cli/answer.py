"""`payung answer`: the branch's answer read back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from payung.cli.face import FINDINGS, print_json, refuse

app = typer.Typer()


@app.command()
def answer(
    files: Annotated[
        list[Path], typer.Argument(help="answer files (.xlsx, .csv) of the branch", metavar="FILE...")
    ],
    upload: Annotated[
        int | None, typer.Option("--upload", help="the upload they answer, where rows bear no reference")
    ] = None,
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Apply answer files: membership numbers, refusals with reasons, start dates. Twice or out of order is harmless.

    Exit status 1 where rows were refused or do not fit. Example: payung answer jawaban.xlsx
    """
    for path in files:
        if not path.is_file():
            refuse("FILE", str(path), "name a file that exists")
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import apply_answer

        applied = [apply_answer(actor, path=path, upload_id=upload) for path in files]
    total = {
        name: sum(getattr(one, name) for one in applied)
        for name in ("rows", "accepted", "refused", "unknown", "changed", "differences")
    }
    if as_json:
        print_json({**total, "files": [asdict(one) for one in applied]})
    else:
        for one in applied:
            typer.echo(
                f"{one.file}: {one.accepted} diterima, {one.refused} ditolak, {one.unknown} tidak dikenal"
                + (" (sudah pernah diterapkan)" if one.repeated else "")
            )
        typer.echo(f"{total['changed']} baris berubah, {total['differences']} selisih dibuka.")
        typer.echo("Berikutnya: payung bill --month YYYY-MM")
    if total["refused"] or total["unknown"]:
        raise typer.Exit(FINDINGS)
