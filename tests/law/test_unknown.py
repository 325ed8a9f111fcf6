"""Amounts that nobody has read are unknown and said to be, never Rp0; the scholarship before December 2019."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from payung.cli.law import app
from payung.law import Accident, Child, LawFileError, jkk, jkm, national_law
from payung.law.steps import render_text, show
from payung.values import Period

OLD, NEW = date(2019, 12, 1), date(2019, 12, 2)


def paid(text):
    return [Period.parse(part) for part in text.split(",")]


@pytest.mark.parametrize(
    ("on", "outcome", "children", "amount"),
    [
        (OLD, "death", [Child("sd", 4)], 12_000_000),
        (OLD, "death", [Child("tk", 2)], 12_000_000),
        (OLD, "death", [Child("pt", 1)], 12_000_000),
        (OLD, "death", [Child("sd", 4), Child("smp", 1)], 12_000_000),
        (OLD, "total", [Child("sma", 3)], 12_000_000),
        (date(2016, 1, 1), "total", [Child("sd", 6)] * 3, 12_000_000),
        (OLD, "death", [], 0),
        (OLD, "death", [Child("pt", 2, date(1990, 1, 1))], 0),
        (OLD, "death", [Child("pt", 2, date(1990, 1, 1)), Child("sd", 2)], 12_000_000),
        (NEW, "death", [Child("sd", 4)], 4 * 1_500_000 + 6_000_000 + 9_000_000 + 60_000_000),
    ],
)
def test_the_scholarship_of_an_accident_before_december_2019_is_one_amount_for_one_child(
    on, outcome, children, amount
):
    answer = jkk(Accident(on, 4_000_000, outcome, children=children))
    assert answer.items["scholarship"] == amount
    assert answer.total == sum(answer.items.values())
    assert answer.conditions == ()


@pytest.mark.parametrize(
    ("history", "died", "amount"),
    [
        ("2012-01..2019-11", "2019-11-10", 12_000_000),
        ("2014-11..2019-11", "2019-11-10", 12_000_000),
        ("2015-07..2019-11", "2019-11-10", 0),
        ("2014-12..2019-11", "2019-12-01", 12_000_000),
        ("2015-01..2019-11", "2019-12-01", 0),
    ],
)
def test_for_a_death_it_needs_five_years(history, died, amount):
    answer = jkm(date.fromisoformat(died), paid(history), [Child("sd", 4)])
    assert (answer.items["scholarship"], answer.total) == (amount, 24_000_000 + amount)


@pytest.mark.parametrize(
    ("aids", "unknown"),
    [
        ([("dentures", 3_000_000)], True),
        ([("hearing_aid", 1)], True),
        ([("glasses", 500_000)], True),
        ([("glasses", 500_000), ("dentures", 100)], True),
        ([("glasses", 0)], True),
        ([], False),
    ],
)
@pytest.mark.parametrize("outcome", ["death", "recovered"])
def test_an_unread_amount_is_null_and_the_total_is_said_to_lack_it(aids, unknown, outcome):
    answer = jkk(Accident(OLD, None, outcome, medical=700, aids=aids))
    assert answer.items["aids"] is (None if unknown else answer.items["aids"])
    assert answer.total == sum(amount for amount in answer.items.values() if amount is not None)
    assert ["belum memuat alat bantu" in condition.id for condition in answer.conditions] == [True] * unknown
    assert ["lacks aids" in condition.en for condition in answer.conditions] == [True] * unknown
    if unknown:
        assert "tidak diketahui" in render_text(answer.because)
        assert answer.as_data()["aids"] is None


def test_since_december_2019_the_amounts_are_known():
    answer = jkk(Accident(NEW, None, "recovered", aids=[("glasses", 5_000_000), ("dentures", 9_000_000)]))
    assert (answer.items["aids"], answer.conditions) == (6_000_000, ())


def test_the_terminal_says_what_the_total_lacks():
    line = "jkk --accident 2019-12-01 --income 4000000 --outcome death --child sd:4 --aid dentures:3000000"
    told = CliRunner().invoke(app, line.split()).stdout
    assert "Syarat: jumlah ini belum memuat alat bantu" in told
    assert "Rp12.000.000" in told


def test_an_unknown_amount_is_shown_in_words():
    assert show(None, "rupiah") == "tidak diketahui"
    assert show({"glasses": None}, "table") == "kacamata tidak diketahui"
    assert show({"glasses": None}, "table", "en") == "glasses unknown"


def test_a_table_may_hold_null_and_nothing_else_that_is_no_number(tmp_path):
    text = """
parameters:
  - name: jkk.aid_max
    values:
      - {from: 2027-01-01, value: {dentures: %s}, citation: "Rancangan", source: not-read, confidence: unverified}
"""
    draft = tmp_path / "draft.yaml"
    draft.write_text(text % "null")
    assert national_law().with_drafts(draft).value("jkk.aid_max", date(2027, 1, 1)) == {"dentures": None}
    for wrong in ("many", "-1", "1.5", "[]", "''"):
        draft.write_text(text % wrong)
        with pytest.raises(LawFileError, match="null"):
            national_law().with_drafts(draft)
