"""Rules, contradictions, determinism and explanations of the plan."""

from __future__ import annotations

import polars as pl
import pytest

from payung.allocation import check, compare, explain_fund, explain_worker, next_money, plan, queue
from payung.values import Month
from tests.allocation.small import SCHEMA, START, random_problem, table

JANUARY = Month.of(2027, 1)
BASIC = 16_800


def person(name, **facts):
    base = {
        "id": name,
        "region": "65.71.01.1001",
        "trade": "fisher",
        "priority": 0.5,
        "monthly_due": BASIC,
        "eligible_until": None,
        "covered_until": None,
        "current_fund": None,
    }
    return base | facts


def fund(name, rupiah, **facts):
    base = {
        "id": name,
        "kind": "apbd",
        "cash": [["2027-01", rupiah]],
        "valid": ["2027-01", "2027-12"],
        "regions": ["65"],
        "trades": [],
        "new_only": False,
        "min_people": None,
        "package_months": None,
        "group_code": "SG",
    }
    return base | facts


def people_of(*rows):
    return pl.DataFrame(list(rows), schema=SCHEMA)


def reason(made, name):
    return made.unfunded.filter(pl.col("person") == name)["reason"].to_list()


def test_a_year_for_one_takes_exactly_its_contributions():
    made = plan(people_of(person("A")), [fund("F", 12 * BASIC)], JANUARY, 12)
    assert made.assignments.rows() == [("A", "F", START, START + 11)]
    assert (made.report["spent"], made.report["unspent"]) == (12 * BASIC, 0)


def test_one_rupiah_short_of_twelve_months_buys_eleven():
    made = plan(people_of(person("A")), [fund("F", 12 * BASIC - 1)], JANUARY, 12)
    assert made.report["person_months"] == 11


def test_the_covered_stay_covered_before_a_higher_priority_newcomer():
    people = people_of(
        person("old", covered_until=START - 1, current_fund="F", priority=0.1), person("new", priority=1.0)
    )
    made = plan(people, [fund("F", 12 * BASIC)], JANUARY, 12)
    assert made.assignments["person"].to_list() == ["old"]
    assert made.report["kept"] == 1
    assert reason(made, "new") == ["money_short"]


def test_a_higher_declared_income_is_neither_preferred_nor_refused():
    rows = [person(f"b{i:02d}", priority=0.5) for i in range(20)]
    rows += [person(f"h{i:02d}", priority=0.5, monthly_due=3 * BASIC) for i in range(20)]
    made = plan(people_of(*rows), [fund("F", 12 * BASIC * 40)], JANUARY, 12)
    dear = made.assignments.filter(pl.col("person").str.starts_with("h")).height
    cheap = made.assignments.filter(pl.col("person").str.starts_with("b")).height
    assert dear > 0
    assert cheap > 0


def test_narrow_money_is_spent_before_free_money():
    funds = [fund("free", 12 * BASIC), fund("narrow", 12 * BASIC, regions=["65.71.01.1001"])]
    people = people_of(person("here"), person("there", region="65.01.01.2001", priority=0.2))
    made = plan(people, funds, JANUARY, 12)
    assert dict(made.assignments.select("person", "fund").rows()) == {"here": "narrow", "there": "free"}


def test_nobody_starts_who_cannot_be_kept():
    short = people_of(person("A", eligible_until=START + 4))
    assert reason(plan(short, [fund("F", 10**7)], JANUARY, 12), "A") == ["too_few_months_left"]
    covered = people_of(person("A", eligible_until=START + 4, covered_until=START - 1))
    assert plan(covered, [fund("F", 10**7)], JANUARY, 12).report["person_months"] == 5


def test_packages_are_bought_whole():
    made = plan(people_of(person("A"), person("B")), [fund("F", 13 * BASIC, package_months=6)], JANUARY, 12)
    lengths = (made.assignments["last_month"] - made.assignments["first_month"] + 1).to_list()
    assert sum(lengths) == 12
    assert all(length % 6 == 0 for length in lengths)


