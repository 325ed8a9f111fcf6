"""`payung report`: the ladder, the money and its end date, the gap and what closing it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from payung.cli.face import print_json

if TYPE_CHECKING:
    from datetime import date

app = typer.Typer()


@app.command()
def report(
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Print the ladder with each number's source, the money, its end date and the gap. No names, no NIK.

    Example: payung report --json
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.access.roles import Permission
        from payung.oversight.actions import refresh_if_changed

        actor.require(Permission.OVERSIGHT)
        today = timezone.localdate()
        refresh_if_changed(today)
        answer = summary(today)
    if as_json:
        print_json(answer)
    else:
        tell(answer)


def summary(today: date) -> dict[str, Any]:
    """The figures of the oversight sheet as plain data; rupiah and people as integers."""
    from payung.oversight.queries import sheet

    made = sheet()
    if made is None:
        return {
            "as_of": today.isoformat(),
            "ladder": [],
            "money": {},
            "money_ends": None,
            "gap": 0,
            "gap_monthly": 0,
        }
    return {
        "as_of": today.isoformat(),
        "month": str(made.month),
        "ladder": [
            {
                "id": rung.definition.id,
                "label": str(rung.definition.label),
                "people": rung.value,
                "source": str(rung.source),
                "definition": str(rung.definition.meaning),
            }
            for rung in made.ladder
        ],
        "money": made.money,
        "money_ends": None if made.money_ends is None else str(made.money_ends),
        "gap": made.total.gap,
        "gap_monthly": made.gap_monthly,
    }


def tell(answer: dict[str, Any]) -> None:
    """Prints the figures for people."""
    from rich.console import Console
    from rich.table import Table

    from payung.values import Month, format_rupiah

    console = Console()
    if not answer["ladder"]:
        console.print("Belum ada angka. Berikutnya: payung intake DAFTAR.xlsx")
        return
    table = Table("Anak tangga", "Orang", "Sumber", title=f"Tangga perlindungan, {answer['as_of']}")
    for rung in answer["ladder"]:
        table.add_row(rung["label"], f"{rung['people']:,}".replace(",", "."), rung["source"])
    console.print(table)
    money = answer["money"]
    parts = {"budgeted": "Dana", "committed": "terikat SK", "billed": "ditagih", "paid": "dibayar"}
    said = "; ".join(f"{word} {format_rupiah(money[key])}" for key, word in parts.items() if key in money)
    console.print(said + ".", highlight=False)
    if answer["money_ends"]:
        ends = Month.parse(answer["money_ends"][:7])
        console.print(f"Uang yang terikat melindungi sampai akhir {ends.in_words()}.", highlight=False)
    people = f"{answer['gap']:,}".replace(",", ".")
    console.print(
        f"Layak tetapi belum terlindungi: {people} orang; menutupnya {format_rupiah(answer['gap_monthly'])} sebulan.",
        highlight=False,
    )
    console.print("Berikutnya: payung serve", highlight=False)
