"""Deaths that the matcher gave to nobody known, with who they may be about: for a clerk.

A death list often has neither NIK nor village, which the matcher needs to be sure: people of the same birth date and
a like name are shown. Where the NIK is somebody's but name, sex and birth date speak against it, the matcher holds
its peace: that person is shown too. A family must not wait for either: a clerk looks, says who it is, and a second
user confirms it as a reported death.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from rapidfuzz import fuzz

from payung import database

#: How alike two names must be (0 to 100), and how many people are shown for one death.
ALIKE, MOST = 80, 3

_COLUMNS = """a.id, a.name, a.name_norm, a.birth_date, a.birth_place, a.event_date, a.row_no, a.file_name,
       p.id, p.name, p.name_norm, p.birth_date, p.birth_place, p.region_code, a.intake_id,
       coalesce(p.nik_hash = a.nik_hash, false)"""
_ASKED = """(p.candidate OR p.covered_until IS NOT NULL) AND p.merged_into_id IS NULL AND p.died_on IS NULL
   AND NOT EXISTS (SELECT 1 FROM claims_report c WHERE c.person_id = p.id AND c.died_on = a.event_date)"""
_ALIKE = f"{_ASKED} AND NOT a.paired AND (p.sex = a.sex OR p.sex = '' OR a.sex = '')"

#: Of people born on 1 January there are too many (it stands for 'not known'): they share a word of their names.
_POSSIBLE = f"""
WITH alone AS MATERIALIZED (
    SELECT r.id, r.name, r.name_norm, r.birth_date, r.birth_place, r.sex, r.event_date, r.row_no, i.file_name,
           r.nik_hash, i.id AS intake_id, EXISTS (SELECT 1 FROM registry_pair k WHERE k.record_id = r.id) AS paired
      FROM registry_record r
      JOIN registry_intake i ON i.id = r.intake_id AND i.kind = 'deaths' AND i.status = 'loaded'
      JOIN registry_person own ON own.id = r.person_id AND NOT own.candidate AND own.covered_until IS NULL
     WHERE r.accepted AND r.event_date IS NOT NULL AND r.birth_date IS NOT NULL
)
SELECT {_COLUMNS} FROM alone a JOIN registry_person p ON p.birth_date = a.birth_date
 WHERE {_ALIKE} AND (extract(doy FROM a.birth_date) <> 1
                     OR string_to_array(p.name_norm, ' ') && string_to_array(a.name_norm, ' '))
UNION
SELECT {_COLUMNS} FROM alone a JOIN registry_person p ON p.name_norm = a.name_norm
 WHERE {_ALIKE} AND (to_char(p.birth_date, 'MMDD') = to_char(a.birth_date, 'MMDD')
                     OR to_char(p.birth_date, 'YYMM') = to_char(a.birth_date, 'YYMM'))
UNION
SELECT {_COLUMNS} FROM alone a JOIN registry_person p ON p.nik_hash = a.nik_hash
 WHERE {_ASKED} AND NOT EXISTS (SELECT 1 FROM registry_pair k WHERE k.record_id = a.id AND k.person_id = p.id)
 ORDER BY 6 DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Maybe:
    """A person who may be the one who died: how alike the names are (0 to 100), and whether the NIK is the same."""

    person_id: int
    name: str
    birth_date: date
    birth_place: str
    region_code: str
    alike: int
    same_nik: bool


@dataclass(frozen=True, slots=True)
class Possible:
    """A row of a death list that nobody known was given, and who it may be about: the same NIK, then the most alike."""

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
    for _, rows in groupby(database.rows(_POSSIBLE), key=lambda row: row[0]):
        listed = list(rows)
        first = listed[0]
        people = sorted(
            (
                Maybe(row[8], row[9], row[11], row[12], row[13], score, row[15])
                for row in listed
                if (score := _alike(first[2], row[10])) >= ALIKE or row[15]
            ),
            key=lambda one: (not one.same_nik, -one.alike, one.person_id),
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
