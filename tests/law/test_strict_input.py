"""What is typed wrongly is refused in one sentence and never read as something else."""

from __future__ import annotations

import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from payung.cli.law import app
from payung.law import LawError, LawFileError, contribution, contribution_table, national_law
from payung.law.schema import _OnceLoader
from payung.law.store import NATIONAL
from payung.values import Month, Period


def ask(line):
    return CliRunner().invoke(app, line.split())


CLOCK = "clock --on 2026-11-22 --paid "


@pytest.mark.parametrize(
    "line",
    [
        CLOCK + "2026-01..",
        CLOCK + "..2026-01",
        CLOCK + "2026-01,,2026-03",
        CLOCK + "2026-01,",
        CLOCK + ",2026-01",
        CLOCK + "2026-1",
        CLOCK + "2026-1..2026-3",
        CLOCK + "2026-01..2026-03..2026-05",
        CLOCK + "2026-01.2026-03",
        CLOCK + "2026-01-2026-03",
        CLOCK + "2026-03..2026-01",
        CLOCK + "2026-13",
        CLOCK + "202601",
        CLOCK + "2026/01",
        "contribution --payer self --month 2026-1",
        "contribution --payer self --month 2026-01-01",
        "contribution --payer self --month 2026-01 --registered 2020-8",
        "contribution --payer self --month 2020-10 --registered 2026-01",
        "contribution --payer self --month 2020-10 --registered 2020-11",
        "contribution --payer self --payer apbd --month 2026-01",
        "contribution --payer self --month 2026-01 --month 2026-02",
        "contribution --payer self --month 2026-01 --income 1 --income 2",
        "contribution --payer self --month 2026-01 --lang id --lang en",
        "contribution --payer csr --month 2026-11 --reading donor_relief=full --reading donor_relief=relief",
        "contribution --payer csr --month 2026-11 --reading donor_relief=full --reading reading.donor_relief=full",
        CLOCK + "2026-01 --on 2026-11-23",
        CLOCK + "2026-01 --paid 2026-02",
        CLOCK + "2026-01 --started 2026-01-02 --started 2026-01-03",
        "eligible --on 2026-11-22 --birth-date 1990-01-01 --fact birth_date=1980-01-01",
        "eligible --on 2026-11-22 --fact birth_date=1990-01-01 --fact birth_date=1980-01-01",
        "eligible --on 2026-11-22 --fact birth_date=2027-01-01",
        "eligible --on 2026-11-22 --wage-worker --no-wage-worker",
        "eligible --on 2026-11-22 --wage-worker --fact wage_worker=false",
        "eligible --on 2026-11-22 --resident 65.71 --fact resident=65.01",
        "eligible --on 2026-11-22 --fact alive=true --fact alive=false",
        "jkk --accident 2026-03-01 --outcome recovered --child sd:2",
        "jkk --accident 2026-03-01 --outcome partial --loss smell --child sd:2",
        "jkk --accident 2026-03-01 --outcome death --outcome total",
        "jkk --accident 2026-03-01 --outcome recovered --medical 1 --medical 2",
        "jkm --died 2026-03-01 --died 2026-03-02 --paid 2026-01",
    ],
)
def test_a_slip_is_refused_in_one_sentence(line):
    done = ask(line)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "line",
    [
        CLOCK + "2026-01..2026-05,2026-08",
        CLOCK + "2026-03..2026-03",
        "contribution --payer self --month 2026-01 --registered 2026-01",
        "contribution --payer self --month 2026-01 --json --json",
        "jkk --accident 2026-03-01 --outcome recovered --transport sea:1000 --transport sea:2000",
        "jkk --accident 2026-03-01 --outcome death --child sd:2 --child sd:2",
        "eligible --on 2026-11-22 --fact alive=true --fact working=true",
    ],
)
def test_what_may_be_given_again_is_taken(line):
    assert ask(line).exit_code == 0


@pytest.mark.parametrize(
    "header",
    [
        "birth_date,birth_date",
        "birth_date, BIRTH_DATE ",
        '"birth_date",paid,birth_date',
        "paid;x;paid",
        "a,b,a",
    ],
)
def test_two_columns_of_one_name_are_refused(tmp_path, header):
    file = tmp_path / "list.csv"
    file.write_text(header + "\n" + header.replace("birth_date", "1990-01-01") + "\n")
    done = ask(f"population {file} --on 2026-11-22")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "two columns" in done.stderr


