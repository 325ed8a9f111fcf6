"""The demo's meeting with parliament: what was agreed five weeks ago, and what the figures say of it now."""

from __future__ import annotations

from datetime import date, timedelta

from payung.access.actor import Actor
from payung.parliament import constituents, meetings
from payung.parliament import queries as meeting_queries
from payung.parliament.models import Meeting, Resolution
from payung.parliament.resolution_indicators import BY_ID
from payung.values import Month

_MINUTES = """DPRD meminta satu angka yang sama untuk Disnaker, BPJS Ketenagakerjaan, dan BPS.
Disepakati menutup celah sebelum tahun anggaran berakhir dan menganggarkan dua belas bulan tahun depan.
Kriteria penerima ditulis dan ditetapkan, supaya dana tidak tumpang tindih."""


_SEATS = [
    ("Komisi IV DPRD Provinsi", "Anggota DPRD"),
    ("Dinas Tenaga Kerja dan Transmigrasi", "Kepala Dinas"),
    ("BPJS Ketenagakerjaan Cabang", "Petugas Cabang"),
]
_CRITERIA = "Tulis kriteria penerima"
_PLACE = "Ruang rapat DPRD Provinsi"


def hold(operator: Actor, member: Actor, *, today: date) -> str:
    """Record a past meeting with five resolutions, a coming one, and a member's question. Safe to repeat."""
    held = today - timedelta(days=36)
    past = _past_meeting(operator, held)
    criteria = _resolve(operator, past, held, today)[_CRITERIA]
    claim = meetings.claim_done(
        operator,
        resolution_id=criteria.pk,
        evidence="Keputusan Kepala Dinas 560/112 tentang kriteria penerima",
    )
    if claim.state == "claimed":
        meetings.decide_done(member, completion_id=claim.pk, accept=True)
    meetings.adopt_minutes(
        member,
        meeting_id=past.pk,
        adopted_on=held,
        adopted_in="Pimpinan rapat: Ketua Komisi IV",
        shown=meetings.fingerprint(past),
        today=today,
    )
    meetings.record_meeting(
        operator,
        held_on=today + timedelta(days=12),
        title="Rapat kerja Komisi IV: tindak lanjut",
        place=_PLACE,
        agenda="Tindak lanjut rapat sebelumnya\nAnggaran tahun depan",
        participants=_SEATS,
    )
    constituents.ask(
        member,
        name="Husnul Khotimah",
        region_code="65.71.01",
        text="Keluarganya bertanya apakah ia terlindungi.",
        today=today,
    )
    opened = meeting_queries.open_resolutions(today)
    return f"{len(opened)} tindak lanjut, {sum(one.overdue for one in opened)} lewat tenggat; satu pertanyaan menunggu"


def _past_meeting(operator: Actor, held: date) -> Meeting:
    """Return the meeting held on that day, with its minutes."""
    past = meetings.record_meeting(
        operator,
        held_on=held,
        title="Rapat kerja Komisi IV tentang pekerja rentan",
        place=_PLACE,
        agenda="Berapa yang terlindungi tahun ini\nAnggaran tahun depan\nKriteria penerima",
        participants=_SEATS,
    )
    if past.minutes:
        return past
    return meetings.change_meeting(
        operator,
        meeting_id=past.pk,
        place=past.place,
        agenda=past.agenda,
        minutes=_MINUTES,
        participants=_SEATS,
    )


def _resolve(operator: Actor, past: Meeting, held: date, today: date) -> dict[str, Resolution]:
    """Record what the meeting agreed; its resolutions by their words. Money in rupiah, coverage in thousandths."""
    active = BY_ID["active"].read(Month.containing(held), "") or 0
    year_end = max(date(held.year, 12, 31), held + timedelta(days=30))
    agency = "Dinas Tenaga Kerja dan Transmigrasi"
    agreed: list[tuple[str, str, date, str, int | None]] = [
        ("Pertahankan jumlah pekerja yang aktif sampai akhir tahun", agency, year_end, "active", active),
        ("Naikkan cakupan dari yang layak menjadi 80 persen", agency, year_end, "coverage", 800),
        (
            "Anggarkan sedikitnya Rp4 miliar",
            "Badan Keuangan Daerah",
            held + timedelta(days=30),
            "budgeted",
            4_000_000_000,
        ),
        (_CRITERIA, "Biro Hukum", held + timedelta(days=21), "", None),
        ("Samakan angka Disnaker dengan BPS", "Bappeda", held + timedelta(days=60), "", None),
    ]
    return {
        text: meetings.resolve(
            operator,
            meeting_id=past.pk,
            text=text,
            owner=owner,
            deadline=deadline,
            today=today,
            indicator=indicator,
            target=target,
        )
        for text, owner, deadline, indicator, target in agreed
    }
