"""NIK: the published and synthetic vectors, and what must hold for any text."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.identity import findings, nik, regions

TODAY = date(2026, 11, 22)
REGIONS = regions.load()
SEX = {"L": "male", "P": "female"}


def vectors() -> list[dict[str, str]]:
    path = Path(__file__).parent / "data" / "nik_vectors.csv"
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(line for line in text if not line.startswith("# source")))


@pytest.mark.parametrize("vector", vectors(), ids=lambda v: f"{v['nik']}: {v['note']}"[:70])
def test_vectors(vector: dict[str, str]) -> None:
    told = nik.read(vector["nik"], regions=REGIONS, today=TODAY)
    assert told.valid == (vector["expect"] != "invalid")
    if vector["expect"] == "invalid":
        assert any(findings.kind(code).blocks for code in told.findings)
        return
    assert told.birth_date == date.fromisoformat(vector["birth_date"])
    assert told.sex == SEX[vector["sex"]]
    assert not any(findings.kind(code).blocks for code in told.findings)
    assert bool(told.findings) == (vector["expect"] == "suspect" or vector["nik"].startswith("64"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("6.57101E+15", "nik_excel"),
        ("6,57101E+15", "nik_excel"),
        ("6.571014508680001E15", "nik_float_text"),
        ("6571014508680001.0", "nik_float_text"),
        ("9271014508680001.0", "nik_number"),
        ("657101450868000", "nik_length"),
        ("65710145086800011", "nik_length"),
        ("657IO14508680001", "nik_letters"),
        ("", "nik_missing"),
        ("-", "nik_missing"),
        ("belum ada", "nik_missing"),
        ("6571014508680000", "nik_serial"),
        ("9999999999999999", "nik_region"),
        ("0000000000000000", "nik_region"),
    ],
)
def test_damage_is_named(text: str, code: str) -> None:
    assert nik.read(text, regions=REGIONS, today=TODAY).findings == (code,)


@pytest.mark.parametrize(
    "text",
    [
        *("6571014508680001", " 6571014508680001 ", "'6571014508680001", "65.71.01.450868.0001"),
        *(
            "6571 0145 0868 0001",
            "6571-0145-0868-0001",
            "NIK: 6571014508680001",
            "６５７１０１４５０８６８０００１",
        ),
        *("6571014508680001\u00a0", "\ufeff6571014508680001", '"6571014508680001"', "‘6571014508680001"),
    ],
)
def test_ways_of_writing(text: str) -> None:
    told = nik.read(text, regions=REGIONS, today=TODAY)
    assert (told.digits, told.sex, told.birth_date) == ("6571014508680001", "female", date(1968, 8, 5))
    assert told.region == "65.71.01"


@pytest.mark.parametrize(
    ("prefix", "now"),
    [("6404", "65.01"), ("6405", "65.03"), ("6406", "65.02"), ("6410", "65.04"), ("6473", "65.71")],
)
def test_prefixes_of_before_the_split(prefix: str, now: str) -> None:
    told = nik.read(f"{prefix}011204809009", regions=REGIONS, today=TODAY)
    assert told.valid
    assert told.region == now
    assert told.findings == ("nik_legacy_prefix",)


def test_the_record_tells_the_century() -> None:
    text = "6571010101100001"
    assert nik.read(text, regions=REGIONS, today=TODAY).birth_date == date(2010, 1, 1)
    of_old = nik.read(text, regions=REGIONS, today=TODAY, born=date(1910, 1, 1))
    assert of_old.birth_date == date(1910, 1, 1)
    # A record whose year has other last digits says nothing about the century.
    assert nik.read(text, regions=REGIONS, today=TODAY, born=date(1975, 1, 1)).birth_date == date(2010, 1, 1)


def test_a_future_year_is_of_the_last_century() -> None:
    assert nik.read("6571012311260001", regions=REGIONS, today=TODAY).birth_date == date(1926, 11, 23)
    assert nik.read("6571012211260001", regions=REGIONS, today=TODAY).birth_date == date(2026, 11, 22)


districts = st.sampled_from([d.code for d in REGIONS.districts()])
births = st.dates(TODAY - timedelta(days=365 * 99), TODAY)


@given(districts, births, st.booleans(), st.integers(1, 9999))
def test_what_was_composed_is_read_back(district: str, born: date, woman: bool, serial: int) -> None:
    day = born.day + 40 if woman else born.day
    text = f"{district.replace('.', '')}{day:02d}{born:%m%y}{serial:04d}"
    told = nik.read(text, regions=REGIONS, today=TODAY, born=born)
    assert (told.digits, told.region, told.birth_date, told.findings) == (text, district, born, ())
    assert told.sex == ("female" if woman else "male")
    assert nik.compare(told, birth_date=born, sex=told.sex) == ()
    other = "male" if woman else "female"
    assert nik.compare(told, birth_date=born + timedelta(days=1), sex=other) == (
        "nik_birth_date_differs",
        "nik_sex_differs",
    )


@given(st.text() | st.from_regex(r"[0-9.,eE+' -]{0,20}", fullmatch=True), st.none() | st.dates())
def test_any_text_is_read(text: str, born: date | None) -> None:
    told = nik.read(text, regions=REGIONS, today=TODAY, born=born)
    assert told.valid == (told.digits is not None)
    assert all(code in findings.CATALOGUE for code in told.findings)
    assert told.valid or told.findings
    if told.digits:
        assert nik.read(told.digits, regions=REGIONS, today=TODAY, born=born).digits == told.digits


def test_day_and_month_off_the_calendar_are_refused() -> None:
    for day in (0, 32, 40, 72, 99):
        assert nik.read(f"657101{day:02d}0880" + "0001", regions=REGIONS, today=TODAY).findings == (
            "nik_date",
        )
    assert nik.read("6571012902890001", regions=REGIONS, today=TODAY).findings == ("nik_date",)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    code = "from payung.cli.main import main; main()"
    command = [sys.executable, "-c", code, "nik", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_the_command_answers_as_promised() -> None:
    done = run("6571014508680001", "--json", "--on", "2026-11-22")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {
        "nik": "6571014508680001",
        "valid": True,
        "sex": "female",
        "birth_date": "1968-08-05",
        "region": "65.71.01",
        "findings": [],
    }


def test_the_command_names_findings_and_exits_1() -> None:
    done = run("6.57101E+15", "--json", "--lang", "en")
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert (answer["valid"], answer["sex"], answer["birth_date"], answer["region"]) == (
        False,
        None,
        None,
        None,
    )
    assert [(f["code"], f["severity"]) for f in answer["findings"]] == [("nik_excel", "blocks")]
    assert "Excel" in answer["findings"][0]["message"]


def test_the_command_asked_wrongly_exits_2() -> None:
    for arguments in ((), ("1", "--lang", "xx"), ("1", "--on", "kemarin")):
        done = run(*arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_the_command_loads_no_table_library() -> None:
    code = (
        "import sys; sys.argv = ['payung', 'nik', '6571014508680001', '--json']\n"
        "from payung.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('polars', 'django', 'pydantic', 'rapidfuzz') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
