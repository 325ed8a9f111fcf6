"""`payung law population`: who of a whole list may be enrolled and is protected, by the law in force and by a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from payung.cli.face import date_option, periods_option, print_json, refuse
from payung.cli.law_face import answering, asked, begun, law_asked
from payung.cli.law_input import fact_option, read_table
from payung.cli.law_otherwise import in_words, list_readings
from payung.law import Law, LawError

if TYPE_CHECKING:
    import polars as pl

#: Facts that are taken as given where nobody states them, as for a single person.
PRESUMED_FACTS = ("wage_worker",)
#: What a row is told, in the columns of --out.
_ROW = ("eligible", "reasons", "jkk", "jkm", "jkm_full_from", "lapses_on", "arrears_months")


@click.command("population")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--on", help="Day asked about, YYYY-MM-DD.", required=True)
@click.option("--criteria", help="A deployment's layer: a name or a YAML file.", multiple=True)
@click.option("--out", help="Write every row with its answers as .csv.", type=click.Path(path_type=Path))
@answering
def population_command(
    file: Path,
    on: str,
    criteria: tuple[str, ...],
    out: Path | None,
    reading: tuple[str, ...],
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Who of a list may be enrolled, and who is protected, on a day.

    FILE is parquet or csv, one row a person, with columns named like the facts (birth_date as YYYY-MM-DD, wage_worker
    and others as true or false, resident as a region code) and, for protection, paid (2026-01..2026-05,2026-08). An
    empty cell is an unknown fact. Contested rules answer by the cautious reading; below it stands how many people
    every other reading would answer otherwise. Whoever is not said to be a wage worker is presumed not to be one, and
    counted as presumed. With --draft the law in force and the draft stand side by side, with how many people the
    draft would change.

    Example: payung law population workers.csv --on 2027-01-01 --draft draft.yaml
    """
    day = begun("--on", on, date_option("--on", on), "eligible.")
    if out is not None and out.suffix != ".csv":
        refuse("--out", str(out), "name a file that ends in .csv")
    people = read_table(file)
    laws = {"now": law_asked(reading, (), lang)}
    if draft:
        laws["draft"] = law_asked(reading, draft, lang)
    try:
        laws = {side: law.with_layers(*criteria) for side, law in laws.items()}
    except LawError as problem:
        refuse("--criteria", ", ".join(criteria), str(problem))
    facts, paid = _facts(people, list(laws.values()), day), _paid(people)
    if facts.width == 0 and paid is None:
        names = dict.fromkeys(name for law in laws.values() for name in _asked_facts(law, day))
        refuse("FILE", str(file), f"it has none of the columns {', '.join(names)}, paid")
    judged = {
        side: asked(partial(_judged, people.height, facts, paid, day, law)) for side, law in laws.items()
    }
    answer: dict[str, Any] = {"people": people.height, "on": str(day)}
    for side, rows in judged.items():
        readings = list_readings(facts, paid, day, laws[side], lang, PRESUMED_FACTS)
        answer[side] = {**_counted(rows), "presumed": _presumed(facts, laws[side], day), "readings": readings}
    if draft:
        answer["changed"] = _changed(judged["now"], judged["draft"])
    if out is not None:
        _write(people, judged, out)
        answer["out"] = str(out)
    if as_json:
        print_json(answer)
    else:
        _show(answer, lang)


def _asked_facts(law: Law, day: date) -> list[str]:
    return list(dict.fromkeys(one.criterion.fact for one in law.criteria(day) if one.criterion))


def _texts(people: pl.DataFrame, name: str) -> pl.Series:
    """Return a column as text; null where a cell is empty."""
    import polars as pl

    return people.select(pl.col(name).cast(pl.String).str.strip_chars().replace("", None)).to_series()


def _read_once(texts: pl.Series, read: Callable[[str, str], Any]) -> dict[str, Any]:
    """Apply `read(label, text)` to each distinct text once; the label names its first row."""
    import polars as pl

    name = texts.name
    first = pl.DataFrame([texts]).with_row_index("row", 1).drop_nulls(name)
    first = first.unique(name, keep="first", maintain_order=True)
    return {text: read(f"FILE row {row}, column {name}", text) for row, text in first.iter_rows()}


