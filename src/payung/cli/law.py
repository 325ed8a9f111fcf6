"""`payung law`: ask the law from a terminal. No database, no Django, no Polars, and Click alone for a quick start."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from payung.cli.face import OneSentenceGroup, date_option, month_option, print_json, refuse
from payung.cli.law_face import (
    answering,
    asked,
    begun,
    in_json,
    in_language,
    law_asked,
    print_answer,
    with_drafts,
)
from payung.cli.law_input import (
    children_option,
    cost_option,
    fact_option,
    income_option,
    loss_option,
    one_of_option,
    paid_option,
    region_option,
    rupiah_option,
    started_option,
    whole_option,
)
from payung.cli.law_population import PRESUMED_FACTS, population_command
from payung.cli.law_price import price_command
from payung.law import (
    PAYERS,
    SECTORS,
    Accident,
    LawError,
    changes,
    clock,
    contribution,
    disability_rows,
    eligible,
    jkk,
    jkm,
    reference,
)
from payung.law.accident import OUTCOMES
from payung.law.reference import write_reference
from payung.law.steps import show
from payung.values import Month

with_children = click.option(
    "--child",
    multiple=True,
    help="LEVEL:YEARS_LEFT[:BIRTH_DATE], level tk, sd, smp, sma or pt. Repeat per child.",
)
with_start = click.option("--started", help="Day the first contribution was paid, YYYY-MM-DD.")
paid_months = click.option(
    "--paid", required=True, help="Paid months: 2026-01..2026-05,2026-08 (ends included)."
)


@click.group(
    cls=OneSentenceGroup, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True
)
def app() -> None:
    """Ask the law of JKK and JKM. Every answer names its articles."""


@app.command("contribution")
@click.option("--month", help="First month, YYYY-MM.", required=True)
@click.option("--payer", help=f"Who pays: {', '.join(PAYERS)}.", required=True)
@click.option("--sector", help=f"{' or '.join(SECTORS)}.", default="other", show_default=True)
@click.option("--income", help="Declared income, rupiah a month.")
@click.option("--months", help="How many months, 1 to 120.", default="1", show_default=True)
@click.option("--jht", help="Add the optional JHT.", is_flag=True)
@click.option("--registered", help="Month of registration, YYYY-MM (2020 relief only).")
@answering
def contribution_command(
    month: str,
    payer: str,
    sector: str,
    income: str | None,
    months: str,
    jht: bool,
    registered: str | None,
    reading: tuple[str, ...],
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Price protection for one worker.

    Example: payung law contribution --income 3000000 --payer self --sector transport --month 2026-11 --months 12
    """
    law = law_asked(reading, draft, lang)
    one_of_option("--payer", payer, PAYERS)
    one_of_option("--sector", sector, SECTORS)
    count = whole_option("--months", months, 1, 120)
    first = begun("--month", month, month_option("--month", month).first_day, "contribution.")
    start = month_option("--registered", registered) if registered else None
    if start is not None and start > Month.containing(first):
        refuse("--registered", str(registered), f"give a month not after --month {month}")
    answer = asked(
        lambda: contribution(
            income_option(income),
            payer,
            sector,
            Month.containing(first),
            jht,
            months=count,
            registered=start,
            law=law,
        )
    )
    print_answer(answer.as_data(lang), answer.because, answer.readings, lang, as_json)


