"""What a list of deaths must say: who died and when. A NIK and a place help, but a family must not wait for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from payung.exchange import days
from payung.identity import findings

if TYPE_CHECKING:
    from payung.exchange.judged import FindingCell, Judged

#: What stops a candidate but not a death whose name and birth date are told: the matcher and a clerk find who it is.
_BEARABLE = frozenset({code for code in findings.BLOCKING if code.startswith("nik_")} | {"village_missing"})


def judge_deaths(judged: Judged, *, today: date) -> Judged:
    """Judge the rows of a list of deaths.

    Rows without a usable NIK or a known place are taken where name and birth date are there; rows without a day of
    death, or with one that is to come or before birth, go back. That the dead are dead is no finding here.
    """
    column, cells = days.death_cells(judged.raw, judged.table.headers, of_deaths=True)
    died = days.read(cells, today=today)
    rows = judged.rows.select("findings", "name", "birth_date").iter_rows(named=True)
    return judged.with_findings(
        [
            _of_one(row, day, code, today, column or "event_date")
            for row, (day, code) in zip(rows, died.iter_rows(), strict=True)
        ]
    )


def _of_one(
    row: dict[str, Any], died: date | None, code: str | None, today: date, column: str
) -> list[FindingCell]:
    born: date | None = row["birth_date"]
    sent: list[FindingCell] = row["findings"]
    known = bool(row["name"] and born)
    answer: list[FindingCell] = [
        {**one, "severity": "warns"} if known and one["code"] in _BEARABLE else one
        for one in sent
        if one["code"] != "status_dead"
    ]
    if died is not None and died > today:
        code = "death_date_ahead"
    elif died is not None and born is not None and died < born:
        code = "death_before_birth"
    if code is not None:
        value = died.isoformat() if died else ""
        severity = findings.kind(code).severity
        answer.append({"code": code, "severity": severity, "column": column, "value": value})
    return answer
