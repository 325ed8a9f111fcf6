"""Public pages kept in the process, compressed: a warm one costs no query and no rendering."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from payung.oversight.fresh import version

#: How long a page is kept where nothing tells that its figures are new.
SECONDS = 60
#: How long a browser shows a page without asking whether it is still the same.
BROWSER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """A rendered page, plain and compressed, with its tag and its type."""

    plain: bytes
    packed: bytes
    tag: str
    kind: str


def kept_page(request: HttpRequest, name: str, render: Callable[[], HttpResponse]) -> HttpResponse:
    """The page `name` in the language of the request, rendered once for each count of the figures in each process.

    `render` must not depend on the request's user, messages or query. Nothing but a good answer is kept.
    """
    key = f"page:{name}:{request.LANGUAGE_CODE}:{version()}".replace(" ", "")
    page: Kept | None = cache.get(key)
    if page is None:
        made = render()
        if made.status_code != 200:
            return made
        body = made.content
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        page = Kept(body, gzip.compress(body, 9), tag, made.headers["Content-Type"])
        cache.set(key, page, SECONDS)
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
