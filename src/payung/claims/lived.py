"""Time lived under paid cover and the deaths expected in it, kept per month and village, so that looking back is quick.

A month is counted again where its bills, or the people on them, changed; a month not counted yet is counted when asked.
"""

from __future__ import annotations

from payung import database
from payung.claims.lived_models import LivedMonth
from payung.coverage.touched import Touched, months_touched, take_touched
from payung.database.planner import prefer_sequential_scans
from payung.outlook.mortality import OLDEST, YOUNGEST, table, table_version

#: By month and village: people under paid cover whose birth is known, and a month's share of the deaths expected.
#: `rates` are those of the life table for men, women and people of unknown sex, one after the other, by age.
_COUNT = """
SELECT l.month, l.region_code, count(*)::int AS people,
       sum((%(rates)s::float8[])[
           p.base + least(greatest(l.month / 12 - p.born, %(youngest)s), %(oldest)s)]) / 12 AS deaths
  FROM coverage_billline l
  JOIN coverage_bill b ON b.id = l.bill_id AND b.state IN ('paid', 'reconciled')
  JOIN (SELECT id, extract(year FROM birth_date)::int AS born,
               CASE sex WHEN 'male' THEN 0 WHEN 'female' THEN %(ages)s ELSE 2 * %(ages)s END + 1
               - %(youngest)s AS base
          FROM registry_person WHERE birth_date IS NOT NULL) p ON p.id = l.person_id
 WHERE l.month = ANY(%(months)s)
 GROUP BY 1, 2
"""

_ASKED = f"""
SELECT left(region_code, 8) AS district, sum(people) / 12.0 AS years, sum(deaths) AS deaths
  FROM (SELECT region_code, people, deaths FROM claims_lived
         WHERE month BETWEEN %(first)s AND %(last)s AND month <> ALL(%(months)s)
        UNION ALL SELECT region_code, people, deaths FROM ({_COUNT}) counted) lived
 GROUP BY 1
"""


def lived(first: int, last: int) -> dict[str, tuple[float, float]]:
    """By district: person-years under paid cover in these months, and the deaths that the life table expects."""
    stale = [month for month in _stale() if first <= month <= last]
    rows = database.rows(_ASKED, {"first": first, "last": last, **_values(stale)})
    return {district: (float(years), float(deaths)) for district, years, deaths in rows}


def keep_lived(*, everything: bool = False) -> None:
    """Count the months that need it, or all. Within a transaction that sees everybody."""
    months = sorted(_stale(everything=everything) | take_touched(Touched.Count.LIVED))
    if everything:
        database.run("DELETE FROM claims_lived")
    database.run("DELETE FROM claims_lived WHERE month = ANY(%s)", [months])
    # A table made of a query is counted by more than one process; rows inserted from one are not.
    database.run("DROP TABLE IF EXISTS pg_temp.lived")
    with prefer_sequential_scans(months):
        database.run(f"CREATE TEMP TABLE lived ON COMMIT DROP AS {_COUNT}", _values(months))
    database.run("INSERT INTO claims_lived (month, region_code, people, deaths) SELECT * FROM lived")
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
