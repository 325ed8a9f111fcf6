"""A fund's terms mean the same wherever they are asked: as a value, over a table, in SQL, and to the checker."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from payung.allocation import Candidate, FundTerms
from payung.allocation.checker import _Check
from payung.allocation.funds import Fund
from payung.allocation.instance import _signatures
from payung.database.statements import piece
from payung.values import Month

DAY = date(2028, 2, 29)
REGIONS = ["65", "65.7", "65.71", "65.71.01", "65.71.01.1001", "65.01", "6", "65.710", "64.05"]
TRADES = ["nelayan", "petani", "pedagang"]


@st.composite
def funds(draw):
    ages = draw(st.none() | st.tuples(st.integers(0, 66), st.integers(0, 66)).map(sorted))
    history = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    return {
        "id": "uji",
        "regions": draw(st.lists(st.sampled_from(REGIONS), max_size=3, unique=True)),
        "trades": draw(st.lists(st.sampled_from(TRADES), max_size=2, unique=True)),
        "sexes": draw(st.sampled_from([[], ["male"], ["female"]])),
        "ages": ages,
        "people": draw(st.lists(st.sampled_from(["1", "2", "3"]), max_size=2, unique=True)),
        "new_only": history[0],
        "covered_only": history[1],
    }


@st.composite
def people(draw):
    """Somebody whose birthday may be today, tomorrow, or on the day that most years lack."""
    years = draw(st.integers(0, 67))
    born = draw(
        st.none()
        | st.sampled_from([-1, 0, 1]).map(lambda days: _years_before(DAY + timedelta(days=days), years))
    )
    return {
        "id": draw(st.sampled_from(["1", "2", "4"])),
        "region": draw(st.none() | st.sampled_from(REGIONS)),
        "trade": draw(st.sampled_from(["", *TRADES])),
        "sex": draw(st.sampled_from(["", "male", "female"])),
        "born": born,
        "ever": draw(st.booleans()),
    }


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _age(born: date | None) -> int | None:
    return None if born is None else DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))


def _by_value(fund, person) -> bool:
    candidate = Candidate(
        person["id"], person["region"], person["trade"], person["sex"], _age(person["born"]), person["ever"]
    )
    terms = FundTerms.of(fund)
    assert terms.allows(candidate) == (not terms.barriers(candidate))
    return terms.allows(candidate)


def _by_table(fund, person) -> bool:
    row = pl.DataFrame(
        [
            [
                person["id"],
                person["region"],
                person["trade"],
                person["sex"],
                _age(person["born"]),
                24_300 if person["ever"] else None,
            ]
        ],
        schema={
            "id": pl.String,
            "region": pl.String,
            "trade": pl.String,
            "sex": pl.String,
            "age": pl.Int32,
            "covered_until": pl.Int32,
        },
        orient="row",
    )
    return bool(row.select(FundTerms.of(fund).to_polars()).item())


def _by_checker(fund, person) -> bool:
    facts = {**person, "person": person["id"], "age": _age(person["born"]), "new": not person["ever"]}
    empty = pl.DataFrame(schema={"id": pl.String, "region": pl.String, "monthly_due": pl.Int64})
    return bool(_Check(empty, [fund], Month.of(2028, 2).number, 1, 1, None, None)._may(fund, facts))


def _by_sql(fund, person) -> bool:
    """Asks the database over one made-up row of each table; the payer's names stand in a table of the session."""
    asked = f"""
        WITH f AS (SELECT 1 AS id, %(regions)s::jsonb AS regions, %(trades)s::jsonb AS trades, %(sex)s AS sex,
                          %(low)s::int AS min_age, %(high)s::int AS max_age, %(new_only)s AS new_only,
                          %(covered_only)s AS covered_only),
             p AS (SELECT %(id)s::int AS id, %(region)s::text AS region_code, nullif(%(trade)s, '') AS occupation_id,
                          %(who)s AS sex, %(born)s::date AS birth_date, %(ever)s AS ever)
        SELECT coalesce({piece("funding", "may_pay", fund="f", person="p", ever="p.ever")}, false) FROM f, p"""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS funding_fundperson (fund_id int, person_id int)")
        cursor.execute("TRUNCATE pg_temp.funding_fundperson")
        for name in fund["people"]:
            cursor.execute("INSERT INTO pg_temp.funding_fundperson VALUES (1, %s)", [int(name)])
        low, high = fund["ages"] or (None, None)
        cursor.execute(
            asked,
            {
                "regions": json.dumps(fund["regions"]),
                "trades": json.dumps(fund["trades"]),
                "sex": fund["sexes"][0] if fund["sexes"] else "",
                "low": low,
                "high": high,
                "new_only": fund["new_only"],
                "covered_only": fund["covered_only"],
                "id": int(person["id"]),
                "region": person["region"],
                "trade": person["trade"],
                "who": person["sex"],
                "born": person["born"],
                "ever": person["ever"],
                "today": DAY,
            },
        )
        return bool(cursor.fetchone()[0])


