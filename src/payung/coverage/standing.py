"""Who stands how on a day: everyone decreed for its month or still protected by what was paid, by state and place.

The people of each district and state are kept, in the order of the lists, until a cover, a bill or a registration
changes: a page of the list is read from there, however many people there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction

from payung import database
from payung.coverage.queries import STATES
from payung.database.locks import Lock, one_at_a_time
from payung.database.statements import Statement
from payung.identity.regions import contains
from payung.law.membership import clock
from payung.values import Month, Period
from payung.values.spreadsheet import CsvWriter, csv_file

_EVERYONE = Statement("coverage", "standing_people")
_KEEP = Statement("coverage", "standing_keep")
_KEPT = """
SELECT district, state, people, EXISTS (SELECT 1 FROM coverage_touched WHERE count = 'stand') AS changed
  FROM coverage_keptstanding
 WHERE scope = current_setting('payung.regions', true) AND day = %(on)s AND allowed = %(allowed)s
"""
_FORGET = """
WITH taken AS (DELETE FROM coverage_touched WHERE count = 'stand' RETURNING 1)
DELETE FROM coverage_keptstanding WHERE EXISTS (SELECT 1 FROM taken)
"""
_PAGE = Statement("coverage", "standing_page")


class _Kept(NamedTuple):
    """How many people of a district are kept to stand so, and whether something changed since."""

    district: str
    state: str
    people: int
    changed: bool


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
    kept = database.typed(_Kept, _KEPT, about)
    if not kept or kept[0].changed:
        with transaction.atomic(savepoint=False):
            # One at a time: what another began to count before a change must not be kept after it.
            one_at_a_time(Lock.STANDING)
            database.run(_FORGET)
            return Standing(on, {(district, state): people for district, state, people in _KEEP.rows(about)})
    return Standing(on, {(place.district, place.state): place.people for place in kept})


def counts_on(on: date) -> dict[str, int]:
    """How many people are in each state on a day, among those the session may see."""
    return standing_on(on).counts()


def some_on(
    on: date, *, state: str = "", region: str = "", skip: int = 0, limit: int = 50
) -> list[dict[str, Any]]:
    """Return a page of `everyone_on` in its order: of one state, within a region, from place `skip` on.

    Read of what `standing_on` keeps, which the caller asks first.
    """
    about = _about(on)
    place = {**about, "state": state, "region": region, "skip": skip, "limit": limit}
    ids = [person for (person,) in _PAGE.rows(place)]
    return _EVERYONE.dicts({**about, "ids": ids})


def everyone_on(on: date) -> Iterator[dict[str, Any]]:
    """Everyone decreed for the month of `on`, or still protected by months paid before, whom the session may see.

    One statement, read as it comes. Rows: id, name, region_code, village, trade, fund, fund_name, payer,
    member_no, starts_on, last (last decreed month), last_paid, state.
    """
    return _EVERYONE.stream(_about(on))


def _about(on: date) -> dict[str, Any]:
    return {"month": Month.containing(on).number, "allowed": arrears_allowed(on), "on": on, "ids": None}


def arrears_allowed(on: date) -> int:
    """How many months after the last paid one the law's clock still protects, under the law of that day."""
    now = Month.containing(on)
    allowed = 0
    while allowed < 12 and clock([Period(now + (-allowed - 1), now + -allowed)], on).jkk:
        allowed += 1
    return allowed


def write_everyone(on: date, path: Path) -> dict[str, int]:
    """Write `everyone_on` as CSV (without NIK) and return the number of people in each state."""
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
