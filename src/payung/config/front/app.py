"""The ASGI application: heads come in from the server, whole requests go to Django, answers go out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from time import monotonic
from typing import IO, Any

from payung.access.addresses import address_of
from payung.access.bounds import STRANGERS_FORM, WORK_FORM, Bounds
from payung.config.front import bodies
from payung.config.front.environ import environ_of, headers_of
from payung.config.front.kept import Answer, Kept
from payung.config.front.pools import Full, Places, Pool
from payung.config.front.refusals import Refusals

Scope = dict[str, Any]
Headers = dict[bytes, bytes]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Page = Callable[[str, str, str, int], tuple[int, Mapping[str, str], bytes]]

_log = logging.getLogger("payung.front")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
#: Seconds that a refusal waits: whoever floods is slowed down at the price of a timer.
HOLD_SECONDS = 1.0
#: Refusals of a body that may still be on its way; of which so many bytes are read and forgotten.
_STILL_SENDING, _DRAINED = frozenset({"large", "login"}), 256 * 1024
#: Bytes handed to the server at once, and seconds that one such piece may take to be taken by a visitor.
_PIECE, _PIECE_SECONDS = 256 * 1024, 60.0


class Refusal(Exception):
    """The request is not taken; `kind` is one of `payung.web.alone`."""

    def __init__(self, kind: str, most: int = 0) -> None:
        super().__init__(kind)
        self.kind, self.most = kind, most


@dataclass
class Front:
    """One serving process. `pools` by name; the functions are Django's side of it."""

    django: Callable[[dict[str, Any], Any], Iterable[bytes]]
    pools: Mapping[str, Pool]
    kept: Kept
    bounds_of: Callable[[str], Bounds]
    route_of: Callable[[str], str]
    page: Page
    may_send: Callable[[str, tuple[Any, ...]], bool]
    proxies: int = 0
    refusals: Refusals = field(default_factory=Refusals)
    #: Bodies that are being read: in all, and of one address. Lists above the size of a form are counted apart.
    reading: Places = field(default_factory=lambda: Places(2_048, 512))
    lists: Places = field(default_factory=lambda: Places(8, 6))
    held: Places = field(default_factory=lambda: Places(2_048, 2_048))

    async def __call__(self, scope: Scope, receive: bodies.Receive, send: Send) -> None:
        headers = headers_of(scope)
        key = self.kept.key(scope, headers)
        answer = self.kept.find(key, headers) if key else None
        if answer is None:
            address = address_of(
                scope["client"][0], headers.get(b"x-forwarded-for", b"").decode("latin-1"), self.proxies
            )
            try:
                answer = await self._answered(scope, headers, receive, address)
            except bodies.Gone:
                return
            except Refusal as refusal:
                answer = await self._refused(scope, headers, receive, address, refusal)
            except Exception:
                _log.exception("a request could not be answered: %s", self.route_of(scope["path"]))
                answer = self._said("failed", scope, headers)
            else:
                if answer.status == 429:
                    await asyncio.sleep(HOLD_SECONDS)
                if key:
                    self.kept.keep(key, answer)
        await _sent(send, answer)

    async def _answered(
        self, scope: Scope, headers: Headers, receive: bodies.Receive, address: str
    ) -> Answer:
        method, path = scope["method"], scope["path"]
        if method not in _METHODS:
            raise Refusal("method")
        bounds = self.bounds_of(path)
        body: IO[bytes] = BytesIO()
        size = 0
        if b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0":
            body = await self._body(headers, receive, address, bounds)
            size = body.seek(0, 2)
            body.seek(0)
        environ = environ_of(scope, headers, body, size)
        pool = self.pools[bounds.pool_for(method, query=bool(scope["query_string"]))]
        begun = monotonic()
        try:
            answer = await pool.run(address, self._run, environ)
        except Full:
            raise Refusal("busy") from None
        finally:
            body.close()
        await asyncio.sleep(bounds.until_even(method, monotonic() - begun))
        return answer

    async def _body(
        self, headers: Headers, receive: bodies.Receive, address: str, bounds: Bounds
    ) -> IO[bytes]:
        """Return the whole body. Raises Refusal where it is too large, too slow, or sent by who may not send it."""
        said = headers.get(b"content-length", b"")
        length = int(said) if said.isdigit() else None
        if length is not None and length > bounds.body:
            raise Refusal("large", bounds.body)
        taken: list[Places] = []

        def take(places: Places) -> None:
            places.take(address)
            taken.append(places)

        async def ask() -> bool:
            cookie = headers.get(b"cookie", b"").decode("latin-1")
            if not await self.pools["work"].run(address, self.may_send, cookie, bounds.needed):
                return False
            if length is None or length > WORK_FORM:
                take(self.lists)
            return True

        unasked = min(bounds.body, STRANGERS_FORM) if bounds.needed else bounds.body
        try:
            take(self.reading)
            return await bodies.read(receive, bounds.body, unasked, ask)
        except bodies.TooLarge:
            raise Refusal("large", bounds.body) from None
        except bodies.Unasked:
            raise Refusal("login") from None
        except bodies.TooSlow:
            raise Refusal("slow") from None
        except (Full, OSError):
            raise Refusal("busy") from None
        finally:
            for places in taken:
                places.leave(address)

    def _run(self, environ: dict[str, Any]) -> Answer:
        """Django's whole answer, in a thread of a pool: a visitor who reads slowly holds no thread."""
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            started[:] = [int(status[:3]), headers]

        response = self.django(environ, start_response)
        try:
            body = b"".join(response)
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()
        status, headers = started
        return Answer(status, [(a.encode("latin-1"), b.encode("latin-1")) for a, b in headers], body)

    async def _refused(
        self, scope: Scope, headers: Headers, receive: bodies.Receive, address: str, refusal: Refusal
    ) -> Answer:
        self.refusals.tell(refusal.kind, address, scope["method"], self.route_of(scope["path"]))
        try:
            self.held.take(address)
        except Full:
            return self._said(refusal.kind, scope, headers, refusal.most)
        try:
            if refusal.kind in _STILL_SENDING:
                await bodies.drain(receive, _DRAINED, HOLD_SECONDS)
            else:
                await asyncio.sleep(HOLD_SECONDS)
        finally:
            self.held.leave(address)
        return self._said(refusal.kind, scope, headers, refusal.most)

    def _said(self, kind: str, scope: Scope, headers: Headers, most: int = 0) -> Answer:
        cookie = headers.get(b"cookie", b"").decode("latin-1")
        status, named, body = self.page(kind, cookie, scope["path"], most)
        return Answer(status, [(a.encode("latin-1"), b.encode("latin-1")) for a, b in named.items()], body)


async def _sent(send: Send, answer: Answer) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    rest = memoryview(answer.body)
    try:
        async with asyncio.timeout(None) as limit:
            while len(rest) > _PIECE:
                limit.reschedule(asyncio.get_running_loop().time() + _PIECE_SECONDS)
                await send({"type": "http.response.body", "body": bytes(rest[:_PIECE]), "more_body": True})
                rest = rest[_PIECE:]
    except TimeoutError:
        _log.warning("an answer of %d bytes was not taken in time", len(answer.body))
        return
    await send({"type": "http.response.body", "body": bytes(rest)})
