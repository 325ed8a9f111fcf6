"""The JSON of `payung deaths` and `payung claims` keeps its keys: other programs read it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from payung.access.actor import acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.access.crypto import encrypt, nik_hash
from payung.claims.actions import report_accident, tell
from payung.claims.models import Case
from payung.cli.claims import app as claims
from payung.cli.deaths import app as deaths
from payung.registry.models import Person
from tests.claims.scene import build, die, protected

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(make_actor, monkeypatch):
    actor = make_actor("operator", "65")

    @contextmanager
    def session(_name=None):
        yield actor

    monkeypatch.setattr("payung.cli.state.session", session)
    with acting_as(actor):
        yield actor


def answer(app, *words, status=0) -> dict:
    run = CliRunner().invoke(app, [*words, "--json"])
    assert run.exit_code == status, run.output
    return json.loads(run.stdout)


def test_deaths(operator, tmp_path):
    today = build(200)
    person = protected(1, today)[0]
    path = tmp_path / "kematian.csv"
    path.write_text(
        f"NIK,Nama,Tanggal Lahir,Tanggal Meninggal\n6571014508680003,{person.name},{person.birth_date},{today}\n"
        f"1,Tanpa Tanggal,,\n"
    )
    told = answer(deaths, str(path), "--sender", "Dukcapil", status=1)
    assert list(told) == [
        "rows", "returned", "matched", "unmatched", "doubtful", "possible", "owed", "told", "not_told",
        "deaths_full", "deaths_partial", "deaths_accident", "deaths_other", "deaths_lapsed", "deaths_waiting",
        "deaths_never", "new_cases", "stops_proposed",
    ]  # fmt: skip
    assert (told["rows"], told["returned"]) == (2, 1)
    again = answer(deaths, str(path), "--sender", "Dukcapil", status=1)
    assert (again["new_cases"], again["stops_proposed"]) == (0, 0)


def test_deaths_are_told_of_the_lists_given_and_of_no_other(operator, tmp_path):
    """A case of an accident is nobody's death, and another list's families are not this one's."""
    today = build(200)
    first, second, hurt = protected(3, today)
    report_accident(
        operator, person_id=hurt.pk, happened_at=timezone.now() - timedelta(days=2), place="Kebun", doing="Panen"
    )  # fmt: skip
    told = []
    for number, person in enumerate((first, second)):
        born = person.birth_date
        nik = f"657101{born.day + 40 * (person.sex == 'female'):02d}{born:%m%y}{number + 7:04d}"
        Person.objects.filter(pk=person.pk).update(
            nik_hash=nik_hash(nik), nik_enc=encrypt(nik, "nik"), candidate=True
        )
        path = tmp_path / f"{number}.csv"
        path.write_text(
            f"NIK,Nama,Jenis Kelamin,Tanggal Lahir,Tanggal Meninggal\n"
            f"{nik},{person.name},{'P' if person.sex == 'female' else 'L'},{born},{today}\n"
        )
        told.append(answer(deaths, str(path), "--sender", "Dukcapil"))
    for one in told:
        kept = {
            name: one[name] for name in ("matched", "owed", "told", "not_told", "deaths_full", "new_cases")
        }
        assert kept == {
            "matched": 1, "owed": 42_000_000, "told": 0, "not_told": 1, "deaths_full": 1, "new_cases": 1,
        }  # fmt: skip
    tell(operator, case_id=Case.objects.get(person=second, kind="jkm").pk, how="visit", whom="Anaknya")
    both = answer(deaths, str(tmp_path / "0.csv"), str(tmp_path / "1.csv"), "--sender", "Dukcapil")
    assert (both["matched"], both["owed"], both["told"], both["not_told"]) == (2, 84_000_000, 1, 1)


def test_claims(operator):
    today = build(200)
    with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        died = die(operator, protected(1, today)[0])
    case = Case.objects.get()
    [row] = answer(claims, "list")["cases"]
    keys = [
        "case", "kind", "person", "event_on", "state", "owed", "decided", "paid", "expires_on", "region", "told",
    ]  # fmt: skip
    assert list(row) == keys
    shown = answer(claims, "show", str(case.pk))
    assert list(shown) == [*keys, "late_compensation", "amounts", "papers", "steps", "because"]
    assert shown["amounts"] == {"Santunan": 20_000_000, "Santunan berkala (dibayar sekaligus)": 12_000_000, "Biaya pemakaman": 10_000_000}  # fmt: skip  # noqa: E501
    assert [list(part) for part in (shown["papers"][0], shown["steps"][0])] == [
        ["item", "from", "have"], ["to", "answer", "reason", "at"],
    ]  # fmt: skip
    assert answer(claims, "move", str(case.pk), "--to", "checked") == {
        "case": case.pk, "state": "checked", "waits_for_second_user": None,
    }  # fmt: skip
    back = answer(claims, "lookback", "--since", (died - timedelta(days=9)).isoformat(), status=1)
    assert list(back) == [
        "since", "until", "unclaimed", "owed", "lapsed_rights", "deaths", "expected", "known", "filed",
        "expected_range", "scale", "cases", "districts",
    ]  # fmt: skip
    assert (back["unclaimed"], back["owed"]) == (1, 42_000_000)
    assert CliRunner().invoke(claims, ["list", "--state", "x"]).exit_code == 2