def _facts(people: pl.DataFrame, laws: list[Law], day: date) -> pl.DataFrame:
    """Return the facts that any of the laws asks for, read from the columns named like them."""
    import polars as pl

    asks = {name: law for law in laws for name in _asked_facts(law, day)}
    columns = []
    for name in people.columns:
        if name in asks:
            texts = _texts(people, name)
            known = _read_once(texts, partial(_fact, name, asks[name], day))
            lookup = pl.DataFrame(
                {name: list(known), "fact": list(known.values())}, {name: pl.String, "fact": None}
            )
            joined = pl.DataFrame([texts]).join(lookup, on=name, how="left", maintain_order="left")
            columns.append(joined["fact"].alias(name))
    return pl.DataFrame(columns)


def _fact(name: str, law: Law, day: date, label: str, text: str) -> Any:
    value = fact_option(
        label, f"{name}={text.lower() if text.lower() in ('true', 'false') else text}", law, day
    )[1]
    if name == "birth_date" and value > day:
        refuse(label, text, f"give a day not after --on {day}")
    return value


def _paid(people: pl.DataFrame) -> pl.DataFrame | None:
    """Return the paid months as `clock_table` takes them, by row number; None where the file does not tell them."""
    import polars as pl

    if "paid" not in people.columns:
        return None
    texts = pl.DataFrame([_texts(people, "paid")]).with_row_index("id").drop_nulls("paid")
    parts = texts.with_columns(part=pl.col("paid").str.split(",")).explode("part")
    read = parts.with_columns(pl.col("part").str.extract_groups(_PERIOD).struct.unnest())
    numbers = read.with_columns(
        pl.col("year", "month", "last_year", "last_month").cast(pl.Int32)
    ).with_columns(
        last_year=pl.col("last_year").fill_null(pl.col("year")),
        last_month=pl.col("last_month").fill_null(pl.col("month")),
    )
    periods = numbers.with_columns(
        first=pl.col("year") * 12 + pl.col("month") - 1, end=pl.col("last_year") * 12 + pl.col("last_month")
    )
    good = (
        pl.col("month", "last_month").is_between(1, 12),
        pl.col("year", "last_year").is_between(1900, 2199),
        pl.col("end") > pl.col("first"),
    )
    wrong = periods.filter(~pl.all_horizontal(*good).fill_null(False)).head(1)
    for row, text in wrong.select("id", "paid").iter_rows():
        periods_option(f"FILE row {row + 1}, column paid", text)
    return periods.select(pl.col("id").cast(pl.Int64), "first", "end")


#: A period as `periods_option` takes it, which says what is wrong with one that is not so written.
_PERIOD = r"^ *(?P<year>[0-9]{4})-(?P<month>[0-9]{2})(?: *\.\. *(?P<last_year>[0-9]{4})-(?P<last_month>[0-9]{2}))? *$"


def _judged(people: int, facts: pl.DataFrame, paid: pl.DataFrame | None, day: date, law: Law) -> pl.DataFrame:
    """Every row's answers under one law; the columns of what the file does not tell are left out."""
    import polars as pl

    from payung.law.clock_tables import clock_table
    from payung.law.tables import eligible_table

    rows = pl.DataFrame({"id": pl.int_range(people, eager=True)})
    if facts.width:
        judged = eligible_table(facts, day, presume=PRESUMED_FACTS, law=law)
        rows = rows.with_columns(judged["eligible"], judged["reasons"].list.join(" "))
    if paid is not None:
        rows = rows.join(clock_table(paid, day, law=law), on="id", how="left", maintain_order="left")
        rows = rows.with_columns(pl.col("jkk").fill_null(False), pl.col("jkm").fill_null("none"))
    return rows.select("id", *(name for name in _ROW if name in rows.columns))


def _counted(rows: pl.DataFrame) -> dict[str, Any]:
    """How many people stand where: eligible or not and why, protected by JKK, by JKM in part or in full."""
    counted: dict[str, Any] = {}
    if "eligible" in rows.columns:
        for name, value in (("eligible", True), ("not_eligible", False), ("unknown", None)):
            counted[name] = int(rows["eligible"].eq_missing(value).sum())
        reasons = rows["reasons"].str.split(" ").explode().value_counts(sort=True)
        counted["reasons"] = {name: count for name, count in reasons.iter_rows() if name}
    if "jkk" in rows.columns:
        counted["jkk"] = int(rows["jkk"].sum())
        counted["jkm"] = {state: int((rows["jkm"] == state).sum()) for state in ("full", "partial", "none")}
        counted["in_arrears"] = int((rows["arrears_months"].fill_null(0) > 0).sum())
    return counted


