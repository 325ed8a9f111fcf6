"""`payung law`: the shapes that others rely on, and what it says when asked wrongly."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from payung.cli.law import app


def ask(line: str):
    return CliRunner().invoke(app, line.split())


def answer(line: str):
    result = ask(line + " --json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_contribution():
    found = answer(
        "contribution --income 3000000 --payer self --sector transport --month 2026-11 --months 12 --jht"
    )
    assert found["total"] == found["jkk"] + found["jkm"] + found["jht"] == 5 * 77_150 + 7 * 95_300
    assert [month["month"] for month in found["months"]][::11] == ["2026-11", "2027-10"]
    assert found["because"]
    assert answer("contribution --payer self --month 2026-11")["total"] == 8_400


def test_eligible():
    assert answer("eligible --birth-date 1961-11-23 --on 2026-11-22")["eligible"] is True
    assert answer("eligible --birth-date 1961-11-22 --on 2026-11-22")["eligible"] is False
    assert answer("eligible --birth-date 1961-11-23 --on 2026-11-22 --wage-worker")["eligible"] is False
    assert answer("eligible --birth-date 1961-11-23 --on 2026-11-22 --resident 65")["eligible"] is True
    assert answer("eligible --birth-date 1961-11-23 --on 2026-11-22 --resident 64.01")["eligible"] is False
    said = {
        item["name"]: item["answer"]
        for item in answer("eligible --on 2026-11-22 --birth-date 1961-11-23")["criteria"]
    }
    assert said["eligible.not_wage_worker"] == "presumed"
    unknown = answer("eligible --on 2026-11-22 --fact working=true")
    assert unknown["eligible"] is None
    assert any(item["needs"] for item in unknown["criteria"])


def test_clock():
    found = answer("clock --paid 2026-01..2026-05,2026-08..2026-11 --on 2026-11-22")
    assert (found["jkk"], found["jkm"], found["arrears_months"]) == (True, "full", 0)
    assert (found["jkm_full_from"], found["lapses_on"]) == ("2026-11-01", "2027-02-01")
    assert (found["scholarship"], found["scholarship_from"]) == (False, "2029-08-01")
    assert found["because"]
    assert found["readings"]


def test_jkm():
    found = answer("jkm --died 2026-11-22 --paid 2023-01..2026-11 --child sd:4 --child smp:2")
    assert (found["lump_sum"], found["periodic"], found["funeral"]) == (20_000_000, 12_000_000, 10_000_000)
    assert (found["scholarship"], found["total"]) == (154_000_000, 196_000_000)


def test_jkk():
    found = answer(
        "jkk --accident 2026-03-01 --income 1000000 --paid 2026-01..2026-03 --outcome partial --loss arm-right:50 "
        "--off-months 14 --transport sea:3000000 --transport air:12000000"
    )
    assert (found["disability"], found["temporary"], found["transport"]) == (
        16_000_000,
        13_000_000,
        12_000_000,
    )
    assert found["total"] == 41_000_000


def test_readings_and_drafts_change_the_answer(tmp_path):
    line = "clock --paid 2026-08..2026-10 --on 2026-10-30"
    assert answer(line)["jkm"] == "partial"
    assert answer(line + " --reading jkm_wait_unit=days")["jkm"] == "full"
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        "parameters: [{name: contribution.jkm_monthly, values: "
        "[{from: 2028-01-01, value: 7000, citation: R, source: R, confidence: unverified}]}]"
    )
    line = f"contribution --payer self --month 2028-01 --draft {draft}"
    assert answer(line)["jkm"] == 7_000


def test_a_draft_is_priced_for_a_whole_population_beside_the_law_in_force(tmp_path):
    workers = tmp_path / "workers.csv"
    workers.write_text("income;sector\n3000000;other\n;transport\n1000000;\n")
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        "parameters: [{name: contribution.jkm_monthly, values: "
        "[{from: 2028-02-01, value: 7800, citation: R, source: R, confidence: unverified}]}]"
    )
    found = answer(f"price {workers} --from 2028-01 --months 3 --draft {draft}")
    assert found["people"] == 3
    month = 29_500 + 10_000 + 10_000 + 3 * 6_800
    assert [one["total"] for one in found["now"]["months"]] == [month] * 3
    assert [one["total"] for one in found["draft"]["months"]] == [month, month + 3_000, month + 3_000]
    assert found["difference"] == 6_000


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("penghasilan\n1\n", "income"),
        ("income\n1000000\nsejuta\n", "row 2"),
        ("income,payer\n1,pemda\n", "pemda"),
    ],
)
def test_a_wrong_list_of_workers_is_a_sentence(tmp_path, content, told):
    workers = tmp_path / "workers.csv"
    workers.write_text(content)
    result = ask(f"price {workers} --from 2027-01")
    assert result.exit_code == 2
    assert told in result.stderr


POPULATION = (
    "name,birth_date,wage_worker,paid\n"
    "A,1961-11-23,false,2026-01..2026-11\n"
    "B,1961-11-22,FALSE,2026-10..2026-11\n"
    "C,1990-01-01,true,\n"
    "D,1990-01-01,,2026-09..2026-11\n"
)


def test_a_draft_judges_a_whole_population_beside_the_law_in_force(tmp_path):
    people, draft, out = tmp_path / "people.csv", tmp_path / "draft.yaml", tmp_path / "out.csv"
    people.write_text(POPULATION)
    value = "citation: R, source: R, confidence: unverified}]}"
    draft.write_text(
        f"parameters: [{{name: eligible.max_age, values: [{{from: 2026-11-01, value: 60, {value}, "
        f"{{name: jkm.wait_months, values: [{{from: 2026-01-01, value: 1, {value}, "
        f"{{name: jkm.wait_days, values: [{{from: 2026-01-01, value: 1, {value}]"
    )
    found = answer(f"population {people} --on 2026-11-22 --draft {draft} --out {out}")
    now = {
        "eligible": 2,
        "not_eligible": 2,
        "unknown": 0,
        "presumed": {"wage_worker": 1},
        "reasons": {"eligible.max_age": 1, "eligible.not_wage_worker": 1},
        "jkk": 3,
        "jkm": {"full": 1, "partial": 2, "none": 1},
        "in_arrears": 0,
    }
    assert {name: value for name, value in found["now"].items() if name != "readings"} == now
    assert (found["draft"]["eligible"], found["draft"]["not_eligible"]) == (1, 3)
    assert found["draft"]["jkm"] == {"full": 3, "partial": 0, "none": 1}
    assert (found["changed"]["eligible"], found["changed"]["jkm"], found["changed"]["jkk"]) == (1, 2, 0)
    written = [line.split(",") for line in out.read_text().splitlines()]
    at = written[0].index("now_eligible"), written[0].index("draft_eligible")
    assert [(row[at[0]], row[at[1]]) for row in written[1:3]] == [("true", "false"), ("false", "false")]
    assert (
        "Changed by the draft: eligible 1"
        in ask(f"population {people} --on 2026-11-22 --draft {draft} --lang en").stdout
    )


def test_a_population_is_answered_as_each_of_its_people(tmp_path):
    people = tmp_path / "people.csv"
    people.write_text(POPULATION)
    found = answer(f"population {people} --on 2026-11-22")["now"]
    clocks = [
        answer(f"clock --paid {paid} --on 2026-11-22")
        for paid in ("2026-01..2026-11", "2026-10..2026-11", "2026-09..2026-11")
    ]
    assert found["jkk"] == sum(one["jkk"] for one in clocks)
    assert found["jkm"]["full"] == sum(one["jkm"] == "full" for one in clocks)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("nama,umur\nA,40\n", "birth_date"),
        ("birth_date\n1990-01-01\n1-1-1990\n", "row 2, column birth_date"),
        ("birth_date\n2027-01-01\n", "not after --on"),
        ("wage_worker\nya\n", "row 1, column wage_worker"),
        ("paid\n\n2026-13\n", "column paid"),
    ],
)
def test_a_wrong_population_is_a_sentence(tmp_path, content, told):
    people = tmp_path / "people.csv"
    people.write_text(content)
    result = ask(f"population {people} --on 2026-11-22")
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize(("lang", "told"), [("id", "hanya APBN/APBD"), ("en", "only APBN and APBD")])
def test_changes_are_told_in_words(lang, told):
    said = ask(f"changes --from 2025-12-31 --to 2027-12-31 --lang {lang}").stdout
    assert told in said
    assert "Text(" not in said


def test_lists(tmp_path):
    assert len(answer("losses")["losses"]) == 46
    assert len(answer("readings")["readings"]) == 15
    assert answer("changes --from 2025-12-31 --to 2026-01-01")["changes"]
    assert answer("reference")["parameters"]
    assert answer(f"reference --out {tmp_path}/law")["written"]
    assert (tmp_path / "law" / "not-modelled.md").exists()
    for command in ("losses", "readings", "reference", "changes --from 2019-12-01 --to 2019-12-02"):
        assert ask(command).exit_code == 0


def test_answers_for_people_name_the_article():
    for lang, word in (("id", "Santunan sekaligus"), ("en", "Lump sum")):
        text = ask(f"jkm --died 2026-11-22 --paid 2026-01..2026-11 --lang {lang}").stdout
        assert word in text
        assert "PP 82/2019" in text


@pytest.mark.parametrize(
    ("line", "option", "value"),
    [
        ("contribution --payer me --month 2026-11", "--payer", "me"),
        ("contribution --payer self --sector air --month 2026-11", "--sector", "air"),
        ("contribution --payer self --month 2026-13", "--month", "2026-13"),
        ("contribution --payer self --month 2014-01", "--month", "2014-01"),
        ("contribution --payer self --month 2026-11 --income -5", "--income", "-5"),
        ("contribution --payer self --month 2026-11 --income banyak", "--income", "banyak"),
        ("contribution --payer self --month 2026-11 --months 0", "--months", "0"),
        ("contribution --payer self --month 2026-11 --months x", "--months", "x"),
        ("contribution --payer self --month 2026-11 --lang fr", "--lang", "fr"),
        ("contribution --payer self --month 2026-11 --reading x", "--reading", "x"),
        ("contribution --payer self --month 2026-11 --reading x=y", "--reading", "x=y"),
        ("contribution --payer self --month 2026-11 --draft /none", "--draft", "/none"),
        ("eligible --birth-date 61-1-1 --on 2026-11-22", "--birth-date", "61-1-1"),
        ("eligible --birth-date 2027-01-01 --on 2026-11-22", "--birth-date", "2027-01-01"),
        ("eligible --on 22-11-2026", "--on", "22-11-2026"),
        ("eligible --on 2026-11-22 --resident 6571", "--resident", "6571"),
        ("eligible --on 2026-11-22 --criteria atlantis", "--criteria", "atlantis"),
        ("eligible --on 2026-11-22 --fact working", "--fact", "working"),
        ("clock --paid 2026-05..2026-01 --on 2026-11-22", "--paid", "2026-05..2026-01"),
        ("clock --paid , --on 2026-11-22", "--paid", ","),
        ("clock --paid 2026-05 --on 2026-11-22 --started 2026-06-01", "--started", "2026-06-01"),
        ("jkm --died 2026-11-22 --paid 2026-01 --child sd:9", "--child", "sd:9"),
        ("jkm --died 2026-11-22 --paid 2026-01 --child s1", "--child", "s1"),
        ("jkk --accident 2026-03-01 --outcome sick", "--outcome", "sick"),
        ("jkk --accident 2026-03-01 --outcome partial", "--outcome", "partial"),
        ("jkk --accident 2026-03-01 --outcome death --loss smell", "--loss", "smell"),
        ("jkk --accident 2026-03-01 --outcome partial --loss tail", "--loss", "tail"),
        ("jkk --accident 2026-03-01 --outcome partial --loss smell:nan", "--loss", "smell:nan"),
        ("jkk --accident 2026-03-01 --outcome partial --loss smell:x", "--loss", "smell:x"),
        ("jkk --accident 2026-03-01 --outcome recovered --transport rail:5", "--transport", "rail:5"),
        ("jkk --accident 2026-03-01 --outcome recovered --transport sea:x", "--transport", "x"),
        ("jkk --accident 2026-03-01 --outcome recovered --off-days 31", "--off-days", "31"),
        ("changes --from 2026-01-02 --to 2026-01-01", "--to", "2026-01-01"),
        (
            "contribution --payer self --month 2026-11 --income 9999999999999999",
            "--income",
            "9999999999999999",
        ),
        ("contribution --month 2026-11", "--payer", "apbd"),
        ("contribution --payer self --month 2026-11 --incme 5", "--incme", "--income"),
        ("contribution --payer self --month 2026-11 --income", "--income", "requires an argument"),
        ("tarif", "COMMAND", "contribution"),
        ("eligible --on 2026-11-22 --fact birth_date=x", "--fact", "x"),
        ("eligible --on 2026-11-22 --fact working=maybe", "--fact", "working=maybe"),
        ("eligible --on 2026-11-22 --fact job=fisher", "--fact", "job=fisher"),
        ("eligible --on 20261122", "--on", "20261122"),
        ("clock --paid 2026-05 --on 9999-12-31", "--on", "9999-12-31"),
        ("jkm --died 2026-11-22 --paid 2026-01 --child sd:4:2026-12-01", "--child", "sd:4:2026-12-01"),
        ("jkk --accident 2026-03-01 --outcome recovered --started 2026-01-01", "--started", "2026-01-01"),
        (
            "jkk --accident 2026-03-01 --outcome partial --loss hearing-one-db:300",
            "--loss",
            "hearing-one-db:300",
        ),
    ],
)
def test_wrong_input_is_one_sentence_and_status_2(line, option, value):
    result = ask(line)
    assert result.exit_code == 2
    assert result.stdout == ""
    sentence = result.stderr.strip()
    assert "\n" not in sentence
    assert sentence.startswith(option)
    assert value in sentence


def test_the_command_loads_neither_polars_nor_django():
    code = "import sys, payung.cli.law; print({'polars', 'django', 'pydantic', 'numpy', 'typer'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
