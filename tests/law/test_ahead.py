"""Days that lie ahead are judged by the law known for them, in force or drafted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.law import clock, national_law
from payung.values import Month, Period

DRAFT = """
parameters:
  - name: {name}
    values:
      - {{from: {since}, value: {value}, citation: "Rancangan", source: not-read, confidence: unverified}}
"""


def drafted(folder, *changes):
    law = national_law()
    for at, (name, since, value) in enumerate(changes):
        path = folder / f"draft{at}.yaml"
        path.write_text(DRAFT.format(name=name, since=since, value=value))
        law = law.with_drafts(path)
    return law


def paid(text):
    return [Period.parse(part) for part in text.split(",")]


def day(text):
    return date.fromisoformat(text)


LONGER = ("jkm.wait_months", "2027-01-01", 6)
SHORTER = ("jkm.wait_months", "2027-01-01", 0), ("jkm.wait_days", "2027-01-01", 0)
PATIENT = ("cover.unpaid_months", "2027-01-01", 6)
STRICT = ("cover.unpaid_months", "2027-01-01", 1)
EARLY = ("scholarship.paid_months", "2027-01-01", 12)
LATE = ("scholarship.paid_months", "2027-01-01", 48)


@pytest.mark.parametrize(
    ("changes", "history", "on", "part", "expected"),
    [
        ((LONGER,), "2026-11..2027-03", "2026-12-20", "jkm_full_from", "2027-05-01"),
        ((LONGER,), "2026-10..2027-03", "2026-12-20", "jkm_full_from", "2027-04-01"),
        ((LONGER,), "2026-09..2027-03", "2026-11-20", "jkm_full_from", "2026-12-01"),
        ((), "2026-11..2027-03", "2026-12-20", "jkm_full_from", "2027-02-01"),
        (SHORTER, "2026-11..2027-03", "2026-12-20", "jkm_full_from", "2027-01-01"),
        ((PATIENT,), "2026-08..2026-11", "2026-12-20", "lapses_on", "2027-05-01"),
        ((PATIENT,), "2026-08..2026-09", "2026-11-20", "lapses_on", "2026-12-01"),
        ((PATIENT,), "2026-08..2026-10", "2026-12-20", "lapses_on", "2027-04-01"),
        ((STRICT,), "2026-08..2026-11", "2026-12-20", "lapses_on", "2027-01-01"),
        ((STRICT,), "2026-08..2026-12", "2026-12-20", "lapses_on", "2027-01-01"),
        ((STRICT,), "2026-08..2027-02", "2026-12-20", "lapses_on", "2027-03-01"),
        ((EARLY,), "2026-01..2026-12", "2026-12-20", "scholarship_from", "2027-01-01"),
        ((EARLY,), "2026-06..2026-12", "2026-12-20", "scholarship_from", "2027-06-01"),
        ((LATE,), "2024-06..2026-12", "2026-12-20", "scholarship_from", "2028-06-01"),
        ((), "2016-01..2019-12", "2019-11-20", "scholarship_from", "2019-12-02"),
        ((), "2018-01..2019-12", "2019-11-20", "scholarship_from", "2021-01-01"),
    ],
)
def test_a_day_ahead_stands_on_the_law_of_that_day(tmp_path, changes, history, on, part, expected):
    assert getattr(clock(paid(history), day(on), law=drafted(tmp_path, *changes)), part) == day(expected)


@pytest.mark.parametrize(
    ("changes", "history", "on", "full"),
    [
        ((), "2024-12..2025-03", "2024-12-20", "2025-09-01"),
        ((), "2024-09..2024-10", "2024-11-20", "2025-01-01"),
        ((LONGER,), "2026-06..2026-11", "2026-12-20", "2027-08-01"),
        (SHORTER, "2026-06..2026-11", "2026-12-20", "2027-02-01"),
        (SHORTER, "2026-06..2026-08", "2026-11-20", "2027-01-01"),
    ],
)
def test_a_renewal_stands_on_the_law_of_its_days(tmp_path, changes, history, on, full):
    assert clock(paid(history), day(on), law=drafted(tmp_path, *changes)).renewal.jkm_full_from == day(full)


def test_a_known_change_that_takes_full_cover_away_is_said():
    answer = clock(paid("2025-01..2025-12"), day("2025-02-10"))
    wait = next(step for step in answer.because.walk() if step.name == "wait")
    assert answer.jkm == "full"
    assert "24 Februari 2025" in wait.note.id
    assert "1 April 2025" in wait.note.id


@given(
    st.sampled_from(
        [(), (LONGER,), SHORTER, (PATIENT,), (STRICT,), (EARLY,), (LATE,), (LONGER, PATIENT, EARLY)]
    ),
    st.integers(0, 40),
    st.dates(date(2026, 6, 1), date(2027, 6, 30)),
)
@settings(max_examples=60, deadline=None)
def test_the_day_named_is_the_day_on_which_the_answer_changes(tmp_path_factory, changes, before, on):
    law = drafted(tmp_path_factory.mktemp("draft"), *changes)
    now = Month.containing(on)
    history = [Period(Month(now.number - before), now + 1)]
    answer = clock(history, on, law=law)
    assert not clock(history, answer.lapses_on, law=law).jkk
    assert clock(history, answer.lapses_on - timedelta(days=1), law=law).jkk
    going_on = [Period(history[0].first, now + 120)]
    if answer.jkm == "partial":
        assert clock(going_on, answer.jkm_full_from, law=law).jkm == "full"
        assert clock(going_on, answer.jkm_full_from - timedelta(days=1), law=law).jkm == "partial"
    if not answer.scholarship:
        assert clock(going_on, answer.scholarship_from, law=law).scholarship
        assert not clock(going_on, answer.scholarship_from - timedelta(days=1), law=law).scholarship
    renewed = [*history, Period(answer.renewal.month, answer.renewal.month + 120)]
    assert clock(renewed, answer.renewal.jkm_full_from, law=law).jkm == "full"
