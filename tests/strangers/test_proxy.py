"""Behind nginx with the configuration that the documentation gives: TLS, cookies, addresses, and slow clients held."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.strangers.clients import KINDS
from tests.strangers.conftest import RIGHT, Server
from tests.strangers.mob import Mob

pytestmark = [
    pytest.mark.xdist_group("strangers"),
    pytest.mark.skipif(
        shutil.which("nginx") is None, reason="nginx is not installed and apt is not available"
    ),
]
CONFIGURATION = Path(__file__).parents[2] / "docs" / "how-to" / "payung.nginx.conf"
HOST = "payung.example.go.id"


@pytest.fixture(scope="module")
def server_environment() -> dict[str, str]:
    return {
        "PAYUNG_HTTPS": "true",
        "PAYUNG_PROXIES": "1",
        "PAYUNG_HOSTS": HOST,
        "PAYUNG_PUBLIC_URL": f"https://{HOST}",
    }


@dataclass
class Proxy:
    """nginx before the pages: the ports of HTTP and HTTPS, and the certificate that it shows."""

    http: int
    https: int
    certificate: Path
    log: Path

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict, bytes]:
        """One request over TLS, the certificate checked against the host's name."""
        context = ssl.create_default_context(cafile=self.certificate)
        stream = context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.https), 30), server_hostname=HOST
        )
        line = http.client.HTTPConnection(HOST, timeout=30)
        line.sock = stream
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        said = answer.status, answer.headers, answer.read()
        line.close()
        return said  # type: ignore[return-value]

    def ask_plainly(self, path: str) -> tuple[int, str]:
        """One request without TLS: the status, and where it is sent on to."""
        line = http.client.HTTPConnection("127.0.0.1", self.http, timeout=30)
        line.request("GET", path, headers={"Host": HOST})
        answer = line.getresponse()
        return answer.status, answer.headers.get("Location", "")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def proxy(server: Server, tmp_path_factory) -> Iterator[Proxy]:
    """nginx with the documented file, but for ports and paths, and a certificate of this test's own."""
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = folder / "fullchain.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-days", "1", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    plain, tls = _free_port(), _free_port()
    text = CONFIGURATION.read_text()
    for documented, here in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{tls} ssl http2;"),
        ("server 127.0.0.1:8080;", f"server 127.0.0.1:{server.port};"),
        ("/etc/ssl/payung/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert documented in text
        text = text.replace(documented, here)
    (folder / "payung.conf").write_text(text)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{ worker_connections 4096; }}\n"
        f"http {{\n{temporary}include {folder}/payung.conf;\n}}\n"
    )
    running = subprocess.Popen(
        ["nginx", "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"],
        stderr=subprocess.PIPE,
    )
    found = Proxy(plain, tls, certificate, folder / "payung.log")
    try:
        for _ in range(80):
            try:
                socket.create_connection(("127.0.0.1", tls), 1).close()
                break
            except OSError:
                assert running.poll() is None, running.stderr.read()  # type: ignore[union-attr]
                time.sleep(0.1)
        yield found
    finally:
        running.terminate()
        running.wait(20)


def test_every_answer_keeps_browsers_to_https(proxy):
    for path in ("/", "/masuk/", "/tidak-ada/", "/api/v1/lookup"):
        _, headers, _ = proxy.ask("GET", path)
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path
    status, headers, _ = proxy.ask("POST", "/masuk/", b"a" * 20_000)
    assert status == 413 and headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_pages_are_sent_on_to_https_and_programs_are_told(proxy):
    assert proxy.ask_plainly("/orang/?hal=2") == (301, f"https://{HOST}/orang/?hal=2")
    assert proxy.ask_plainly("/api/v1/lookup") == (403, "")


def test_without_the_proxy_s_word_payung_itself_sends_on_to_https(server):
    said = server.ask("GET", "/masuk/?a=b", Host=HOST)
    assert said.status == 301 and said.headers["location"] == f"https://{HOST}/masuk/?a=b"
    kept = server.ask("GET", "/", Host=HOST, X_Forwarded_Proto="https")
    assert kept.status == 200 and server.ask("GET", "/", Host=HOST).status == 301
    refused = server.ask("GET", "/api/v1/lookup", Host=HOST)
    assert refused.status == 403 and "https" in refused.body.decode()


def log_in(proxy: Proxy) -> list[str]:
    """The cookies that a log-in sets, with their attributes."""
    _, headers, body = proxy.ask("GET", "/masuk/")
    given = headers.get_all("Set-Cookie")  # type: ignore[attr-defined]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body.decode())[1]
    form = f"csrfmiddlewaretoken={token}&username=uji-operator&password={RIGHT}".encode()
    status, headers, _ = proxy.ask(
        "POST",
        "/masuk/",
        form,
        Cookie=given[0].partition(";")[0],
        Referer=f"https://{HOST}/masuk/",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert status == 302
    return given + headers.get_all("Set-Cookie")  # type: ignore[attr-defined]


def test_every_cookie_is_bound_to_this_host_and_to_https(proxy):
    cookies = log_in(proxy)
    _, headers, _ = proxy.ask("GET", "/bahasa/en/?next=/")
    cookies += headers.get_all("Set-Cookie")  # type: ignore[attr-defined]
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert {"__Host-sessionid", "__Host-csrftoken", "__Host-device", "__Host-django_language"} <= names
    for cookie in cookies:
        assert cookie.startswith("__Host-"), cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {
            part.strip() for part in cookie.split(";")
        }, cookie
        assert "Domain=" not in cookie
    assert all("Max-Age" not in cookie for cookie in cookies if cookie.startswith("__Host-csrftoken"))


def test_a_secret_address_is_shown_over_https_and_stands_in_no_log(proxy, server):
    proxy.ask(
        "GET",
        "/bantu/donasi/SANGAT-RAHASIA/?a=GEHEIM",
        Referer=f"https://{HOST}/bantu/donasi/SANGAT-RAHASIA/",
    )
    proxy.ask("PUT", "/bantu/donasi/SANGAT-RAHASIA/ubah/")
    time.sleep(0.5)
    assert "/bantu/donasi/-/" in proxy.log.read_text()
    for log in (proxy.log, Path(server.log)):
        assert "RAHASIA" not in log.read_text() and "GEHEIM" not in log.read_text(), log


def test_who_asks_is_known_through_the_proxy_and_cannot_be_made_up(proxy, server):
    proxy.ask("TRACE", "/", X_Forwarded_For="198.51.100.7")
    proxy.ask("PUT", "/masuk/", X_Forwarded_For="198.51.100.7", Forwarded="for=198.51.100.7")
    time.sleep(0.5)
    log = Path(server.log).read_text()
    assert "198.51.100.7" not in log and "from 127.0.0.1" in log


def test_slow_clients_are_held_by_the_proxy(proxy):
    slow = [
        kind for kind in KINDS if "body" in kind or "head" in kind or kind in ("says nothing", "half a line")
    ]
    with Mob(*((proxy.http, kind, 10, ("127.0.0.1",)) for kind in slow if not kind.startswith("a large"))):
        for _ in range(10):
            assert proxy.ask("GET", "/masuk/")[0] == 200


def test_old_protocols_of_tls_are_not_spoken(proxy):
    context = ssl.create_default_context(cafile=proxy.certificate)
    with socket.create_connection(("127.0.0.1", proxy.https), 10) as plain:
        assert context.wrap_socket(plain, server_hostname=HOST).version() == "TLSv1.3"
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", proxy.https), 10) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain, server_hostname=HOST)
