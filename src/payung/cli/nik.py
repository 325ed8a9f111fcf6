"""`payung nik`: read NIKs and say what each one tells.

A plain click command: it answers before typer and its validation library would have loaded.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import click

from payung.identity import nik as niks
from payung.identity import regions

#: Kalimantan Utara keeps WITA all year.
_WITA = timezone(timedelta(hours=8))
_FINDINGS = 1


@click.command("nik", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("numbers", metavar="NIK...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per NIK.")
@click.option(
    "--on",
    metavar="YYYY-MM-DD",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="Reference date that tells the century. Default: today.",
)
@click.option(
    "--lang",
    type=click.Choice(["id", "en"]),
    default="id",
    show_default=True,
    help="Language of the messages.",
)
@click.pass_context
def app(ctx: click.Context, numbers: tuple[str, ...], as_json: bool, on: datetime | None, lang: str) -> None:
    """Read NIKs: valid or not, sex, birth date, region of first registration, findings.

    Exit status: 0 nothing to say, 1 there are findings, 2 asked wrongly.

    \b
    Example: payung nik 6571014508680001 --json
    """
    today = on.date() if on else datetime.now(_WITA).date()
    table = regions.load()
    answers = [_answer(text, niks.read(text, regions=table, today=today), lang) for text in numbers]
    for answer in answers:
        if as_json:
            click.echo(json.dumps(answer, ensure_ascii=False))
        else:
            _print(answer, table)
    if any(answer["findings"] for answer in answers):
        ctx.exit(_FINDINGS)


def _answer(text: str, reading: niks.NikReading, lang: str) -> dict[str, Any]:
    return {
        "nik": reading.digits or text,
        "valid": reading.valid,
        "sex": reading.sex,
        "birth_date": reading.birth_date.isoformat() if reading.birth_date else None,
        "region": reading.region,
        "findings": niks.messages(reading, "en" if lang == "en" else "id"),
    }


def _print(answer: dict[str, Any], table: regions.Regions) -> None:
    if answer["valid"]:
        place = ", ".join(table.name(code) for code in [*table.ancestors(answer["region"]), answer["region"]])
        click.echo(f"{answer['nik']}: {answer['sex']}, {answer['birth_date']}, {answer['region']} {place}")
    else:
        click.echo(f"{answer['nik']}: -")
    for finding in answer["findings"]:
        click.echo(f"  {finding['code']} ({finding['severity']}): {finding['message']}")
