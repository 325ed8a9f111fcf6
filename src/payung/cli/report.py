"""`payung report`: the ladder, the money and its end date, the gap and what closing it costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payung.cli.face import month_option, print_json, refuse

if TYPE_CHECKING:
    from datetime import date

    from payung.oversight.sheet import Sheet
    from payung.values import Month

app = typer.Typer()


@app.command()
def report(
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    month: Annotated[
        str, typer.Option(help="a published month as it was published, e.g. 2026-10; else the figures of now")
    ] = "",
    pdf: Annotated[Path | None, typer.Option(help="write the sheet for the meeting to this PDF file")] = None,
    xlsx: Annotated[
        Path | None, typer.Option(help="write every table, indicators too, to this Excel file")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Print the ladder with each number's source, the money, its end date and the gap. No names, no NIK.

    Example: payung report --pdf lembar.pdf --json
    """
    from payung.cli.state import session

    wanted = month_option("--month", month) if month else None
    with session(as_user) as actor:
        from django.utils import timezone

        from payung.access.roles import Permission
        from payung.oversight.actions import refresh_if_changed

        actor.require_anywhere(Permission.OVERSIGHT)
        today = timezone.localdate()
        if wanted is None:
            refresh_if_changed(today)
        made = _sheet(wanted)
        answer = _answer(made, today)
        if made is not None:
            _write(made, pdf, xlsx, today if wanted is None else None)
    if as_json:
        print_json(answer)
    else:
        tell(answer)


def _sheet(wanted: Month | None) -> Sheet | None:
    from payung.oversight import queries

    if wanted is None:
        return queries.sheet()
    kept = queries.published(wanted)
    if not kept:
        refuse("--month", str(wanted), "this month was never published; `payung serve` lists those that were")
    found = queries.snapshot(kept[0].pk)
    return None if found is None else queries.sheet_of(found)


def _write(made: Sheet, pdf: Path | None, xlsx: Path | None, meeting_on: date | None) -> None:
    from payung.oversight import exports, paper
    from payung.parliament.agenda import last_meeting

    if pdf is not None:
        pdf.write_bytes(paper.sheet_pdf(made, last_meeting(meeting_on) if meeting_on else None))
    if xlsx is not None:
        xlsx.write_bytes(exports.as_xlsx(exports.tables(made), exports.about(made)))


def summary(today: date) -> dict[str, Any]:
    """Return the figures of the oversight sheet as plain data; rupiah and people as integers."""
    return _answer(_sheet(None), today)


def _answer(made: Sheet | None, today: date) -> dict[str, Any]:
    if made is None:
        return {
            "as_of": today.isoformat(),
            "ladder": [],
            "money": {},
            "money_ends": None,
            "gap": 0,
            "gap_monthly": 0,
        }
    from payung.oversight.indicators import indicators
    from payung.oversight.parts import parts_words

    return {
        "as_of": made.as_of.date().isoformat(),
        "month": str(made.month),
        "definitions": made.version,
        "ladder": [
            {
                "id": rung.definition.id,
                "label": str(rung.definition.label),
                "people": rung.value,
                "source": str(rung.source),
                "definition": str(rung.definition.meaning),
                "less": {part.id: part.people for part in rung.parts},
                "within": {part.id: part.people for part in rung.within},
                "parts": parts_words(rung.parts, rung.within),
            }
            for rung in made.ladder
        ],
        "money": made.money,
        "money_ends": None if made.money_ends is None else str(made.money_ends),
        "money_lasts_until": made.lasts_until,
        "money_lasts": made.runway,
        "money_lasts_words": f"{made.lasts_words}. {made.loss_words}".strip(),
        "person_months": made.person_months,
        "gap": made.total.gap,
        "other_payer": made.total.other_payer,
        "gap_monthly": made.gap_monthly,
        "claims": made.claims,
        "indicators": [{"code": one.code, "value": one.value, "unit": one.unit} for one in indicators(made)],
    }


def tell(answer: dict[str, Any]) -> None:
    """Print the figures for people."""
    from rich.console import Console
    from rich.table import Table

    from payung.values import format_rupiah

    console = Console()
    if not answer["ladder"]:
        console.print("Belum ada angka. Berikutnya: payung intake DAFTAR.xlsx")
        return
    table = Table("Anak tangga", "Orang", "Sumber", title=f"Tangga perlindungan, {answer['as_of']}")
    for rung in answer["ladder"]:
        table.add_row(rung["label"], f"{rung['people']:,}".replace(",", "."), rung["source"])
        if rung["parts"]:
            table.add_row("", "", rung["parts"])
    console.print(table)
    money = answer["money"]
    parts = {"budgeted": "Dana", "committed": "terikat SK", "billed": "ditagih", "paid": "dibayar"}
    said = "; ".join(f"{word} {format_rupiah(money[key])}" for key, word in parts.items() if key in money)
    console.print(said + ".", highlight=False)
    console.print(f"Uang cukup sampai: {answer['money_lasts_words']}", highlight=False)
    people = f"{answer['gap']:,}".replace(",", ".")
    console.print(
        f"Layak tetapi belum terlindungi: {people} orang; menutupnya {format_rupiah(answer['gap_monthly'])} sebulan.",
        highlight=False,
    )
    console.print("Berikutnya: payung serve", highlight=False)
