"""Examples that were published, each with the number of the rule it comes from: the law answers as they say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.law import Accident, Child, Loss, clock, contribution, jkk, jkm, national_law
from payung.values import Month, Period
from tests.law import naive
from tests.law.strategies import days

DAYS = national_law().with_readings({"jkm_wait_unit": "days"})
COVERED = national_law().with_readings({"third_unpaid_month": "covered"})
WHOLE_CHILD = Child("tk", 2)


def paid(text):
    return [Period.parse(part) for part in text.split(",")]


@pytest.mark.parametrize(
    ("income", "payer", "sector", "month", "jht", "total"),
    [
        (1_000_000, "self", "other", "2025-05", False, 16_800),  # 1.4
        (1_000_000, "self", "other", "2025-05", True, 36_800),  # 1.5
        (1_000_000, "self", "transport", "2026-01", False, 8_400),  # 1.12, first month for transport
        (1_000_000, "apbd", "transport", "2026-01", False, 16_800),  # 1.12, the exclusion
        (2_950_000, "self", "other", "2026-06", False, 18_150),  # row 10 at half
        (2_950_000, "self", "other", "2026-06", True, 18_150 + 59_000),  # JHT is not halved
        (50_000_000, "self", "other", "2025-06", True, 627_800),  # row 33, no upper limit
        (1_000_000, "self", "other", "2020-12", False, 168),  # 1.10: Rp68 and Rp100
    ],
)
def test_contributions(income, payer, sector, month, jht, total):
    assert contribution(income, payer, sector, Month.parse(month), jht).total == total


def test_a_year_of_the_lowest_band_for_one_worker():
    assert contribution(None, "apbd", "other", Month.of(2026, 1), months=12).total == 201_600  # 1.4


@pytest.mark.parametrize(("day", "total"), [("2025-08-29", 10_000_000), ("2025-08-30", 42_000_000)])
def test_ninety_days_by_one_districts_app(day, total):
    """4.8: 'under 90 days Rp10,000,000; 90 days or more Rp42,000,000', counted from 1 June 2025."""
    assert jkm(date.fromisoformat(day), paid("2025-06..2025-09"), law=DAYS).total == total


def test_a_programme_of_five_months_before_and_after_the_wait():
    """3.11 and 4.8: cover bought for August to December; of a new member's five months three carry the funeral only."""
    deaths = [Month.of(year, month).last_day for year in (2023, 2025) for month in range(8, 13)]
    totals = [jkm(day, paid(f"{day.year}-08..{day.year}-12")).total for day in deaths]
    assert totals == [42_000_000] * 5 + [10_000_000] * 3 + [42_000_000] * 2


def test_full_even_for_a_member_of_one_day_before_2025():
    assert jkm(date(2024, 3, 1), paid("2024-03")).total == 42_000_000  # 4.9


def test_one_paid_month_and_three_of_grace():
    """3.9: an old remark, which is the lenient reading; the cautious one gives two months."""
    assert [clock(paid("2026-01"), Month.of(2026, n).last_day, law=COVERED).jkk for n in (2, 3, 4, 5)] == [
        True,
        True,
        True,
        False,
    ]
    assert [clock(paid("2026-01"), Month.of(2026, n).last_day).jkk for n in (2, 3, 4)] == [True, True, False]


@pytest.mark.parametrize(
    ("outcome", "children", "total"),
    [
        ("death", [], 70_000_000),  # 5.12
        ("death", [WHOLE_CHILD] * 2, 244_000_000),  # 5.12
        ("total", [], 68_000_000),  # 5.8: 56 million and the periodic benefit
    ],
)
def test_accidents_at_the_lowest_base(outcome, children, total):
    assert jkk(Accident(date(2026, 3, 1), 1_000_000, outcome, children=children)).total == total


def test_a_shoulder_that_moves_150_of_400_degrees():
    """5.7 and the measure of function: 250 of 400 lost is 62.5%, of 40%, of 80 wages."""
    case = Accident(date(2026, 3, 1), 1_000_000, "partial", losses=[Loss("arm-right", 250 / 400 * 100)])
    assert jkk(case).total == 20_000_000


def test_a_fishermans_family_got_48_million_and_a_scholarship_of_87():
    items = jkk(Accident(date(2023, 3, 1), 1_000_000, "death", children=[WHOLE_CHILD])).items
    assert (items["lump_sum"], items["scholarship"]) == (48_000_000, 87_000_000)  # 5.25


def test_the_scholarship_of_two_children_after_three_years():
    died, history = date(2026, 1, 1), paid("2023-01..2025-12")
    assert jkm(died, history, [WHOLE_CHILD] * 2).total == 42_000_000 + 174_000_000  # 4.5, 4.6
    assert jkm(died, paid("2023-02..2025-12"), [WHOLE_CHILD] * 2).total == 42_000_000


@given(
    days.filter(lambda day: day >= date(2019, 12, 2)),
    st.sampled_from([("tk", 2), ("sd", 6), ("smp", 3), ("sma", 3), ("pt", 5)]),
    st.integers(0, 6),
    st.integers(0, 30),
)
@settings(max_examples=100, deadline=None)
def test_a_childs_years_agree_with_the_naive_reading(on, level, left, age):
    name, left = level[0], min(left, level[1])
    born = date(on.year - age, 1, 1)
    case = Accident(on, None, "total", children=[Child(name, left, born)])
    assert jkk(case).items["scholarship"] == naive.child(name, left, age)


@given(
    days.filter(lambda day: day >= date(2019, 12, 2)),
    st.integers(0, 30_000_000),
    st.integers(0, 24),
    st.integers(0, 30),
    st.integers(0, 10**9),
    st.integers(0, 10**8),
    st.integers(0, 10**8),
    st.dictionaries(st.sampled_from(sorted(naive.AIDS)), st.integers(0, 10**7)),
)
@settings(max_examples=150, deadline=None)
def test_costs_and_days_agree_with_the_naive_reading(on, income, months, days_off, care, limb, home, aids):
    case = Accident(
        on,
        income,
        "recovered",
        off_months=months,
        off_days=days_off,
        medical=care,
        prosthesis=limb,
        homecare=home,
        aids=list(aids.items()),
    )
    total = naive.jkk(on, income, "recovered", months) + naive.costs(care, limb, home, aids)
    assert abs(jkk(case).total - total - naive.days_off(income, months, days_off)) <= 1
