"""From an ASGI scope to the environment that Django's WSGI handler reads."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import IO, Any

#: Headers that Payung gives a meaning of its own on the way in, or that name a proxy for outgoing requests.
_DROPPED = {b"proxy", b"content-length", b"content-type", b"transfer-encoding"}


def headers_of(scope: dict[str, Any]) -> dict[bytes, bytes]:
    """Return the headers by name in small letters, repeated ones joined (RFC 9110, 5.3; RFC 9113, 8.2.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in found:
            found[name] += (b"; " if name == b"cookie" else b",") + value
        else:
            found[name] = value
    return found


def environ_of(
    scope: dict[str, Any], headers: dict[bytes, bytes], body: IO[bytes], size: int
) -> dict[str, Any]:
    """Return the environment by PEP 3333; `body` holds `size` bytes."""
    path = scope["path"]
    server, port = scope["server"]
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path if path.isascii() else path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": scope["client"][0],
        "CONTENT_LENGTH": str(size) if size else "",
        "CONTENT_TYPE": headers.get(b"content-type", b"").decode("latin-1"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        if name not in _DROPPED and b"_" not in name:
            environ[_key(name)] = value.decode("latin-1")
    return environ


@lru_cache(500)
def _key(name: bytes) -> str:
    return "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
