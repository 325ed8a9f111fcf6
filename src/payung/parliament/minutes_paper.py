"""Agenda, minutes and resolutions of a meeting on paper, to be signed."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from payung.documents.paper import make_paper
from payung.parliament.models import Meeting


def minutes_pdf(
    meeting: Meeting, *, before: list[dict[str, str]], agreed: list[dict[str, str]], today: date
) -> bytes:
    """Return the meeting as PDF: what earlier meetings left open first, then who sat there, what was said and agreed.

    `before` and `agreed` are resolutions in words: number, meeting, text, owner, deadline, state, measure.
    """
    held = meeting.held_on <= today and bool(meeting.minutes)
    facts = {
        "owner": settings.PAYUNG_PROGRAMME_OWNER,
        "kind": _("Risalah rapat") if held else _("Agenda rapat"),
        "title": meeting.title,
        "day": date_format(meeting.held_on, "l, j F Y"),
        "place": meeting.place,
        "standing": _standing(meeting) if held else "",
        "agenda": meeting.agenda,
        "minutes": meeting.minutes,
        "seats": [
            [one.organisation, one.name] for one in meeting.participants.order_by("organisation", "name")
        ],
        "before": before,
        "agreed": agreed,
        "printed": date_format(today, "j F Y"),
        "words": {
            "place": _("Tempat"),
            "agenda": _("Agenda"),
            "minutes": _("Risalah"),
            "seats": _("Peserta"),
            "organisation": _("Organisasi"),
            "name": _("Nama"),
            "signature": _("Tanda tangan"),
            "before": _("Tindak lanjut rapat sebelumnya"),
            "agreed": _("Tindak lanjut rapat ini"),
            "text": _("Tindak lanjut"),
            "owner": _("Penanggung jawab"),
            "deadline": _("Tenggat"),
            "state": _("Keadaan"),
            "none": _("Tidak ada."),
            "as_of": _("Keadaan dan angka per"),
            "page": _("halaman"),
        },
    }
    return make_paper("parliament", "meeting.typ", {"meeting": facts})


def _standing(meeting: Meeting) -> str:
    if meeting.adopted_at is None or meeting.adopted_on is None:
        return _("Draf, belum disahkan")
    day = date_format(meeting.adopted_on, "j F Y")
    return _("Disahkan %(day)s oleh %(whom)s") % {"day": day, "whom": meeting.adopted_in}
