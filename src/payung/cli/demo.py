"""`payung demo`: a synthetic province through the whole line, as its users would do it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from payung.cli.face import print_json, refuse
from payung.cli.serve import require_free, run

app = typer.Typer()
PASSWORD = "payung-demo-2026"  # noqa: S105  # printed at the end: a demo's password is no secret
ROLES = {
    "operator": "operator program: Bulan ini, daftar, orang, rencana, SK, tagihan",
    "penyetuju": "kepala dinas: menyetujui rencana, SK, dan tagihan",
    "cabang": "petugas cabang BPJS Ketenagakerjaan",
    "anggaran": "petugas anggaran: dana dan rencana",
    "dprd": "anggota DPRD: lembar pengawasan",
}


@app.command()
def demo(
    workers: Annotated[int, typer.Option(help="workers of the synthetic province")] = 30_000,
    seed: Annotated[int, typer.Option(help="the same seed gives the same province")] = 2026,
    out: Annotated[Path, typer.Option(help="folder for the files that are written")] = Path("demo"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="serve the pages at the end")] = True,
    port: Annotated[int, typer.Option(help="TCP port of the pages")] = 8080,
    as_json: Annotated[
        bool, typer.Option("--json", help="one JSON object for machines; implies --no-serve")
    ] = False,
) -> None:
    """Bring a synthetic province through the whole line: lists in, protected people and an honest gap out.

    Safe to run again: what is done already is left as it is.

    Example: payung demo --no-serve
    """
    if not 200 <= workers <= 1_000_000:
        refuse("--workers", workers, "use 200 to 1000000")
    serve = serve and not as_json
    if serve:
        require_free("127.0.0.1", port)
    from payung.cli.state import session

    with session("operator"):
        from django.utils import timezone

        today = timezone.localdate()
    from payung.cli.demo_line import Line

    teller = Teller(quiet=as_json)
    line = Line(out, workers, seed, today, PASSWORD)
    for title, step in line.steps():
        teller.run(title, step)
    answer = {**line.summary(), "seconds": teller.seconds}
    if as_json:
        print_json(answer)
        return
    _tell(answer, out, port)
    if serve:
        run("127.0.0.1", port, 2)


class Teller:
    """Says what is being done, how long it took and what came of it."""

    def __init__(self, *, quiet: bool) -> None:
        from rich.console import Console

        self.quiet = quiet
        self.console = Console(stderr=True)
        self.seconds: dict[str, float] = {}

    def run(self, title: str, step: Callable[[], str]) -> None:
        began = time.perf_counter()
        with self._waiting(title):
            said = step()
        self.seconds[title] = round(time.perf_counter() - began, 1)
        if not self.quiet:
            self.console.print(
                f"[green]✓[/] {title} [dim]({self.seconds[title]} s)[/]\n  {said}", highlight=False
            )

    @contextmanager
    def _waiting(self, title: str) -> Iterator[None]:
        if self.quiet or not self.console.is_terminal:
            yield
            return
        with self.console.status(title):
            yield


def _tell(answer: dict[str, Any], out: Path, port: int) -> None:
    from rich.console import Console

    from payung.cli.report import tell

    tell(answer)
    console = Console()
    console.print(f"Berkas: {out.resolve()}", highlight=False)
    console.print(f"Halaman: http://127.0.0.1:{port}/ (publik, tanpa masuk)", highlight=False)
    for username, role in ROLES.items():
        console.print(f"  masuk sebagai [bold]{username}[/] / {PASSWORD}: {role}", highlight=False)
