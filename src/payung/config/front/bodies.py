"""Reading a request's body without a thread: a limit of its size, and of how slowly it may come."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from typing import IO, Any

Receive = Callable[[], Awaitable[dict[str, Any]]]

#: Seconds in which a body may begin, and in which any body of some kilobytes comes, even over a poor line.
GRACE_SECONDS = 15.0
#: A longer body may take a second more for each so many bytes that have come: 32 kbit/s, a bad mobile line's rate.
BYTES_A_SECOND = 4_096
#: Seconds without a single byte after which nobody is waited for any longer.
SILENCE_SECONDS = 10.0
#: So many bytes are kept in memory; the rest of a list that is uploaded lies in a temporary file.
IN_MEMORY = 256 * 1024


class TooLarge(Exception):
    """The body is larger than this address takes."""


class Unasked(Exception):
    """Whoever sends it may not send so much here."""


class TooSlow(Exception):
    """The body comes too slowly, or not at all."""


class Gone(Exception):
    """Whoever asked is no longer there."""


async def read(
    receive: Receive, most: int, most_unasked: int, ask: Callable[[], Awaitable[bool]]
) -> IO[bytes]:
    """Return the whole body, at its beginning; more than `most_unasked` bytes only where `ask` says yes.

    Raises TooLarge, Unasked, TooSlow, Gone.
    """
    body = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 — closed by whoever reads it
    try:
        await _read_into(body, receive, most, most_unasked, ask)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body


async def _read_into(
    body: IO[bytes] | Any, receive: Receive, most: int, most_unasked: int, ask: Callable[[], Awaitable[bool]]
) -> None:
    clock = asyncio.get_running_loop().time
    size, asked = 0, False
    begun, more = clock(), True
    while more:
        left = begun + GRACE_SECONDS + size / BYTES_A_SECOND - clock()
        try:
            async with asyncio.timeout(min(left, SILENCE_SECONDS)):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(chunk)
        if size > most:
            raise TooLarge
        if size > most_unasked and not asked:
            asked = True
            if not await ask():
                raise Unasked
        body.write(chunk)


async def drain(receive: Receive, most: int, seconds: float) -> None:
    """Read on and forget, for so long: a refusal is not read by who is still sending."""
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while size < most:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