@app.command("eligible")
@click.option("--on", help="Day asked about, YYYY-MM-DD.", required=True)
@click.option("--birth-date", help="YYYY-MM-DD.")
@click.option(
    "--wage-worker/--no-wage-worker",
    help="Works for a wage. Presumed not, and said to be presumed, if not given.",
    default=None,
)
@click.option("--resident", help="Region code of the resident card, e.g. 65.71. Adds the layer kaltara.")
@click.option("--fact", help="Another fact: NAME=VALUE, e.g. working=false.", multiple=True)
@click.option("--criteria", help="A deployment's layer: a name or a YAML file.", multiple=True)
@answering
def eligible_command(
    on: str,
    birth_date: str | None,
    wage_worker: bool | None,
    resident: str | None,
    fact: tuple[str, ...],
    criteria: tuple[str, ...],
    reading: tuple[str, ...],
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Return whether a person may be enrolled, criterion by criterion.

    National criteria always; a programme's own with --criteria (with --resident alone, those of kaltara).

    Example: payung law eligible --birth-date 1961-11-23 --on 2026-11-22 --resident 65.71
    """
    law = law_asked(reading, draft, lang)
    day = begun("--on", on, date_option("--on", on), "eligible.")
    layers = criteria or (["kaltara"] if resident else [])
    try:
        law = law.with_layers(*layers)
    except LawError as problem:
        refuse("--criteria", ", ".join(layers), str(problem))
    facts: dict[str, Any] = {}
    if wage_worker is not None:
        facts["wage_worker"] = wage_worker
    if birth_date is not None:
        facts["birth_date"] = date_option("--birth-date", birth_date)
    if resident is not None:
        facts["resident"] = region_option("--resident", resident)
    for given in fact:
        name, value = fact_option("--fact", given, law, day)
        if name in facts:
            refuse("--fact", given, f"{name} is already given; give each fact once")
        facts[name] = value
    if facts.get("birth_date", day) > day:
        refuse("--birth-date", str(facts["birth_date"]), f"give a day not after --on {day}")
    answer = asked(lambda: eligible(facts, day, presume=PRESUMED_FACTS, law=law))
    print_answer(answer.as_data(lang), answer.because, answer.readings, lang, as_json)


@app.command("clock")
@paid_months
@click.option("--on", help="Day asked about, YYYY-MM-DD.", required=True)
@with_start
@answering
def clock_command(
    paid: str,
    on: str,
    started: str | None,
    reading: tuple[str, ...],
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Tell what a contribution history protects on a day: JKK, JKM, scholarship, lapse.

    Example: payung law clock --paid 2026-01..2026-05,2026-08..2026-11 --on 2026-11-22
    """
    law = law_asked(reading, draft, lang)
    periods = paid_option(paid)
    day = begun("--on", on, date_option("--on", on), "cover.")
    answer = asked(lambda: clock(periods, day, started=started_option(started, periods), law=law))
    print_answer(answer.as_data(lang), answer.because, answer.readings, lang, as_json)


@app.command("jkm")
@click.option("--died", help="Day of death, YYYY-MM-DD.", required=True)
@paid_months
@with_children
@with_start
@answering
def jkm_command(
    died: str,
    paid: str,
    child: tuple[str, ...],
    started: str | None,
    reading: tuple[str, ...],
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Compute what is paid for a death that work did not cause.

    Example: payung law jkm --died 2026-11-22 --paid 2026-01..2026-11 --child sd:4 --child smp:2
    """
    law = law_asked(reading, draft, lang)
    day = begun("--died", died, date_option("--died", died), "jkm.")
    periods, children = paid_option(paid), children_option(child, law, day)
    answer = asked(lambda: jkm(day, periods, children, started=started_option(started, periods), law=law))
    print_answer(answer.as_data(lang), answer.because, answer.readings, lang, as_json)


@app.command("jkk")
@click.option("--accident", help="Day of the accident, YYYY-MM-DD.", required=True)
@click.option("--outcome", help=f"{', '.join(OUTCOMES)}.", required=True)
@click.option("--income", help="Declared income, rupiah a month.")
@click.option("--paid", help="Paid months; without it the worker is taken as covered.")
@click.option("--loss", help="CODE[:PERCENT] (see `payung law losses`). Repeat per loss.", multiple=True)
@click.option("--off-months", help="Whole months unable to work.", default="0", show_default=True)
@click.option("--off-days", help="Further days unable to work, 0 to 30.", default="0", show_default=True)
@click.option("--transport", help="MODE:COST, mode land, sea or air. Repeat per trip.", multiple=True)
@click.option("--medical", help="Cost of care, rupiah.", default="0", show_default=True)
@click.option("--prosthesis", help="Rehabilitation hospital's price.", default="0", show_default=True)
@click.option("--aid", help="KIND:COST, kind dentures, hearing_aid or glasses.", multiple=True)
@click.option("--homecare", help="Cost of homecare, rupiah.", default="0", show_default=True)
@with_children
@with_start
@answering
def jkk_command(
    accident: str,
    outcome: str,
    income: str | None,
    paid: str | None,
    loss: tuple[str, ...],
    off_months: str,
    off_days: str,
    transport: tuple[str, ...],
    medical: str,
    prosthesis: str,
    aid: tuple[str, ...],
    homecare: str,
    child: tuple[str, ...],
    started: str | None,
    reading: tuple[str, ...],
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Compute what is paid after a work accident.

    Example: payung law jkk --accident 2026-03-01 --income 1000000 --outcome death --transport sea:3000000
    """
    law = law_asked(reading, draft, lang)
    day = begun("--accident", accident, date_option("--accident", accident), "jkk.")
    one_of_option("--outcome", outcome, OUTCOMES)
    if outcome == "partial" and not loss:
        refuse("--outcome", outcome, "give at least one --loss with it (see `payung law losses`)")
    if loss and outcome != "partial":
        refuse("--loss", loss[0], f"give it with --outcome partial only, not {outcome}")
    if child and outcome not in ("death", "total"):
        refuse("--child", child[0], f"give it with --outcome death or total only, not {outcome}")
    if started is not None and paid is None:
        refuse("--started", started, "give it together with --paid")
    case = Accident(
        on=day,
        income=income_option(income),
        outcome=outcome,
        losses=[loss_option(given, law, day) for given in loss],
        off_months=whole_option("--off-months", off_months, 0, 600),
        off_days=whole_option("--off-days", off_days, 0, 30),
        transport=[
            cost_option("--transport", given, law.value("jkk.transport_max", day)) for given in transport
        ],
        medical=rupiah_option("--medical", medical),
        prosthesis=rupiah_option("--prosthesis", prosthesis),
        aids=[cost_option("--aid", given, law.value("jkk.aid_max", day)) for given in aid],
        homecare=rupiah_option("--homecare", homecare),
        children=children_option(child, law, day),
    )
    periods = paid_option(paid) if paid is not None else None
    answer = asked(lambda: jkk(case, periods, started=started_option(started, periods), law=law))
    print_answer(answer.as_data(lang), answer.because, answer.readings, lang, as_json)


@app.command("losses")
@click.option("--on", help="Day whose table is asked, YYYY-MM-DD.", default="2026-01-01", show_default=True)
@in_language
@in_json
def losses_command(
    on: str,
    lang: str,
    as_json: bool,
) -> None:
    """List the disability table: the codes that --loss takes.

    Example: payung law losses --lang en
    """
    law = law_asked((), (), lang)
    rows = disability_rows(begun("--on", on, date_option("--on", on), "jkk."), law=law)
    if as_json:
        print_json({"losses": rows})
        return
    for row in rows:
        extra = f" ({row['step']})" if "step" in row else ""
        click.echo(f"{row['code']:22} {row['percent']:>5}%{extra:6} {row['confidence']:12} {row[lang]}")


@app.command("readings")
@in_language
@in_json
def readings_command(lang: str, as_json: bool) -> None:
    """List the contested rules and how each may be read; the first column is what --reading takes.

    Example: payung law readings
    """
    law = law_asked((), (), lang)
    contested = [item for item in reference(law=law, lang=lang) if item["unit"] == "reading"]
    if as_json:
        print_json({"readings": contested})
        return
    for item in contested:
        click.echo(f"{item['name'].removeprefix('reading.')}: {item['question']}")
        for option in item["options"]:
            mark = "*" if option["name"] == item["current"]["value"] else " "
            click.echo(f"  {mark} {option['name']}: {option['title']}")


@app.command("changes")
@click.option("--from", "start", help="Changes after this day, YYYY-MM-DD.", required=True)
@click.option("--to", "end", help="Changes up to this day, YYYY-MM-DD.", required=True)
@with_drafts
@in_language
@in_json
def changes_command(
    start: str,
    end: str,
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """List what changed in the law between two days.

    Example: payung law changes --from 2025-12-31 --to 2027-12-31
    """
    law = law_asked((), draft, lang)
    first, last = date_option("--from", start), date_option("--to", end)
    if last < first:
        refuse("--to", end, f"give a day not before --from {first}")
    found = changes(first, last, law=law)
    if as_json:
        print_json({"changes": [change.as_data(lang) for change in found]})
        return
    for change in found:
        before = show(change.before, change.unit, lang) if change.before is not None else "-"
        click.echo(
            f"{change.on}  {change.title.read(lang)}: {before} -> {show(change.after, change.unit, lang)}"
        )
        click.echo(f"            {change.citation.read(lang)} [{change.confidence}]")


@app.command("reference")
@click.option("--out", help="Folder to write Markdown pages into.", type=click.Path(path_type=Path))
@click.option("--on", help="Day whose values are listed, YYYY-MM-DD; today if not given.")
@with_drafts
@in_language
@in_json
def reference_command(
    out: Path | None,
    on: str | None,
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Write the law as a reference: every parameter with its history, article, source and confidence.

    Example: payung law reference --out docs/reference/law
    """
    law = law_asked((), draft, lang)
    if out is not None:
        if out.exists() and not out.is_dir():
            refuse("--out", str(out), "give a folder, not a file")
        written = write_reference(out, law=law)
        if as_json:
            print_json({"written": [str(path) for path in written]})
        else:
            click.echo(f"{len(written)} pages written to {out}")
        return
    data = reference(
        law=law, lang=lang, on=date_option("--on", on) if on else datetime.now().astimezone().date()
    )
    if as_json:
        print_json({"parameters": data})
        return
    for item in data:
        now = item["current"]
        click.echo(
            f"{item['name']:44} {now['from']}  [{now['confidence']}]  {item['title']}: {now['text'][:60]}"
        )


app.add_command(price_command)
app.add_command(population_command)
