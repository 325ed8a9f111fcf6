"""A judged list: its rows with their findings, and what was counted of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import polars as pl

from payung.exchange.columns import ColumnMapping
from payung.exchange.tables import Table

FINDING = pl.Struct({"code": pl.String, "severity": pl.String, "column": pl.String, "value": pl.String})
#: The columns of a judged row and their types.
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "row_no": pl.Int32,
    "nik": pl.String,
    "name": pl.String,
    "name_norm": pl.String,
    "sex": pl.String,
    "birth_date": pl.Date,
    "birth_place": pl.String,
    "mother_name": pl.String,
    "address": pl.String,
    "rt": pl.String,
    "rw": pl.String,
    "village_code": pl.String,
    "district_code": pl.String,
    "phone": pl.String,
    "occupation": pl.String,
    "income": pl.Int64,
    "wage_worker": pl.Boolean,
    "family_card": pl.String,
    "heir_name": pl.String,
    "heir_relation": pl.String,
    "heir_phone": pl.String,
    "accepted": pl.Boolean,
    "findings": pl.List(FINDING),
}


class FindingCell(TypedDict):
    """One finding of a row: its code and severity ('blocks', 'warns'), the column and the value as sent."""

    code: str
    severity: str
    column: str
    value: str


class Counts(TypedDict):
    """Rows accepted and returned, and rows by the code of a finding; `sent_back` counts the findings that block."""

    accepted: int
    returned: int
    findings: dict[str, int]
    sent_back: dict[str, int]


class UnreadableColumn(TypedDict):
    """A column of the sender's of which too many cells could not be read, and one of them."""

    column: str
    example: str


class Report(Counts):
    """What was counted of one sheet, and what its columns are: `unmapped` are the sender's, `missing` fields of ours.

    `ignored` counts rows that are no person's.
    """

    file: str
    sheet: str | None
    rows: int
    ignored: int
    code_system: str | None
    unmapped: list[str]
    unreadable: list[UnreadableColumn]
    missing: list[str]


@dataclass(frozen=True)
class Judged:
    """A judged list.

    `rows` has the columns of SCHEMA, one row per candidate in the sender's order. `raw` is the same
    rows as they were sent (row_no and the sender's columns). `passed` are the other rows of the table: why each
    is nobody's (`reason`, see `passed.REASONS`, or 'blank'), then the row as sent. `mapping` is what was used,
    with the code system that was found out. `report` holds counts only, no personal data:
    {file, sheet, rows, ignored, code_system, unmapped, missing} and what `counted` gives; and
    `unreadable`: {column, example} of a column of which no cell can be read.
    """

    rows: pl.DataFrame
    raw: pl.DataFrame
    mapping: ColumnMapping
    report: Report
    table: Table
    passed: pl.DataFrame

    @property
    def accepted(self) -> pl.DataFrame:
        """The rows that go on."""
        return self.rows.filter("accepted")

    @property
    def returned(self) -> pl.DataFrame:
        """The rows that go back to their sender."""
        return self.rows.filter(~pl.col("accepted"))

    def with_findings(self, found: Sequence[Sequence[FindingCell]]) -> Judged:
        """Return this list with these findings for its rows, in their order; what is accepted and counted follows."""
        rows = self.rows.with_columns(
            pl.Series("findings", [list(told) for told in found], dtype=pl.List(FINDING)),
            pl.Series(
                "accepted",
                [all(one["severity"] != "blocks" for one in told) for told in found],
                dtype=pl.Boolean,
            ),
        )
        return replace(self, rows=rows, report={**self.report, **counted(rows)})

    def raw_json(self) -> pl.Series:
        """Each row as sent, as one JSON object of the sender's columns; in the order of `rows`."""
        return self.raw.select(pl.struct(pl.exclude("row_no")).struct.json_encode().alias("raw"))["raw"]


def counted(rows: pl.DataFrame) -> Counts:
    """Count judged rows: {accepted, returned, findings {code: rows}, sent_back {code: rows}}.

    `sent_back` counts the rows that go back because of a finding: what sends a candidate back may only be a warning
    about the dead. The most frequent finding stands first.
    """
    found = rows.select(pl.int_range(pl.len()).alias("row"), "findings").explode("findings").drop_nulls()
    told = found.unnest("findings").unique(["row", "code", "severity"])
    accepted = int(rows["accepted"].sum())
    return {
        "accepted": accepted,
        "returned": rows.height - accepted,
        "findings": _by_code(told.unique(["row", "code"])),
        "sent_back": _by_code(told.filter(pl.col("severity") == "blocks")),
    }


def _by_code(told: pl.DataFrame) -> dict[str, int]:
    return dict(sorted(told.group_by("code").len().iter_rows(), key=lambda one: (-one[1], one[0])))
