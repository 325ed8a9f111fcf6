"""The checker finds every rule that is broken on purpose, and the plan never breaks one."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.allocation import check, plan
from payung.values import Month
from tests.allocation.small import SCHEMA, START, random_problem, table
from tests.allocation.test_plan import BASIC, JANUARY, fund, people_of, person

ROWS = {"person": pl.String, "fund": pl.String, "first_month": pl.Int32, "last_month": pl.Int32}


def rows(*entries):
    return pl.DataFrame([(p, f, START + a, START + b) for p, f, a, b in entries], schema=ROWS, orient="row")


def codes(assignments, people, funds):
    return {entry["code"] for entry in check(assignments, people, funds, JANUARY, 12, 6)}


@settings(max_examples=25, deadline=None)
@given(st.integers(1_000, 100_000))
def test_no_plan_breaks_a_rule(seed):
    people, funds = random_problem(seed, months=8, most_people=14)
    made = plan(table(people), funds, Month(START), 8, keep_months=3, time_limit=5)
    assert made.report["violations"] == []
    assert made.report["rejected"] == []
    assert made.report["kept"] + made.report["dropped"] <= len(people)
    assert set(made.assignments["person"]).isdisjoint(made.unfunded["person"])
    assert set(made.assignments["person"]) | set(made.unfunded["person"]) == {row["id"] for row in people}


@settings(max_examples=25, deadline=None)
@given(st.integers(1_000, 100_000), st.data())
def test_a_month_more_than_the_money_is_always_found(seed, data):
    people, funds = random_problem(seed)
    made = plan(table(people), funds, Month(START), 6, keep_months=3, time_limit=5)
    if not made.assignments.height:
        return
    name = data.draw(st.sampled_from(sorted(set(made.assignments["fund"]))))
    poorer = [
        source | {"cash": [[month, 0] for month, _ in source["cash"]]} if source["id"] == name else source
        for source in funds
    ]
    found = check(made.assignments, table(people), poorer, Month(START), 6, 3)
    assert ("overspent", name) in {(entry["code"], entry["subject"]) for entry in found}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 11), st.integers(0, 11))
def test_a_start_is_lawful_only_if_kept_six_months_to_the_end(first, last):
    if last < first:
        return
    found = codes(rows(("A", "F", first, last)), people_of(person("A")), [fund("F", 10**9)])
    expected = set()
    if last - first + 1 < 6:
        expected.add("too_short")
    if last != 11:
        expected.add("dropped_early")
    assert found == expected


def test_each_broken_rule_has_its_code():
    people = people_of(
        person("A"),
        person("B", region="65.01.01.2001"),
        person("C", covered_until=START + 2),
        person("D", eligible_until=START + 8),
    )
    rich = [fund("F", 10**9), fund("N", 10**9, new_only=True), fund("R", 10**9, regions=["65.01"])]
    assert codes(rows(("A", "F", 0, 11)), people, rich) == set()
    assert codes(rows(("A", "F", 0, 6), ("A", "N", 6, 11)), people, rich) == {"two_payers"}
    assert "gap" in codes(rows(("A", "F", 0, 4), ("A", "N", 6, 11)), people, rich)
    assert codes(rows(("A", "R", 0, 11)), people, rich) == {"not_allowed"}
    assert codes(rows(("C", "N", 3, 11)), people, rich) == {"not_allowed"}
    assert "already_covered" in codes(rows(("C", "F", 2, 11)), people, rich)
    assert "not_eligible" in codes(rows(("D", "F", 0, 11)), people, rich)
    assert codes(rows(("Z", "F", 0, 11)), people, rich) == {"unknown"}
    assert codes(rows(("A", "F", 0, 12)), people, rich) == {"outside_horizon"}
    late = [fund("F", 10**9, valid=["2027-03", "2027-12"])]
    assert codes(rows(("A", "F", 0, 11)), people, late) == {"not_valid"}
    assert codes(rows(("A", "F", 0, 11)), people, [fund("F", 12 * BASIC - 1)]) == {"overspent"}
    spread = [fund("F", 6 * BASIC) | {"cash": [["2027-01", 5 * BASIC], ["2027-07", 7 * BASIC]]}]
    assert codes(rows(("A", "F", 0, 11)), people, spread) == {"overspent"}
    assert codes(rows(("A", "F", 0, 11)), people, [fund("F", 10**9, package_months=5)]) == {"broken_package"}
    assert codes(rows(("A", "F", 0, 11)), people, [fund("F", 10**9, min_people=2)]) == {"too_few_people"}


def found(assignments, people, funds, **more):
    return {entry["code"] for entry in check(assignments, people, funds, JANUARY, 12, 6, **more)}


PRICES = {"kind": pl.String, "sector": pl.String, "month": pl.Int32, "percent": pl.Int32}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 40_000), st.sampled_from(["transport", "other"])), min_size=1, max_size=4
    ),
    st.lists(
        st.tuples(
            st.sampled_from([None, "apbd", "csr"]),
            st.sampled_from([None, "transport", "other"]),
            st.integers(0, 12),
            st.integers(1, 130),
        ),
        max_size=6,
        unique_by=lambda row: row[2],
    ),
)
def test_a_fund_pays_to_the_rupiah_what_its_people_cost(workers, listed):
    """Each person's month is rounded by itself, half a rupiah up, at the price of its payer, sector and month."""
    cost = 0
    for month in range(12):
        for due, sector in workers:
            percent = next(
                (
                    percent
                    for kind, of, at, percent in listed
                    if at == month and kind in (None, "apbd") and of in (None, sector)
                ),
                100,
            )
            whole, rest = divmod(due * percent, 100)
            cost += whole + (rest >= 50)
    people = pl.DataFrame(
        [person(str(n), monthly_due=due) for n, (due, _) in enumerate(workers)], schema=SCHEMA
    ).with_columns(sector=pl.Series([sector for _, sector in workers]))
    paid = rows(*((str(n), "F", 0, 11) for n in range(len(workers))))
    prices = pl.DataFrame(
        [(kind, of, START + at, percent) for kind, of, at, percent in listed], schema=PRICES, orient="row"
    )
    for money, broken in ((cost, set()), (cost - 1, {"overspent"}), (cost + 1, set())):
        assert found(paid, people, [fund("F", money)], prices=prices) == broken