def test_a_head_count_that_cannot_be_met_is_named_and_the_rest_solved():
    funds = [fund("many", 10**7, min_people=5), fund("F", 10**7)]
    made = plan(people_of(person("A")), funds, JANUARY, 12)
    assert [p["code"] for p in made.report["problems"]] == ["head_count_impossible"]
    assert made.report["people"] == 1
    assert explain_fund(made, "many").code == "head_count"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"cash": [["2026-12", 10**7]]}, "cash_before_validity"),
        ({"regions": ["Tarakan"]}, "unknown_region"),
        ({"regions": ["11"]}, "finds_nobody"),
        ({"valid": ["2027-06", "2027-02"]}, "validity_reversed"),
        ({"valid": ["2026-01", "2026-12"]}, "outside_horizon"),
        ({"cash": []}, "no_cash"),
        ({"package_months": 24}, "package_too_long"),
        ({"cash": [["soon", 5]]}, "fund_unreadable"),
        ({"cash": [["2027-01", 10**7], ["2028-01", 5]]}, "cash_after_validity"),
    ],
)
def test_contradictions_are_named_and_the_rest_is_solved(facts, code):
    made = plan(people_of(person("A")), [fund("X", 10**7, **facts), fund("F", 10**7)], JANUARY, 12)
    assert code in [problem["code"] for problem in made.report["problems"]]
    assert made.report["people"] == 1


def test_no_funds_and_no_people_are_answered_not_refused():
    assert plan(people_of(person("A")), [], JANUARY, 12).unfunded["reason"].to_list() == ["no_fund"]
    assert plan(people_of(), [fund("F", 10**7)], JANUARY, 12).report["people"] == 0


def test_doubtful_covered_and_ineligible_people_are_told_apart():
    rows = people_of(
        person("until", covered_until=START + 20),
        person("aged", eligible_until=START - 3),
        person("doubt"),
    ).with_columns((pl.col("id") == "doubt").alias("hold"))
    made = plan(rows, [fund("F", 10**7)], JANUARY, 12)
    assert dict(made.unfunded.rows()) == {
        "until": "already_covered",
        "aged": "not_eligible",
        "doubt": "on_hold",
    }


def test_what_is_fixed_stays_and_its_money_is_gone():
    fixed = pl.DataFrame(
        [("A", "F", START, START + 5)],
        schema={"person": pl.String, "fund": pl.String, "first_month": pl.Int32, "last_month": pl.Int32},
        orient="row",
    )
    funds = [fund("F", 12 * BASIC)]
    made = plan(
        people_of(person("A", priority=0.1), person("B", priority=1.0)), funds, JANUARY, 12, fixed=fixed
    )
    assert made.assignments.rows() == [("A", "F", START + 6, START + 11)]
    assert not check(made, people_of(person("A"), person("B")), funds)


def test_a_half_price_month_costs_half():
    prices = pl.DataFrame(
        [(None, None, START + t, 50) for t in range(12)],
        schema={"kind": pl.String, "sector": pl.String, "month": pl.Int32, "percent": pl.Int32},
        orient="row",
    )
    made = plan(people_of(person("A")), [fund("F", 6 * BASIC)], JANUARY, 12, prices=prices)
    assert (made.report["person_months"], made.report["spent"]) == (12, 6 * BASIC)


@pytest.mark.parametrize("size", ["small", "larger"])
def test_the_same_plan_to_the_byte_under_any_order_of_rows(size):
    if size == "small":
        rows, funds = random_problem(7)
        people, months, keep = table(rows), 6, 3
    else:
        trades = ["fisher", "farmer", "trader"]
        rows = [person(f"P{i:04d}", trade=trades[i % 3], priority=(i * 7 % 10) / 10) for i in range(600)]
        funds = [fund("A", BASIC * 1500), fund("B", BASIC * 700, trades=["fisher"]), fund("C", BASIC * 301)]
        people, months, keep = people_of(*rows), 12, 6
    one = plan(people, funds, JANUARY, months, keep, seed=5)
    for shuffle in (1, 2):
        other = plan(
            people.sample(fraction=1, shuffle=True, seed=shuffle), funds[::-1], JANUARY, months, keep, seed=5
        )
        assert other.assignments.equals(one.assignments)
        assert other.unfunded.equals(one.unfunded)


def test_the_lottery_decides_between_equals_and_follows_the_seed():
    people = people_of(*[person(f"P{i}") for i in range(20)])
    chosen = {
        seed: frozenset(plan(people, [fund("F", 60 * BASIC)], JANUARY, 12, seed=seed).assignments["person"])
        for seed in range(4)
    }
    assert len(set(chosen.values())) > 1
    made = plan(people, [fund("F", 60 * BASIC)], JANUARY, 12, seed=1)
    lost = explain_worker(made, made.unfunded["person"][0])
    assert lost.code == "lottery"
    assert lost.changes[0].facts["lottery"] > lost.changes[0].facts["cut"]