@pytest.mark.parametrize("cell", ["2026-01..", "2026-1", "2026-01 2026-02", "2026-01..2026-02..2026-03"])
def test_a_slip_in_a_list_names_its_row(tmp_path, cell):
    file = tmp_path / "list.csv"
    file.write_text(f"paid\n2026-01\n{cell}\n")
    done = ask(f"population {file} --on 2026-11-22")
    assert done.exit_code == 2
    assert "row 2, column paid" in done.stderr


@pytest.mark.parametrize(
    "text", ["2026-01,,2026-03", ",2026-01", "2026-1", "2026-01;2026-02", "2026-01..", ",", " , "]
)
def test_periods_with_a_slip_are_none_for_pages_and_terminal_alike(text):
    with pytest.raises(ValueError, match="period is written"):
        Period.parse_several(text)
    assert Period.parse_several("  ") == []


@pytest.mark.parametrize("text", ["2026-01..", "2026-01.. ", "..", "..2026-01"])
def test_a_period_without_its_last_month_is_none(text):
    with pytest.raises(ValueError, match="written"):
        Period.parse(text)


def test_no_month_is_priced_before_registration():
    with pytest.raises(LawError, match="registered"):
        contribution(None, "self", "other", Month.of(2020, 10), registered=Month.of(2020, 11))
    month = Month.of(2020, 10).number
    frame = pl.DataFrame(
        {
            "income": [None],
            "payer": ["self"],
            "sector": ["other"],
            "month": [month],
            "registered": [month + 1],
        },
        schema_overrides={"income": pl.Int64, "month": pl.Int32, "registered": pl.Int32},
    )
    with pytest.raises(LawError, match="registered"):
        contribution_table(frame)


VALUE = "{from: 2027-01-01, value: 3, citation: R, source: R, confidence: unverified}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("parameters:\n\t- name: x\n", "spaces, not tabs"),
        ("parameters:\n  - name: jkm.wait_months\n\tvalues: []\n", "spaces, not tabs"),
        ("parameters: [\n", "line"),
        (f"parameters:\n  - name: jkm.lumpsum\n    values: [{VALUE}]\n", "perhaps jkm.lump_sum"),
        (f"parameters:\n  - name: jkm.wait_month\n    values: [{VALUE}]\n", "perhaps jkm.wait_months"),
        (
            f"parameters:\n  - name: cover.unpaid_month\n    values: [{VALUE}]\n",
            "perhaps cover.unpaid_months",
        ),
        (f"parameters:\n  - name: zzz\n    values: [{VALUE}]\n", "no parameter of the law"),
        (
            f"parameters:\n  - name: jkm.wait_months\n    values: [{VALUE}]\n    values: [{VALUE}]\n",
            "values is given twice",
        ),
        (
            "parameters:\n  - name: jkm.wait_months\n    values: [{from: 2027-01-01, value: 3, value: 4}]\n",
            "value is given",
        ),
        ("parameters: []\nparameters: []\n", "parameters is given twice"),
    ],
)
def test_a_slip_in_a_draft_is_said_in_one_line(tmp_path, text, told):
    draft = tmp_path / "draft.yaml"
    draft.write_text(text)
    with pytest.raises(LawFileError) as refused:
        national_law().with_drafts(draft)
    assert told in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_the_law_in_force_gives_no_field_twice():
    for file in NATIONAL.glob("*.yaml"):
        assert yaml.load(file.read_text(encoding="utf-8"), Loader=_OnceLoader)


def test_a_draft_that_keeps_a_value_is_a_change_and_its_end_cites_the_base_rule(tmp_path):
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        "parameters:\n  - name: contribution.charged_percent.other\n    values:\n      - {from: 2027-01-01, "
        "to: 2027-12-31, value: 50, citation: Rancangan PP, source: Rancangan, confidence: unverified}\n"
    )
    told = ask(f"changes --from 2026-12-31 --to 2028-01-31 --draft {draft}").stdout
    assert "2027-01-01  Bagian iuran" in told
    assert "Rancangan PP" in told
    assert told.rstrip().endswith("PP 44/2015 [two-sources]")


@pytest.mark.parametrize("month", ["2021-02", "2025-03", "2026-03", "2027-01", "2027-04"])
@pytest.mark.parametrize("sector", ["other", "transport"])
def test_the_ordinary_rate_cites_the_base_rule_and_is_not_called_unverified(month, sector):
    on = Month.parse(month)
    cited = national_law().cite(f"contribution.charged_percent.{sector}", on)
    if cited.value == 100:
        assert (cited.citation.id, cited.confidence) == ("PP 44/2015", "two-sources")
    assert national_law().cite("contribution.due_day", on).confidence == "one-source"
