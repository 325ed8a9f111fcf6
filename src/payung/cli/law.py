"""`payung law`: ask the law from a terminal. No database, no Django, no Polars."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from payung.cli.face import USAGE, date_option, month_option, periods_option, print_json, refuse
from payung.law import (
    PAYERS,
    SECTORS,
    Accident,
    Child,
    Law,
    LawError,
    Loss,
    OtherReading,
    Step,
    changes,
    clock,
    contribution,
    disability_rows,
    eligible,
    jkk,
    jkm,
    national_law,
    reference,
    render_text,
)
from payung.law.accident import OUTCOMES, loss_percent
from payung.law.benefit import check_children
from payung.law.reference import write_reference
from payung.law.steps import LANGUAGES, show
from payung.values import Month, Period, format_rupiah, parse_rupiah

app = typer.Typer(help="Ask the law of JKK and JKM. Every answer names its articles.", no_args_is_help=True)

Answer = TypeVar("Answer")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Lang = Annotated[str, typer.Option("--lang", help="Language of the answer: id or en.")]
Drafts = Annotated[
    list[Path] | None,
    typer.Option("--draft", help="A draft parameter file, or folder of them, laid over the law (what-if)."),
]
Readings = Annotated[
    list[str] | None,
    typer.Option(
        "--reading", help="Read a contested rule otherwise: RULE=OPTION (see `payung law readings`)."
    ),
]
Children = Annotated[
    list[str] | None,
    typer.Option(
        "--child", help="LEVEL:YEARS_LEFT[:BIRTH_DATE], level tk, sd, smp, sma or pt. Repeat per child."
    ),
]
Paid = Annotated[str, typer.Option("--paid", help="Paid months: 2026-01..2026-05,2026-08 (ends included).")]
Started = Annotated[
    str | None, typer.Option("--started", help="Day the first contribution was paid, YYYY-MM-DD.")
]

_REGION = re.compile(r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")


@app.command("contribution")
def contribution_command(
    month: Annotated[str, typer.Option("--month", help="First month, YYYY-MM.")],
    payer: Annotated[str, typer.Option("--payer", help=f"Who pays: {', '.join(PAYERS)}.")],
    sector: Annotated[str, typer.Option("--sector", help=f"{' or '.join(SECTORS)}.")] = "other",
    income: Annotated[str | None, typer.Option("--income", help="Declared income, rupiah a month.")] = None,
    months: Annotated[str, typer.Option("--months", help="How many months, 1 to 120.")] = "1",
    jht: Annotated[bool, typer.Option("--jht", help="Add the optional JHT.")] = False,
    registered: Annotated[
        str | None, typer.Option("--registered", help="Month of registration, YYYY-MM (2020 relief only).")
    ] = None,
    reading: Readings = None,
    draft: Drafts = None,
    lang: Lang = "id",
    json: Json = False,
) -> None:
    """What protection costs.

    Example: payung law contribution --income 3000000 --payer self --sector transport --month 2026-11 --months 12
    """
    law = _law(reading, draft, lang)
    _one_of("--payer", payer, PAYERS)
    _one_of("--sector", sector, SECTORS)
    count = _whole("--months", months, 1, 120)
    first = _begun("--month", month_option("--month", month).first_day, law, "contribution.")
    start = month_option("--registered", registered) if registered else None
    answer = _ask(
        lambda: contribution(
            _income(income),
            payer,
            sector,
            Month.containing(first),
            jht,
            months=count,
            registered=start,
            law=law,
        )
    )
    _print(answer.as_data(lang), answer.because, answer.readings, lang, json)


@app.command("eligible")
def eligible_command(
    on: Annotated[str, typer.Option("--on", help="Day asked about, YYYY-MM-DD.")],
    birth_date: Annotated[str | None, typer.Option("--birth-date", help="YYYY-MM-DD.")] = None,
    wage_worker: Annotated[
        bool,
        typer.Option("--wage-worker/--no-wage-worker", help="Works for a wage. Taken as no if not given."),
    ] = False,
    resident: Annotated[
        str | None,
        typer.Option(
            "--resident", help="Region code of the resident card, e.g. 65.71. Adds the layer kaltara."
        ),
    ] = None,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", help="Another fact: NAME=VALUE, e.g. working=false.")
    ] = None,
    criteria: Annotated[
        list[str] | None, typer.Option("--criteria", help="A deployment's layer: a name or a YAML file.")
    ] = None,
    reading: Readings = None,
    draft: Drafts = None,
    lang: Lang = "id",
    json: Json = False,
) -> None:
    """Whether a person may be enrolled, criterion by criterion.

    National criteria always; a programme's own with --criteria (with --resident alone, those of kaltara).

    Example: payung law eligible --birth-date 1961-11-23 --on 2026-11-22 --resident 65.71
    """
    law = _law(reading, draft, lang)
    day = _begun("--on", date_option("--on", on), law, "eligible.")
    facts: dict[str, Any] = {"wage_worker": wage_worker}
    if birth_date is not None:
        facts["birth_date"] = date_option("--birth-date", birth_date)
        if facts["birth_date"] > day:
            refuse("--birth-date", birth_date, f"give a day not after --on {day}")
    if resident is not None:
        if not _REGION.match(resident):
            refuse("--resident", resident, "write a dotted region code: 65, 65.71, 65.71.01 or 65.71.01.1001")
        facts["resident"] = resident
    for given in fact or []:
        name, _, value = given.partition("=")
        if not name or not value:
            refuse("--fact", given, "write NAME=VALUE, for example working=false")
        facts[name] = {"true": True, "false": False}.get(value, value)
    layers = criteria or (["kaltara"] if resident else [])
    try:
        answer = eligible(facts, day, layers, law=law)
    except LawError as problem:
        refuse("--criteria", ", ".join(layers), str(problem))
    _print(answer.as_data(lang), answer.because, answer.readings, lang, json)


@app.command("clock")
def clock_command(
    paid: Paid,
    on: Annotated[str, typer.Option("--on", help="Day asked about, YYYY-MM-DD.")],
    started: Started = None,
    reading: Readings = None,
    draft: Drafts = None,
    lang: Lang = "id",
    json: Json = False,
) -> None:
    """What a contribution history protects on a day: JKK, JKM, scholarship, lapse.

    Example: payung law clock --paid 2026-01..2026-05,2026-08..2026-11 --on 2026-11-22
    """
    law = _law(reading, draft, lang)
    periods = _periods(paid)
    day = _begun("--on", date_option("--on", on), law, "cover.")
    answer = _ask(lambda: clock(periods, day, started=_started(started, periods), law=law))
    _print(answer.as_data(lang), answer.because, answer.readings, lang, json)


@app.command("jkm")
def jkm_command(
    died: Annotated[str, typer.Option("--died", help="Day of death, YYYY-MM-DD.")],
    paid: Paid,
    child: Children = None,
    started: Started = None,
    reading: Readings = None,
    draft: Drafts = None,
    lang: Lang = "id",
    json: Json = False,
) -> None:
    """What is paid for a death that work did not cause.

    Example: payung law jkm --died 2026-11-22 --paid 2026-01..2026-11 --child sd:4 --child smp:2
    """
    law = _law(reading, draft, lang)
    day = _begun("--died", date_option("--died", died), law, "jkm.")
    periods, children = _periods(paid), _children(child, law, day)
    answer = _ask(lambda: jkm(day, periods, children, started=_started(started, periods), law=law))
    _print(answer.as_data(lang), answer.because, answer.readings, lang, json)


@app.command("jkk")
def jkk_command(
    accident: Annotated[str, typer.Option("--accident", help="Day of the accident, YYYY-MM-DD.")],
    outcome: Annotated[str, typer.Option("--outcome", help=f"{', '.join(OUTCOMES)}.")],
    income: Annotated[str | None, typer.Option("--income", help="Declared income, rupiah a month.")] = None,
    paid: Annotated[
        str | None, typer.Option("--paid", help="Paid months; without it the worker is taken as covered.")
    ] = None,
    loss: Annotated[
        list[str] | None,
        typer.Option("--loss", help="CODE[:PERCENT] (see `payung law losses`). Repeat per loss."),
    ] = None,
    off_months: Annotated[str, typer.Option("--off-months", help="Whole months unable to work.")] = "0",
    off_days: Annotated[str, typer.Option("--off-days", help="Further days unable to work, 0 to 30.")] = "0",
    transport: Annotated[
        list[str] | None,
        typer.Option("--transport", help="MODE:COST, mode land, sea or air. Repeat per trip."),
    ] = None,
    medical: Annotated[str, typer.Option("--medical", help="Cost of care, rupiah.")] = "0",
    prosthesis: Annotated[str, typer.Option("--prosthesis", help="Rehabilitation hospital's price.")] = "0",
    aid: Annotated[
        list[str] | None, typer.Option("--aid", help="KIND:COST, kind dentures, hearing_aid or glasses.")
    ] = None,
    homecare: Annotated[str, typer.Option("--homecare", help="Cost of homecare, rupiah.")] = "0",
    child: Children = None,
    started: Started = None,
    reading: Readings = None,
    draft: Drafts = None,
    lang: Lang = "id",
    json: Json = False,
) -> None:
    """What is paid after a work accident.

    Example: payung law jkk --accident 2026-03-01 --income 1000000 --outcome death --transport sea:3000000
    """
    law = _law(reading, draft, lang)
    day = _begun("--accident", date_option("--accident", accident), law, "jkk.")
    _one_of("--outcome", outcome, OUTCOMES)
    if outcome == "partial" and not loss:
        refuse("--outcome", outcome, "give at least one --loss with it (see `payung law losses`)")
    if loss and outcome != "partial":
        refuse("--loss", loss[0], f"give it with --outcome partial only, not {outcome}")
    case = Accident(
        on=day,
        income=_income(income),
        outcome=outcome,
        losses=[_loss(given, law, day) for given in loss or []],
        off_months=_whole("--off-months", off_months, 0, 600),
        off_days=_whole("--off-days", off_days, 0, 30),
        transport=[
            _cost("--transport", given, law.value("jkk.transport_max", day)) for given in transport or []
        ],
        medical=_rupiah("--medical", medical),
        prosthesis=_rupiah("--prosthesis", prosthesis),
        aids=[_cost("--aid", given, law.value("jkk.aid_max", day)) for given in aid or []],
        homecare=_rupiah("--homecare", homecare),
        children=_children(child, law, day),
    )
    periods = _periods(paid) if paid is not None else None
    answer = _ask(lambda: jkk(case, periods, started=_started(started, periods), law=law))
    _print(answer.as_data(lang), answer.because, answer.readings, lang, json)


@app.command("losses")
def losses_command(
    on: Annotated[str, typer.Option("--on", help="Day whose table is asked, YYYY-MM-DD.")] = "2026-01-01",
    lang: Lang = "id",
    json: Json = False,
) -> None:
    """The disability table: the codes that --loss takes.

    Example: payung law losses --lang en
    """
    law = _law(None, None, lang)
    rows = disability_rows(_begun("--on", date_option("--on", on), law, "jkk."), law=law)
    if json:
        print_json({"losses": rows})
        return
    for row in rows:
        extra = f" ({row['step']})" if "step" in row else ""
        typer.echo(f"{row['code']:22} {row['percent']:>5}%{extra:6} {row['confidence']:12} {row[lang]}")


@app.command("readings")
def readings_command(lang: Lang = "id", json: Json = False) -> None:
    """The contested rules and how each may be read; the first column is what --reading takes.

    Example: payung law readings
    """
    law = _law(None, None, lang)
    contested = [item for item in reference(law=law, lang=lang) if item["unit"] == "reading"]
    if json:
        print_json({"readings": contested})
        return
    for item in contested:
        typer.echo(f"{item['name'].removeprefix('reading.')}: {item['question']}")
        for option in item["options"]:
            mark = "*" if option["name"] == item["history"][-1]["value"] else " "
            typer.echo(f"  {mark} {option['name']}: {option['title']}")


@app.command("changes")
def changes_command(
    start: Annotated[str, typer.Option("--from", help="Changes after this day, YYYY-MM-DD.")],
    end: Annotated[str, typer.Option("--to", help="Changes up to this day, YYYY-MM-DD.")],
    draft: Drafts = None,
    lang: Lang = "id",
    json: Json = False,
) -> None:
    """What changed in the law between two days.

    Example: payung law changes --from 2025-12-31 --to 2027-12-31
    """
    law = _law(None, draft, lang)
    first, last = date_option("--from", start), date_option("--to", end)
    if last < first:
        refuse("--to", end, f"give a day not before --from {first}")
    found = changes(first, last, law=law)
    if json:
        print_json({"changes": [change.as_data(lang) for change in found]})
        return
    for change in found:
        before = show(change.before, change.unit, lang) if change.before is not None else "-"
        typer.echo(
            f"{change.on}  {change.title.read(lang)}: {before} -> {show(change.after, change.unit, lang)}"
        )
        typer.echo(f"            {change.citation} [{change.confidence}]")


@app.command("reference")
def reference_command(
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write Markdown pages into.")] = None,
    draft: Drafts = None,
    lang: Lang = "id",
    json: Json = False,
) -> None:
    """The law as a reference: every parameter with its history, article, source and confidence.

    Example: payung law reference --out docs/reference/law
    """
    law = _law(None, draft, lang)
    if out is not None:
        if out.exists() and not out.is_dir():
            refuse("--out", str(out), "give a folder, not a file")
        written = write_reference(out, law=law)
        if json:
            print_json({"written": [str(path) for path in written]})
        else:
            typer.echo(f"{len(written)} pages written to {out}")
        return
    data = reference(law=law, lang=lang)
    if json:
        print_json({"parameters": data})
        return
    for item in data:
        now = item["history"][-1]
        typer.echo(f"{item['name']:44} {now['from']}  [{now['confidence']}]  {item['title']}")


def _law(reading: list[str] | None, draft: list[Path] | None, lang: str) -> Law:
    """The law in force, with the drafts and readings asked for."""
    _one_of("--lang", lang, LANGUAGES)
    law = _ask(national_law)
    if draft:
        try:
            law = law.with_drafts(*draft)
        except LawError as problem:
            refuse("--draft", ", ".join(str(path) for path in draft), str(problem))
    chosen = {}
    for given in reading or []:
        rule, _, option = given.partition("=")
        if not rule or not option:
            refuse("--reading", given, "write RULE=OPTION, for example jkm_wait_unit=days")
        chosen[rule] = option
    if chosen:
        try:
            return law.with_readings(chosen)
        except LawError as problem:
            refuse("--reading", ", ".join(reading or []), str(problem))
    return law


def _ask(question: Callable[[], Answer]) -> Answer:
    try:
        return question()
    except LawError as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(USAGE) from None


def _one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        refuse(option, value, f"use one of {', '.join(allowed)}")


def _begun(option: str, day: date, law: Law, prefix: str) -> date:
    """`day`, refused where the rules of that part of the law begin later."""
    begins = max(one.values[0].since for one in law.parameters.values() if one.name.startswith(prefix))
    if day < begins:
        refuse(option, day.isoformat(), f"the rules here begin on {begins}; use that day or a later one")
    return day


def _rupiah(option: str, text: str) -> int:
    try:
        value = parse_rupiah(text)
    except ValueError:
        value = -1
    if value < 0:
        refuse(option, text, "write whole rupiah of zero or more, for example 3000000")
    return value


def _whole(option: str, text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        refuse(option, text, f"use a whole number from {low} to {high}")
    return int(text)


def _income(text: str | None) -> int | None:
    return None if text is None else _rupiah("--income", text)


def _periods(text: str) -> list[Period]:
    periods = periods_option("--paid", text)
    if not periods:
        refuse("--paid", text, "write months as FIRST..LAST, several with commas, e.g. 2026-01..2026-05")
    return periods


def _started(text: str | None, periods: list[Period] | None) -> date | None:
    if text is None:
        return None
    day = date_option("--started", text)
    if periods and Month.containing(day) > min(period.first for period in periods):
        refuse("--started", text, "give a day in or before the first paid month")
    return day


def _children(given: list[str] | None, law: Law, day: date) -> list[Child]:
    children = []
    for text in given or []:
        level, _, rest = text.partition(":")
        years, _, born = rest.partition(":")
        if not years.isdecimal():
            refuse(
                "--child", text, "write LEVEL:YEARS_LEFT with level tk, sd, smp, sma or pt, for example sd:4"
            )
        child = Child(level, int(years), date_option("--child", born) if born else None)
        try:
            check_children(law, [child], day)
        except LawError as problem:
            refuse("--child", text, str(problem))
        children.append(child)
    return children


def _loss(text: str, law: Law, day: date) -> Loss:
    code, _, percent = text.partition(":")
    try:
        loss = Loss(code, float(percent) if percent else None)
        loss_percent(law, loss, day)
    except LawError as problem:
        refuse("--loss", text, str(problem))
    except (ValueError, OverflowError):
        refuse("--loss", text, "write CODE or CODE:PERCENT, for example arm-right:62.5")
    return loss


def _cost(option: str, text: str, kinds: dict[str, int]) -> tuple[str, int]:
    kind, _, cost = text.partition(":")
    if kind not in kinds or not cost:
        example = f"{next(iter(kinds))}:3000000"
        refuse(option, text, f"write KIND:COST with one of {', '.join(kinds)}, for example {example}")
    return kind, _rupiah(option, cost)


def _print(
    data: dict[str, Any], because: Step, readings: tuple[OtherReading, ...], lang: str, as_json: bool
) -> None:
    if as_json:
        print_json(data)
        return
    typer.echo(render_text(because, lang))
    for other in readings:
        word = "Pembacaan lain" if lang == "id" else "Another reading"
        differs = ", ".join(f"{name} = {_value(value)}" for name, value in other.differs.items())
        typer.echo(f"{word}: {other.title.read(lang)} / {other.option_title.read(lang)}: {differs}")


def _value(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return format_rupiah(value)
    return str(value)
