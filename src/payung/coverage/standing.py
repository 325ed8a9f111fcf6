"""Who stands how on a day: everyone decreed for its month or still protected by what was paid, by state and place.

The people of each district and state are kept, in the order of the lists, until a cover, a bill or a registration
changes: a page of the list is read from there, however many people there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from payung import database
from payung.coverage.queries import STATES
from payung.database.locks import Lock, one_at_a_time
from payung.identity.regions import contains
from payung.law.membership import clock
from payung.values import Month, Period
from payung.values.spreadsheet import CsvWriter, csv_file

#: Whom the month of the day is about, and how each stands; `only` limits every part to some people.
_STANDING = """
WITH paid AS (
    SELECT DISTINCT ON (l.person_id) l.person_id, l.month AS last_paid, b.fund_id
      FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id AND b.state IN ('paid', 'reconciled')
     WHERE l.month BETWEEN %(month)s - %(allowed)s AND %(month)s {only}
     ORDER BY l.person_id, l.month DESC
), cover AS (
    SELECT l.person_id, l.fund_id FROM coverage_covermonth l WHERE l.month = %(month)s {only}
), registered AS (
    SELECT DISTINCT ON (l.person_id, l.fund_id) l.person_id, l.fund_id, l.state, l.member_no, l.starts_on
      FROM coverage_registration l WHERE true {only}
     ORDER BY l.person_id, l.fund_id, (l.state = 'accepted') DESC, l.id DESC
), standing AS (
    SELECT m.person_id, m.fund_id, m.last_paid, r.member_no, r.starts_on,
           CASE WHEN r.state = 'accepted' AND coalesce(r.starts_on, %(on)s) <= %(on)s AND m.last_paid IS NOT NULL
                THEN CASE WHEN m.last_paid = %(month)s THEN 'protected' ELSE 'grace' END
                WHEN NOT m.covered THEN 'none'
                WHEN r.state = 'refused' THEN 'refused'
                WHEN r.state = 'accepted' AND coalesce(r.starts_on, %(on)s) <= %(on)s THEN 'unpaid'
                ELSE 'registering' END AS state
      FROM (SELECT person_id, coalesce(cover.fund_id, paid.fund_id) AS fund_id, paid.last_paid,
                   cover.fund_id IS NOT NULL AS covered
              FROM cover FULL JOIN paid USING (person_id)) m
      LEFT JOIN registered r ON r.person_id = m.person_id AND r.fund_id = m.fund_id
)
"""
_EVERYONE = (
    _STANDING
    + """, runs AS (
    SELECT person_id, max(month) AS last FROM (
        SELECT l.person_id, l.month, row_number() OVER (PARTITION BY l.person_id ORDER BY l.month) AS n
          FROM coverage_covermonth l WHERE l.month >= %(month)s {only}) s
     GROUP BY person_id, month - n HAVING min(month) = %(month)s
)
SELECT p.id, p.name, p.region_code, v.name AS village, o.label AS trade, f.code AS fund,
       f.name AS fund_name, y.name AS payer, s.member_no, s.starts_on, runs.last, s.last_paid, s.state
  FROM standing s JOIN registry_person p ON p.id = s.person_id {here}
  JOIN funding_fund f ON f.id = s.fund_id
  JOIN funding_payer y ON y.id = f.payer_id
  LEFT JOIN runs ON runs.person_id = p.id
  LEFT JOIN registry_region v ON v.code = p.region_code
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 ORDER BY p.region_code, p.name, p.id
"""
)
_KEEP = (
    _STANDING
    + """
INSERT INTO coverage_keptstanding (scope, day, allowed, district, state, people, ids)
SELECT coalesce(current_setting('payung.regions', true), ''), %(on)s, %(allowed)s, coalesce(district, ''),
       coalesce(state, ''), count(*),
       CASE WHEN district IS NULL THEN '{{}}' ELSE array_agg(id ORDER BY region_code, name, id) END
  FROM (SELECT p.id, p.region_code, p.name, left(p.region_code, 8) AS district, s.state
          FROM standing s JOIN registry_person p ON p.id = s.person_id) people
 GROUP BY GROUPING SETS ((district, state), (district), ())
ON CONFLICT (scope, day, allowed, district, state) DO UPDATE SET people = EXCLUDED.people, ids = EXCLUDED.ids
RETURNING district, state, people
"""
)
_KEPT = """
SELECT district, state, people, EXISTS (SELECT 1 FROM coverage_touched WHERE count = 'stand')
  FROM coverage_keptstanding
 WHERE scope = current_setting('payung.regions', true) AND day = %(on)s AND allowed = %(allowed)s
