"""What holds for every answer: the content security policy, the language, refusals as sentences."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from payung.access import trail
from payung.access.actor import NotAllowed, Refusal, Refused
from payung.access.context import called_by
from payung.sandbox import Ended
from payung.web.pages import asked_from

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: The methods that pages and programs use.
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
Answer = Callable[[HttpRequest], HttpResponse]
#: Forbidden; not found, or not among one's own; not as things stand.
REFUSALS = (403, 404, 409)
_log = logging.getLogger("payung.web")


class Traced:
    """Names each request in the log, in audit events and to whoever asked; records what was refused to a user."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.PAYUNG_PROXIES else ""
        with called_by(asked_from(request), request=given) as caller:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = caller.request
            if response.status_code in REFUSALS:
                _record_refusal(request, response.status_code)
            return response


def _record_refusal(request: HttpRequest, status: int) -> None:
    """Record a refusal to somebody who is logged in; of what is not found, only where a number was asked for.

    Whoever lies in another region is not found, so numbers tried one after another are refusals too.
    """
    actor, match = getattr(request, "actor", None), request.resolver_match
    if actor is None or match is None:
        return
    numbers = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
    if status == 404 and not numbers:
        return
    try:
        trail.refused(
            actor.user, view=match.view_name, method=str(request.method), status=status, numbers=numbers
        )
    except DatabaseError as error:
        # The refusal itself stands.
        _log.error("a refusal could not be recorded: %s", type(error).__name__)


class Transport:
    """Serves no method that pages do not need, and no program over plain HTTP where HTTPS is to be used."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            sentence = "Payung hanya melayani GET, HEAD, POST. / Only GET, HEAD and POST are served."
            return HttpResponse(
                sentence, status=405, content_type="text/plain", headers={"Allow": ", ".join(METHODS)}
            )
        if settings.PAYUNG_HTTPS and not request.is_secure() and request.path.startswith("/api/"):
            error = {"code": "https", "message": "Pakai https://.", "message_en": "Use https://."}
            return JsonResponse({"error": error}, status=403)
        return self.get_response(request)


class ContentSecurityPolicy:
    """Adds the policy to every answer that has none."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class ChosenLanguage:
    """The language the user chose, else Indonesian.

    The browser's own preference is not asked: office computers here are commonly set to English by whoever
    installed them, and their users still read Indonesian.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class Sentences:
    """A refusal raised by an action becomes a page that says what is wrong and what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """No text column takes the NUL character, which no keyboard writes; no address holds one."""
        if "\0" in request.path_info:
            raise Http404
        if any(
            "\0" in value
            for sent in (request.GET, request.POST)
            for name, values in sent.lists()
            for value in values
        ):
            sentence = _("Isian memuat karakter yang tidak dapat disimpan (NUL); tulis ulang isian itu.")
            return _refused(request, sentence, 400)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return _refused(request, sentence_of(exception), 409)
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"sentence": sentence_of(exception)}, status=403)
        if isinstance(exception, Ended):
            # Files that are read say so themselves; this is a paper that was to be made.
            sentence = _(
                "Berkas ini belum dapat dibuat: terlalu besar, atau banyak yang dibuat sekarang. Coba lagi."
            )
            return _refused(request, sentence, 409)
        if isinstance(exception, IntegrityError) and isinstance(exception.__cause__, UniqueViolation):
            # Nothing was half done: each write is one transaction, and the other's stands.
            sentence = _(
                "Orang lain menyimpan hal yang sama pada saat yang sama; muat ulang halaman itu dan periksa."
            )
            return _refused(request, sentence, 409)
        return None


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """Show the page of a refusal, with the way back to where it was asked."""
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = ""
    return render(request, "refused.html", {"sentence": sentence, "back": back}, status=status)


def sentence_of(refused: Refusal) -> str:
    """Return the refusal's sentence in the language of the page."""
    return refused.say("en" if translation.get_language() == "en" else "id")