def _by_plan(fund, person) -> bool:
    """Asks the plan's own table of who may be paid by what, of an instance of one person and one fund."""
    table = pl.DataFrame(
        {
            "id": [person["id"]],
            "region": [person["region"]],
            "trade": [person["trade"]],
            "sex": [person["sex"]],
            "age": [_age(person["born"])],
            "ever": [person["ever"]],
        },
        schema_overrides={"region": pl.String, "age": pl.Int32},
    )
    read = Fund(fund["id"], "apbd", np.zeros(1, np.int64), np.ones(1, np.bool_), terms=FundTerms.of(fund))
    none, whole = np.zeros(1, np.int64), np.full((1, 1, 1), 100, np.int64)
    signature, allowed, _ = _signatures(table, [read], table["ever"].to_numpy(), none, whole)
    return bool(len(allowed[signature[0]]))


@given(fund=funds(), person=people())
def test_value_table_plan_and_the_checkers_own_reading_agree(fund, person):
    asked = (_by_value, _by_table, _by_plan, _by_checker)
    assert len({reading(fund, person) for reading in asked}) == 1


@pytest.mark.django_db
def test_the_database_reads_terms_as_the_checker_does():
    @given(fund=funds(), person=people())
    def agree(fund, person):
        assert _by_sql(fund, person) == _by_checker(fund, person)

    agree()


@given(fund=funds(), person=people())
def test_the_words_name_as_many_terms_as_the_checker_finds_broken(fund, person):
    """Each term alone, read by the checker, keeps the person out just where it is named."""
    candidate = Candidate(
        person["id"], person["region"], person["trade"], person["sex"], _age(person["born"]), person["ever"]
    )
    barriers = FundTerms.of(fund).barriers(candidate)
    free = {"id": "uji", "regions": [], "trades": [], "sexes": [], "ages": None, "people": []}
    alone = [{**free, term: fund[term]} for term in fund if term != "id"]
    broken = {next(t for t in one if one[t] and t != "id") for one in alone if not _by_checker(one, person)}
    assert {barrier.term for barrier in barriers} == broken
    assert all(barrier.text_id and barrier.text_en and barrier.name_id for barrier in barriers)


@pytest.mark.parametrize(
    ("fund", "person", "term"),
    [
        ({"new_only": True}, {"ever_covered": True}, "new_only"),
        ({"covered_only": True}, {}, "covered_only"),
        ({"regions": ["65.71"]}, {"region": "65.01.05.2007"}, "regions"),
        ({"regions": ["65.7"]}, {"region": "65.71"}, "regions"),
        ({"regions": ["65.71"]}, {"region": None}, "regions"),
        ({"trades": ["nelayan"]}, {"trade": "petani"}, "trades"),
        ({"trades": ["nelayan"]}, {"trade": ""}, "trades"),
        ({"sexes": ["female"]}, {"sex": "male"}, "sexes"),
        ({"sexes": ["female"]}, {"sex": ""}, "sexes"),
        ({"ages": [18, 64]}, {"age": 65}, "ages"),
        ({"ages": [18, 64]}, {"age": 17}, "ages"),
        ({"ages": [18, 64]}, {"age": None}, "ages"),
        ({"people": ["7"]}, {"id": "8"}, "people"),
    ],
)
def test_one_term_that_does_not_fit_is_the_one_named(fund, person, term):
    candidate = Candidate(**{"id": "1", "region": "65.71.01.1001", "age": 30, **person})
    terms = FundTerms.of(fund)
    assert [barrier.term for barrier in terms.barriers(candidate)] == [term]
    assert not terms.allows(candidate)


@pytest.mark.parametrize(
    ("fund", "person"),
    [
        ({"people": ["8"]}, {"id": "8"}),
        ({"ages": [18, 64]}, {"age": 18}),
        ({"ages": [18, 64]}, {"age": 64}),
        ({"new_only": True}, {}),
        ({"covered_only": True}, {"ever_covered": True}),
        ({"sexes": ["male"], "ages": [20, 40]}, {"sex": "male", "age": 30}),
        ({"regions": ["65.71.01"]}, {"region": "65.71.01.1001"}),
        ({}, {"region": None, "age": None}),
    ],
)
def test_who_is_within_the_terms_is_named_no_barrier(fund, person):
    candidate = Candidate(**{"id": "1", "region": "65.71.01.1001", **person})
    assert FundTerms.of(fund).barriers(candidate) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("born", "ages", "allowed"),
    [
        (date(2010, 2, 28), [18, 64], True),
        (date(2010, 3, 1), [18, 64], False),
        (date(1963, 3, 1), [18, 64], True),
        (date(1963, 2, 28), [18, 64], False),
        (date(1964, 2, 29), [64, 64], True),
        (date(1963, 3, 1), [0, 64], True),
        (date(1963, 2, 28), [0, 64], False),
        (date(2010, 2, 28), [18, 200], True),
        (date(2010, 3, 1), [18, 200], False),
    ],
)
def test_the_lowest_and_the_highest_age_are_allowed_to_the_day_wherever_they_are_asked(born, ages, allowed):
    person = {"id": "1", "region": "65.71", "trade": "", "sex": "male", "born": born, "ever": False}
    terms = {"regions": [], "trades": [], "sexes": [], "people": [], "new_only": False, "covered_only": False}
    asked = (_by_value, _by_table, _by_plan, _by_checker, _by_sql)
    told = {reading.__name__: reading({"id": "uji", "ages": ages, **terms}, person) for reading in asked}
    assert told == dict.fromkeys(told, allowed)
