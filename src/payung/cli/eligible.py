"""`payung eligible`: who may be enrolled, by law, on a date."""

from __future__ import annotations

from typing import Annotated

import typer

from payung.cli.face import date_option, print_json

app = typer.Typer()


@app.command()
def eligible(
    on: Annotated[str | None, typer.Option("--on", help="date of the law and of ages, YYYY-MM-DD")] = None,
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Decide for every candidate whether they may be enrolled on a date, and keep the reasons.

    Example: payung eligible --on 2026-12-01
    """
    day = date_option("--on", on) if on else None
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.registry.eligibility import judge_everyone

        answer = judge_everyone(actor, on=day or timezone.localdate())
    if as_json:
        print_json(answer)
        return
    typer.echo(
        f"{answer['people']} calon: {answer['eligible']} layak, {answer['not_eligible']} tidak, "
        f"{answer['unknown']} belum diketahui; {answer['verified']} terverifikasi."
    )
    for reason, count in answer["reasons"].items():
        typer.echo(f"  {count:>7}  {reason}")
    typer.echo("Berikutnya: payung allocate")
