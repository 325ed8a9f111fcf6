"""A case stands on a death, cover and a cause; where one of them changes, people decide and nothing is dropped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from payung.access.actor import Refused, acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.access.crypto import encrypt_json, nik_hash
from payung.claims import queries
from payung.claims.actions import (
    decide_move,
    decide_report,
    move,
    not_this_one,
    report_death,
    run_desk,
    tell_accident,
)
from payung.claims.models import Case, Death, Report
from payung.registry.loading import RAW
from payung.registry.models import Intake, Person, Record
from tests.claims.scene import build, die, hurt, protected, unprotected

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        yield actor


@pytest.fixture
def approver(make_actor):
    return make_actor("approver", "65")


def kill(actor, person, days_ago=3):
    with action(actor, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        return die(actor, person, days_ago)


def test_a_death_at_work_is_owed_by_jkk_and_its_jkm_case_is_proposed_to_close(operator, approver):
    today = build(200)
    person = protected(1, today)[0]
    kill(operator, person)
    run_desk(operator, today=today)
    jkm = Case.objects.get(kind="jkm")
    accident = hurt(operator, person)
    changed = tell_accident(operator, case_id=accident.pk, facts={"outcome": "death"})
    death = Death.objects.get(person=person)
    assert (death.standing, death.owed) == (Death.Standing.ACCIDENT, changed.owed)
    assert changed.owed > jkm.owed
    waiting = jkm.steps.get(answer="proposed")
    assert (waiting.new_state, waiting.two_people) == ("closed", True)
    decide_move(approver, case_id=jkm.pk, approve=True)
    again = run_desk(operator, today=today)
    assert (again.covered, again.owed, again.new_cases) == (1, changed.owed, 0)
    back = queries.lookback(today - timedelta(days=30), today)
    assert [row["case_id"] for row in back.unclaimed] == [accident.pk]
    assert (back.known, back.filed, back.owed) == (1, 0, changed.owed)


def test_an_accident_known_first_never_opens_a_jkm_case(operator):
    today = build(200)
    person = protected(1, today)[0]
    tell_accident(operator, case_id=hurt(operator, person).pk, facts={"outcome": "death"})
    kill(operator, person)
    run = run_desk(operator, today=today)
    assert (run.covered, run.new_cases) == (1, 0)
    assert not Case.objects.filter(kind="jkm").exists()


def test_a_withdrawn_death_is_proposed_to_close_once_and_a_declined_proposal_stays_declined(
    operator, approver
):
    today = build(200)
    person = protected(1, today)[0]
    kill(operator, person)
    run_desk(operator, today=today)
    Person.objects.filter(pk=person.pk).update(died_on=None)
    for _ in range(2):
        run_desk(operator, today=today)
    case = Case.objects.get()
    assert not Death.objects.exists()
    assert case.steps.filter(answer="proposed", new_state="closed").count() == 1
    decide_move(approver, case_id=case.pk, approve=False, reason="Keluarga membenarkan kematiannya")
    run_desk(operator, today=today)
    assert not case.steps.filter(answer="proposed").exists()
    case.refresh_from_db()
    assert case.state == "reported"


def test_a_case_closed_unpaid_may_be_opened_again_and_a_paid_one_not(operator, approver):
    today = build(200)
    kill(operator, protected(1, today)[0])
    run_desk(operator, today=today)
    case = Case.objects.get()
    move(operator, case_id=case.pk, to="closed", reason="Salah orang")
    decide_move(approver, case_id=case.pk, approve=True)
    with pytest.raises(Refused, match="reason"):
        move(operator, case_id=case.pk, to="reported")
    move(operator, case_id=case.pk, to="reported", reason="Ternyata benar")
    for to, amount in (
        ("checked", None),
        ("gathering", None),
        ("submitted", None),
        ("decided", 42_000_000),
        ("paid", 42_000_000),
    ):
        step = move(operator, case_id=case.pk, to=to, amount=amount)
        if step.two_people:
            decide_move(approver, case_id=case.pk, approve=True)
    move(operator, case_id=case.pk, to="closed", reason="Selesai")
    with pytest.raises(Refused, match="was paid"):
        move(operator, case_id=case.pk, to="reported", reason="Coba")


def test_a_confirmed_report_opens_the_case_at_once(operator, approver):
    today = build(200)
    person = protected(1, today)[0]
    report = report_death(operator, person_id=person.pk, died_on=today, evidence="Surat desa", today=today)
    decide_report(approver, report_id=report.pk, confirm=True)
    assert Case.objects.get(person=person).state == "reported"


def test_a_village_reports_a_death_of_its_own(operator, make_actor):
    today = build(200)
    person = protected(1, today)[0]
    with acting_as(make_actor("village", person.region_code)) as village:
        report = report_death(village, person_id=person.pk, died_on=today, evidence="Surat", today=today)
    assert report.state == Report.State.PROPOSED


def test_days_in_each_state_are_told_against_the_law(operator, approver):
    today = build(200)
    kill(operator, protected(1, today)[0], days_ago=30)
    run_desk(operator, today=today)
    case = Case.objects.get()
    for to in ("checked", "gathering"):
        move(operator, case_id=case.pk, to=to)
    move(operator, case_id=case.pk, to="submitted", on=today - timedelta(days=20))
    case.refresh_from_db()
    last = queries.stays(case, list(case.steps.order_by("id")), today)[-1]
    assert (last.days, last.allowed, last.late) == (20, 3, True)
    assert queries.branch_clock(case, today).late


def test_the_checklist_is_by_issuer_in_both_languages_and_its_keys_do_not_change(operator):
    today = build(200)
    kill(operator, protected(1, today)[0])
    run_desk(operator, today=today)
    case = Case.objects.get()
    spoken, written = queries.checklist(case), queries.checklist(case, "en")
    assert [item.key for item in spoken] == [item.key for item in written]
    assert spoken[0].village
    assert written[0].issuer == "Village office"
    assert len({issuer for issuer, _ in queries.by_issuer(spoken)}) == len(queries.by_issuer(spoken))


def told_of_nobody(operator, name: str, **more) -> Record:
    """A row of a death list, seventh in its file, that the matcher gave to a person of its own."""
    words = {"name": name, "name_norm": name.lower()}
    stranger = Person.objects.create(**words, region_code="65", candidate=False)
    intake = Intake.objects.create(
        kind="deaths",
        file_name="kematian.xlsx",
        sha256="x",
        region_code="65",
        rows=1,
        accepted=1,
        loaded_by=operator.user,
    )
    return Record.objects.create(
        intake=intake, row_no=7, person=stranger, accepted=True, raw_enc=encrypt_json({}, RAW), region_code="65",
        **words, **more,
    )  # fmt: skip


def test_the_same_nik_goes_to_a_clerk_though_all_else_speaks_against_it(operator):
    """The civil registry knows the NIK; the list of candidates had the name, sex and birth date wrong."""
    today = build(200)
    person = protected(1, today)[0]
    Person.objects.filter(pk=person.pk).update(nik_hash=nik_hash("6571014508680001"), candidate=False)
    record = told_of_nobody(
        operator,
        "SARKANI BIN ANANG",
        birth_date=date(1931, 1, 1),
        sex="female" if person.sex == "male" else "male",
        event_date=today,
        nik_hash=nik_hash("6571014508680001"),
    )
    [one] = queries.possible()
    assert [(maybe.person_id, maybe.same_nik) for maybe in one.people] == [(person.pk, True)]
    not_this_one(operator, record_id=record.pk, person_id=person.pk)
    assert queries.possible() == []


def test_a_death_that_the_matcher_gave_to_nobody_goes_to_a_clerk(operator):
    today = build(200)
    person = unprotected(today)
    Person.objects.filter(pk=person.pk).update(name="Teddy Manullang", name_norm="teddy manullang")
    person.refresh_from_db()
    record = told_of_nobody(operator, "MANULLANG TEDDY", birth_date=person.birth_date, event_date=today)
    [one] = queries.possible()
    assert one.record_id == record.pk
    assert person.pk in [maybe.person_id for maybe in one.people]
    assert one.people[0].alike == 100
    for maybe in one.people:
        not_this_one(operator, record_id=record.pk, person_id=maybe.person_id)
    assert queries.possible() == []
    assert not queries.reports().exists()
