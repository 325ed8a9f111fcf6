"""Clients that mean no good: slow, idle, endless, or many. Each kind keeps so many at work until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
Client = Callable[[Reader, Writer], Awaitable[None]]

_POST = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
_FORM = b"application/x-www-form-urlencoded"
_FILE = b"multipart/form-data; boundary=x"
_BLOCK = b"a" * 65_536


def run_apart(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own: the browser's tests leave a running loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


async def _trickle(writer: Writer, piece: bytes, every: float = 0.5) -> None:
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(every)


async def _wait(reader: Reader) -> None:
    while await reader.read(65_536):
        pass


def _starts(*pieces: bytes) -> Client:
    """Says this much, and then nothing."""

    async def client(reader: Reader, writer: Writer) -> None:
        writer.write(b"".join(pieces))
        await _wait(reader)

    return client


def _goes_on(first: bytes, then: bytes, every: float = 0.5) -> Client:
    """Says this much, and then goes on saying little."""

    async def client(reader: Reader, writer: Writer) -> None:
        writer.write(first)
        going_on = asyncio.ensure_future(_trickle(writer, then, every))
        try:
            await _wait(reader)
        finally:
            going_on.cancel()
            await asyncio.gather(going_on, return_exceptions=True)

    return client


def _post(path: bytes, kind: bytes, *more: bytes) -> bytes:
    return _POST % (path, kind) + b"".join(line + b"\r\n" for line in more) + b"\r\n"


async def _reads_nothing(reader: Reader, writer: Writer) -> None:
    """Asks for many pages on one connection and takes none."""
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200)
    await asyncio.sleep(60)


async def _kept_idle(reader: Reader, writer: Writer) -> None:
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.read(1024)
    await _wait(reader)


def _floods(head: bytes, chunked: bool) -> Client:
    """Sends as fast as it is taken, without an end."""

    async def client(reader: Reader, writer: Writer) -> None:
        writer.write(head)
        with contextlib.suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b"10000\r\n" + _BLOCK + b"\r\n" if chunked else _BLOCK)
                await writer.drain()
                await asyncio.sleep(0)
                if reader._buffer:  # type: ignore[attr-defined]
                    return

    return client


async def _tokens(reader: Reader, writer: Writer, path: str) -> tuple[str, str]:
    """The token of a form and the cookie that belongs to it."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    body = await reader.readexactly(int(re.search(r"(?i)content-length: (\d+)", head)[1]))  # type: ignore[index]
    cookie = re.search(r"(?i)set-cookie: ([^;]+)", head)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body.decode())
    return token[1] if token else "", cookie[1] if cookie else ""


def _fills_in(path: str, fields: Callable[[int], dict[str, str]]) -> Client:
    """Fills in a form again and again, each time with other values, as a browser would send it."""

    async def client(reader: Reader, writer: Writer) -> None:
        token, cookie = await _tokens(reader, writer, path)
        for number in range(1_000_000):
            body = urlencode({"csrfmiddlewaretoken": token, **fields(number)})
            writer.write(
                f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nContent-Type: {_FORM.decode()}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            size = re.search(r"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(size[1]) if size else 0)

    return client


def _asks(paths: Callable[[int], str]) -> Client:
    """Asks for one address after the other, as fast as they are answered."""

    async def client(reader: Reader, writer: Writer) -> None:
        for number in range(1_000_000):
            writer.write(f"GET {paths(number)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            size = re.search(r"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(size[1]) if size else 0)

    return client


KINDS: dict[str, Client] = {
    "says nothing": _starts(b""),
    "half a line": _starts(b"GET / HT"),
    "half a head": _starts(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n"),
    "a header at a time": _goes_on(b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X-A: b\r\n"),
    "a head byte by byte": _goes_on(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ", b"a", 0.2),
    "a body that does not come": _starts(_post(b"/masuk/", _FORM, b"Content-Length: 1000"), b"user"),
    "no body at all": _starts(_post(b"/cek-perlindungan/", _FORM, b"Content-Length: 100")),
    "a body byte by byte": _goes_on(_post(b"/masuk/", _FORM, b"Content-Length: 1000"), b"a"),
    "a body in small chunks": _goes_on(
        _post(b"/masuk/", _FORM, b"Transfer-Encoding: chunked"), b"1\r\na\r\n"
    ),
    "half a chunk": _starts(_post(b"/bantu/janji/", _FORM, b"Transfer-Encoding: chunked"), b"fff\r\nab"),
    "a page's body": _goes_on(_post(b"/", _FORM, b"Content-Length: 900"), b"a"),
    "a body with GET": _starts(b"GET /peta/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\na"),
    "half a file": _goes_on(_post(b"/daftar/muat/", _FILE, b"Content-Length: 90000000"), b"--x\r\n"),
    "half a file to an address of nothing": _starts(
        _post(b"/tidak-ada/", _FILE, b"Content-Length: 9000"), b"-"
    ),
    "waits to be told to go on": _starts(
        _post(b"/masuk/", _FORM, b"Content-Length: 100", b"Expect: 100-continue")
    ),
    "a program's body": _starts(_post(b"/api/v1/lookup", b"application/json", b"Content-Length: 900"), b"{"),
    "kept and idle": _kept_idle,
    "reads nothing": _reads_nothing,
    "a large body": _floods(_post(b"/masuk/", _FILE, b"Content-Length: 629145600"), False),
    "a large body in chunks": _floods(
        _post(b"/cek-perlindungan/", _FILE, b"Transfer-Encoding: chunked"), True
    ),
    "a large file of a stranger": _floods(_post(b"/pembayaran/", _FILE, b"Content-Length: 40000000"), False),
    "another protocol": _starts(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "TLS where there is none": _starts(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "a web socket": _starts(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ),
    "guesses passwords of one name": _fills_in(
        "/masuk/", lambda n: {"username": "operator", "password": f"salah-{n}"}
    ),
    "guesses one password of many names": _fills_in(
        "/masuk/", lambda n: {"username": f"nama-{n}", "password": "rahasia"}
    ),
    "asks about NIKs": _fills_in(
        "/cek-perlindungan/",
        lambda n: {"nik": f"657101{n % 28 + 1:02d}0180{n % 9000:04d}", "born": "1980-01-01"},
    ),
    "asks for prices": _asks(
        lambda n: f"/bantu/?wilayah=65.71&orang={n % 9000 + 1}&bulan=12&sebagai=company"
    ),
    "asks what is not there": _asks(lambda n: f"/cek/{n}"),
}


class Crowd:
    """So many clients of one kind at once, from the addresses given, opened again whenever one is closed."""

    def __init__(self, port: int, kind: str, clients: int, sources: tuple[str, ...] = ("127.0.0.1",)) -> None:
        self.port, self.client, self.clients, self.sources = port, KINDS[kind], clients, sources
        self.opened = 0

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        await asyncio.gather(*(self._keep_on(number) for number in range(self.clients)))

    async def _keep_on(self, number: int) -> None:
        while True:
            writer = None
            try:
                stream = socket.socket()
                stream.setblocking(False)
                stream.bind((self.sources[number % len(self.sources)], 0))
                await asyncio.get_running_loop().sock_connect(stream, ("127.0.0.1", self.port))
                reader, writer = await asyncio.open_connection(sock=stream)
                self.opened += 1
                await self.client(reader, writer)
            except (OSError, EOFError, asyncio.LimitOverrunError):
                await asyncio.sleep(0.05)
            finally:
                if writer is not None:
                    writer.transport.abort()  # type: ignore[attr-defined]
            await asyncio.sleep(0.01)
