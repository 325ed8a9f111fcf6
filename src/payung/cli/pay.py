"""`payung pay`: bank statements matched to the bills."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from payung.cli.face import FINDINGS, print_json, refuse
from payung.values import format_rupiah

app = typer.Typer()


@app.command()
def pay(
    statements: Annotated[
        list[Path], typer.Argument(help="bank statements: CSV, MT940, CAMT.053", metavar="STATEMENT...")
    ],
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Load bank statements and match them to the bills by code, amount and date.

    Money that came back takes its payment back. Exit status 1 where a payment stays unmatched or came back, or a
    line is dated after today. Example: payung pay koran-februari.csv
    """
    for path in statements:
        if not path.is_file():
            refuse("STATEMENT", str(path), "name a file that exists")
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import load_statement

        loaded = [load_statement(actor, path=path) for path in statements]
    unmatched = loaded[-1].unmatched
    if as_json:
        print_json({"unmatched": unmatched, "files": [asdict(one) for one in loaded]})
    else:
        for one in loaded:
            typer.echo(
                f"{one.file}: {one.lines} baris, {one.new} baru, {one.matched} cocok "
                f"({format_rupiah(one.matched_amount)}), {one.bills_paid} tagihan lunas"
                + (f", kelebihan {format_rupiah(one.excess)}" if one.excess else "")
                + (" (sudah pernah dimuat)" if one.repeated else "")
            )
            if one.returned:
                typer.echo(
                    f"  {one.returned} pembayaran kembali ({format_rupiah(one.returned_amount)}): ditarik kembali"
                )
            if one.ahead:
                typer.echo(
                    f"  {one.ahead} baris bertanggal setelah hari ini, sampai {one.ahead_until}: periksa tanggalnya"
                )
        typer.echo(f"{unmatched} pembayaran belum cocok. Berikutnya: payung coverage --all --on YYYY-MM-DD")
    if unmatched or any(one.returned or one.ahead for one in loaded):
        raise typer.Exit(FINDINGS)
