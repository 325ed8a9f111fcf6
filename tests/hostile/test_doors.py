"""No file stops anything: every door answers with a page or a sentence, within ten seconds and a gigabyte."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tests.hostile import files
from tests.hostile.doors import Doors, Outcome, main

#: A few of each kind, in the suite; all of them with `-m soak`.
SAMPLE = (
    *("far-plain-XFD1048576.xlsx", "far-single-XFD1048576.xlsx", "far-line-XFD1048576.xlsx"),
    *("far-lower-XFD1048576.xlsx", "far-prefix-ZZ99999.xlsx", "far-entities-XFD1048576.xlsx"),
    *("far-no reference-AAA300000.xlsx", "far-twice-A1048576.xlsx", "moved-single-0.xlsx"),
    *("moved-plain-1.xlsx", "moved-lower-3.xlsx", "utf16-plain.xlsx", "stored-tab.xlsx"),
    *("corner-0-65535-65535.xls", "corner-0-65535-255.xls", "cut-9.xls", "cut-20.xls", "amount-0.xml"),
    *("amount-3.xml", "amount-5.xml", "amount-8.xml", "amount-0.sta", "amount-8.sta", "amount-out-8.csv"),
    *("amount-in-0.csv", "day-1.xml", "deep.xml", "bank-field.csv", "bank-nul.csv", "subfields.sta"),
    *("day-4.sta", "answer-nul.csv", "answer-far.csv", "answer-cut.csv", "answer-4-0.csv", "answer-6-8.csv"),
    *("brackets.json", "surrogate.json", "exponent.json", "table-tail.parquet", "table-numbers.csv"),
)  # fmt: skip
CHEAP = (files.far_cells, files.old_workbooks, files.amounts, files.statements, files.answers, files.objects)


@pytest.fixture
def doors(own_database: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Doors:
    from payung.access.actor import Actor, Refused, acting_as
    from payung.access.models import Assignment, User
    from payung.access.roles import Role
    from payung.claims.actions import run_desk
    from payung.claims.models import Case
    from tests.claims.scene import build, die, protected

    user = User.objects.create_user("semua", password="rahasia-sekali")
    for role in Role.values:
        Assignment.objects.create(user=user, role=role, region_code="65")
    actor = Actor.of(user)
    today = build(120)
    with acting_as(actor), transaction.atomic():
        die(actor, protected(1, today)[0])
        run_desk(actor, today=today)
        case = Case.objects.get().pk

    @contextmanager
    def session(name: str | None = None) -> Iterator[Any]:
        try:
            with acting_as(actor):
                yield actor
        except Refused as refused:
            raise SystemExit(2) from refused

    monkeypatch.setattr("payung.cli.state.session", session)
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    return Doors(actor, case, tmp_path)


def require_well(outcomes: list[Outcome]) -> None:
    # Of processor, not by the clock: other tests may be running beside this one.
    slow = 10
    assert [
        one for one in outcomes if one.fault or one.status >= 500 or (one.status == 0 and "page" in one.door)
    ] == []
    assert [one for one in outcomes if one.processor > slow or one.megabytes > 1_000] == []


def test_a_few_of_every_kind(doors: Doors) -> None:
    chosen = [file for kind in CHEAP for file in kind() if file.name in SAMPLE]
    assert {file.name for file in chosen} == set(SAMPLE)
    outcomes = [told for file in chosen for told in doors.bring(file)]
    require_well(outcomes)


@pytest.mark.soak
def test_all_of_them(doors: Doors) -> None:
    share, shares = (int(part) for part in os.environ.get("HOSTILE_SHARE", "0/1").split("/"))
    outcomes = []
    for number, file in enumerate(files.all_files()):
        if number % shares == share:
            outcomes += doors.bring(file, every=number % 40 == share)
    main(outcomes)
    require_well(outcomes)
