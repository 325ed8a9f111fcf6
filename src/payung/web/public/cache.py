"""Public pages kept in the process, compressed: a warm one costs no query and no rendering."""

from __future__ import annotations

import gzip
import hashlib
import re
import secrets
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token

from payung.web.housekeeping import figures_version

#: How long a page is kept where nothing tells that its figures are new.
SECONDS = 60
#: How long a browser shows a page without asking whether it is still the same.
BROWSER_SECONDS = 10
#: What stands in a kept form for the visitor's own token and key.
_TOKEN, _KEY = "@visitor-token@", "@visitor-key@"
_OWN = re.compile(f"({_TOKEN}|{_KEY})".encode())
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


@dataclass(frozen=True, slots=True)
class Kept:
    """A rendered page, plain and compressed, with its tag and its type."""

    plain: bytes
    packed: bytes
    tag: str
    kind: str


@dataclass(frozen=True, slots=True)
class Form:
    """A rendered form cut where each visitor's own token and key belong; the pieces between are compressed once."""

    pieces: tuple[bytes, ...]
    packed: tuple[bytes, ...]

    @classmethod
    def of(cls, body: bytes) -> Form:
        pieces = tuple(_OWN.split(body))
        packed = (
            b"" if at % 2 else _deflated(piece, last=piece is pieces[-1]) for at, piece in enumerate(pieces)
        )
        return cls(pieces, tuple(packed))

    def plain(self, own: dict[bytes, bytes]) -> bytes:
        return b"".join(own.get(piece, piece) for piece in self.pieces)

    def gzipped(self, own: dict[bytes, bytes]) -> bytes:
        """As `plain`, compressed: what is a visitor's own stands in it as it is, so that its size tells nothing."""
        parts = [_stored(own[piece]) if at % 2 else self.packed[at] for at, piece in enumerate(self.pieces)]
        plain = self.plain(own)
        return b"".join((_GZIP_HEAD, *parts, struct.pack("<II", zlib.crc32(plain), len(plain))))


def _deflated(piece: bytes, *, last: bool) -> bytes:
    """Compress a part so that it needs nothing of the parts before it and ends on a byte."""
    press = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return press.compress(piece) + press.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _stored(piece: bytes) -> bytes:
    """Return a block of a deflate stream that holds up to 65,535 bytes uncompressed."""
    return struct.pack("<BHH", 0, len(piece), len(piece) ^ 0xFFFF) + piece


def kept_form(request: HttpRequest, name: str, render: Callable[[str, str], HttpResponse]) -> HttpResponse:
    """Answer with the form page `name`, rendered once per count of figures, yet with each visitor's own token.

    `render` is given what stands for the form's token against forgery and for its key; as in `kept_page`, the
    request's user, messages and query must not matter to it.
    """
    key = f"form:{name}:{request.LANGUAGE_CODE}:{figures_version()}".replace(" ", "")
    form: Form | None = caches["pages"].get(key) if figures_version() else None
    if form is None:
        form = Form.of(render(_TOKEN, _KEY).content)
        caches["pages"].set(key, form, SECONDS)
    own = {_TOKEN.encode(): get_token(request).encode(), _KEY.encode(): secrets.token_urlsafe(16).encode()}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(form.gzipped(own))
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(form.plain(own))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response


def kept_page(request: HttpRequest, name: str, render: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer with the page `name` in the request's language, rendered once per process and count of figures.

    `render` must not depend on the request's user, messages or query. Nothing but a good answer is kept.
    """
    key = f"page:{name}:{request.LANGUAGE_CODE}:{figures_version()}".replace(" ", "")
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
