"""Am I covered? For workers and heirs: NIK and personal code, one answer in one size and one time."""

from __future__ import annotations

import secrets
import zlib
from base64 import b64encode
from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from payung.claims import guessing, public_status
from payung.claims.checklist import papers_for_family
from payung.identity.nik import digits_of
from payung.identity.personal_code import read_code
from payung.web.pages import asked_from

#: Every answer is this large, whoever is asked about; that it takes as long is held by `payung.web.bounds`.
BYTES = 40_960
#: How large every answer is when somebody on the way compresses it, but for some signs drawn by lot.
_PACKED = 14_000
#: Bytes that a sign of the noise takes when compressed, and how many signs more are drawn by lot.
_PER_SIGN, _BY_LOT = 0.76, 128
#: What people paste: with spaces, dots, dashes, quotes, or the word before it.
_LONGEST = 60


class NikField(forms.CharField):
    """Sixteen digits, however they are parted."""

    def clean(self, value: object) -> str:
        text = str(super().clean(value))
        digits, _problem = digits_of(text)
        if digits is None:
            raise forms.ValidationError(_("NIK terdiri atas 16 angka."), code="invalid")
        return digits


class CodeField(forms.CharField):
    """A personal code, however its signs are parted; empty where somebody has none."""

    def clean(self, value: object) -> str:
        text = str(super().clean(value))
        code = read_code(text) if text else ""
        if code is None:
            raise forms.ValidationError(
                _(
                    "Kode pribadi terdiri atas 8 huruf dan angka, misalnya K7M2-QX94. Periksa lagi: kode tidak "
                    "memakai angka 0 dan 1 serta huruf I, L, O, U, dan Z."
                ),
                code="invalid",
            )
        return code


class StatusForm(forms.Form):
    """Who, and the proof that it is theirs to know."""

    nik = NikField(
        label=gettext_lazy("NIK pekerja (16 angka di KTP)"),
        max_length=_LONGEST,
        error_messages={
            "required": gettext_lazy("Tulis NIK."),
            "max_length": gettext_lazy("NIK terdiri atas 16 angka."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    code = CodeField(
        label=gettext_lazy("Kode pribadi (8 huruf dan angka)"),
        help_text=gettext_lazy(
            "Ada di slip dari kantor desa dan di surat untuk keluarga, misalnya K7M2-QX94."
        ),
        required=False,
        max_length=_LONGEST,
        error_messages={"max_length": gettext_lazy("Kode pribadi terdiri atas 8 huruf dan angka.")},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-control", "autocomplete": "off"}


def ask(request: HttpRequest) -> HttpResponse:
    """Show the question, then its answer; whoever has no code is told where to ask, and nothing is looked up."""
    today = timezone.localdate()
    form = StatusForm(request.POST or None)
    context = {"form": form, **_help()}
    if request.method != "POST":
        return _private(render(request, "claims/status.html", context))
    if not form.is_valid():
        return _private(render(request, "claims/status.html", context, status=422))
    nik, code = form.cleaned_data["nik"], form.cleaned_data["code"]
    answer = None
    if code:
        address = asked_from(request)
        if not guessing.allowed(address, nik):
            form.add_error(None, _("Terlalu banyak kode yang salah dari sini. Coba lagi sepuluh menit lagi."))
            return _private(render(request, "claims/status.html", context, status=429))
        answer = public_status.ask(nik, code, today)
        if answer is not None:
            guessing.was_right(address, nik)
    lapses = answer.cover.clock.lapses_on if answer else None
    context |= {"answer": answer, "until": lapses - timedelta(days=1) if lapses else None}
    return _uniform(render(request, "claims/status_answer.html", context))


@require_safe
def without_code(request: HttpRequest) -> HttpResponse:
    """Where to ask without a code, and with which papers: for everybody the same, asking nothing."""
    return _private(render(request, "claims/status_without_code.html", _help()))


def _help() -> dict[str, object]:
    return {
        "contact": settings.PAYUNG_CONTACT and _(settings.PAYUNG_CONTACT),
        "branch": settings.PAYUNG_BRANCH_ADDRESS and _(settings.PAYUNG_BRANCH_ADDRESS),
        "papers": papers_for_family(timezone.localdate(), "en" if get_language() == "en" else "id"),
    }


def _uniform(response: HttpResponse) -> HttpResponse:
    """One size for every answer."""
    response.content += _filling(response.content)
    return _private(response)


def _filling(page: bytes) -> bytes:
    """Return a comment that fills a page up to the next multiple of BYTES, however large the page grows.

    Part of it is noise that no compression can shorten, as much as makes up for what the page itself is shorter when
    compressed: else a proxy on the way that compresses would tell one answer from another by its size.
    """
    room = -(len(page) + len(b"<!---->")) % BYTES
    lacking = (_PACKED - len(zlib.compress(page))) / _PER_SIGN + secrets.randbelow(_BY_LOT)
    noise = min(room, max(0, round(lacking)))
    return b"<!--" + b64encode(secrets.token_bytes(noise))[:noise] + b" " * (room - noise) + b"-->"


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store, no-transform"
    return response
