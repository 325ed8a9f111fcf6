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
from typing import NamedTuple

from rapidfuzz import fuzz

from payung.database.statements import Statement

#: How alike two names must be (0 to 100), and how many people are shown for one death.
ALIKE, MOST = 80, 3

_POSSIBLE = Statement("claims", "death_candidates")


class _Row(NamedTuple):
    """A row of a death list beside a person whom it may be about."""

    record_id: int
    listed: str
    listed_norm: str
    born: date
    born_at: str
    died_on: date
    row_no: int
    file_name: str
    person_id: int
    name: str
    name_norm: str
    birth_date: date
    birth_place: str
    region_code: str
    intake_id: int
    same_nik: bool


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
    for _, rows in groupby(_POSSIBLE.typed(_Row), key=lambda row: row.record_id):
        listed = list(rows)
        first = listed[0]
        people = sorted(
            (
                Maybe(
                    row.person_id,
                    row.name,
                    row.birth_date,
                    row.birth_place,
                    row.region_code,
                    score,
                    row.same_nik,
                )
                for row in listed
                if (score := _alike(first.listed_norm, row.name_norm)) >= ALIKE or row.same_nik
            ),
            key=lambda one: (not one.same_nik, -one.alike, one.person_id),
        )
        if people:
            found.append(
                Possible(
                    first.record_id,
                    first.intake_id,
                    first.listed,
                    first.born,
                    first.born_at,
                    first.died_on,
                    first.row_no,
                    first.file_name,
                    people[:MOST],
                )
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
