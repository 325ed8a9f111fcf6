"""Public pages kept in the process, compressed: a warm one costs no query and no rendering."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token

from payung.oversight.fresh import version

#: How long a page is kept where nothing tells that its figures are new.
SECONDS = 60
#: How long a browser shows a page without asking whether it is still the same.
BROWSER_SECONDS = 10
#: What stands in a kept form for the visitor's own token and key.
_TOKEN, _KEY = "@visitor-token@", "@visitor-key@"


@dataclass(frozen=True, slots=True)
class Kept:
    """A rendered page, plain and compressed, with its tag and its type."""

    plain: bytes
    packed: bytes
    tag: str
    kind: str


def kept_form(request: HttpRequest, name: str, render: Callable[[str, str], HttpResponse]) -> HttpResponse:
    """The page `name` with a form: rendered once for each count of the figures, yet sent by each visitor as their own.

    `render` is given what stands for the form's token against forgery and for its key; as in `kept_page`, the
    request's user, messages and query must not matter to it.
    """
    key = f"form:{name}:{request.LANGUAGE_CODE}:{version()}".replace(" ", "")
    body: bytes | None = caches["pages"].get(key) if version() else None
    if body is None:
        body = render(_TOKEN, _KEY).content
        caches["pages"].set(key, body, SECONDS)
    own = body.replace(_TOKEN.encode(), get_token(request).encode())
    response = HttpResponse(own.replace(_KEY.encode(), secrets.token_urlsafe(16).encode()))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def kept_page(request: HttpRequest, name: str, render: Callable[[], HttpResponse]) -> HttpResponse:
    """The page `name` in the language of the request, rendered once for each count of the figures in each process.

    `render` must not depend on the request's user, messages or query. Nothing but a good answer is kept.
    """
    key = f"page:{name}:{request.LANGUAGE_CODE}:{version()}".replace(" ", "")
    page: Kept | None = caches["pages"].get(key)
    if page is None:
        made = render()
        if made.status_code != 200:
            return made
        body = made.content
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        page = Kept(body, gzip.compress(body, 9), tag, made.headers["Content-Type"])
        caches["pages"].set(key, page, SECONDS)
    if request.headers.get("If-None-Match") == page.tag:
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.packed, content_type=page.kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.plain, content_type=page.kind)
    response.headers["ETag"] = page.tag
    response.headers["Cache-Control"] = f"public, max-age={BROWSER_SECONDS}"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response
