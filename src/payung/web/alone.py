"""Pages that need nothing: no database, no user, no thread. What is said when a request cannot be taken at all."""

from __future__ import annotations

import json
import sys
from functools import lru_cache

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from payung.web.middleware import METHODS, POLICY

#: Status, seconds after which it is worth asking again (0: it is not), and whether the connection ends.
_KINDS = {
    "method": (405, 0, False),
    "slow": (408, 0, True),
    "large": (413, 0, True),
    "login": (401, 0, True),
    "busy": (503, 5, False),
    "away": (503, 15, False),
    "failed": (500, 0, False),
}


def _words(kind: str, most: str) -> tuple[str, str]:
    """Heading and sentence, in the language that is active."""
    return {
        "method": (
            _("Cara meminta ini tidak dilayani"),
            _("Payung hanya melayani GET, HEAD, dan POST. Buka halaman ini dengan peramban."),
        ),
        "slow": (
            _("Kiriman terlalu lama"),
            _(
                "Isian tidak sampai utuh pada waktunya. Tidak ada yang berubah. Periksa sambungan, lalu kirim lagi."
            ),
        ),
        "large": (
            _("Kiriman terlalu besar"),
            _("Halaman ini menerima paling besar %(most)s. Tidak ada yang berubah. Kirim yang lebih kecil.")
            % {"most": most},
        ),
        "login": (
            _("Masuk dahulu"),
            _("Berkas hanya diterima dari pengguna yang sudah masuk dan berwenang. Masuk, lalu kirim lagi."),
        ),
        "busy": (
            _("Sedang banyak yang meminta"),
            _("Permintaan Anda belum dikerjakan dan tidak ada yang berubah. Coba lagi beberapa detik lagi."),
        ),
        "away": (
            _("Basis data sedang tidak dapat dihubungi"),
            _(
                "Yang belum dikonfirmasi tidak tersimpan. Coba lagi sebentar lagi; bila tetap, hubungi administrator."
            ),
        ),
        "failed": (
            _("Ada gangguan di pihak kami"),
            _("Tidak ada data yang berubah setengah jalan. Coba lagi sebentar lagi."),
        ),
    }[kind]


@lru_cache(256)
def _page(kind: str, language: str, most: int, for_program: bool) -> tuple[int, dict[str, str], bytes]:
    status, again, closes = _KINDS[kind]
    with translation.override(language):
        heading, sentence = _words(kind, _size(most))
        if for_program:
            body = json.dumps({"error": {"code": kind, "message": sentence}}, ensure_ascii=False)
        else:
            body = render_to_string("alone.html", {"heading": heading, "sentence": sentence, "kind": kind})
    headers = {
        "Content-Type": "application/json" if for_program else "text/html; charset=utf-8",
        "Content-Language": language,
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    if again:
        headers["Retry-After"] = str(again)
    if status == 405:
        headers["Allow"] = ", ".join(METHODS)
    if closes:
        headers["Connection"] = "close"
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
    return status, headers, body.encode()


def _size(most: int) -> str:
    return f"{most // 1_048_576} MB" if most >= 1_048_576 else f"{max(most // 1024, 1)} KB"


def page(kind: str, cookie: str = "", path: str = "", most: int = 0) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a refusal of this kind, in the language that the cookie chose."""
    return _page(kind, _language(cookie), most, path.startswith("/api/"))


def _language(cookie: str) -> str:
    for part in cookie.split(";"):
        name, _equals, value = part.strip().partition("=")
        if name == settings.LANGUAGE_COOKIE_NAME and value in dict(settings.LANGUAGES):
            return value
    return settings.LANGUAGE_CODE


def failed(request: HttpRequest) -> HttpResponse:
    """Answer where a view failed: the database is away, or something went wrong."""
    error = sys.exc_info()[1]
    if isinstance(
        error, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError
    ):
        status, headers, body = page("away", request.headers.get("Cookie", ""), request.path)
        return HttpResponse(body, status=status, headers=headers)
    return HttpResponseServerError(render_to_string("500.html"))
