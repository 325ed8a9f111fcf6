"""What a list of deaths must say: who died and when. A NIK and a place help, but a family must not wait for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from payung.exchange import extras
from payung.identity import findings

if TYPE_CHECKING:
    import polars as pl

    from payung.exchange.intake import Judged

#: What stops a candidate but not a death whose name and birth date are told: the matcher and a clerk find who it is.
_BEARABLE = frozenset({code for code in findings.BLOCKING if code.startswith("nik_")} | {"village_missing"})


def judge_deaths(judged: Judged, died: pl.Series, *, today: date) -> Judged:
    """The rows of a list of deaths judged as such; `died` are their days of death.

    Rows without a usable NIK or a known place are taken where name and birth date are there; rows without a day of
    death, or with one that is to come or before birth, go back. That the dead are dead is no finding here.
    """
    rows, column = judged.rows, extras.header_of(judged.table.headers, "event_date") or "event_date"
    return judged.with_findings(
        [
            _of_one(row, day, today, column)
            for row, day in zip(
                rows.select("findings", "name", "birth_date").iter_rows(named=True),
                died.to_list(),
                strict=True,
            )
        ]
    )


def _of_one(row: dict[str, Any], died: date | None, today: date, column: str) -> list[dict[str, Any]]:
    born: date | None = row["birth_date"]
    known = bool(row["name"] and born)
    answer = [
        {**one, "severity": "warns"} if known and one["code"] in _BEARABLE else one
        for one in row["findings"]
        if one["code"] != "status_dead"
    ]
    code = None
    if died is None:
        code = "death_date_missing"
    elif died > today:
        code = "death_date_ahead"
    elif born is not None and died < born:
        code = "death_before_birth"
    if code is not None:
        value = died.isoformat() if died else ""
        answer.append({"code": code, "severity": "blocks", "column": column, "value": value})
    return answer
