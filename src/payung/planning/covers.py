"""What a plan must know of covers: who is covered until when by which fund, and which money is due in which month."""

from __future__ import annotations

import polars as pl

from payung import database

COVERED = {"person_id": pl.Int64, "fund_id": pl.Int64, "last_month": pl.Int32}
DUE = {"fund_id": pl.Int64, "month": pl.Int32, "amount": pl.Int64}


def covered(person_id: int | None = None) -> pl.DataFrame:
    """Each person ever decreed (or one), whom the session may see: person_id, fund_id, number of the last month."""
    rows = database.rows(
        """SELECT DISTINCT ON (person_id) person_id, fund_id, month FROM coverage_covermonth
           WHERE %(person)s::bigint IS NULL OR person_id = %(person)s
           ORDER BY person_id, month DESC""",
        {"person": person_id},
    )
    return pl.DataFrame(rows, schema=COVERED, orient="row")


def due() -> pl.DataFrame:
    """Return the money that decrees bind, by fund and month: each line's rupiah, spread evenly."""
    rows = database.rows(
        """SELECT c.fund_id, c.month, sum(l.amount / greatest(l.end_month - l.first_month, 1))::bigint
             FROM coverage_covermonth c JOIN coverage_annexline l ON l.id = c.line_id
            GROUP BY 1, 2"""
    )
    return pl.DataFrame(rows, schema=DUE, orient="row")
