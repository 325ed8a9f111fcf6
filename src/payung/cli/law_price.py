"""`payung law price`: what a whole population costs, by the law in force and by a draft beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from payung.cli.face import month_option, print_json, refuse
from payung.cli.law_face import asked, begun, in_json, in_language, law_asked, with_drafts, with_readings
from payung.cli.law_input import one_of_option, read_table, whole_option
from payung.law import PAYERS, SECTORS, Law
from payung.law.readings import every_reading, told_otherwise
from payung.values import Month, format_rupiah

if TYPE_CHECKING:
    import polars as pl

_PARTS = ("jkk", "jkm", "total")


@click.command("price")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "first", help="First month, YYYY-MM.", required=True)
@click.option("--months", help="How many months, 1 to 120.", default="12", show_default=True)
@click.option(
    "--payer", help="Who pays where the file has no column payer.", default="apbd", show_default=True
)
@click.option("--sector", help="For rows without a sector of their own.", default="other", show_default=True)
@with_drafts
@with_readings
@in_language
@in_json
def price_command(
    file: Path,
    first: str,
    months: str,
    payer: str,
    sector: str,
    reading: tuple[str, ...],
    draft: tuple[str, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Price the protection of everybody on a list, month by month.

    FILE is parquet or csv, one row a worker, with the columns income (rupiah a month, may be empty), payer and
    sector where they differ. Contested rules are priced by the cautious reading; what every other reading costs, and
    for how many workers, stands below. With --draft the law in force and the draft stand side by side.

    Example: payung law price workers.csv --from 2027-01 --payer apbd --draft draft.yaml
    """
    one_of_option("--payer", payer, PAYERS)
    one_of_option("--sector", sector, SECTORS)
    count = whole_option("--months", months, 1, 120)
    now = law_asked(reading, (), lang)
    start = Month.containing(begun("--from", first, month_option("--from", first).first_day, "contribution."))
    people = _people(file, payer, sector)
    answer: dict[str, Any] = {"people": people.height, "now": _priced(people, start, count, now, lang)}
    if draft:
        drafted = _priced(people, start, count, law_asked(reading, draft, lang), lang)
        answer["draft"] = drafted
        answer["difference"] = drafted["total"] - answer["now"]["total"]
    if as_json:
        print_json(answer)
    else:
        _show(answer, lang)


def _people(file: Path, payer: str, sector: str) -> pl.DataFrame:
    """Return the workers of the file with the columns income, payer and sector."""
    import polars as pl

    people = read_table(file)
    if "income" not in people.columns:
        refuse("FILE", str(file), f"its columns are {', '.join(people.columns)}; one must be named income")
    income = pl.col("income").cast(pl.String).str.strip_chars().replace("", None)
    wrong = people.select(pl.int_range(1, pl.len() + 1).alias("row"), income.alias("income")).filter(
        ~pl.col("income").str.contains(r"^\d{1,15}$")
    )
    if wrong.height:
        row, value = wrong.row(0)
        refuse(f"FILE row {row}, column income", value, "write whole rupiah, or leave it empty")
    return people.select(
        income.cast(pl.Int64).alias("income"),
        *(
            (pl.col(name).fill_null(default) if name in people.columns else pl.lit(default)).alias(name)
            for name, default in (("payer", payer), ("sector", sector))
        ),
    )


def _priced(people: pl.DataFrame, start: Month, count: int, law: Law, lang: str) -> dict[str, Any]:
    import polars as pl

    from payung.law.tables import contribution_table

    spread = pl.DataFrame({"month": pl.Series(range(start.number, start.number + count), dtype=pl.Int32)})
    cases = people.group_by("income", "payer", "sector", maintain_order=True).len("people")
    cases = cases.with_row_index("case").join(spread, how="cross", maintain_order="left_right")
    answers = every_reading(law, start, lambda other: asked(lambda: contribution_table(cases, law=other)))
    _, priced = next(answers)
    sums = priced.group_by("month").agg(pl.col(*_PARTS).dot(pl.col("people"))).sort("month")
    total = int(sums["total"].sum())
    readings = []
    for changed, other in answers:
        differing = cases.filter(other["total"] != priced["total"]).unique("case")
        if differing.height:
            cost = int(other.select(pl.col("total").dot("people")).item())
            readings.append(
                {
                    **told_otherwise(law, start, changed, lang),
                    "people": int(differing["people"].sum()),
                    "total": cost,
                    "difference": cost - total,
                }
            )
    return {
        "total": total,
        "months": [{**row, "month": str(Month(row["month"]))} for row in sums.iter_rows(named=True)],
        "readings": readings,
    }


def _show(answer: dict[str, Any], lang: str) -> None:
    words = (
        ("pekerja", "bulan", "sekarang", "rancangan")
        if lang == "id"
        else ("workers", "month", "now", "draft")
    )
    click.echo(f"{answer['people']} {words[0]}")
    sides = [side for side in ("now", "draft") if side in answer]
    click.echo(f"{words[1]:8}" + "".join(f"{words[2 + at]:>22}" for at in range(len(sides))))
    for rows in zip(*(answer[side]["months"] for side in sides), strict=True):
        click.echo(f"{rows[0]['month']:8}" + "".join(f"{format_rupiah(row['total']):>22}" for row in rows))
    click.echo(f"{'':8}" + "".join(f"{format_rupiah(answer[side]['total']):>22}" for side in sides))
    for side in sides:
        for one in answer[side]["readings"]:
            click.echo(_reading_in_words(one, words[2 + sides.index(side)] if len(sides) > 1 else "", lang))


def _reading_in_words(one: dict[str, Any], side: str, lang: str) -> str:
    word = "Tafsir lain" if lang == "id" else "Another reading"
    where = f" ({side})" if side else ""
    how = "; ".join(f"{rule['title']} / {rule['option_title']}" for rule in one["together"])
    less = one["difference"] < 0
    change = ("lebih murah", "less") if less else ("lebih mahal", "more")
    workers = "pekerja" if lang == "id" else "workers"
    return (
        f"{word}{where}: {how}: {one['people']} {workers}, {format_rupiah(one['total'])} "
        f"({format_rupiah(abs(one['difference']))} {change[lang == 'en']})"
    )
