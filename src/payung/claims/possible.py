"""Deaths that the matcher gave to nobody known, with people of the same birth date and a like name: for a clerk.

A death list often has neither NIK nor village, which the matcher needs to be sure. A family must not wait for that:
a clerk looks, says who it is, and a second user confirms it as a reported death.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from rapidfuzz import fuzz

from payung.coverage import bulk

#: How alike two names must be (0 to 100), and how many people are shown for one death.
ALIKE, MOST = 80, 3

_COLUMNS = """a.id, a.name, a.name_norm, a.birth_date, a.birth_place, a.event_date, a.row_no, a.file_name,
       p.id, p.name, p.name_norm, p.birth_date, p.birth_place, p.region_code, a.intake_id"""
_ASKED = """p.candidate AND p.merged_into_id IS NULL AND p.died_on IS NULL
   AND (p.sex = a.sex OR p.sex = '' OR a.sex = '')
   AND NOT EXISTS (SELECT 1 FROM claims_report c WHERE c.person_id = p.id AND c.died_on = a.event_date)"""

#: Of people born on 1 January there are too many (it stands for 'not known'): they share a word of their names.
_POSSIBLE = f"""
WITH alone AS MATERIALIZED (
    SELECT r.id, r.name, r.name_norm, r.birth_date, r.birth_place, r.sex, r.event_date, r.row_no, i.file_name,
           i.id AS intake_id
      FROM registry_record r
      JOIN registry_intake i ON i.id = r.intake_id AND i.kind = 'deaths' AND i.status = 'loaded'
      JOIN registry_person own ON own.id = r.person_id AND NOT own.candidate
     WHERE r.accepted AND r.event_date IS NOT NULL AND r.birth_date IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM registry_pair a WHERE a.record_id = r.id)
)
SELECT {_COLUMNS} FROM alone a JOIN registry_person p ON p.birth_date = a.birth_date
 WHERE {_ASKED} AND (extract(doy FROM a.birth_date) <> 1
                     OR string_to_array(p.name_norm, ' ') && string_to_array(a.name_norm, ' '))
UNION
SELECT {_COLUMNS} FROM alone a JOIN registry_person p ON p.name_norm = a.name_norm
 WHERE {_ASKED} AND (to_char(p.birth_date, 'MMDD') = to_char(a.birth_date, 'MMDD')
                     OR to_char(p.birth_date, 'YYMM') = to_char(a.birth_date, 'YYMM'))
 ORDER BY 6 DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Maybe:
    """A person who may be the one who died, and how alike the names are (0 to 100)."""

    person_id: int
    name: str
    birth_date: date
    birth_place: str
    region_code: str
    alike: int


@dataclass(frozen=True, slots=True)
class Possible:
    """A row of a death list that nobody known was given, and who it may be about, the most alike first."""

    record_id: int
    intake_id: int
    name: str
    birth_date: date
    birth_place: str
    died_on: date
    row_no: int
    file_name: str
    people: list[Maybe]


def possible() -> list[Possible]:
    """Every such death the session may see, the latest first. One statement, however many deaths."""
    found = []
    for _, rows in groupby(bulk.rows(_POSSIBLE), key=lambda row: row[0]):
        listed = list(rows)
        first = listed[0]
        people = sorted(
            (
                Maybe(row[8], row[9], row[11], row[12], row[13], score)
                for row in listed
                if (score := _alike(first[2], row[10])) >= ALIKE
            ),
            key=lambda one: (-one.alike, one.person_id),
        )
        if people:
            record, name, (born, place, died, row_no, file_name) = first[0], first[1], first[3:8]
            found.append(
                Possible(record, first[14], name, born, place, died, row_no, file_name, people[:MOST])
            )
    return found


def _alike(one: str, other: str) -> int:
    """Names alike whatever the order and the joining of their words; one with words left out a little less."""
    return int(
        max(
            fuzz.token_sort_ratio(one, other),
            fuzz.ratio(one.replace(" ", ""), other.replace(" ", "")),
            0.9 * fuzz.token_set_ratio(one, other),
        )
    )
