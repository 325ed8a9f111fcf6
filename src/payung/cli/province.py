"""`payung province`: write a synthetic province to try everything on."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from payung.cli.face import date_option, print_json, refuse
from payung.demo import lists

app = typer.Typer(add_completion=False)
_DEMO_DAY = lists.DEMO_DAY.isoformat()


@app.command()
def province(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into; made when missing.")],
    workers: Annotated[
        int, typer.Option("--workers", help="Number of vulnerable workers, 100 or more.")
    ] = 30_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same files.")] = 2026,
    today: Annotated[str, typer.Option("--today", help="The province's today, YYYY-MM-DD.")] = _DEMO_DAY,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write what villages, agencies and the branch of a synthetic North Kalimantan send.

    Some 40 messy lists, the branch's membership extract, a death list, funds.json, and in truth/ who is who.
    All people are invented. Example: payung province --out /tmp/kaltara --workers 3000
    """
    day = date_option("--today", today)
    if not 100 <= workers <= 1_000_000:
        refuse("--workers", workers, "write a number from 100 to 1000000")
    if seed < 0:
        refuse("--seed", seed, "write a whole number from 0")
    if out.exists() and not out.is_dir():
        refuse("--out", str(out), "name a folder, not a file")
    manifest = _write(out, workers, seed, day)
    if as_json:
        print_json(asdict(manifest) | {"out": str(out), "list_rows": manifest.list_rows})
        return
    found = {file.kind: file for file in manifest.files}
    typer.echo(
        f"{manifest.workers:,} workers, {len(manifest.paths('list'))} lists with {manifest.list_rows:,} rows"
    )
    typer.echo(f"branch extract {found['branch'].rows:,} rows, death list {found['deaths'].rows:,} rows")
    typer.echo(f"{found['funds'].rows} funds in {out / 'funds.json'}; who is who in {out / 'truth'}")
    typer.echo(f"Next: payung intake '{out / 'lists'}'/*/*")


def _write(out: Path, workers: int, seed: int, today: date) -> lists.Manifest:
    """Write with a progress bar on standard error where that is a terminal."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), console=console, transient=True
    )
    try:
        with bar:
            task = bar.add_task("province", total=None, visible=console.is_terminal)
            return lists.write(
                out,
                workers,
                seed,
                today,
                on_progress=lambda done, total, what: bar.update(
                    task, completed=done, total=total, description=what[:50]
                ),
            )
    except OSError as problem:
        refuse("--out", str(out), f"the folder cannot be written: {problem.strerror}")
