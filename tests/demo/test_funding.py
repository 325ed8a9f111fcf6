from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.demo import funding, pots
from payung.identity import regions
from payung.identity.occupations import table as occupation_table
from payung.values import Month


def need(people: pl.DataFrame, months: int, first: Month) -> int:
    total = 0
    for row in people.iter_rows(named=True):
        begin = max(first.number, (row["covered_until"] or 0) + 1)
        end = first.number + months
        if row["eligible_until"] is not None:
            end = min(end, row["eligible_until"] + 1)
        total += max(end - begin, 0) * row["monthly_due"]
    return total


@settings(max_examples=40, deadline=None)
@given(
    people=st.integers(1, 300),
    funds=st.integers(1, 60),
    months=st.integers(1, 15),
    seed=st.integers(0, 10**6),
)
def test_any_instance_keeps_the_contract(people, funds, months, seed):
    first = Month.of(2027, 1)
    table, made = funding.instance(people, funds, months, seed)
    assert table.height == people
    assert len(made) == funds
    assert len({fund["id"] for fund in made}) == funds
    known = regions.load()
    assert all(known.has(code) for code in table["region"])
    assert set(table["trade"]) <= set(occupation_table())
    assert table["priority"].is_between(0, 1).all()
    assert table["current_fund"].drop_nulls().is_in([fund["id"] for fund in made]).all()
    assert table.filter(pl.col("covered_until").is_null())["current_fund"].null_count() == (
        table["covered_until"].null_count()
    )
    last = first + (months - 1)
    for fund in made:
        begin, end = (Month.parse(text) for text in fund["valid"])
        assert first <= begin <= end == last
        days = [Month.parse(text) for text, _ in fund["cash"]]
        assert days == sorted(set(days))
        assert all(begin <= day <= end for day in days)
        assert all(isinstance(rupiah, int) and rupiah >= 0 for _, rupiah in fund["cash"])
        assert all(known.has(code) for code in fund["regions"])
        assert set(fund["trades"]) <= set(occupation_table())
        if fund["min_people"] and fund["min_people"] > 1:
            amount = sum(rupiah for _, rupiah in fund["cash"])
            assert fund["min_people"] * funding.BASIC * min(fund["package_months"], months) <= amount
    money = sum(rupiah for fund in made for _, rupiah in fund["cash"])
    wanted = funding.MONEY_SHARE * need(table, months, first)
    assert wanted - funds - 1 <= money <= wanted


def test_the_same_seed_gives_the_same_problem():
    one, two = (funding.instance(500, 40, 12, 3) for _ in range(2))
    assert one[0].equals(two[0])
    assert one[1] == two[1]
    assert funding.instance(500, 40, 12, 4)[1] != one[1]


def test_nothing_to_allocate_is_refused():
    for size in ((0, 1, 1), (1, 0, 1), (1, 1, 0)):
        with pytest.raises(ValueError, match="1 or more"):
            funding.instance(*size, seed=1)


def test_the_demo_province_has_two_milliard_for_the_year():
    funds = pots.demo_funds(Month.containing(date(2026, 1, 1)))
    province = next(fund for fund in funds if fund["regions"] == ["65"] and fund["kind"] == "apbd")
    assert sum(rupiah for _, rupiah in province["cash"]) == 2_000_000_000
    assert province["valid"] == ["2026-01", "2026-12"]
    kinds = [fund["kind"] for fund in funds]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "apbd": 2,
        "apbdes": 5,
        "dbh": 1,
        "csr": 2,
        "donor": 3,
    }
    palm = next(fund for fund in funds if fund["kind"] == "dbh")
    assert palm["trades"] == funding.PALM_TRADES
    for fund in funds:
        begin, end = (Month.parse(text) for text in fund["valid"])
        assert all(begin <= Month.parse(text) <= end for text, _ in fund["cash"])
        assert fund["group_code"] == {"csr": "SC", "apbdes": "SD", "donor": "SL"}.get(fund["kind"], "SG")
