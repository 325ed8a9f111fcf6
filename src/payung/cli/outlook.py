"""`payung outlook`: how long the money lasts, whose cover ends, and what another decision would change."""

from __future__ import annotations

from typing import Annotated

import typer

from payung.cli.face import date_option, month_option, print_json, refuse
from payung.values import format_rupiah, parse_rupiah

app = typer.Typer()


@app.command()
def outlook(
    goal: Annotated[
        str | None,
        typer.Option("--to", help="month to reach, YYYY-MM; else the December more than half a year ahead"),
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="as of this date, YYYY-MM-DD; else today")] = None,
    more: Annotated[
        str | None, typer.Option("--more", help="what if: rupiah more, spread over the funds")
    ] = None,
    tariff: Annotated[
        int | None, typer.Option("--tariff", help="what if: tariff in per cent of today's")
    ] = None,
    people: Annotated[
        int | None, typer.Option("--people", help="what if: people in per cent of today's")
    ] = None,
    start: Annotated[str | None, typer.Option("--start", help="what if: first month paid, YYYY-MM")] = None,
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Show the runway of every fund and in all, covers ending in 30, 60 and 90 days, and a what-if beside today.

    Example: payung outlook --to 2027-12 --more 1.900.000.000
    """
    to = month_option("--to", goal) if goal else None
    day = date_option("--on", on) if on else None
    first = month_option("--start", start) if start else None
    for option, percent in (("--tariff", tariff), ("--people", people)):
        if percent is not None and not 0 <= percent <= 1000:
            refuse(option, percent, "0 to 1000 per cent")
    try:
        extra = parse_rupiah(more) if more else 0
    except ValueError:
        refuse("--more", more, "write rupiah such as 1.900.000.000")
    from payung.cli.state import session

    with session(as_user):
        from django.utils import timezone

        from payung.coverage.outlook import look_with
        from payung.values import Month

        today = day or timezone.localdate()
        if to is not None and to < Month.containing(today):
            refuse("--to", goal, f"name {Month.containing(today)} or a later month")
        told = look_with(
            today,
            goal=to,
            more=extra,
            tariff_percent=100 if tariff is None else tariff,
            people_percent=100 if people is None else people,
            start=first,
        )
    if as_json:
        print_json(told.as_data())
        return
    typer.echo(told.words())
    for one in told.each:
        if one.people or one.left:
            typer.echo(
                f"  {told.funds[one.fund or 0][1]:<40.40} {one.people:>7} orang  s.d. {one.lasts_until or '-'}  "
                + (
                    f"kurang {format_rupiah(one.missing)}"
                    if one.missing
                    else f"sisa {format_rupiah(one.left)}"
                )
            )
    for days, count in told.ending.items():
        typer.echo(f"  berakhir dalam {days} hari: {count} orang")
    for name, one in told.compared[1:]:
        typer.echo(f"Andai {name}: s.d. {one.lasts_until or '-'}, kurang {format_rupiah(one.missing)}")
