"""What every answer of the interface shares: JSON, who may ask, refusals as sentences with a code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from payung.access.actor import Actor, NotAllowed, Refused
from payung.access.roles import Permission
from payung.values import foreign_json

#: Largest body of a request, in bytes.
MOST = 16 * 1024


class BadRequest(Exception):
    """The request cannot be read; the sentence says what is wrong and what to send."""


def fault(status: int, code: str, sentence: str, english: str) -> JsonResponse:
    """Return an error answer: `code` for programs, the sentence in both languages for people."""
    body = {"error": {"code": code, "message": sentence, "message_en": english}}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def answers(
    permission: Permission, *methods: str
) -> Callable[[Callable[..., Any]], Callable[..., HttpResponse]]:
    """Wrap a view (request, actor) that gives JSON-ready data, for users who hold `permission`.

    401 without a session, 403 without the permission, 405 for another method, 400 and 409 with a sentence.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor | None = getattr(request, "actor", None)
            if actor is None:
                return fault(401, "login_needed", "Masuk dahulu di /masuk/.", "Log in at /masuk/ first.")
            if request.method not in methods:
                response = fault(
                    405, "method", f"Pakai {' atau '.join(methods)}.", f"Use {' or '.join(methods)}."
                )
                response.headers["Allow"] = ", ".join(methods)
                return response
            try:
                actor.require_anywhere(permission)
                data = view(request, actor, *args, **kwargs)
            except BadRequest as error:
                return fault(400, "bad_request", str(error), str(error))
            except Refused as refused:
                return fault(400, "refused", refused.sentence, refused.english)
            except NotAllowed as error:
                return fault(403, "not_allowed", error.sentence, error.english)
            response = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
            response.headers["Cache-Control"] = "private, no-store"
            return response

        return guarded

    return wrap


def body_of(request: HttpRequest, fields: tuple[str, ...]) -> dict[str, str]:
    """Return the texts of a request's JSON object (or form) by field, '' where missing. Raises BadRequest."""
    as_json = request.content_type == "application/json"
    # Of a form the body is gone once its fields are read.
    size = len(request.body) if as_json else sum(len(value) for value in request.POST.values())
    if size > MOST:
        raise BadRequest(f"Isi permintaan paling besar {MOST} byte. / The body is at most {MOST} bytes.")
    if as_json:
        try:
            sent = foreign_json.loads(request.body or b"{}")
        except ValueError:
            raise BadRequest("Isi bukan JSON yang sah. / The body is not valid JSON.") from None
    else:
        sent = request.POST.dict()
    if not isinstance(sent, dict):
        raise BadRequest("Kirim satu objek JSON. / Send one JSON object.")
    unknown = sorted(set(sent) - set(fields) - {"csrfmiddlewaretoken"})
    if unknown:
        known = ", ".join(fields)
        raise BadRequest(f"Isian {unknown[0]!r} tidak dikenal / is unknown; {known}.")
    wrong = [name for name in fields if not isinstance(sent.get(name, ""), str | None)]
    if wrong:
        raise BadRequest(f"Isian {wrong[0]!r} harus teks / must be text.")
    return {name: (sent.get(name) or "")[:200] for name in fields}
