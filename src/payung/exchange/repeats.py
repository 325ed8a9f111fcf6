"""One NIK on two names, and one person in two rows: within a sheet, and between the sheets of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from payung.identity import names

if TYPE_CHECKING:
    from payung.exchange.judged import FindingCell, Judged

_TWO = "nik_two_people"
#: The columns of what a file tells of its NIKs.
TOLD = {"nik": pl.String, "name_norm": pl.String, "file": pl.String, "place": pl.String}


def within(usable: pl.DataFrame, sent_names: pl.Series) -> list[tuple[str, pl.DataFrame]]:
    """Return the findings of one sheet about its repeated rows: (field, frame of at, code, value).

    `usable` are the rows that nothing blocks: at, row_no, nik, name_norm, birth_date, village_code; `sent_names` every
    row's name as sent.
    """
    found = []
    shared = usable.filter(pl.len().over("nik") > 1).sort("at")
    if shared.height:
        found.append(("nik", _shared(shared)))
    one = ["name_norm", "birth_date", "village_code"]
    twice = usable.drop_nulls(one).filter(pl.col("nik").n_unique().over(one) > 1)
    if twice.height:
        told = twice.select("at", pl.lit("person_repeated").alias("code"))
        found.append(("name", told.with_columns(sent_names.gather(twice["at"]).alias("value"))))
    return found


def _shared(shared: pl.DataFrame) -> pl.DataFrame:
    firsts = shared.group_by("nik", maintain_order=True).agg(
        pl.col("name_norm").first().alias("first_name"),
        pl.col("at").first().alias("first_at"),
        pl.col("row_no").first().alias("first_row"),
    )
    later = shared.join(firsts, on="nik", how="left").filter(pl.col("at") != pl.col("first_at"))
    told: dict[int, tuple[str, str]] = {}
    for at, row_no, name, first_name, first_at, first_row in later.select(
        "at", "row_no", "name_norm", "first_name", "first_at", "first_row"
    ).iter_rows():
        if names.alike(name, first_name):
            told[at] = ("row_repeated", str(first_row))
        else:
            told[at] = (_TWO, str(first_row))
            told[first_at] = (_TWO, str(row_no))
    rows = [(at, code, value) for at, (code, value) in told.items()]
    return pl.DataFrame(rows, schema={"at": pl.Int64, "code": pl.String, "value": pl.String}, orient="row")


def across(judged: Sequence[Judged]) -> list[Judged]:
    """Return the tables of one file, marked where one NIK has different names in two of them.

    The same person on two sheets (a list per RT and one of all) is no fault.
    """
    if len(judged) < 2:
        return list(judged)
    rows = pl.concat(
        [_standing(one).with_columns(pl.lit(number).alias("table")) for number, one in enumerate(judged)]
    )
    shared = rows.filter(pl.col("table").n_unique().over("nik") > 1)
    told: dict[int, dict[int, str]] = {}
    for (_,), group in shared.group_by("nik"):
        different = list(group.sort("table", "at").iter_rows(named=True))
        for row in different:
            other = next(
                (
                    one
                    for one in different
                    if one["table"] != row["table"] and not names.alike(one["name_norm"], row["name_norm"])
                ),
                None,
            )
            if other:
                place = judged[other["table"]].table.sheet
                told.setdefault(row["table"], {})[row["at"]] = f"{place}: {other['row_no']}"
    return [_with_two(one, told[number]) if number in told else one for number, one in enumerate(judged)]


def told_by(judged: Sequence[Judged], file: str) -> pl.DataFrame:
    """Return the NIKs of a file's good rows and whose they are: nik, name_norm, file, place ('RT 02: 7' or '7')."""
    frames = [
        _standing(one).select(
            "nik",
            "name_norm",
            pl.lit(file).alias("file"),
            pl.lit(f"{one.table.sheet or file}: ").add(pl.col("row_no").cast(pl.String)).alias("place"),
        )
        for one in judged
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=TOLD)


def against(judged: Sequence[Judged], others: pl.DataFrame) -> list[Judged]:
    """Return the tables of one file, each NIK marked that has another name in `others` (frames of `told_by`)."""
    answer = []
    for one in judged:
        shared = _standing(one).join(others, on="nik", how="inner", suffix="_there").sort("at")
        told: dict[int, str] = {}
        for row in shared.iter_rows(named=True):
            if row["at"] not in told and not names.alike(row["name_norm"], row["name_norm_there"]):
                place = row["place"]
                told[row["at"]] = place if place.startswith(row["file"]) else f"{row['file']}, {place}"
        answer.append(_with_two(one, told) if told else one)
    return answer


def _standing(one: Judged) -> pl.DataFrame:
    """Return the rows that nothing blocks but another name on their NIK: at, row_no, nik, name_norm."""
    return (
        one.rows.with_row_index("at")
        .filter(pl.col("accepted") | _only_two_people())
        .drop_nulls("nik")
        .select("at", "row_no", "nik", "name_norm")
    )


def _only_two_people() -> pl.Expr:
    blocks = pl.element().filter(pl.element().struct.field("severity") == "blocks").struct.field("code")
    return (pl.col("findings").list.eval(blocks != _TWO).list.sum() == 0).fill_null(False)


def _with_two(one: Judged, told: dict[int, str]) -> Judged:
    column = one.mapping.header("nik") or "nik"
    found: list[list[FindingCell]] = one.rows["findings"].to_list()
    for at, place in told.items():
        if all(known["code"] != _TWO for known in found[at]):
            found[at] = [{"code": _TWO, "severity": "blocks", "column": column, "value": place}, *found[at]]
    return one.with_findings(found)
