"""Lists, prices and plans name the contested readings as single answers do: whom they touch and what they cost."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from click.testing import CliRunner

from payung.cli.law import app
from payung.law import clock, contribution, eligible, month_prices, national_law
from payung.values import Month, Period


def ask(line, code=0):
    done = CliRunner().invoke(app, line.split())
    assert done.exit_code == code, done.stderr
    return done.stdout


def listed(tmp_path, text):
    file = tmp_path / "list.csv"
    file.write_text(text)
    return file


def by_rule(found):
    return {tuple((one["reading"], one["option"]) for one in each["together"]): each for each in found}


DONOR, PUBLIC = ("reading.donor_relief", "relief"), ("reading.doubtful_payers", "relief")


@pytest.mark.parametrize(
    ("rows", "first", "months", "expected"),
    [
        (["1000000,csr,other"], "2026-11", 1, {(DONOR,): (1, 8_400)}),
        (["1000000,donor,other"] * 3, "2026-11", 1, {(DONOR,): (3, 25_200)}),
        (["1000000,dbh,other"], "2026-11", 1, {(PUBLIC,): (1, 8_400)}),
        (["1000000,apbdes,transport"], "2027-03", 2, {(PUBLIC,): (1, 25_200)}),
        (["1000000,csr,other"], "2026-11", 12, {(DONOR,): (1, 184_800)}),
        (["1000000,csr,other"], "2027-01", 3, {}),
        (["1000000,csr,transport"], "2027-01", 3, {(DONOR,): (1, 25_200)}),
        (["1000000,apbd,other", ",self,other"], "2026-11", 1, {}),
        (["1000000,apbd,other", ",csr,other"], "2026-11", 1, {(DONOR,): (1, 25_200)}),
        (
            ["1000000,csr,other", "1000000,dbh,other"],
            "2026-12",
            1,
            {(DONOR,): (1, 25_200), (PUBLIC,): (1, 25_200), (DONOR, PUBLIC): (2, 16_800)},
        ),
    ],
)
def test_a_price_names_whom_a_reading_touches_and_what_it_costs(tmp_path, rows, first, months, expected):
    file = listed(tmp_path, "\n".join(["income,payer,sector", *rows]) + "\n")
    answer = json.loads(ask(f"price {file} --from {first} --months {months} --json"))["now"]
    found = {
        frozenset(rule): (one["people"], one["total"]) for rule, one in by_rule(answer["readings"]).items()
    }
    assert found == {frozenset(rule): told for rule, told in expected.items()}
    assert all(one["difference"] == one["total"] - answer["total"] for one in answer["readings"])
    told = ask(f"price {file} --from {first} --months {months}")
    assert told.count("Tafsir lain") == len(expected)


def test_a_price_is_that_of_the_single_answers(tmp_path):
    payers = ["csr", "donor", "dbh", "apbdes", "apbd", "self"]
    file = listed(tmp_path, "\n".join(["income,payer", *(f"2000000,{one}" for one in payers)]) + "\n")
    total = json.loads(ask(f"price {file} --from 2026-11 --months 1 --json"))["now"]["total"]
    assert total == sum(contribution(2_000_000, one, "other", Month.of(2026, 11)).total for one in payers)


PEOPLE = [
    ("1961-11-23", "false", "2026-01..2026-11"),
    ("1961-11-23", "true", "2026-08..2026-09"),
    ("2008-12-01", "false", "2026-09..2026-11"),
    ("1990-01-01", "true", "2026-01..2026-05,2026-08..2026-10"),
    ("1990-01-01", "", "2026-02..2026-08"),
    ("1950-01-01", "true", ""),
    ("2012-01-01", "true", "2026-11"),
]


def test_a_population_names_whom_every_reading_moves(tmp_path):
    on = date(2026, 11, 26)
    text = "birth_date,wage_worker,paid\n" + "".join(
        f'{born},{wage},"{paid}"\n' for born, wage, paid in PEOPLE
    )
    answer = json.loads(ask(f"population {listed(tmp_path, text)} --on {on} --json"))["now"]
    found = by_rule(answer["readings"])
    for rule in national_law().contested():
        for option in rule.options:
            law = national_law().with_readings({rule.name: option})
            moved = 0
            for born, wage, paid in PEOPLE:
                facts = {
                    "birth_date": date.fromisoformat(born),
                    "wage_worker": {"": None}.get(wage, wage == "true"),
                }
                history = [Period.parse(part) for part in paid.split(",") if part]
                answers = [
                    (
                        eligible(facts, on, presume=["wage_worker"], law=each).eligible,
                        clock(history, on, law=each),
                    )
                    for each in (national_law(), law)
                ]
                moved += len({(may, cover.jkk, cover.jkm) for may, cover in answers}) > 1
            assert found.get(((rule.name, option),), {"people": 0})["people"] == moved, (rule.name, option)
    both = (("reading.age_65", "through"), ("reading.wage_worker_second_job", "allowed"))
    assert found[both]["people"] == 1
    young = (("reading.min_age", "no-limit"), ("reading.wage_worker_second_job", "allowed"))
    assert found[young]["people"] == 1
    assert (answer["eligible"], answer["presumed"]) == (1, {"wage_worker": 1})


def test_the_moves_say_from_what_to_what(tmp_path):
    file = listed(tmp_path, 'birth_date,paid\n1961-11-23,"2026-09..2026-10"\n')
    answer = json.loads(ask(f"population {file} --on 2026-11-30 --json"))["now"]
    found = by_rule(answer["readings"])
    moves = found[(("reading.age_65", "through"),)]["moves"]
    assert moves == [{"part": "eligible", "from": False, "to": True, "people": 1}]
    assert found[(("reading.jkm_wait_unit", "days"),)]["moves"] == [
        {"part": "jkm", "from": "partial", "to": "full", "people": 1}
    ]
    told = ask(f"population {file} --on 2026-11-30")
    assert "Tafsir lain: Tepat 65 tahun / boleh sampai 65 tahun: 1 orang (layak tidak -> ya 1)" in told
    assert "dianggap bukan penerima upah" in told
    english = ask(f"population {file} --on 2026-11-30 --lang en")
    assert "Another reading: Aged exactly 65 / through age 65: 1 people (eligible no -> yes 1)" in english


def test_with_a_draft_both_sides_name_their_readings(tmp_path):
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        "parameters:\n  - name: contribution.charged_percent.other\n    values:\n      - {from: 2027-01-01, "
        "value: 50, citation: Rancangan PP, source: Rancangan, confidence: unverified}\n"
    )
    file = listed(tmp_path, "income,payer\n,csr\n")
    answer = json.loads(ask(f"price {file} --from 2027-02 --months 1 --draft {draft} --json"))
    assert answer["now"]["readings"] == []
    assert [one["total"] for one in answer["draft"]["readings"]] == [8_400]
    assert "Tafsir lain (rancangan)" in ask(f"price {file} --from 2027-02 --months 1 --draft {draft}")


@pytest.mark.parametrize(
    ("kind", "sector", "first", "percents"),
    [
        ("csr", "other", "2026-11", [100, 100, 100]),
        ("donor", "other", "2026-11", [100, 100, 100]),
        ("csr", "transport", "2027-01", [100, 100, 100]),
        ("dbh", "other", "2026-11", [100, 100, 100]),
        ("apbdes", "transport", "2026-11", [100, 100, 100]),
        ("apbd", "other", "2026-11", [100, 100, 100]),
    ],
)
def test_a_plan_stands_on_the_cautious_price(kind, sector, first, percents):
    people = pl.DataFrame(
        {"income": [None], "sector": [sector]}, schema={"income": pl.Int64, "sector": pl.String}
    )
    begins = Month.parse(first)
    priced, prices = month_prices(people, [kind], Period(begins, begins + 3))
    assert priced["monthly_due"].to_list() == [16_800]
    assert prices["percent"].to_list() == percents
