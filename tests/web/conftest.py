"""The pages on a live server with real data, driven by Chromium without its window. Page tests of all areas."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

SIZES = {"phone": (360, 780), "desk": (1280, 900)}
SHOTS = os.environ.get("PAYUNG_SHOTS")


THREADS = 4
#: Rows after the fifth of a table are made as those before them, and looking at each takes most of the time.
_ROWS = "document.querySelectorAll('tbody tr:nth-of-type(n+6)').forEach(row => row.style.display = %s)"
#: A click returns before the page it asks for has come, and the page that is left can still be looked at.
_NOTE_LEAVING = """navigation.addEventListener("navigate", event => {
    window.leaving = !event.hashChange && event.downloadRequest === null;
})"""
_STAYS = "async () => { await new Promise(done => setTimeout(done, 20)); return !window.leaving; }"


class _Server(WSGIServer):
    """Answers in a few threads, each of which keeps its database connection, as the real server does."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.threads = ThreadPoolExecutor(THREADS)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.threads.submit(self._answer, request, client_address)

    def _answer(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except ConnectionError:
            pass  # the browser went away before the answer was written
        finally:
            self.shutdown_request(request)

    def end(self) -> None:
        """Stops, and closes the connection of each thread."""
        from django.db import connections

        all_here = threading.Barrier(THREADS)

        def close() -> None:
            all_here.wait()
            connections.close_all()

        self.shutdown()
        for _ in range(THREADS):
            self.threads.submit(close)
        self.threads.shutdown()
        self.server_close()


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
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
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

    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
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
        page.add_init_script(_NOTE_LEAVING)
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
    server.end()
    thread.join()
    connections.close_all()


#: Words that reach beyond an ancestor which hides what does not fit and cannot be scrolled.
_CUT_OFF = """() => [...document.querySelectorAll('main *')].filter(one => {
    if (![...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())) return false;
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || one.closest('.visually-hidden, svg, thead')) return false;
    for (let around = one.parentElement; around && around.tagName !== 'MAIN'; around = around.parentElement) {
        const hides = getComputedStyle(around).overflowX;
        // A table folded into rows is not there to be scrolled sideways.
        if ((hides === 'auto' || hides === 'scroll') && !around.querySelector('.folded')) return false;
        if (hides !== 'visible' && box.right > around.getBoundingClientRect().right + 1) return true;
    }
    return false;
}).map(one => one.textContent.trim().slice(0, 60))"""


@pytest.fixture
def looks_right() -> Callable[..., None]:
    """Checks an open page: no axe violation, nothing wider than the window, no blocked script or style.

    At the width it was opened at and at the other, so that each walk is taken once.
    """

    def check(page: Any, name: str) -> None:
        page.wait_for_function(_STAYS)
        page.wait_for_load_state()
        own = page.viewport_size
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            fits(page, name, width)
        page.set_viewport_size(own)
        assert page.problems == []

    def fits(page: Any, name: str, width: int) -> None:
        from axe_playwright_python.sync_playwright import Axe

        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        page.evaluate(_ROWS % "'none'")
        # Colours are the same at every width, and to compare them takes longer than all other rules.
        skipped = {} if width > SIZES["phone"][0] else {"color-contrast": {"enabled": False}}
        found = (
            Axe().run(page, options={"resultTypes": ["violations"], "rules": skipped}).response["violations"]
        )
        page.evaluate(_ROWS % "''")
        assert not found, "\n".join(
            f"{v['id']}: {v['help']} {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found
        )
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} scrolls sideways by {wider} px"
        assert page.evaluate(_CUT_OFF) == [], f"{name}: words that nobody can read or scroll to"

    return check
