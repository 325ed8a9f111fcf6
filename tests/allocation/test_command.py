"""`payung allocate`: files in, files out, one sentence for every wrong use."""

from __future__ import annotations

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from payung.allocation import planning
from payung.cli.allocate import app
from tests.allocation.test_plan import BASIC, fund, people_of, person

RUN = CliRunner()


@pytest.fixture
def files(tmp_path):
    people_of(person("A"), person("B", priority=0.1)).write_parquet(tmp_path / "people.parquet")
    (tmp_path / "funds.json").write_text(json.dumps([fund("F", 12 * BASIC)]))
    return tmp_path


def call(folder, *more):
    base = [
        "--people",
        str(folder / "people.parquet"),
        "--funds",
        str(folder / "funds.json"),
        "--from",
        "2027-01",
    ]
    return RUN.invoke(app, [*base, *more])


def test_writes_the_plan_and_prints_the_contract(files):
    result = call(files, "--baseline", "--out", str(files / "plan"), "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    wanted = {
        "people",
        "person_months",
        "kept",
        "dropped",
        "unspent",
        "goals",
        "seconds",
        "peak_mb",
        "baseline",
    }
    assert wanted <= set(answer)
    assert {"name", "value", "bound", "gap"} <= set(answer["goals"][0])
    assert pl.read_parquet(files / "plan" / "plan.parquet").columns == [
        "person",
        "fund",
        "first_month",
        "last_month",
    ]
    assert pl.read_parquet(files / "plan" / "unfunded.parquet").rows() == [("B", "money_short")]
    assert json.loads((files / "plan" / "report.json").read_text())["people"] == 1


def test_a_plan_that_the_checker_refuses_is_never_dropped_in_silence(files, monkeypatch):
    real = planning.check
    asked = []

    def refuse_the_first(*given, **named):
        asked.append(given)
        broken = {
            "code": "too_short",
            "subject": "A",
            "month": None,
            "text_id": "A salah",
            "text_en": "A is wrong",
        }
        return [broken] if len(asked) == 1 else real(*given, **named)

    monkeypatch.setattr(planning, "check", refuse_the_first)
    result = call(files, "--out", str(files / "plan"))
    assert result.exit_code == 0, result.output
    assert "ditolak pemeriksa mandiri dan tidak dipakai: A salah (1 temuan)" in result.stdout
    told = json.loads((files / "plan" / "report.json").read_text())["rejected"]
    assert [row["violations"][0]["text_en"] for row in told] == ["A is wrong"]


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (["--months", "0"], "--months"),
        (["--keep-months", "13"], "--keep-months"),
        (["--from", "soon"], "--from"),
        (["--funds", "nowhere.json"], "--funds"),
        (["--people", "nowhere.parquet"], "--people"),
    ],
)
def test_wrong_use_is_one_sentence_and_status_two(files, more, named):
    result = call(files, *more)
    assert result.exit_code == 2
    assert named in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_month_is_priced_by_law_from_income(files):
    """A company is charged in full, transport too: whether the relief of PP 50/2025 reaches it is contested."""
    rows = people_of(person("A"), person("B", priority=0.1)).drop("monthly_due")
    rows.with_columns(
        income=pl.Series([None, 1_000_000], dtype=pl.Int64), sector=pl.Series(["transport", "other"])
    ).write_parquet(files / "people.parquet")
    (files / "funds.json").write_text(json.dumps([fund("F", 12 * 16_800, kind="csr")]))
    answer = json.loads(call(files, "--json").stdout)
    assert (answer["people"], answer["person_months"], answer["unspent"]) == (1, 12, 0)
    assert [(one["sector"], one["option"], one["percent"]) for one in answer["readings"]] == [
        ("transport", "relief", 50)
    ]
    assert "Tafsir lain" in call(files).stdout


def test_rows_without_a_contribution_are_filled_from_income(files):
    rows = people_of(person("A"), person("B")).with_columns(
        monthly_due=pl.Series([16_800, None], dtype=pl.Int64), income=pl.Series([None, None], dtype=pl.Int64)
    )
    rows.write_parquet(files / "people.parquet")
    (files / "funds.json").write_text(json.dumps([fund("F", 24 * 16_800)]))
    assert json.loads(call(files, "--json").stdout)["people"] == 2


def test_what_is_decreed_stays(files):
    out = files / "fixed.parquet"
    pl.DataFrame(
        {"person": ["B"], "fund": ["F"], "first_month": ["2027-01"], "last_month": ["2027-06"]}
    ).write_parquet(out)
    result = call(files, "--fixed", str(out), "--out", str(files / "plan"))
    assert result.exit_code == 0, result.output
    assert pl.read_parquet(files / "plan" / "plan.parquet")["person"].to_list() == ["B"]


def test_months_are_read_as_text_dates_or_numbers_and_codes_without_dots(files):
    from datetime import date

    rows = people_of(person("A"), person("B", priority=0.1))
    rows.with_columns(
        region=pl.lit("6571011001"),
        eligible_until=pl.Series([date(2027, 8, 1), None], dtype=pl.Date),
        covered_until=pl.Series(["2026-12", None], dtype=pl.String),
    ).write_parquet(files / "people.parquet")
    (files / "funds.json").write_text(json.dumps([fund("F", 8 * BASIC, regions=["6571"])]))
    answer = json.loads(call(files, "--json").stdout)
    assert (answer["kept"], answer["person_months"]) == (1, 8)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--goals", "kept,months"], "order of goals"),
        (["--goals", "months,priority", "--most-people"], "not both"),
        (["--floor", "65.71=2"], "from 0 to 1"),
        (["--floor", "65.71"], "REGION=SHARE"),
        (["--fair", "1.5"], "0 to 1"),
        (["--fixed", "nowhere.parquet"], "name a file that exists"),
    ],
)
def test_wrong_options_are_named_in_a_sentence(files, options, words):
    result = call(files, *options)
    assert result.exit_code == 2
    assert words in result.output
