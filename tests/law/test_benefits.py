"""What is paid after a death or a work accident."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.law import (
    Accident,
    Child,
    LawError,
    Loss,
    clock,
    deadlines,
    disability_rows,
    documents,
    heirs,
    jkk,
    jkm,
    late_payment,
    national_law,
)
from payung.values import Month, Period
from tests.law import naive
from tests.law.strategies import as_pairs, children, days, histories, incomes
from tests.law.test_ahead import drafted


def paid(text):
    return [Period.parse(part) for part in text.split(",")]


LONG = paid("2016-01..2030-12")


def test_jkm_in_full_is_42_million():
    answer = jkm(date(2026, 11, 22), paid("2026-01..2026-11"))
    assert answer.items == {
        "lump_sum": 20_000_000,
        "periodic": 12_000_000,
        "funeral": 10_000_000,
        "scholarship": 0,
    }
    assert answer.total == 42_000_000


def test_jkm_in_the_first_three_months_is_the_funeral_alone():
    answer = jkm(date(2026, 3, 31), paid("2026-01..2026-11"))
    assert (answer.items["funeral"], answer.total) == (10_000_000, 10_000_000)
    assert jkm(date(2026, 4, 1), paid("2026-01..2026-11")).total == 42_000_000


def test_jkm_before_december_2019_and_before_the_wait():
    assert jkm(date(2019, 12, 1), LONG).total == 24_000_000
    assert jkm(date(2019, 12, 2), LONG).total == 42_000_000
    assert jkm(date(2024, 6, 1), paid("2024-06")).total == 42_000_000


def test_jkm_outside_cover_is_nothing():
    assert jkm(date(2026, 11, 22), paid("2026-01..2026-08")).total == 0
    assert jkm(date(2026, 11, 22), []).total == 0


def test_a_death_in_arrears_names_the_condition():
    answer = jkm(date(2026, 11, 22), paid("2026-01..2026-09"))
    assert answer.total == 42_000_000
    assert len(answer.conditions) == 1
    free = national_law().with_readings({"arrears_claim": "no-condition"})
    assert jkm(date(2026, 11, 22), paid("2026-01..2026-09"), law=free).conditions == ()


def test_the_whole_scholarship_of_a_child_and_of_two():
    assert jkm(date(2026, 1, 1), LONG, [Child("tk", 2)]).items["scholarship"] == 87_000_000
    three = jkm(date(2026, 1, 1), LONG, [Child("pt", 5), Child("tk", 2), Child("tk", 2)])
    assert three.items["scholarship"] == 174_000_000
    assert three.total == 216_000_000


def test_every_later_level_follows_in_full():
    answer = jkm(date(2026, 1, 1), LONG, [Child("sd", 4), Child("smp", 2)])
    assert answer.items["scholarship"] == (6 + 6 + 9 + 60 + 4 + 9 + 60) * 1_000_000


def test_the_scholarship_ends_at_23():
    on = date(2026, 1, 1)
    assert jkm(on, LONG, [Child("pt", 5, date(2005, 6, 1))]).items["scholarship"] == 3 * 12_000_000
    assert jkm(on, LONG, [Child("pt", 5, date(2003, 1, 1))]).items["scholarship"] == 0


@pytest.mark.parametrize(("born", "value"), [(date(1996, 6, 1), 0), (date(1996, 6, 2), 12_000_000)])
def test_before_december_2019_a_child_of_23_has_no_scholarship_and_one_a_day_younger_has(born, value):
    assert (
        jkm(date(2019, 6, 1), paid("2014-01..2019-06"), [Child("pt", 1, born)]).items["scholarship"] == value
    )


def test_a_death_by_accident_at_the_lowest_base_is_70_million_and_244_with_two_children():
    case = Accident(date(2026, 3, 1), 1_000_000, "death")
    assert jkk(case).total == 70_000_000
    assert jkk(replace(case, children=[Child("tk", 2)] * 2)).total == 244_000_000
    assert jkk(case, paid("2026-03")).items["lump_sum"] == 48_000_000


@pytest.mark.parametrize(("least", "lump_sum"), [(47_000_000, 48_000_000), (48_000_001, 48_000_001)])
def test_a_death_by_accident_pays_at_least_what_any_other_death_pays(tmp_path, least, lump_sum):
    law = drafted(tmp_path, ("jkm.lump_sum", "2027-01-01", least))
    case = Accident(date(2027, 3, 1), 1_000_000, "death")
    assert jkk(case, LONG, law=law).items["lump_sum"] == lump_sum


def test_total_disability_at_the_lowest_base_is_56_million_and_the_periodic():
    answer = jkk(Accident(date(2026, 3, 1), None, "total"))
    assert (answer.items["disability"], answer.items["periodic"], answer.total) == (
        56_000_000,
        12_000_000,
        68_000_000,
    )


def test_temporary_disability_fourteen_months():
    answer = jkk(Accident(date(2026, 3, 1), 1_000_000, "recovered", off_months=14))
    assert answer.items["temporary"] == 13_000_000
    old = jkk(Accident(date(2019, 3, 1), 1_000_000, "recovered", off_months=14))
    assert old.items["temporary"] == 6_000_000 + 4_500_000 + 1_000_000
    assert jkk(Accident(date(2026, 3, 1), 1_000_000, "recovered", off_days=15)).items["temporary"] == 500_000
    late = jkk(Accident(date(2026, 3, 1), 1_000_000, "recovered", off_months=12, off_days=15))
    assert late.items["temporary"] == 12_250_000


def test_transport_takes_the_limit_of_each_mode():
    trips = [("sea", 3_000_000), ("air", 12_000_000), ("land", 100_000), ("land", 200_000)]
    answer = jkk(Accident(date(2026, 3, 1), None, "recovered", transport=trips))
    assert answer.items["transport"] == 2_000_000 + 10_000_000 + 300_000
    old = jkk(Accident(date(2019, 12, 1), None, "recovered", transport=trips))
    assert old.items["transport"] == 1_500_000 + 2_500_000 + 300_000


def test_care_aids_and_homecare():
    case = Accident(
        date(2026, 3, 1),
        None,
        "recovered",
        medical=75_000_000,
        prosthesis=10_000_000,
        aids=[("glasses", 1_400_000), ("dentures", 6_000_000), ("hearing_aid", 2_000_000)],
        homecare=25_000_000,
    )
    items = jkk(case).items
    assert (items["medical"], items["rehabilitation"], items["homecare"]) == (
        75_000_000,
        14_000_000,
        20_000_000,
    )
    assert items["aids"] == 1_000_000 + 5_000_000 + 2_000_000


@pytest.mark.parametrize(
    ("losses", "percent"),
    [
        ([Loss("arm-right")], 40),
        ([Loss("arm-right", 62.5)], 25),
        ([Loss("eyes-both")], 70),
        ([Loss("hearing-both-db", 35)], 18),
        ([Loss("visual-field", 30)], 21),
        ([Loss("scalp", 12)], 12),
        ([Loss("arm-right"), Loss("eye-one")], 70),
        ([Loss("smell"), Loss("nasal-septum")], 25),
    ],
)
def test_partial_disability(losses, percent):
    answer = jkk(Accident(date(2026, 3, 1), 2_000_000, "partial", losses=losses))
    assert answer.items["disability"] == percent * 80 * 2_000_000 // 100


def test_part_of_a_sense_never_counts_for_more_than_the_whole():
    for measured, percent in ((60, 36), (70, 40), (120, 40)):
        case = Accident(date(2026, 3, 1), 1_000_000, "partial", losses=[Loss("hearing-both-db", measured)])
        assert jkk(case).items["disability"] == percent * 800_000


def test_a_scholarship_that_is_not_open_yet_is_explained():
    answer = jkm(date(2026, 11, 22), paid("2026-01..2026-11"), [Child("sd", 4)])
    assert answer.items["scholarship"] == 0
    assert any(step.note and "too few contribution months" in step.note.en for step in answer.because.walk())


def test_a_row_that_nobody_checked_is_not_used_unless_asked_for():
    case = Accident(date(2026, 3, 1), 1_000_000, "partial", losses=[Loss("thumb-right")])
    with pytest.raises(LawError, match="nobody has verified"):
        jkk(case)
    estimate = jkk(case, law=national_law().with_readings({"disability_rows": "provisional"}))
    assert estimate.items["disability"] == 12_000_000
    assert any(step.note and "NOT VERIFIED" in step.note.en for step in estimate.because.walk())


def test_the_rows_read_and_not_read():
    marks = {row["code"]: row["confidence"] for row in disability_rows(date(2026, 1, 1))}
    assert len(marks) == 46
    assert list(marks.values()).count("unverified") == 29


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"outcome": "ill"}, "outcome"),
        ({"income": -1}, "income"),
        ({"losses": [Loss("smell")]}, "loss"),
        ({"outcome": "partial"}, "partial"),
        ({"outcome": "partial", "losses": [Loss("tail")]}, "tail"),
        ({"outcome": "partial", "losses": [Loss("smell", 101)]}, "smell"),
        ({"outcome": "partial", "losses": [Loss("scalp")]}, "scalp"),
        ({"outcome": "partial", "losses": [Loss("visual-field", 5)]}, "visual-field"),
        ({"outcome": "partial", "losses": [Loss("visual-field", 110)]}, "10 to 100"),
        ({"children": [Child("sd", 1, date(2026, 3, 2))]}, "born on 2026-03-02"),
        ({"transport": [("rail", 1)]}, "rail"),
        ({"transport": [("sea", -1)]}, "sea"),
        ({"aids": [("wig", 1)]}, "wig"),
        ({"off_months": -1}, "off_months"),
        ({"off_days": 31}, "off_days"),
        ({"children": [Child("s3", 1)]}, "s3"),
        ({"children": [Child("sd", 7)]}, "7"),
    ],
)
def test_impossible_accidents_are_refused(change, word):
    case = {"on": date(2026, 3, 1), "income": 1_000_000, "outcome": "recovered"} | change
    with pytest.raises(LawError, match=word):
        jkk(Accident(**case))


def test_no_accident_benefit_outside_cover_and_no_wait_inside():
    case = Accident(date(2026, 3, 1), 1_000_000, "death", off_months=2, transport=[("sea", 1)])
    assert jkk(case, paid("2025-01..2025-11")).total == 0
    assert jkk(case, paid("2026-04..2026-12")).total == 0
    assert jkk(case, paid("2026-03")).total == 72_000_001


@given(histories(), children)
@settings(max_examples=200, deadline=None)
def test_jkm_agrees_with_the_naive_reading(case, kids):
    history, died = case
    plain = [(kid.level, kid.years_left) for kid in kids]
    assert jkm(died, history, kids).total == naive.jkm(as_pairs(history), died, plain)


@given(
    days,
    incomes,
    st.sampled_from(["death", "total", "recovered"]),
    st.integers(0, 30),
    st.dictionaries(st.sampled_from(["land", "sea", "air"]), st.integers(0, 15_000_000)),
    children,
)
@settings(max_examples=200, deadline=None)
def test_jkk_agrees_with_the_naive_reading(on, income, outcome, months, transport, kids):
    case = Accident(on, income, outcome, off_months=months, transport=list(transport.items()), children=kids)
    plain = [(kid.level, kid.years_left) for kid in kids]
    assert jkk(case).total == naive.jkk(on, income, outcome, months, transport, plain)


@given(days, incomes, st.integers(1, 100))
@settings(max_examples=100, deadline=None)
def test_partial_disability_agrees_with_the_naive_reading(on, income, function):
    answer = jkk(Accident(on, income, "partial", losses=[Loss("arm-left", function)]))
    assert answer.total == naive.jkk(on, income, "partial", table_percent=35 * function / 100)


@given(histories(), children)
@settings(max_examples=100, deadline=None)
def test_no_benefit_outside_cover_and_amounts_are_the_sum_of_their_steps(case, kids):
    history, on = case
    death = jkm(on, history, kids)
    accident = jkk(Accident(on, 1_500_000, "death", off_months=13, children=kids), history)
    for answer in (death, accident):
        assert answer.total == sum(answer.items.values())
        for step in answer.because.walk():
            if step.formula == "sum":
                assert step.value == sum(below.value for below in step.steps)
    if not clock(history, on).jkk:
        assert death.total == accident.total == 0
    else:
        assert death.total > 0
        assert accident.total > 0


@given(histories(), st.integers(1, 60), children)
@settings(max_examples=100, deadline=None)
def test_a_longer_unbroken_history_never_pays_less(case, more, kids):
    history, died = case
    first = min(period.first for period in history)
    longer = [Period(Month(first.number - more), first), *history]
    assert jkm(died, longer, kids).total >= jkm(died, history, kids).total


@given(days, st.integers(0, 25_000_000), st.integers(0, 5_000_000), st.sampled_from(["death", "total"]))
@settings(max_examples=60, deadline=None)
def test_more_income_never_lowers_a_benefit(on, income, more, outcome):
    assert jkk(Accident(on, income + more, outcome)).total >= jkk(Accident(on, income, outcome)).total


def test_time_limits_papers_and_heirs():
    found = deadlines("jkk", datetime(2026, 3, 1, 14, 30))
    assert found.report_by == datetime(2026, 3, 3, 14, 30)
    assert "3 Maret 2026, 14:30" in found.because.as_data("id")["inputs_text"]
    assert found.because.as_data("id")["inputs"]["event"] == "2026-03-01T14:30:00"
    assert (found.expires_on, found.pay_within_working_days) == (date(2031, 3, 1), 7)
    assert deadlines("jkk", datetime(2019, 3, 1)).expires_on == date(2021, 3, 1)
    assert deadlines("jkm", datetime(2024, 2, 29)).expires_on == date(2029, 3, 1)
    assert deadlines("jkm", datetime(2026, 3, 1)).pay_within_working_days == 3
    assert deadlines("jkm", datetime(2026, 3, 1)).report_by is None
    assert len(documents("jkk", date(2026, 1, 1))) == 9
    assert documents("scholarship", date(2026, 1, 1))
    assert heirs(date(2026, 1, 1))[0].en == "widow, widower or child"
    with pytest.raises(LawError, match="jht"):
        deadlines("jht", datetime(2026, 1, 1))


@given(days, st.integers(0, 200_000_000), st.integers(0, 400))
def test_each_day_late_adds_one_per_cent_of_the_benefit(on, benefit, late):
    found = late_payment(on, benefit, late)
    assert abs(100 * found.value - benefit * late) <= 50
    with pytest.raises(LawError):
        late_payment(on, benefit, -1)