"""
_FORGET = """
WITH taken AS (DELETE FROM coverage_touched WHERE count = 'stand' RETURNING 1)
DELETE FROM coverage_keptstanding WHERE EXISTS (SELECT 1 FROM taken)
"""
#: The people of a page: from place `skip` on in the lists of the districts of a region, one after another.
_PAGE = """
SELECT unnest(ids[greatest(%(skip)s - before, 0) + 1 : %(skip)s + %(limit)s - before])
  FROM (SELECT ids, sum(people) OVER (ORDER BY district) - people AS before, people
          FROM coverage_keptstanding
         WHERE scope = current_setting('payung.regions', true) AND day = %(on)s AND allowed = %(allowed)s
           AND state = %(state)s AND payung_contains(%(region)s, district) AND district <> '') k
 WHERE before < %(skip)s + %(limit)s AND before + people > %(skip)s
"""
#: Named one by one: row-level security lets no subquery reach an index.
_NAMED = {"only": "AND l.person_id = ANY (%(ids)s)", "here": "AND p.id = ANY (%(ids)s)"}
_ALL = {"only": "", "here": ""}


@dataclass(frozen=True, slots=True)
class Standing:
    """How many people of each district stand how on a day: {(district, state): people}."""

    on: date
    people: dict[tuple[str, str], int]

    def counts(self, region: str = "") -> dict[str, int]:
        """People by state, best first, of a region (a code of a regency or a district), else of all."""
        counts = dict.fromkeys(STATES, 0)
        for (district, state), people in self.people.items():
            if state and contains(region, district):
                counts[state] += people
        return counts


def standing_on(on: date) -> Standing:
    """How everyone whom the session may see stands on a day. One statement where that is kept, else four."""
    about = _about(on)
    rows = database.rows(_KEPT, about)
    if not rows or rows[0][3]:
        with transaction.atomic(savepoint=False):
            # One at a time: what another began to count before a change must not be kept after it.
            one_at_a_time(Lock.STANDING)
            database.run(_FORGET)
            rows = database.rows(_KEEP.format(only=""), about)
    return Standing(on, {(row[0], row[1]): row[2] for row in rows})


def counts_on(on: date) -> dict[str, int]:
    """How many people are in each state on a day, among those the session may see."""
    return standing_on(on).counts()


def some_on(
    on: date, *, state: str = "", region: str = "", skip: int = 0, limit: int = 50
) -> list[dict[str, Any]]:
    """A page of `everyone_on` in its order: of one state, within a region, from place `skip` on.

    Read of what `standing_on` keeps, which the caller asks first.
    """
    about = _about(on)
    place = {**about, "state": state, "region": region, "skip": skip, "limit": limit}
    ids = [row[0] for row in database.rows(_PAGE, place)]
    return database.dicts(_EVERYONE.format(**_NAMED), {**about, "ids": ids})


def everyone_on(on: date) -> Iterator[dict[str, Any]]:
    """Everyone decreed for the month of `on`, or still protected by months paid before, whom the session may see.

    One statement, read as it comes. Rows: id, name, region_code, village, trade, fund, fund_name, payer,
    member_no, starts_on, last (last decreed month), last_paid, state.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EVERYONE.format(**_ALL), _about(on))
        names = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(5_000):
            for row in rows:
                yield dict(zip(names, row, strict=True))


def _about(on: date) -> dict[str, Any]:
    return {"month": Month.containing(on).number, "allowed": arrears_allowed(on), "on": on}


def arrears_allowed(on: date) -> int:
    """How many months after the last paid one the law's clock still protects, under the law of that day."""
    now = Month.containing(on)
    allowed = 0
    while allowed < 12 and clock([Period(now + (-allowed - 1), now + -allowed)], on).jkk:
        allowed += 1
    return allowed


def write_everyone(on: date, path: Path) -> dict[str, int]:
    """Writes `everyone_on` as CSV (without NIK); the number of people in each state."""
    counts = dict.fromkeys(STATES, 0)
    with csv_file(path, encoding="utf-8-sig") as file:
        writer = CsvWriter(file)
        writer.writerow(
            ["id", "nama", "kode_wilayah", "desa", "pekerjaan", "sumber_dana", "pembayar", "no_peserta", "mulai",
             "bulan_terakhir_sk", "bulan_terakhir_dibayar", "status"]
        )  # fmt: skip
        for row in everyone_on(on):
            counts[row["state"]] += 1
            writer.writerow(
                [
                    row["id"],
                    row["name"],
                    row["region_code"],
                    row["village"],
                    row["trade"],
                    row["fund"],
                    row["payer"],
                    row["member_no"],
                    row["starts_on"],
                    Month(row["last"]) if row["last"] else "",
                    Month(row["last_paid"]) if row["last_paid"] else "",
                    STATES[row["state"]],
                ]
            )
    return counts
