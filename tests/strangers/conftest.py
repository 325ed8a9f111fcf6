"""The pages as `payung serve` serves them: the real server, over a database of its own, for the tests of a module."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.conftest import _use, copy_database, drop_database

RIGHT = "rahasia-sekali"
_SERVES = """
import sys, django
django.setup()
from payung.cli.serve import run
run("127.0.0.1", int(sys.argv[1]), 1)
"""


@dataclass
class Said:
    """An answer, as it came over the line."""

    status: int
    headers: dict[str, str]
    body: bytes
    raw: bytes = b""


@dataclass
class Server:
    """A running server; `ask` speaks to it without a library in between."""

    port: int
    log: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(source, 0))

    def ask(
        self, method: str, path: str, body: bytes = b"", source: str = "127.0.0.1", **headers: str
    ) -> Said:
        """One request on a connection of its own; a header is named with underscores."""
        lines = [f"{method} {path} HTTP/1.1"]
        given = {
            "Host": "localhost",
            "Connection": "close",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        if body and "Content-Length" not in given and "Transfer-Encoding" not in given:
            given["Content-Length"] = str(len(body))
        lines += [f"{name}: {value}" for name, value in given.items()]
        with self.connect(source) as stream:
            # It may be refused before it was all sent; the answer is there.
            with contextlib.suppress(ConnectionError):
                stream.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            return answer_on(stream)


def answer_on(stream: socket.socket) -> Said:
    """The answer, until the connection is closed."""
    data = b""
    try:
        while piece := stream.recv(65_536):
            data += piece
    except ConnectionError:
        pass
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    found = re.match(r"HTTP/1\.\d (\d+)", lines[0])
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    return Said(int(found[1]) if found else 0, headers, body, data)


@pytest.fixture(scope="module")
def server_environment() -> dict[str, str]:
    """What the server is started with, beyond its database; a module may have its own."""
    return {}


@pytest.fixture(scope="module")
def server(
    template_database, django_db_setup, django_db_blocker, tmp_path_factory, server_environment
) -> Iterator[Server]:
    from django.conf import settings
    from django.contrib.auth.hashers import PBKDF2PasswordHasher
    from django.db import connections

    from payung.access.models import Assignment, User

    before = settings.DATABASES["default"]["NAME"]
    name = f"payung_strangers_{os.getpid()}_{os.urandom(3).hex()}"
    with django_db_blocker.unblock():
        copy_database(template_database, name)
        _use(name)
        for role in ("operator", "dprd"):
            # Hashed as the server reads it, not as tests do.
            hashed = PBKDF2PasswordHasher().encode(RIGHT, os.urandom(8).hex())
            user = User.objects.create(username=f"uji-{role}", password=hashed)
            Assignment.objects.create(user=user, role=role, region_code="65")
        connections.close_all()
        _use(before)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        log = tmp_path_factory.mktemp("strangers") / "log"
        environment = {
            **os.environ,
            "PAYUNG_DATABASE": name,
            "DJANGO_SETTINGS_MODULE": "payung.config.settings",
            **server_environment,
        }
        with log.open("w") as out:
            running = subprocess.Popen(
                [sys.executable, "-c", _SERVES, str(port)], env=environment, stdout=out, stderr=out
            )
        found = Server(port, str(log), environment)
        try:
            for _ in range(960):
                try:
                    found.ask("GET", "/masuk/")
                    break
                except OSError:
                    time.sleep(0.25)
            else:
                pytest.fail(f"the server did not start: {log.read_text()[-2000:]}")
            yield found
        finally:
            running.terminate()
            running.wait(30)
            drop_database(name)
