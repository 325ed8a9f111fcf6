"""Personal codes handed out on paper: by village, or to one person; and who was seen guessing at the public page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payung.access.acts import WHOLE_PROVINCE
from payung.access.roles import Permission
from payung.access.trail import Trail, opened
from payung.claims import actions, guessing, personal_codes
from payung.registry import queries
from payung.registry.queries import region_names
from payung.web.pages import PDF, actor_of, file_answer, needs, whole_number

P = Permission
#: How long an alarm stays on the pages.
ALARM_DAYS = 7
KINDS = {
    "address": gettext_lazy("Banyak pertanyaan atau kode yang salah dari satu alamat"),
    "nik": gettext_lazy("Banyak kode yang salah untuk satu NIK, dari beberapa alamat"),
    "all": gettext_lazy("Banyak kode yang salah dari banyak alamat"),
    "papers": gettext_lazy("Banyak jawaban benar ke satu alamat: mungkin ada yang memegang slip orang lain"),
}


@needs(P.HAND_OUT_CODE)
def index(request: HttpRequest) -> HttpResponse:
    """List the villages with how many of their people have a code; for the province, who was seen guessing."""
    actor = actor_of(request)
    return render(
        request,
        "claims/codes.html",
        {
            "villages": personal_codes.villages(actor.where(P.HAND_OUT_CODE)),
            "alarms": [(one, KINDS.get(one.kind, one.kind)) for one in guessing.alarms(_since())]
            if actor.may(P.HAND_OUT_CODE, WHOLE_PROVINCE)
            else (),
            "days": ALARM_DAYS,
        },
    )


@needs(P.HAND_OUT_CODE)
def village(request: HttpRequest, village: str) -> HttpResponse:
    """Show the slips of one village, to be printed and handed out."""
    actor = actor_of(request)
    if village not in region_names():
        raise Http404
    actor.require(P.HAND_OUT_CODE, village)
    if request.method == "POST":
        part = whole_number(request.POST.get("bagian", "1"), 10_000) or 1
        slips = actions.village_slips(actor, village=village, part=part)
        return file_answer(f"kode-pribadi-{village}-{part}.pdf", slips, PDF)
    found = [one for one in personal_codes.villages([village]) if one.code == village]
    return render(
        request,
        "claims/codes_village.html",
        {
            "found": found[0] if found else None,
            "code": village,
            "place": region_names()[village],
            "part_size": personal_codes.PART,
        },
    )


@needs(P.HAND_OUT_CODE)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's code: printed for them or their family, or made anew."""
    someone, actor = queries.person(person_id), actor_of(request)
    if someone is None or someone.merged_into_id:
        raise Http404
    actor.require(P.HAND_OUT_CODE, someone.region_code)
    if request.method == "POST":
        if request.POST.get("tindakan") == "ganti":
            actions.renew_code(
                actor,
                person_id=person_id,
                issue=whole_number(request.POST.get("terbitan", ""), 10**9) or 0,
                reason=request.POST.get("alasan", ""),
            )
            messages.success(request, _("Kode lama tidak berlaku lagi. Cetak slip yang baru."))
            return redirect("web:claims-code", person_id)
        slip = actions.person_slip(actor, person_id=person_id)
        return file_answer(f"kode-pribadi-{person_id}.pdf", slip, PDF)
    opened(actor.user, Trail.PERSON, person_id)
    return render(
        request,
        "claims/code.html",
        {"person": someone, "known": personal_codes.code_known(person_id)},
    )


def guesses() -> dict[str, Any]:
    """Return the alarms of the last days as a line of the page of the month."""
    return {
        "label": _("Tanda orang menebak di halaman cek perlindungan, 7 hari terakhir"),
        "count": len(guessing.alarms(_since())),
        "url": reverse("web:claims-codes"),
    }


def _since() -> datetime:
    return timezone.now() - timedelta(days=ALARM_DAYS)
