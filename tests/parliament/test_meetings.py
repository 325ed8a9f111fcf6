"""Resolutions are judged by the figures; what has none needs one to claim and another to confirm."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.access.models import Event
from payung.oversight import actions as figures
from payung.oversight.models import CoverCount
from payung.parliament import meetings as actions
from payung.parliament import queries
from payung.parliament.agenda import last_meeting
from payung.parliament.minutes_paper import minutes_pdf
from payung.parliament.models import Completion
from payung.parliament.resolution_indicators import BY_ID, judge, written
from payung.values import Month
from tests.oversight.population import NOW, TODAY, populate

HELD = date(2026, 10, 22)


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator")
    with acting_as(actor):
        yield actor


def a_meeting(operator, *, held_on=HELD, title="Raker Komisi IV"):
    return actions.record_meeting(
        operator,
        held_on=held_on,
        title=title,
        place="Ruang rapat DPRD",
        agenda="Anggaran perlindungan pekerja rentan",
        participants=[("DPRD Provinsi", "Syamsu"), ("BPJS Ketenagakerjaan", "Rina")],
    )


def agree(operator, meeting, text="Anggarkan 12 bulan", **more):
    return actions.resolve(
        operator,
        meeting_id=meeting.pk,
        text=text,
        owner="Badan Anggaran",
        deadline=more.pop("deadline", date(2026, 12, 31)),
        today=TODAY,
        **more,
    )


@pytest.mark.django_db
def test_recording_the_same_twice_changes_nothing(operator):
    meeting = a_meeting(operator)
    assert a_meeting(operator) == meeting
    assert meeting.participants.count() == 2
    first = agree(operator, meeting)
    assert agree(operator, meeting) == first
    assert agree(operator, meeting, "Tulis kriteria penerima").number == 2
    assert Event.objects.filter(action="resolution.record").count() == 2, "the same again is no second act"


@pytest.mark.django_db
def test_a_measured_resolution_is_judged_by_the_months_figures(operator):
    populate(400)
    figures.rebuild(operator, today=TODAY)
    meeting = a_meeting(operator)
    by_month = {
        month: sum(CoverCount.objects.filter(month=month).values_list("active", flat=True))
        for month in (NOW, Month.containing(HELD))
    }
    kept = agree(operator, meeting, indicator="active", target=by_month[NOW])
    short = agree(operator, meeting, "Semua aktif", indicator="active", target=10**6)
    assert (kept.baseline, kept.baseline_month) == (by_month[Month.containing(HELD)], Month.containing(HELD))
    first, second = queries.resolutions_of(meeting.pk, TODAY)
    assert (first.state, first.now) == ("done", by_month[NOW])
    assert (second.state, second.resolution) == ("behind", short)
    late = queries.resolutions_of(meeting.pk, date(2027, 1, 1))[1]
    assert late.state == "missed" and late.overdue
    # The figure falls again: so does the state, whatever anybody says.
    CoverCount.objects.filter(month__gte=NOW - 1).update(active=0)
    assert queries.resolutions_of(meeting.pk, TODAY)[0].state != "done"
    with pytest.raises(Refused, match="measured"):
        actions.claim_done(operator, resolution_id=kept.pk, evidence="Surat 1")


@pytest.mark.django_db
def test_every_indicator_can_be_read_and_written(operator):
    populate(300)
    figures.rebuild(operator, today=TODAY)
    for indicator in BY_ID.values():
        value = indicator.read(NOW, "")
        assert value is None or value >= 0
        if indicator.by_region:
            part = indicator.read(NOW, "65.71")
            assert part is None or indicator.unit == "thousandths" or part <= value
    assert BY_ID["budgeted"].read(NOW, "") == 4_000_000_000
    assert written(475, BY_ID["coverage"]) == "47,5%"
    assert written(3, BY_ID["unclaimed"]) == "<5"
    assert written(12_500, BY_ID["active"]) == "12.500"
    assert written(None, BY_ID["active"]) == "–"


@pytest.mark.django_db
def test_one_claims_and_another_confirms(operator, make_actor):
    resolution = agree(operator, a_meeting(operator))
    member = make_actor("dprd")
    with pytest.raises(NotAllowed):
        actions.claim_done(member, resolution_id=resolution.pk, evidence="Surat 1")
    claim = actions.claim_done(operator, resolution_id=resolution.pk, evidence="Surat 1")
    assert actions.claim_done(operator, resolution_id=resolution.pk, evidence="Surat lain") == claim
    assert queries.resolution(resolution.pk, TODAY).state == "claimed"
    with pytest.raises(NotAllowed):
        actions.decide_done(operator, completion_id=claim.pk, accept=True)
    with pytest.raises(Refused):
        actions.decide_done(member, completion_id=claim.pk, accept=False)
    actions.decide_done(member, completion_id=claim.pk, accept=False, reason="Suratnya belum ditandatangani")
    assert queries.resolution(resolution.pk, TODAY).state == "open"
    again = actions.claim_done(operator, resolution_id=resolution.pk, evidence="Surat 2, ditandatangani")
    assert actions.decide_done(member, completion_id=again.pk, accept=True).state == "confirmed"
    assert queries.resolution(resolution.pk, TODAY).state == "done"
    with pytest.raises(Refused):
        actions.decide_done(member, completion_id=again.pk, accept=True)


@pytest.mark.django_db
def test_the_database_refuses_who_confirms_their_own_claim(operator, make_actor):
    resolution = agree(operator, a_meeting(operator))
    approver = make_actor("approver")
    claim = actions.claim_done(approver, resolution_id=resolution.pk, evidence="Surat")
    with pytest.raises(Refused, match="cannot decide"):
        actions.decide_done(approver, completion_id=claim.pk, accept=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Completion.objects.filter(pk=claim.pk).update(state="confirmed", decided_by=approver.user)


@pytest.mark.django_db
def test_the_next_meeting_opens_with_the_last_ones_resolutions_and_what_is_still_open(operator, make_actor):
    member = make_actor("dprd")
    old = a_meeting(operator, held_on=date(2026, 3, 1), title="Raker lama")
    done, still = agree(operator, old, "Selesai dulu"), agree(operator, old, "Masih terbuka")
    claim = actions.claim_done(operator, resolution_id=done.pk, evidence="Surat")
    actions.decide_done(member, completion_id=claim.pk, accept=True)
    last = a_meeting(operator)
    agreed = agree(operator, last, "Dari rapat terakhir", deadline=HELD)
    coming = a_meeting(operator, held_on=TODAY + timedelta(days=7), title="Raker berikutnya")
    opened = queries.open_resolutions(TODAY)
    assert [one.resolution for one in opened] == [agreed, still]
    assert opened[0].overdue
    assert [one.resolution for one in queries.before_meeting(coming, TODAY)] == [agreed, still]
    sheet = last_meeting(TODAY)
    assert (sheet.title, [one.state for one in sheet.promises]) == ("Raker Komisi IV", ["late", "open"])
    actions.withdraw(operator, resolution_id=still.pk, reason="Digabung dengan yang lain")
    assert [one.resolution for one in queries.open_resolutions(TODAY)] == [agreed]


@pytest.mark.django_db
def test_what_cannot_be_is_refused_with_a_sentence(operator):
    meeting = a_meeting(operator)
    for fault in (
        {"indicator": "active"},
        {"indicator": "nothing", "target": 5},
        {"indicator": "active", "target": -1},
        {"indicator": "active", "target": 5, "region_code": "99"},
        {"indicator": "budgeted", "target": 5, "region_code": "65.71"},
        {"region_code": "65.71"},
        {"deadline": HELD - timedelta(days=1)},
        {"text": "  "},
    ):
        with pytest.raises(Refused):
            agree(operator, meeting, fault.pop("text", "x"), **fault)
    with pytest.raises(Refused):
        a_meeting(operator, title=" ")
    with pytest.raises(Refused):
        agree(operator, type(meeting)(pk=10**9))
    assert not queries.resolutions_of(meeting.pk, TODAY)


@pytest.mark.django_db
def test_minutes_are_kept_encrypted_and_opened_on_the_record(operator, make_actor, settings, tmp_path):
    settings.HOME = tmp_path
    meeting = a_meeting(operator)
    content = _pdf()
    kept = actions.attach_file(operator, meeting_id=meeting.pk, name="risalah.pdf", chunks=[content])
    again = actions.attach_file(operator, meeting_id=meeting.pk, name="lain.pdf", chunks=[content])
    assert kept == again
    assert not (tmp_path / "meetings" / kept.stored_as).read_bytes().startswith(b"%PDF")
    found, opened = actions.open_file(make_actor("dprd"), file_id=kept.pk)
    assert opened.startswith(b"%PDF") and found == kept
    assert Event.objects.filter(action="meeting.open_file").count() == 1
    with pytest.raises(NotAllowed):
        actions.open_file(make_actor("village"), file_id=kept.pk)
    with pytest.raises(Refused):
        actions.attach_file(operator, meeting_id=meeting.pk, name="x.exe", chunks=[b"MZ..."])


def _pdf() -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(content)
    return content.getvalue()


def write(operator, meeting, minutes="Disepakati menutup celah."):
    return actions.change_meeting(
        operator,
        meeting_id=meeting.pk,
        place=meeting.place,
        agenda=meeting.agenda,
        minutes=minutes,
        participants=[("DPRD Provinsi", "Syamsu")],
    )


def adopt(actor, meeting, **more):
    values = {
        "adopted_on": HELD,
        "adopted_in": "Ketua Komisi IV",
        "shown": actions.fingerprint(meeting),
        "today": TODAY,
    }
    return actions.adopt_minutes(actor, meeting_id=meeting.pk, **{**values, **more})


@pytest.mark.django_db
def test_adopted_minutes_are_another_persons_word_and_stay_as_they_are(
    operator, make_actor, settings, tmp_path
):
    settings.HOME = tmp_path
    member = make_actor("dprd")
    meeting = a_meeting(operator)
    agreed = agree(operator, meeting)
    with pytest.raises(Refused, match="not written"):
        adopt(member, meeting)
    meeting = write(operator, meeting)
    read = actions.fingerprint(meeting)
    with pytest.raises(NotAllowed):
        adopt(operator, meeting)
    for wrong in (
        {"adopted_on": HELD - timedelta(days=1)},
        {"adopted_on": TODAY + timedelta(days=1)},
        {"adopted_in": " "},
    ):
        with pytest.raises(Refused):
            adopt(member, meeting, **wrong)
    write(operator, meeting, "Disepakati lain.")
    with pytest.raises(Refused, match="changed since"):
        adopt(member, meeting, shown=read)
    meeting = write(operator, meeting)
    adopted = adopt(member, meeting)
    assert (adopted.adopted_by, adopted.adopted_in, adopted.adopted_on) == (
        member.user,
        "Ketua Komisi IV",
        HELD,
    )
    assert adopt(member, meeting, adopted_in="Orang lain").adopted_in == "Ketua Komisi IV"

    for change in (
        lambda: write(operator, meeting, "Lain lagi"),
        lambda: agree(operator, meeting, "Tambahan sesudah disahkan"),
    ):
        with pytest.raises(Refused, match="adopted"):
            change()
    assert agree(operator, meeting) == agreed and a_meeting(operator) == meeting
    for change in (
        lambda: type(meeting).objects.filter(pk=meeting.pk).update(minutes="diganti"),
        lambda: meeting.participants.all().delete(),
        lambda: meeting.resolutions.update(target=None, text="diganti"),
        lambda: meeting.resolutions.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    assert actions.withdraw(operator, resolution_id=agreed.pk, reason="Dana dicabut").withdrawn
    actions.attach_file(operator, meeting_id=meeting.pk, name="risalah.pdf", chunks=[_pdf()])
    assert actions.fingerprint(type(meeting).objects.get()) == adopted.adopted_sha256


@pytest.mark.django_db
def test_the_database_refuses_who_adopts_what_they_wrote(operator):
    meeting = write(operator, a_meeting(operator))
    with pytest.raises(DatabaseError, match="meeting_adopted_by_another"), transaction.atomic():
        type(meeting).objects.filter(pk=meeting.pk).update(
            adopted_by=operator.user, adopted_at=meeting.at, adopted_on=HELD, adopted_in="saya"
        )


@pytest.mark.django_db
def test_the_paper_is_a_pdf_that_holds_what_was_agreed(operator):
    meeting = a_meeting(operator)
    row = {"number": "1", "meeting": "1 Maret", "text": "Anggarkan 12 bulan & lebih #1", "owner": "Bappeda"}
    row |= {"deadline": "31 Desember 2026", "state": "Berjalan", "measure": ""}
    made = minutes_pdf(meeting, before=[], agreed=[row], today=TODAY)
    with pikepdf.open(io.BytesIO(made)) as document:
        assert len(document.pages) == 1


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
numbers = st.integers(0, 10**7)


@given(numbers, numbers, numbers, days, days, days, st.booleans())
def test_a_judgement_follows_the_figure(baseline, now, target, start, deadline, today, rises):
    start, deadline = min(start, deadline), max(start, deadline)
    rest = {"target": target, "rises": rises, "start": start, "deadline": deadline, "today": today}
    state = judge(baseline=baseline, now=now, **rest)
    reached = now >= target if rises else now <= target
    assert (state == "done") == reached
    assert (state == "missed") == (not reached and today > deadline)
    if state == "on_track":
        # Nearer to the target is never worse.
        nearer = (now + target) // 2
        assert judge(baseline=baseline, now=nearer, **rest) in ("on_track", "done")
    assert judge(baseline=baseline, now=None, **rest) == "unknown"


@pytest.mark.django_db
def test_the_demos_meeting_has_resolutions_of_every_kind_and_can_be_held_again(operator, make_actor):
    from payung.cli.demo_meeting import hold

    populate(300)
    figures.rebuild(operator, today=TODAY)
    member = make_actor("dprd")
    assert hold(operator, member, today=TODAY) == hold(operator, member, today=TODAY)
    states = [one.state for one in queries.open_resolutions(TODAY)]
    assert len(states) == 5 and {"done", "open"} <= set(states)
