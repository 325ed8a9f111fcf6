"""What a month of protection costs."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.law import PAYERS, SECTORS, LawError, contribution, contribution_table, due_date, national_law
from payung.law.months import in_percent
from payung.law.pricing import part
from payung.values import Month
from tests.law import naive
from tests.law.strategies import incomes, months, payers, sectors

FULL = Month.of(2025, 6)
HALF = Month.of(2026, 11)


@pytest.mark.parametrize("row", naive.ANNEX, ids=lambda row: str(row[0]))
def test_every_row_of_the_annex(row):
    start, base, jkk, both, half, jht, all_three = row
    full = contribution(start, "self", "other", FULL, jht=True)
    assert (full.base, full.jkk, full.jkk + full.jkm, full.jht, full.total) == (
        base,
        jkk,
        both,
        jht,
        all_three,
    )
    assert contribution(start, "self", "other", HALF).total == half
    if start:
        assert contribution(start - 1, "self", "other", FULL).jkk < jkk


def test_an_income_in_the_gap_of_the_annex_stays_in_the_lower_row():
    assert contribution(1_099_500, "self", "other", FULL).total == 16_800


def test_lowest_contribution_and_its_year():
    assert contribution(None, "apbd", "other", Month.of(2027, 1)).total == 16_800
    assert contribution(None, "apbd", "other", Month.of(2027, 1), months=12).total == 201_600


@pytest.mark.parametrize(
    ("sector", "month", "total"),
    [
        ("transport", "2025-12", 16_800),
        ("transport", "2026-01", 8_400),
        ("transport", "2027-03", 8_400),
        ("transport", "2027-04", 16_800),
        ("other", "2026-03", 16_800),
        ("other", "2026-04", 8_400),
        ("other", "2026-12", 8_400),
        ("other", "2027-01", 16_800),
    ],
)
def test_the_months_of_the_half_rate(sector, month, total):
    assert contribution(None, "self", sector, Month.parse(month)).total == total


@pytest.mark.parametrize("payer", ["apbd", "apbn"])
@pytest.mark.parametrize("sector", SECTORS)
def test_state_and_province_money_always_pays_in_full(payer, sector):
    assert contribution(None, payer, sector, HALF).total == 16_800
    assert contribution(None, payer, sector, HALF).readings == ()


@pytest.mark.parametrize(("payer", "chosen", "other"), [("dbh", 16_800, 8_400), ("apbdes", 16_800, 8_400)])
def test_money_that_the_regulation_does_not_name_shows_both_readings(payer, chosen, other):
    answer = contribution(None, payer, "other", HALF)
    assert answer.total == chosen
    assert [reading.differs["total"] for reading in answer.readings] == [other]


def test_csr_and_donors_are_priced_in_full_and_show_the_relief_as_the_other_reading():
    for payer in ("csr", "donor"):
        answer = contribution(None, payer, "other", HALF)
        assert answer.total == 16_800
        assert [reading.differs["total"] for reading in answer.readings] == [8_400]


def test_a_year_in_advance_mixes_the_rates_of_its_months():
    answer = contribution(None, "self", "other", Month.of(2026, 11), months=12)
    assert [one.total for one in answer.months] == [8_400] * 2 + [16_800] * 10
    assert answer.total == sum(one.total for one in answer.months)


def test_the_relief_of_2020():
    assert contribution(None, "apbd", "other", Month.of(2020, 9)).jkm == 68
    assert contribution(None, "apbd", "other", Month.of(2020, 9)).jkk == 100
    new = Month.of(2020, 10)
    totals = [contribution(None, "self", "other", new + n, registered=new).total for n in range(4)]
    assert totals == [16_800, 16_800, 168, 168]


def test_two_full_months_only_for_those_who_registered_after_july_2020():
    august = Month.of(2020, 8)
    for registered, total in (("2019-01", 168), ("2020-07", 168), ("2020-08", 16_800)):
        answer = contribution(None, "self", "other", august, registered=Month.parse(registered))
        assert answer.total == total
    frame = pl.DataFrame(
        {"income": 1, "payer": "self", "sector": "other", "month": august.number},
        schema={"income": pl.Int64, "payer": pl.Utf8, "sector": pl.Utf8, "month": pl.Int32},
    ).with_columns(registered=pl.lit(Month.of(2020, 7).number, pl.Int32))
    assert contribution_table(frame)["total"].to_list() == [168]


def test_months_that_cost_the_same_are_told_once():
    answer = contribution(3_000_000, "self", "transport", HALF, months=12)
    first, second = answer.because.steps
    assert (first.title.id, first.value) == ("Iuran 5 bulan, November 2026 sampai Maret 2027", 5 * 18_150)
    assert (second.title.en, second.value) == (
        "Contribution for 7 months, April 2027 to October 2027",
        7 * 36_300,
    )
    assert [len(step.steps) for step in answer.because.steps] == [1, 1]
    assert len(answer.months) == 12


def test_due_days():
    assert due_date(Month.of(2026, 11)).isoformat() == "2026-12-15"
    assert due_date(Month.of(2020, 12)).isoformat() == "2021-01-30"
    assert due_date(Month.of(2021, 1)).isoformat() == "2021-02-28"


def test_a_due_day_past_the_end_of_the_month(tmp_path):
    draft = tmp_path / "due.yaml"
    draft.write_text(
        "parameters:\n  - name: contribution.due_day\n    values:\n"
        "      - {from: 2027-01-01, value: 31, citation: draft, source: draft, confidence: unverified}\n"
    )
    assert due_date(Month.of(2027, 1), law=national_law().with_drafts(draft)).isoformat() == "2027-02-28"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"payer": "me"}, "payer"),
        ({"sector": "sea"}, "sector"),
        ({"income": -1}, "income"),
        ({"months": 0}, "months"),
    ],
)
def test_wrong_questions_are_refused_by_name(change, word):
    question = {"income": 1, "payer": "self", "sector": "other", "month": FULL} | change
    with pytest.raises(LawError, match=word):
        contribution(**question)


def test_before_the_law_there_is_no_answer():
    with pytest.raises(LawError, match="no value"):
        contribution(1, "self", "other", Month.of(2015, 6))


@given(incomes, payers, sectors, months, st.booleans(), st.none() | st.integers(0, 8))
def test_agrees_with_the_naive_reading(income, payer, sector, month, jht, since):
    registered = month + -since if since is not None else None
    answer = contribution(income, payer, sector, month, jht, registered=registered)
    pair = (registered.year, registered.month) if registered else None
    expected = naive.price(income, payer, sector, month.year, month.month, jht, pair)
    assert (answer.jkk, answer.jkm, answer.jht) == expected
    assert answer.total == sum(expected)


@given(st.integers(0, 25_000_000), st.integers(0, 5_000_000), payers, sectors, months, st.booleans())
def test_more_income_never_lowers_a_contribution(income, more, payer, sector, month, jht):
    low = contribution(income, payer, sector, month, jht)
    high = contribution(income + more, payer, sector, month, jht)
    assert high.total >= low.total


@given(incomes, payers, sectors, months, st.integers(1, 15), st.booleans())
def test_an_amount_is_the_sum_of_its_steps(income, payer, sector, month, count, jht):
    answer = contribution(income, payer, sector, month, jht, months=count)
    assert answer.because.value == answer.total
    for step in answer.because.walk():
        if step.formula == "sum":
            assert step.value == sum(below.value for below in step.steps)
        if step.formula == "months × monthly":
            assert step.value == step.inputs["months"] * step.steps[0].value
    for cited in answer.because.sources():
        assert cited.citation
        assert cited.source
        assert cited.confidence


@given(
    st.lists(
        st.tuples(incomes, payers, sectors, months, st.booleans(), st.none() | st.integers(0, 5)), max_size=40
    )
)
@settings(max_examples=40, deadline=None)
def test_a_table_answers_as_each_of_its_rows(rows):
    frame = pl.DataFrame(
        {
            "income": [row[0] for row in rows],
            "payer": [row[1] for row in rows],
            "sector": [row[2] for row in rows],
            "month": [row[3].number for row in rows],
            "with_jht": [row[4] for row in rows],
            "registered": [row[3].number - row[5] if row[5] is not None else None for row in rows],
        },
        schema={
            "income": pl.Int64,
            "payer": pl.Utf8,
            "sector": pl.Utf8,
            "month": pl.Int32,
            "with_jht": pl.Boolean,
            "registered": pl.Int32,
        },
    )
    priced = contribution_table(frame)
    assert priced.select(frame.columns).equals(frame)
    for row, answer in zip(rows, priced.iter_rows(named=True), strict=True):
        income, payer, sector, month, jht, since = row
        registered = month + -since if since is not None else None
        single = contribution(income, payer, sector, month, jht, registered=registered)
        assert (answer["jkk"], answer["jkm"], answer["jht"], answer["total"]) == (
            single.jkk,
            single.jkm,
            single.jht,
            single.total,
        )


def test_a_table_under_a_draft_that_changes_bands_and_rates(tmp_path):
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        """
parameters:
  - name: contribution.bands
    values:
      - from: 2028-01-01
        citation: Rancangan
        source: Rancangan
        confidence: unverified
        value: [{from: 0, base: 1500000}, {from: 5000000, base: 5000000}]
  - name: contribution.jkm_monthly
    values:
      - {from: 2028-03-01, to: 2028-05-31, value: 9000, citation: R, source: R, confidence: unverified}
