"""Public pages kept in the process, compressed: a warm one costs no query and no rendering."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

#: How long a page may be older than the counts it shows.
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A rendered page, plain and compressed, with its tag."""

    plain: bytes
    packed: bytes
    tag: str


def kept_page(request: HttpRequest, name: str, render: Callable[[], HttpResponse]) -> HttpResponse:
    """The page `name` in the language of the request, rendered at most once a minute in each process.

    `render` must not depend on the request's user, messages or query.
    """
    key = f"page:{name}:{request.LANGUAGE_CODE}"
    page: Kept | None = cache.get(key)
    if page is None:
        body = render().content
        page = Kept(body, gzip.compress(body, 9), f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        cache.set(key, page, SECONDS)
    if request.headers.get("If-None-Match") == page.tag:
        response: HttpResponse = HttpResponseNotModified()
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.packed)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.plain)
    response.headers["ETag"] = page.tag
    response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response
