"""The pages on a live server with real data, driven by Debian's Chromium. Page tests of all areas stand here."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

SIZES = {"phone": (360, 780), "desk": (1280, 900)}
SHOTS = os.environ.get("PAYUNG_SHOTS")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Site:
    """A running server and a way to open it as somebody."""

    url: str
    open_as: Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)

    # The sync API keeps an event loop running, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def site(own_database, chromium) -> Iterator[Site]:
    """The pages served over `own_database`; `open_as(user, size)` gives a browser page that is logged in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.cache import caches
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    application = get_wsgi_application()

    def one_request(environ: Any, start_response: Any) -> Any:
        try:
            answer = application(environ, start_response)
            body = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
            return [body]
        finally:
            connections.close_all()

    server = make_server("127.0.0.1", 0, one_request, server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    contexts = []

    def open_as(user: Any = None, size: str = "desk", language: str = "id") -> Any:
        width, height = SIZES[size]
        context = chromium.new_context(viewport={"width": width, "height": height}, base_url=url)
        contexts.append(context)
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}]
        if user is not None:
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.problems = []
        page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        return page

    for name in ("default", "pages"):
        caches[name].clear()
    yield Site(url, open_as)
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()
    connections.close_all()


@pytest.fixture
def make_user(own_database) -> Callable[..., Any]:
    """Makes a user with a role, committed: make_user("operator", "65")."""
    from payung.access.models import Assignment, User

    def make(role: str, region_code: str = "65", username: str | None = None) -> Any:
        name = username or f"{role}-{os.urandom(3).hex()}"
        user = User.objects.create_user(name, password="rahasia-sekali", full_name=f"Contoh {role.title()}")
        Assignment.objects.create(user=user, role=role, region_code=region_code)
        return user

    return make


@pytest.fixture
def looks_right() -> Callable[..., None]:
    """Checks an open page: no axe violation, nothing wider than the window, no blocked script or style."""

    def check(page: Any, name: str) -> None:
        from axe_playwright_python.sync_playwright import Axe

        if SHOTS:
            width = page.viewport_size["width"]
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        assert not found, "\n".join(
            f"{v['id']}: {v['help']} {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found
        )
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} scrolls sideways by {wider} px"
        assert page.problems == []

    return check
