"""Am I covered? For workers and heirs: NIK and birth date, one answer in one size and one time."""

from __future__ import annotations

import time
from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from payung.claims import public_status
from payung.claims.checklist import papers_for_family
from payung.web.pages import asked_from

#: Every answer takes this long, or a multiple where the machine is busy, and is this large, whoever is asked about.
SECONDS = 0.25
BYTES = 40_960


class StatusForm(forms.Form):
    """Two factors: who does not know both learns nothing."""

    nik = forms.RegexField(
        r"^\d{16}$",
        label=gettext_lazy("NIK (16 angka di KTP)"),
        error_messages={
            "required": gettext_lazy("Tulis NIK."),
            "invalid": gettext_lazy("NIK terdiri atas 16 angka, tanpa spasi."),
        },
    )
    born = forms.DateField(
        label=gettext_lazy("Tanggal lahir"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Tulis tanggal lahir."),
            "invalid": gettext_lazy("Tanggal lahir tidak dikenali; contoh 1985-08-17."),
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        self.fields["nik"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "maxlength": "16"}


def ask(request: HttpRequest) -> HttpResponse:
    """The question, and its answer once both factors are given."""
    begun, today = time.monotonic(), timezone.localdate()
    form = StatusForm(request.POST or None)
    context = {
        "form": form,
        "contact": settings.PAYUNG_CONTACT,
        "branch": settings.PAYUNG_BRANCH_ADDRESS,
        "papers": papers_for_family(today, "en" if get_language() == "en" else "id"),
    }
    if request.method != "POST":
        return _private(render(request, "claims/status.html", context))
    if not form.is_valid():
        return _private(render(request, "claims/status.html", context, status=422))
    nik = form.cleaned_data["nik"]
    if not public_status.allowed(asked_from(request), nik):
        form.add_error(None, _("Terlalu banyak pertanyaan. Coba lagi sepuluh menit lagi."))
        return _private(render(request, "claims/status.html", context, status=429))
    answer = public_status.ask(nik, form.cleaned_data["born"], today)
    context |= {
        "asked": True,
        "answer": answer,
        "until": answer.cover.clock.lapses_on - timedelta(days=1)
        if answer and answer.cover.clock.lapses_on
        else None,
    }
    return _uniform(render(request, "claims/status.html", context), begun)


def _uniform(response: HttpResponse, begun: float) -> HttpResponse:
    """One size and one time for every answer."""
    room = BYTES - len(response.content)
    if room < 0:
        raise ValueError(f"an answer is {-room} bytes larger than the size that all answers have")
    response.content += b" " * room
    time.sleep(SECONDS - (time.monotonic() - begun) % SECONDS)
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    return response
