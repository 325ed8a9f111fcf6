"""The demo's meeting with parliament: what was agreed five weeks ago, and what the figures say of it now."""

from __future__ import annotations

from datetime import date, timedelta

from payung.access.actor import Actor
from payung.parliament import constituents, meetings
from payung.parliament import queries as meeting_queries
from payung.parliament.resolution_indicators import BY_ID
from payung.values import Month

_MINUTES = """DPRD meminta satu angka yang sama untuk Disnaker, BPJS Ketenagakerjaan, dan BPS.
Disepakati menutup celah sebelum tahun anggaran berakhir dan menganggarkan dua belas bulan tahun depan.
Kriteria penerima ditulis dan ditetapkan, supaya dana tidak tumpang tindih."""


def hold(operator: Actor, member: Actor, *, today: date) -> str:
    """Record a past meeting with five resolutions, a coming one, and a member's question. Safe to repeat."""
    held = today - timedelta(days=36)
    seats = [
        ("Komisi IV DPRD Provinsi", "Anggota DPRD"),
        ("Dinas Tenaga Kerja dan Transmigrasi", "Kepala Dinas"),
        ("BPJS Ketenagakerjaan Cabang", "Petugas Cabang"),
    ]
    title = "Rapat kerja Komisi IV tentang pekerja rentan"
    past = meetings.record_meeting(
        operator,
        held_on=held,
        title=title,
        place="Ruang rapat DPRD Provinsi",
        agenda="Berapa yang terlindungi tahun ini\nAnggaran tahun depan\nKriteria penerima",
        participants=seats,
    )
    if not past.minutes:
        past = meetings.change_meeting(
            operator,
            meeting_id=past.pk,
            place=past.place,
            agenda=past.agenda,
            minutes=_MINUTES,
            participants=seats,
        )
    active = BY_ID["active"].read(Month.containing(held), "") or 0
    year_end = max(date(held.year, 12, 31), held + timedelta(days=30))
    resolved = {}
    for text, owner, deadline, indicator, target in (
        (
            "Pertahankan jumlah pekerja yang aktif sampai akhir tahun",
            "Dinas Tenaga Kerja dan Transmigrasi",
            year_end,
            "active",
            active,
        ),
        (
            "Naikkan cakupan dari yang layak menjadi 80 persen",
            "Dinas Tenaga Kerja dan Transmigrasi",
            year_end,
            "coverage",
            800,
        ),
        (
            "Anggarkan sedikitnya Rp4 miliar",
            "Badan Keuangan Daerah",
            held + timedelta(days=30),
            "budgeted",
            4_000_000_000,
        ),
        ("Tulis kriteria penerima", "Biro Hukum", held + timedelta(days=21), "", None),
        ("Samakan angka Disnaker dengan BPS", "Bappeda", held + timedelta(days=60), "", None),
    ):
        resolved[text] = meetings.resolve(
            operator,
            meeting_id=past.pk,
            text=text,
            owner=owner,
            deadline=deadline,
            today=today,
            indicator=indicator,
            target=target,
        )
    criteria = resolved["Tulis kriteria penerima"]
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
        place="Ruang rapat DPRD Provinsi",
        agenda="Tindak lanjut rapat sebelumnya\nAnggaran tahun depan",
        participants=seats,
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
