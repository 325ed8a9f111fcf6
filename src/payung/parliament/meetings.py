"""Recording meetings and resolutions, and saying when one is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from payung.access import approvals
from payung.access.actor import Actor, Refused, action, record_reading
from payung.access.acts import OWN_REGIONS, WHOLE_PROVINCE, Act
from payung.access.models import Organisation
from payung.database.locks import Lock, one_at_a_time
from payung.documents.store import MEETING_FILES, take
from payung.parliament.models import Completion, Meeting, MeetingFile, Participant, Resolution
from payung.parliament.resolution_indicators import BY_ID
from payung.registry.queries import region_names
from payung.values import Month


def record_meeting(
    actor: Actor,
    *,
    held_on: date,
    title: str,
    place: str,
    agenda: str,
    participants: Iterable[tuple[str, str]] = (),
) -> Meeting:
    """Record a meeting that was or will be held; the same day and title again changes nothing.

    `participants` are (organisation, name). Raises NotAllowed, Refused.
    """
    words = {"nama rapat": title.strip(), "tempat": place.strip(), "agenda": agenda.strip()}
    missing = ", ".join(name for name, text in words.items() if not text)
    if missing:
        raise Refused(
            _("Isi dahulu: %(missing)s."),
            missing=missing,
        )
    with action(actor, Act.MEETING_RECORD, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.MEETING, held_on)
        meeting, made = Meeting.objects.get_or_create(
            held_on=held_on,
            title=title.strip()[:200],
            defaults={"place": place.strip()[:200], "agenda": agenda.strip(), "by": actor.user},
        )
        deed.subject_id = meeting.pk
        seated = meeting.participants.count()
        if meeting.adopted_at is None:
            _seat(meeting, participants)
        if not made and meeting.participants.count() == seated:
            deed.unchanged()
    return meeting


def change_meeting(
    actor: Actor,
    *,
    meeting_id: int,
    place: str,
    agenda: str,
    minutes: str,
    participants: Iterable[tuple[str, str]],
) -> Meeting:
    """Place, agenda, minutes and who sat there, as they are now known. Raises NotAllowed, Refused."""
    with action(actor, Act.MEETING_CHANGE, region_code=WHOLE_PROVINCE) as deed:
        meeting = _draft(meeting_id)
        was = fingerprint(meeting)
        if not place.strip() or not agenda.strip():
            raise Refused(_("Tempat dan agenda tidak boleh kosong."))
        before = hashlib.sha256(meeting.minutes.encode()).hexdigest()
        meeting.place, meeting.agenda, meeting.minutes = place.strip()[:200], agenda.strip(), minutes.strip()
        meeting.written_by = actor.user if meeting.minutes else None
        meeting.save(update_fields=["place", "agenda", "minutes", "written_by"])
        meeting.participants.all().delete()
        _seat(meeting, participants)
        deed.subject_id, deed.data = meeting_id, {"minutes_before": before}
        if fingerprint(meeting) == was:
            deed.unchanged()
    return meeting


def fingerprint(meeting: Meeting) -> str:
    """Return a hash of all that adopting the minutes fixes: what was said, who sat there, what was agreed."""
    said = [meeting.held_on, meeting.title, meeting.place, meeting.agenda, meeting.minutes]
    seats = meeting.participants.order_by("organisation", "name").values_list("organisation", "name")
    agreed = meeting.resolutions.order_by("number").values_list(
        *("number", "text", "owner__name", "deadline", "indicator", "region_code", "target")
    )
    return hashlib.sha256(json.dumps([said, *seats, *agreed], default=str).encode()).hexdigest()


def adopt_minutes(
    actor: Actor, *, meeting_id: int, adopted_on: date, adopted_in: str, shown: str, today: date
) -> Meeting:
    """Record that a meeting adopted its minutes: by whom (`adopted_in`) and when. Nothing in them changes after.

    `shown` is the `fingerprint` of what the actor read. Adopted again, nothing changes. Raises NotAllowed; Refused
    for minutes not written, changed since they were read, written by the actor, or a day that cannot be.
    """
    with action(actor, Act.MEETING_ADOPT, region_code=WHOLE_PROVINCE) as deed:
        meeting = _meeting(meeting_id)
        deed.subject_id, deed.data = meeting_id, {"sha256": shown}
        if meeting.adopted_at is not None:
            deed.unchanged()
            return meeting
        _check_adoption(meeting, actor, adopted_on, adopted_in, today)
        approvals.refuse_unlike(shown, fingerprint(meeting))
        meeting.adopted_by, meeting.adopted_at = actor.user, Now()
        meeting.adopted_on, meeting.adopted_in = adopted_on, adopted_in.strip()[:200]
        meeting.adopted_sha256 = shown
        meeting.save()
    meeting.refresh_from_db()
    return meeting


def _check_adoption(meeting: Meeting, actor: Actor, adopted_on: date, adopted_in: str, today: date) -> None:
    if not meeting.minutes:
        raise Refused(_("Risalah belum ditulis."))
    approvals.refuse_own(actor, [meeting.written_by_id])
    if not adopted_in.strip():
        raise Refused(_("Tulis siapa yang mengesahkan, misalnya pimpinan rapat."))
    if not meeting.held_on <= adopted_on <= today:
        raise Refused(_("Tanggal pengesahan harus dari hari rapat sampai hari ini."))


def _seat(meeting: Meeting, participants: Iterable[tuple[str, str]]) -> None:
    seated = {(organisation.strip()[:200], name.strip()[:200]) for organisation, name in participants}
    Participant.objects.bulk_create(
        [
            Participant(meeting=meeting, organisation=organisation, name=name)
            for organisation, name in sorted(seated)
            if organisation and name
        ],
        ignore_conflicts=True,
    )


def _meeting(meeting_id: int) -> Meeting:
    meeting = Meeting.objects.select_for_update().filter(pk=meeting_id).first()
    if meeting is None:
        raise Refused(_("Rapat ini tidak ada."))
    return meeting


def _draft(meeting_id: int) -> Meeting:
    """Return a meeting whose minutes may still be changed."""
    meeting = _meeting(meeting_id)
    if meeting.adopted_at is not None:
        raise Refused(
            _(
                "Risalah rapat ini sudah disahkan dan tidak dapat diubah; catat koreksinya "
                "dalam risalah rapat berikutnya."
            )
        )
    return meeting


def resolve(
    actor: Actor,
    *,
    meeting_id: int,
    text: str,
    owner: str,
    deadline: date,
    today: date,
    indicator: str = "",
    target: int | None = None,
    region_code: str = "",
) -> Resolution:
    """Record a resolution of a meeting; the same words again change nothing.

    With an indicator its value in the month of the meeting is kept as where it started (of today for figures that
    are not kept by month). Raises NotAllowed; Refused for a deadline before the meeting, or half an indicator.
    """
    if not text.strip() or not owner.strip():
        raise Refused(_("Isi tindak lanjut dan penanggung jawabnya."))
    measure = BY_ID.get(indicator) if indicator else None
    if indicator and (measure is None or target is None or target < 0):
        raise Refused(
            _("Pilih indikator yang tersedia dan isi sasarannya dengan angka; atau kosongkan keduanya.")
        )
    if region_code and region_code not in region_names():
        raise Refused(_("Wilayah indikator tidak dikenal."))
    if region_code and (measure is None or not measure.by_region):
        raise Refused(_("Indikator ini hanya untuk seluruh wilayah; kosongkan wilayahnya."))
    with action(actor, Act.RESOLUTION_RECORD, region_code=WHOLE_PROVINCE) as deed:
        meeting = _meeting(meeting_id)
        if deadline < meeting.held_on:
            raise Refused(_("Tenggat harus sesudah rapat."))
        known = meeting.resolutions.filter(text=text.strip()[:500]).first()
        if known is not None:
            deed.unchanged()
            return known
        resolution = Resolution(
            meeting=_draft(meeting_id),
            number=(meeting.resolutions.aggregate(last=Max("number"))["last"] or 0) + 1,
            text=text.strip()[:500],
            owner=_owner(owner),
            deadline=deadline,
            by=actor.user,
        )
        if measure is not None:
            held = min(meeting.held_on, today)
            month = Month.containing(held if measure.by_month else today)
            resolution.indicator, resolution.target, resolution.region_code = indicator, target, region_code
            resolution.baseline, resolution.baseline_month = measure.read(month, region_code), month
        resolution.save()
        deed.subject_id = resolution.pk
        deed.data = {"meeting": meeting.pk, "indicator": indicator, "target": target}
    return resolution


def _owner(name: str) -> Organisation:
    one_at_a_time(Lock.ORGANISATION)
    known = Organisation.objects.filter(name__iexact=name.strip()).first()
    return known or Organisation.objects.create(name=name.strip()[:200], kind=Organisation.Kind.AGENCY)


def withdraw(actor: Actor, *, resolution_id: int, reason: str) -> Resolution:
    """Take a resolution off the list, saying why; it stays readable. Raises NotAllowed, Refused."""
    if not reason.strip():
        raise Refused(_("Tulis mengapa tindak lanjut ini dicabut."))
    with action(actor, Act.RESOLUTION_WITHDRAW, region_code=WHOLE_PROVINCE) as deed:
        resolution = _resolution(resolution_id)
        deed.subject_id, deed.reason = resolution_id, reason.strip()
        if resolution.withdrawn:
            deed.unchanged()
            return resolution
        resolution.withdrawn = reason.strip()[:300]
        resolution.save(update_fields=["withdrawn"])
    return resolution


def _resolution(resolution_id: int) -> Resolution:
    resolution = Resolution.objects.select_for_update().filter(pk=resolution_id).first()
    if resolution is None:
        raise Refused(_("Tindak lanjut ini tidak ada."))
    return resolution


def claim_done(actor: Actor, *, resolution_id: int, evidence: str) -> Completion:
    """Say that a resolution without an indicator is done, and what shows it. Raises NotAllowed, Refused."""
    if not evidence.strip():
        raise Refused(_("Tulis buktinya: nomor surat, tanggal, atau berkas."))
    with action(actor, Act.RESOLUTION_CLAIM, region_code=WHOLE_PROVINCE) as deed:
        resolution = _resolution(resolution_id)
        if resolution.indicator:
            raise Refused(_("Tindak lanjut ini diukur dari angka; tidak dapat dinyatakan selesai."))
        if resolution.withdrawn:
            raise Refused(_("Tindak lanjut ini sudah dicabut."))
        standing = resolution.completions.exclude(state=Completion.State.DECLINED).first()
        if standing is not None:
            deed.unchanged()
            return standing
        completion = Completion.objects.create(
            resolution=resolution, evidence=evidence.strip()[:500], claimed_by=actor.user
        )
        approvals.seal([completion])
        deed.subject_id = resolution_id
    return completion


def decide_done(actor: Actor, *, completion_id: int, accept: bool, reason: str = "") -> Completion:
    """Confirm as a second user that a resolution is done, or decline with a reason. Raises NotAllowed, Refused."""
    if not accept and not reason.strip():
        raise Refused(_("Tulis apa yang masih kurang."))
    with action(actor, Act.RESOLUTION_DECIDE, region_code=WHOLE_PROVINCE) as deed:
        completion = Completion.objects.select_for_update().filter(pk=completion_id).first()
        if completion is None:
            raise Refused(_("Pernyataan ini tidak ada."))
        approvals.refuse_own(actor, completion.proposers())
        if completion.state != Completion.State.CLAIMED:
            raise Refused(_("Pernyataan ini sudah diputuskan."))
        decision = Completion.State.CONFIRMED if accept else Completion.State.DECLINED
        approvals.decide(actor, deed, [completion], decision, reason=reason)
        completion.reason = reason.strip()[:300]
        completion.save(update_fields=["reason"])
        deed.subject_id = completion.resolution_id
    return completion


def attach_file(
    actor: Actor, *, meeting_id: int, name: str, chunks: Iterable[bytes], resolution_id: int | None = None
) -> MeetingFile:
    """Keep signed minutes, or evidence of a resolution. The same file again changes nothing.

    Raises NotAllowed; Refused with one sentence for what is too large, of another kind, broken, or not safe.
    """
    sent = take(chunks)
    with action(actor, Act.MEETING_ATTACH, region_code=WHOLE_PROVINCE) as deed:
        meeting = _meeting(meeting_id)
        if resolution_id and not meeting.resolutions.filter(pk=resolution_id).exists():
            raise Refused(_("Tindak lanjut ini bukan dari rapat itu."))
        deed.subject_id, deed.data = meeting_id, {"sha256": sent.sha256}
        known = next(
            (one for one in meeting.files.filter(sha256=sent.sha256) if one.resolution_id == resolution_id),
            None,
        )
        if known is not None:
            deed.unchanged()
            return known
        return MeetingFile.objects.create(
            meeting=meeting,
            resolution_id=resolution_id,
            name=name.strip()[:200] or "risalah",
            content_type=sent.content_type,
            size=len(sent.content),
            sha256=sent.sha256,
            stored_as=MEETING_FILES.keep(sent.content),
            by=actor.user,
        )


def open_file(actor: Actor, *, file_id: int) -> tuple[MeetingFile, bytes]:
    """Return the content of a kept file to whoever sees the sheet; the opening is recorded.

    Raises NotAllowed, Refused.
    """
    actor.require_act(Act.MEETING_OPEN_FILE, region_code=OWN_REGIONS)
    kept = MeetingFile.objects.filter(pk=file_id).first()
    if kept is None:
        raise Refused(_("Berkas ini tidak ada."))
    content = MEETING_FILES.read(kept.stored_as)
    record_reading(actor, Act.MEETING_OPEN_FILE, kept.meeting_id, region_code=OWN_REGIONS, file=kept.pk)
    return kept, content