"""
    )
    law = national_law().with_drafts(draft)
    rows = [(income, month) for income in (None, 4_999_999, 5_000_000) for month in range(24_330, 24_345)]
    frame = pl.DataFrame(
        {"income": [r[0] for r in rows], "payer": "self", "sector": "other", "month": [r[1] for r in rows]},
        schema_overrides={"income": pl.Int64, "month": pl.Int32},
    )
    totals = contribution_table(frame, law=law)["total"].to_list()
    assert totals == [contribution(i, "self", "other", Month(m), law=law).total for i, m in rows]
    assert contribution(None, "self", "other", Month.of(2028, 4), law=law).total == 15_000 + 9_000
    assert contribution(None, "self", "other", Month.of(2028, 6), law=law).total == 15_000 + 6_800
    assert contribution(None, "self", "other", Month.of(2028, 4)).total == 16_800


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("payer", "me", "'me' is not known"),
        ("payer", None, "payer is null"),
        ("sector", "sea", "'sea' is not known"),
        ("income", -5, "below zero"),
        ("month", None, "month is null"),
    ],
)
def test_a_bad_table_is_refused_by_column_and_value(column, value, words):
    row = {"income": 1, "payer": "self", "sector": "other", "month": 24_322} | {column: value}
    types = {"income": pl.Int64, "payer": pl.Utf8, "sector": pl.Utf8, "month": pl.Int32}
    with pytest.raises(LawError, match=words):
        contribution_table(pl.DataFrame([row], schema=types))
    with pytest.raises(LawError, match="no column"):
        contribution_table(pl.DataFrame([row], schema=types).drop(column))


def test_every_payer_is_priced():
    assert {contribution(None, payer, "other", FULL).total for payer in PAYERS} == {16_800}


@pytest.mark.parametrize(
    ("amount", "percents", "rupiah"),
    [
        (1, (50,), 1),
        (1, (49,), 0),
        (3, (50,), 2),
        (99, (50, 1), 0),
        (100, (50, 1), 1),
        (999, (100,), 999),
        (10_000, (0.24,), 24),
        (10_000, (0.235,), 24),
        (10_000, (0.2349,), 23),
    ],
)
def test_half_a_rupiah_is_a_rupiah_after_all_percents(amount, percents, rupiah):
    assert part(amount, *percents) == rupiah


@given(st.integers(1, 60_000), st.integers(1, 60_000))
def test_a_plan_never_takes_a_month_for_cheaper_than_it_is(total, full):
    percent = pl.DataFrame({"total": [total], "monthly_due": [full]}).select(in_percent()).item()
    assert (percent - 1) * full < total * 100 <= percent * full
