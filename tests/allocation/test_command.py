"""`payung allocate`: files in, files out, one sentence for every wrong use."""

from __future__ import annotations

import json

import polars as pl
import pytest
from typer.testing import CliRunner

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
