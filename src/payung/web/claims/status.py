"""Am I covered? For workers and heirs: NIK and birth date, one answer in one size and one time."""

from __future__ import annotations

import time
from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from payung.claims import public_status
from payung.claims.checklist import papers_for_family
from payung.identity.nik import digits_of
from payung.web.pages import asked_from

#: Every answer takes this long, or a multiple where the machine is busy, and is this large, whoever is asked about:
#: the part that differs from answer to answer has a size of its own, so that what surrounds it cannot tell either.
SECONDS = 0.25
BYTES = 40_960
ANSWER_BYTES = 4_096
#: A NIK as people paste it: with spaces, dots, dashes, quotes, or the word before it.
_LONGEST_NIK = 60


class NikField(forms.CharField):
    """Sixteen digits, however they are parted."""

    def clean(self, value: object) -> str:
        text = str(super().clean(value))
        digits, _problem = digits_of(text)
        if digits is None:
            raise forms.ValidationError(_("NIK terdiri atas 16 angka."), code="invalid")
        return digits


class StatusForm(forms.Form):
    """Two factors: who does not know both learns nothing."""

    nik = NikField(
        label=gettext_lazy("NIK (16 angka di KTP)"),
        max_length=_LONGEST_NIK,
        error_messages={
            "required": gettext_lazy("Tulis NIK."),
            "max_length": gettext_lazy("NIK terdiri atas 16 angka."),
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
        self.fields["nik"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}


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
    context["answered"] = _answered(
        request, public_status.ask(nik, form.cleaned_data["born"], today), context
    )
    return _uniform(render(request, "claims/status.html", context), begun)


def _answered(
    request: HttpRequest, answer: public_status.Answer | None, context: dict[str, object]
) -> SafeString:
    """The part of the page that differs from answer to answer, in one size."""
    lapses = answer.cover.clock.lapses_on if answer else None
    about = {**context, "answer": answer, "until": lapses - timedelta(days=1) if lapses else None}
    text = render_to_string("claims/answer.html", about, request)
    return mark_safe(text + " " * _room(len(text.encode()), ANSWER_BYTES))  # noqa: S308 — rendered by a template


def _room(size: int, step: int) -> int:
    """Bytes that fill up to the next multiple of `step`: never an error, whatever an answer grows to."""
    return -size % step


def _uniform(response: HttpResponse, begun: float) -> HttpResponse:
    """One size and one time for every answer."""
    response.content += b" " * _room(len(response.content), BYTES)
    time.sleep(SECONDS - (time.monotonic() - begun) % SECONDS)
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store, no-transform"
    return response
