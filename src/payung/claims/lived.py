"""Time lived under paid cover and the deaths expected in it, kept per month and village, so that looking back is quick.

A month is counted again where its bills, or the people on them, changed; a month not counted yet is counted when asked.
"""

from __future__ import annotations

from payung import database
from payung.claims.lived_models import LivedMonth
from payung.coverage.touched import Touched, months_touched, take_touched
from payung.database.planner import prefer_sequential_scans
from payung.database.statements import Statement
from payung.outlook.mortality import OLDEST, YOUNGEST, table, table_version

_COUNT = Statement("claims", "lived_count")

_ASKED = Statement("claims", "lived_by_district")


def lived(first: int, last: int) -> dict[str, tuple[float, float]]:
    """By district: person-years under paid cover in these months, and the deaths that the life table expects."""
    stale = [month for month in _stale() if first <= month <= last]
    rows = _ASKED.rows({"first": first, "last": last, **_values(stale)})
    return {district: (float(years), float(deaths)) for district, years, deaths in rows}


def keep_lived(*, everything: bool = False) -> None:
    """Count the months that need it, or all. Within a transaction that sees everybody."""
    months = sorted(_stale(everything=everything) | take_touched(Touched.Count.LIVED))
    if everything:
        database.run("DELETE FROM claims_lived")
    database.run("DELETE FROM claims_lived WHERE month = ANY(%s)", [months])
    # A table made of a query is counted by more than one process; rows inserted from one are not.
    with prefer_sequential_scans(months):
        counted = _COUNT.stage("lived", _values(months))
    database.run(
        "INSERT INTO claims_lived (month, region_code, people, deaths)"
        f" SELECT month, region_code, people, deaths FROM {counted.identifier}"
    )
    LivedMonth.objects.bulk_create(
        [LivedMonth(month=month, life_table=table_version()) for month in months],
        update_conflicts=True,
        unique_fields=["month"],
        update_fields=["life_table"],
    )


def _stale(*, everything: bool = False) -> set[int]:
    """Billed months that are not kept, or by another life table, or changed since."""
    billed = {month for (month,) in database.rows("SELECT DISTINCT month FROM coverage_bill")}
    if everything:
        return billed
    kept = database.rows("SELECT month FROM claims_livedmonth WHERE life_table = %s", [table_version()])
    return (billed - {month for (month,) in kept}) | months_touched(Touched.Count.LIVED)


def _values(months: list[int]) -> dict[str, object]:
    return {
        "months": months,
        "rates": list(table()),
        "ages": OLDEST - YOUNGEST + 1,
        "youngest": YOUNGEST,
        "oldest": OLDEST,
    }