def test_rules_at_their_edges():
    """Each case beside the same one a month, a person or a rupiah off."""
    rich = fund("F", 10**9)
    other = fund("N", 10**9)

    def told(*paid, who=None, funds=None, **more):
        return found(rows(*paid), people_of(*(who or [person("A")])), funds or [rich, other], **more)

    assert told(("A", "F", 0, 5), ("A", "N", 6, 11)) == set()
    assert "two_payers" in told(("A", "F", 0, 6), ("A", "N", 6, 11))
    assert "gap" in told(("A", "F", 0, 5), ("A", "N", 7, 11))
    until = [person("A", covered_until=START + 2)]
    assert told(("A", "F", 3, 11), who=until) == set()
    assert "already_covered" in told(("A", "F", 2, 11), who=until)
    aged = [person("A", eligible_until=START + 8)]
    assert told(("A", "F", 0, 8), who=aged) == set()
    assert told(("A", "F", 0, 9), who=aged) == {"not_eligible"}
    assert told(("A", "F", 5, 11), ("B", "F", 6, 11), who=[person("A"), person("B")]) == set()
    assert told(("A", "F", 7, 11)) == {"too_short"}
    term = fund("F", 10**9, valid=["2027-02", "2027-11"])
    assert told(("A", "F", 1, 10), funds=[term]) == set()
    assert told(("A", "F", 0, 10), funds=[term]) == {"not_valid"}
    assert "not_valid" in told(("A", "F", 1, 11), funds=[term])
    two = [person("A"), person("B")]
    both = (("A", "F", 0, 11), ("B", "F", 0, 11))
    for least, broken in ((2, set()), (3, {"too_few_people"})):
        assert told(*both, who=two, funds=[fund("F", 10**9, min_people=least)]) == broken
    for exact, broken in ((2, set()), (1, {"too_many_people"}), (3, {"too_few_people"})):
        assert told(*both, who=two, funds=[fund("F", 10**9) | {"exact_people": exact}]) == broken
    for length, broken in ((6, set()), (12, set()), (11, {"broken_package"}), (5, {"broken_package"})):
        assert told(("A", "F", 0, 11), funds=[fund("F", 10**9, package_months=length)]) == broken
    paid_late = fund("F", 0) | {"cash": [["2027-01", 5 * BASIC], ["2027-06", 7 * BASIC]]}
    assert told(("A", "F", 0, 11), funds=[paid_late]) == set(), "money of a month pays that month"
    aged_terms = fund("F", 10**9) | {"ages": [18, 64]}
    for years, broken in ((17, {"not_allowed"}), (18, set()), (64, set()), (65, {"not_allowed"})):
        people = people_of(person("A")).with_columns(age=pl.lit(years))
        assert found(rows(("A", "F", 0, 11)), people, [aged_terms]) == broken


def test_what_is_fixed_costs_money_and_covers():
    people, fixed = people_of(person("A"), person("B")), rows(("B", "F", 0, 5))
    for money, broken in ((18 * BASIC, set()), (18 * BASIC - 1, {"overspent"})):
        assert found(rows(("A", "F", 0, 11)), people, [fund("F", money)], fixed=fixed) == broken
    goes_on = rows(("B", "F", 6, 11))
    assert found(goes_on, people, [fund("F", 10**9)], fixed=fixed) == set()
    assert found(rows(("B", "F", 5, 11)), people, [fund("F", 10**9)], fixed=fixed) == {"already_covered"}
