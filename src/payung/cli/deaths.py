"""`payung deaths`: a list of deaths taken in, matched, and set against every cover."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from payung.cli.face import FINDINGS, print_json, refuse
from payung.values import format_rupiah

app = typer.Typer()


@app.command()
def deaths(
    files: Annotated[
        list[Path], typer.Argument(help="death lists (.xlsx, .xls, .ods, .csv)", metavar="FILE...")
    ],
    sender: Annotated[str, typer.Option("--sender", help="who sent them, for example Dukcapil")] = "",
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Find the deaths that nobody claimed: read the lists, match them, say what the families of these dead are owed.

    The same file again changes nothing. Exit status 1 where rows came back or pairs wait for a clerk.
    Example: payung deaths kematian-september.xlsx --sender Dukcapil
    """
    for path in files:
        if not path.is_file():
            refuse("FILE", str(path), "name a file that exists")
    from payung.cli.state import session

    with session(as_user) as actor:
        answer = _run(actor, files, sender)
    if as_json:
        print_json(answer)
    else:
        _show(answer)
    if answer["returned"] or answer["doubtful"]:
        raise typer.Exit(FINDINGS)


def _run(actor: Any, files: list[Path], sender: str) -> dict[str, Any]:
    from django.utils import timezone

    from payung.claims.actions import run_desk
    from payung.claims.queries import heard, opened, possible, stops_waiting
    from payung.registry.actions import load_file
    from payung.registry.linking import match
    from payung.registry.models import Intake

    today, before = timezone.localdate(), (opened(), stops_waiting())
    intakes = [
        load_file(
            actor,
            path=path,
            file_name=path.name,
            kind=Intake.Kind.DEATHS,
            sender_name=sender,
            today=today,
        )[0]
        for path in files
    ]
    match(actor)
    run_desk(actor, today=today)
    numbers = {one.pk for one in intakes}
    told = heard(*numbers)
    return {
        "rows": sum(one.rows for one in intakes),
        "returned": sum(one.returned for one in intakes),
        "matched": told.matched,
        "unmatched": told.unmatched,
        "doubtful": told.doubtful,
        "possible": sum(one.intake_id in numbers for one in possible()),
        "owed": told.owed,
        "told": told.told,
        "not_told": told.covered - told.told,
        **{f"deaths_{name}": count for name, count in told.standing.items()},
        "new_cases": opened() - before[0],
        "stops_proposed": stops_waiting() - before[1],
    }


def _show(answer: dict[str, Any]) -> None:
    typer.echo(
        f"{answer['rows']} baris: {answer['matched']} calon peserta, {answer['unmatched']} bukan, "
        f"{answer['returned']} dikembalikan, {answer['doubtful']} pasangan dan {answer['possible']} kematian "
        "mirip menunggu petugas."
    )
    typer.echo(
        f"Terlindungi saat meninggal: {answer['told'] + answer['not_told']}; "
        f"hak {format_rupiah(answer['owed'])}. Dibayar pihak lain menurut data cabang: {answer['deaths_other']}; "
        f"perlindungan sudah berhenti: {answer['deaths_lapsed']}; ditetapkan tetapi belum terlindungi: "
        f"{answer['deaths_waiting']}; tidak tercatat di program ini: {answer['deaths_never']}."
    )
    typer.echo(
        f"{answer['new_cases']} kasus baru; {answer['not_told']} keluarga belum diberi tahu; "
        f"{answer['stops_proposed']} penghentian iuran diusulkan."
    )
    typer.echo("Berikutnya: payung claims list")
