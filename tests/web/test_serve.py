"""Serving: an address that is taken is told before anything else is done, and every page answers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from payung.cli.serve import require_free


def test_a_taken_port_is_refused_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SystemExit) as ended:
            require_free("127.0.0.1", port)
    assert ended.value.code == 2
    assert f"--port: {port} is not allowed" in capsys.readouterr().err
    require_free("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(SystemExit) as ended:
        require_free("127.0.0.1", port)
    assert ended.value.code == 2


#: A process that has used Polars, as the demo has when it begins to serve.
SERVES = """
import sys
import polars
frame = polars.DataFrame({"n": range(100_000)})
frame.join(frame, on="n")
import django
django.setup()
from payung.cli.serve import run
run("127.0.0.1", int(sys.argv[1]), 1)
"""


def test_pages_that_compute_answer_where_the_process_computed_before(own_database, make_user) -> None:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(make_user("operator"))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PAYUNG_DATABASE": own_database,
        "DJANGO_SETTINGS_MODULE": "payung.config.settings",
    }
    server = subprocess.Popen([sys.executable, "-c", SERVES, str(port)], env=environment)
    try:
        page = urllib.request.Request(f"http://127.0.0.1:{port}/bulan-ini/", headers={"Cookie": cookie})
        for _ in range(480):
            try:
                with urllib.request.urlopen(page, timeout=20) as answer:
                    assert answer.status == 200
                    assert "Bulan ini" in answer.read().decode()
                break
            except urllib.error.URLError as error:
                assert isinstance(error.reason, ConnectionRefusedError)
                time.sleep(0.25)
        else:
            pytest.fail("the server did not start within two minutes")
    finally:
        server.terminate()
        server.wait(60)