def test_explanations_name_what_would_have_to_change():
    people = people_of(
        person("high", priority=0.9),
        person("low", priority=0.1),
        person("farmer", trade="farmer", region="65.01.01.2001"),
    )
    funds = [fund("F", 12 * BASIC, regions=["65.71"]), fund("G", 10**7, regions=["65.71"], trades=["trader"])]
    made = plan(people, funds, JANUARY, 12)
    funded = explain_worker(made, "high")
    assert funded.code == "funded"
    assert "F" in funded.text_id
    low = explain_worker(made, "low")
    codes = {change.code: change for change in low.changes}
    assert codes["priority"].facts["needed"] == 0.9
    assert codes["new_money"].facts == {"rupiah": 6 * BASIC, "months": 6, "funds": ["F"]}
    assert codes["open_fund"].facts["fund"] == "G"
    assert explain_worker(made, "farmer").code == "no_fund"
    nobody = explain_fund(made, "G")
    assert nobody.code == "nobody_qualifies"
    assert {change.code for change in nobody.changes} == {"open_trades"}
    with pytest.raises(KeyError):
        explain_worker(made, "unheard-of")


@pytest.mark.parametrize(
    ("terms", "words", "opening"),
    [
        ({"new_only": True}, "belum pernah terlindungi", None),
        ({"sexes": ["male"]}, "laki-laki", None),
        ({"ages": [18, 40]}, "umur 18 sampai 40", None),
        ({"people": ["somebody"]}, "disebut namanya", None),
        ({"regions": ["65.71"]}, "wilayah 65.71", "open_region"),
        ({"trades": ["trader"]}, "pekerjaan", "open_trades"),
    ],
)
def test_a_lapsed_worker_is_told_the_one_term_that_stands_in_the_way(terms, words, opening):
    lapsed = person(
        "lapsed", region="65.01.01.2001", covered_until=START - 8, sex="female", age=50, trade="fisher"
    )
    made = plan(people_of(lapsed), [fund("F", 10**7, **terms), fund("G", 10)], JANUARY, 12)
    told = explain_worker(made, "lapsed")
    assert [words in change.text_id for change in told.changes if change.code == "open_fund"] == [True]
    openings = {change.code for change in explain_fund(made, "F").changes}
    assert openings == ({opening} if opening else set())


@pytest.mark.parametrize(
    "also", [{"sexes": ["male"]}, {"ages": [18, 40]}, {"new_only": True}, {"people": ["somebody"]}]
)
def test_opening_one_term_is_offered_only_where_it_would_suffice(also):
    lapsed = person(
        "lapsed", region="65.01.01.2001", covered_until=START - 8, sex="female", age=50, trade="fisher"
    )
    for terms in ({"regions": ["65.71"]}, {"trades": ["trader"]}):
        made = plan(people_of(lapsed), [fund("F", 10**7, **terms, **also)], JANUARY, 12)
        assert explain_fund(made, "F").changes == ()
        assert explain_worker(made, "lapsed").changes == ()


def test_the_queue_follows_the_plan():
    people = people_of(*[person(f"P{i}", priority=i / 10) for i in range(10)])
    made = plan(people, [fund("F", 36 * BASIC)], JANUARY, 12)
    assert queue(made, "F")["person"].to_list() == ["P6", "P5", "P4", "P3", "P2", "P1", "P0"]


def test_comparison_counts_what_more_money_buys():
    people = people_of(*[person(f"P{i}", priority=i / 10) for i in range(10)])
    less = plan(people, [fund("F", 24 * BASIC)], JANUARY, 12)
    more = plan(people, [fund("F", 60 * BASIC)], JANUARY, 12)
    answer = compare(less, more)
    assert answer["whole_year"] == {"a": 2, "b": 5, "difference": 3}
    assert "3 orang lebih banyak" in answer["sentence_id"]
    assert answer["by_region"].row(0) == ("65.71", 2, 24, 5, 60)


def test_the_next_money_is_re_solved():
    people = people_of(*[person(f"P{i}") for i in range(4)])
    made = plan(
        people, [fund("F", 24 * BASIC), fund("G", 24 * BASIC, regions=["65.71.01.1001"])], JANUARY, 12
    )
    assert next_money(made, 24 * BASIC)["more_months"].to_list() == [0.0, 0.0]
    made = plan(people, [fund("F", 12 * BASIC), fund("G", 12 * BASIC)], JANUARY, 12)
    assert set(next_money(made, 24 * BASIC)["more_months"]) == {24.0}