def _presumed(facts: pl.DataFrame, law: Law, day: date) -> dict[str, int]:
    """For how many people a fact that the file does not tell was taken as given."""
    asked = [name for name in PRESUMED_FACTS if facts.width and name in _asked_facts(law, day)]
    return {name: facts[name].null_count() if name in facts.columns else facts.height for name in asked}


def _changed(now: pl.DataFrame, draft: pl.DataFrame) -> dict[str, int]:
    """How many people each answer changes for, between the law in force and the draft."""
    return {
        name: int(now[name].ne_missing(draft[name]).sum())
        for name in ("eligible", "jkk", "jkm", "jkm_full_from", "lapses_on")
        if name in now.columns
    }


def _write(people: pl.DataFrame, judged: dict[str, pl.DataFrame], out: Path) -> None:
    import polars as pl

    from payung.values.spreadsheet import close_to_others, safe_cell

    columns = [
        column.alias(f"{side}_{column.name}")
        for side, rows in judged.items()
        for column in rows.drop("id").get_columns()
    ]
    try:
        close_to_others(out)
        told = people.with_columns(columns).rename(safe_cell)
        told.with_columns(pl.col(pl.String).map_elements(safe_cell, return_dtype=pl.String)).write_csv(out)
    except OSError as problem:
        refuse("--out", str(out), f"it cannot be written ({problem.strerror or problem})")


_WORDS = {
    "id": {
        "people": "orang",
        "now": "sekarang",
        "draft": "rancangan",
        "eligible": "layak",
        "not_eligible": "tidak layak",
        "unknown": "belum dapat dinilai",
        "presumed_wage_worker": "dianggap bukan penerima upah",
        "jkk": "terlindungi JKK",
        "full": "JKM penuh",
        "partial": "JKM sebagian (pemakaman)",
        "none": "tanpa JKM",
        "in_arrears": "menunggak",
        "changed": "Berubah oleh rancangan",
        "jkm": "JKM",
        "jkm_full_from": "tanggal JKM penuh",
        "lapses_on": "tanggal berakhir",
    },
    "en": {
        "people": "people",
        "now": "now",
        "draft": "draft",
        "eligible": "eligible",
        "not_eligible": "not eligible",
        "unknown": "cannot be judged yet",
        "presumed_wage_worker": "presumed not a wage worker",
        "jkk": "protected by JKK",
        "full": "JKM in full",
        "partial": "JKM in part (funeral)",
        "none": "no JKM",
        "in_arrears": "in arrears",
        "changed": "Changed by the draft",
        "jkm": "JKM",
        "jkm_full_from": "day of full JKM",
        "lapses_on": "day of lapse",
    },
}


def _show(answer: dict[str, Any], lang: str) -> None:
    words = _WORDS[lang]
    sides = [side for side in ("now", "draft") if side in answer]
    click.echo(f"{answer['people']} {words['people']}, {answer['on']}")
    click.echo(f"{'':44}" + "".join(f"{words[side]:>12}" for side in sides))
    lines: dict[str, list[int]] = {}
    for at, side in enumerate(sides):
        counted = answer[side]
        flat = {
            words[name]: counted[name] for name in ("eligible", "not_eligible", "unknown") if name in counted
        }
        flat |= {f"  {name}": count for name, count in counted.get("reasons", {}).items()}
        flat |= {words[f"presumed_{name}"]: count for name, count in counted["presumed"].items() if count}
        flat |= {words["jkk"]: counted["jkk"]} if "jkk" in counted else {}
        flat |= {words[state]: count for state, count in counted.get("jkm", {}).items()}
        flat |= {words["in_arrears"]: counted["in_arrears"]} if "in_arrears" in counted else {}
        for name, count in flat.items():
            lines.setdefault(name, [0] * len(sides))[at] = count
    for name, counts in lines.items():
        click.echo(f"{name:44}" + "".join(f"{count:>12}" for count in counts))
    for side in sides:
        for one in answer[side]["readings"]:
            click.echo(in_words(one, words[side] if len(sides) > 1 else "", lang))
    if "changed" in answer:
        said = ", ".join(f"{words[name]} {count}" for name, count in answer["changed"].items())
        click.echo(f"{words['changed']}: {said}")
