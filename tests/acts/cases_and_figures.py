"""The acts about deaths, accidents, cases, figures, questions and meetings, each on a subject in a village."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
from django.db import transaction
from django.utils import timezone

from payung.access.actor import everyone_visible
from payung.access.acts import Act
from payung.claims import actions, guessing
from payung.claims.models import Case, Paper, Step
from payung.oversight import actions as figures
from payung.oversight.villages import names_of
from payung.parliament import constituents, meetings
from payung.parliament.models import Completion, Meeting, Resolution
from payung.registry.models import Person, Record
from payung.registry.reports import record_death

from .scene import World, does


def dead(w: World, village: str) -> Person:
    """A covered person of a village who died, as a registry list says; no case is opened yet."""
    with transaction.atomic(), everyone_visible():
        person = Person.objects.get(pk=w.covered[village][1])
        record_death(
            w.actor("operator", name="operator"), person=person, died_on=w.ago(3), evidence="Surat desa"
        )
        Person.objects.filter(pk=person.pk).update(candidate=True)
    return person


@does(Act.DEATHS_RUN)
def _(w: World, village: str):
    with transaction.atomic(), everyone_visible():
        Person.objects.filter(pk=w.covered[village][1]).update(died_on=w.ago(3))
    return lambda actor: actions.run_desk(actor, today=w.today)


@does(Act.DEATH_REPORT)
def _(w: World, village: str):
    return lambda actor: actions.report_death(
        actor, person_id=w.covered[village][2], died_on=w.ago(2), evidence="Surat desa", today=w.today
    )


@does(Act.DEATH_NOT_THIS_ONE)
def _(w: World, village: str):
    person = dead(w, village)
    with transaction.atomic(), everyone_visible():
        record = Record.objects.filter(person=person, intake__kind="deaths").latest("pk")
    other = w.covered[village][3]
    return lambda actor: actions.not_this_one(actor, record_id=record.pk, person_id=other)


@does(Act.DEATH_CONFIRM)
def _(w: World, village: str):
    with w.by("operator") as operator:
        report = actions.report_death(
            operator, person_id=w.covered[village][2], died_on=w.ago(2), evidence="Surat", today=w.today
        )
    return lambda actor: actions.decide_report(actor, report_id=report.pk, confirm=True)


def hurt(w: World, actor, village: str) -> Case:
    return actions.report_accident(
        actor,
        person_id=w.covered[village][0],
        happened_at=timezone.now() - timedelta(days=4),
        place="Kapal",
        doing="Menarik jaring",
    )


@does(Act.ACCIDENT_REPORT)
def _(w: World, village: str):
    return lambda actor: hurt(w, actor, village)


def accident(w: World, village: str) -> Case:
    with w.by("operator") as operator:
        return hurt(w, operator, village)


@does(Act.ACCIDENT_FACTS)
def _(w: World, village: str):
    case = accident(w, village)
    return lambda actor: actions.tell_accident(actor, case_id=case.pk, facts={"off_days": 5})


@does(Act.ACCIDENT_REPORT_SENT)
def _(w: World, village: str):
    case, at = accident(w, village), timezone.now() - timedelta(hours=1)
    return lambda actor: actions.record_report(actor, case_id=case.pk, stage=1, at=at)


@does(Act.CASE_MOVE)
def _(w: World, village: str):
    case = accident(w, village)
    return lambda actor: actions.move(actor, case_id=case.pk, to="checked")


@does(Act.CASE_DECIDE)
def _(w: World, village: str):
    case = accident(w, village)
    with w.by("operator") as operator:
        step = actions.move(operator, case_id=case.pk, to="closed", reason="Bukan kecelakaan kerja")
    assert step.answer == Step.Answer.PROPOSED
    return lambda actor: actions.decide_move(actor, case_id=case.pk, approve=True)


@does(Act.CASE_CHILDREN)
def _(w: World, village: str):
    case = accident(w, village)
    return lambda actor: actions.set_children(actor, case_id=case.pk, children=[["sd", 3, None]])


@does(Act.CASE_TELL)
def _(w: World, village: str):
    case = accident(w, village)
    return lambda actor: actions.tell(actor, case_id=case.pk, how="visit", whom="Istri")


@does(Act.CASE_LETTER)
def _(w: World, village: str):
    case = accident(w, village)
    return lambda actor: actions.letter_pdf(actor, case_id=case.pk)


@does(Act.CODE_PRINT_VILLAGE)
def _(w: World, village: str):
    return lambda actor: actions.village_slips(actor, village=village)


@does(Act.CODE_PRINT)
def _(w: World, village: str):
    return lambda actor: actions.person_slip(actor, person_id=w.covered[village][2])


@does(Act.CODE_RENEW)
def _(w: World, village: str):
    person = w.covered[village][2]
    with w.by("operator") as operator:
        actions.person_slip(operator, person_id=person)
    return lambda actor: actions.renew_code(actor, person_id=person, issue=1, reason="Slip hilang")


@does(Act.STATUS_GUESSED)
def _(w: World, village: str):
    def guess(actor):
        for _ in range(guessing.WRONG_HERE.times + 1):
            guessing.allowed("203.0.113.9", "6571014508680001")

    return guess


def pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@does(Act.PAPER_STORE)
def _(w: World, village: str):
    case, content = accident(w, village), pdf()
    return lambda actor: actions.store_paper(actor, case_id=case.pk, item="KTP", chunks=[content])


def paper(w: World, village: str) -> Paper:
    case = accident(w, village)
    with w.by("operator") as operator:
        return actions.store_paper(operator, case_id=case.pk, item="KTP", chunks=[pdf()])


@does(Act.PAPER_REMOVE)
def _(w: World, village: str):
    made = paper(w, village)
    return lambda actor: actions.remove_paper(actor, paper_id=made.pk, reason="Salah orang")


@does(Act.PAPER_OPEN)
def _(w: World, village: str):
    made = paper(w, village)
    return lambda actor: actions.open_paper(actor, paper_id=made.pk)


@does(Act.REBUILD)
def _(w: World, village: str):
    return lambda actor: figures.rebuild(actor, today=w.today)


@does(Act.PUBLISH)
def _(w: World, village: str):
    with w.by("operator") as operator:
        figures.rebuild(operator, today=w.today)
    return lambda actor: figures.publish(actor, reason="")


@does(Act.RECORD_OUTSIDE)
def _(w: World, village: str):
    from payung.oversight.outside import QUESTIONS

    period = str(w.now - 1)
    return lambda actor: figures.record_outside(
        actor, question=next(iter(QUESTIONS)), value="12", period=period, source="BPS", today=w.today
    )


@does(Act.VILLAGE_NAMES)
def _(w: World, village: str):
    return lambda actor: names_of(actor, village, w.today)


@does(Act.CASE_ASK)
def _(w: World, village: str):
    name = w.code("Siti")
    return lambda actor: constituents.ask(
        actor, name=name, region_code=village, text="Apa kabar?", today=w.today
    )


def question(w: World, village: str) -> int:
    with w.by("dprd") as member:
        return constituents.ask(
            member, name=w.code("Siti"), region_code=village, text="Apa kabar?", today=w.today
        )


@does(Act.CASE_ANSWER)
def _(w: World, village: str):
    number = question(w, village)
    return lambda actor: constituents.answer(
        actor, question_id=number, verdict="protected", text="Terlindungi sampai Desember."
    )


@does(Act.CASE_OPEN)
def _(w: World, village: str):
    number = question(w, village)

    def attempt(actor):
        found = constituents.question(actor, number, w.today)
        if found is None:
            raise constituents.NotAllowed("nothing is shown")

    return attempt


def meeting(w: World, written: bool = False) -> Meeting:
    with w.by("operator") as operator:
        made = meetings.record_meeting(
            operator, held_on=w.ago(5), title=w.code("Raker"), place="DPRD", agenda="Anggaran"
        )
        if written:
            meetings.change_meeting(
                operator,
                meeting_id=made.pk,
                place="DPRD",
                agenda="Anggaran",
                minutes="Setuju.",
                participants=[],
            )
    return Meeting.objects.get(pk=made.pk)


@does(Act.MEETING_RECORD)
def _(w: World, village: str):
    title = w.code("Raker")
    return lambda actor: meetings.record_meeting(
        actor, held_on=w.ago(5), title=title, place="DPRD", agenda="Anggaran"
    )


@does(Act.MEETING_CHANGE)
def _(w: World, village: str):
    made = meeting(w)
    return lambda actor: meetings.change_meeting(
        actor, meeting_id=made.pk, place="DPRD", agenda="Lain", minutes="Setuju.", participants=[]
    )


@does(Act.MEETING_ADOPT)
def _(w: World, village: str):
    made = meeting(w, written=True)
    shown = meetings.fingerprint(made)
    return lambda actor: meetings.adopt_minutes(
        actor, meeting_id=made.pk, adopted_on=w.today, adopted_in="Pimpinan", shown=shown, today=w.today
    )


@does(Act.MEETING_ATTACH)
def _(w: World, village: str):
    made, content = meeting(w), pdf()
    return lambda actor: meetings.attach_file(actor, meeting_id=made.pk, name="r.pdf", chunks=[content])


@does(Act.MEETING_OPEN_FILE)
def _(w: World, village: str):
    made = meeting(w)
    with w.by("operator") as operator:
        kept = meetings.attach_file(operator, meeting_id=made.pk, name="r.pdf", chunks=[pdf()])
    return lambda actor: meetings.open_file(actor, file_id=kept.pk)


def agree(w: World, actor, made: Meeting, text: str) -> Resolution:
    return meetings.resolve(
        actor,
        meeting_id=made.pk,
        text=text,
        owner="Badan Anggaran",
        deadline=w.today + timedelta(days=30),
        today=w.today,
    )


@does(Act.RESOLUTION_RECORD)
def _(w: World, village: str):
    made, text = meeting(w), w.code("Anggarkan")
    return lambda actor: agree(w, actor, made, text)


def resolution(w: World) -> Resolution:
    made = meeting(w)
    with w.by("operator") as operator:
        return agree(w, operator, made, w.code("Anggarkan"))


@does(Act.RESOLUTION_WITHDRAW)
def _(w: World, village: str):
    made = resolution(w)
    return lambda actor: meetings.withdraw(actor, resolution_id=made.pk, reason="Sudah tidak perlu")


@does(Act.RESOLUTION_CLAIM)
def _(w: World, village: str):
    made = resolution(w)
    return lambda actor: meetings.claim_done(actor, resolution_id=made.pk, evidence="Surat 12")


@does(Act.RESOLUTION_DECIDE)
def _(w: World, village: str):
    made = resolution(w)
    with w.by("operator") as operator:
        claim: Completion = meetings.claim_done(operator, resolution_id=made.pk, evidence="Surat 12")
    return lambda actor: meetings.decide_done(actor, completion_id=claim.pk, accept=True)
