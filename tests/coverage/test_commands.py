"""`payung decree` and `payung notices`: what they answer, and that an amendment is decided by its own number."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date

import pytest
from typer.testing import CliRunner

from payung.access.actor import acting_as
from payung.access.crypto import decrypt
from payung.cli.decree import app as decree
from payung.cli.notices import app as notices
from payung.cli.outlook import app as outlook
from payung.coverage.actions import approve_decree, propose_decree
from payung.coverage.models import Amendment, CoverMonth, MonthlyChange
from payung.registry.models import Eligibility
from tests.coverage.scene import START, TODAY, Programme, actor, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(monkeypatch):
    @contextmanager
    def session(name=None):
        yield actor("approver" if name == "penyetuju" else "operator")

    monkeypatch.setattr("payung.cli.state.session", session)
    with acting_as(actor("operator")) as operator:
        made = Programme().build()
        kept = propose_decree(
            operator, plan_id=made.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
        )
        approve_decree(actor("approver"), decree_id=kept.pk, today=TODAY)
        yield made


def run(app, *words, status=0):
    found = CliRunner().invoke(app, [*words])
    assert found.exit_code == status, found.output
    return json.loads(found.stdout) if "--json" in words else found.output


def nik_of(person) -> str:
    return decrypt(person.nik_enc, "nik")


def test_joins_and_changed_go_through_an_amendment_that_may_be_turned_down_first(programme):
    new, moved = make_person(500), programme.persons[0]
    for one in (new, moved):
        Eligibility.objects.create(
            person=one, judged_on=TODAY, eligible=True, law_version="x", region_code=one.region_code
        )
    joins = ("change", nik_of(new), "--kind", "joins", "--evidence", "Nota dinas 7", "--from", "2027-03")
    told = run(decree, *joins, "--decree", "SK 1", "--fund", "PROV", "--until", "2027-06", "--json")
    assert list(told) == ["change", "person", "kind", "from"]
    csr = programme.funds[1].code
    changed = ("change", nik_of(moved), "--kind", "changed", "--evidence", "Salah dana", "--from", "2027-03")
    run(decree, *changed, "--fund", csr)
    made = run(decree, "amend", "SK 1", "SK 1a", "--dated", "2027-02-03", "--no-find", "--json")
    assert made == {"amendment": "SK 1a", "removed": 1, "replaced": 0, "added": 2, "empty": 0, "short": []}
    run(decree, "reject", "SK 1a", "--reason", "periksa lagi", "--as", "penyetuju")
    assert Amendment.objects.get().status == "rejected"
    assert MonthlyChange.objects.filter(state="proposed", amendment=None).count() == 2
    run(decree, "amend", "SK 1", "SK 1b", "--dated", "2027-02-03", "--no-find")
    summary = run(decree, "approve", "SK 1b", "--json")
    assert summary["number"] == "SK 1"
    assert CoverMonth.objects.filter(person=new).count() == 4
    assert CoverMonth.objects.get(person=moved, month=(START + 2).number).fund.code == csr
    assert "Tidak ada perubahan" in run(decree, "amend", "SK 1", "SK 1c", "--no-find")


def test_what_is_asked_wrongly_is_a_sentence(programme):
    nik = nik_of(programme.persons[0])
    for words in (
        ("change", nik, "--kind", "nonsense", "--from", "2027-03", "--evidence", "x"),
        ("change", nik, "--kind", "joins", "--from", "2027-03", "--evidence", "x"),
        ("change", nik, "--kind", "moved", "--from", "2027-13", "--evidence", "x"),
        ("change", "999", "--kind", "moved", "--from", "2027-03", "--evidence", "x"),
        ("approve", "SK 9"),
    ):
        assert "is not allowed" in run(decree, *words, status=2)
    assert "is not allowed" in run(outlook, "--on", "2027-02-03", "--to", "2027-01", status=2)


def test_notices_are_made_once_listed_and_handed_over(programme):
    month = ("--month", "2027-06", "--json")
    made = run(notices, "make", *month)
    assert made["month"] == "2027-06"
    assert made["new"] > 0
    assert run(notices, "make", *month)["new"] == 0
    listed = run(notices, "list", *month)
    assert list(listed["notices"][0]) == ["to", "village", "person", "text", "state"]
    run(notices, "printed", "--month", "2027-06", "--to", "worker")
    states = {one["state"] for one in run(notices, "list", *month)["notices"] if one["to"] == "worker"}
    assert states == {"sent"}
