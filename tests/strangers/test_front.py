"""The parts that stand before the pages, each alone: bodies, lines, kept answers, headers."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.access.bounds import Bounds
from payung.config.front import bodies
from payung.config.front.app import Front
from payung.config.front.environ import environ_of, headers_of
from payung.config.front.kept import Answer, Kept
from payung.config.front.pools import Full, Line, Pool
from payung.config.front.refusals import Refusals
from tests.strangers.clients import run_apart


def sends(*pieces: bytes, then: str = "end"):
    """A client that sends these pieces and then ends, waits for ever, or goes away."""
    waiting = list(pieces)

    async def receive():
        if waiting:
            return {
                "type": "http.request",
                "body": waiting.pop(0),
                "more_body": bool(waiting) or then != "end",
            }
        if then == "gone":
            return {"type": "http.disconnect"}
        return await asyncio.sleep(3600)

    return receive


def read(receive, most=100, unasked=100, answer=True):
    async def ask():
        return answer

    async def whole():
        with await bodies.read(receive, most, unasked, ask) as body:
            return body.read()

    return run_apart(whole())


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=8), st.integers(0, 120), st.integers(0, 120))
def test_a_body_is_whole_or_refused(pieces, most, unasked):
    size = sum(map(len, pieces))
    receive = sends(*pieces)
    if size > most:
        with pytest.raises(bodies.TooLarge):
            read(receive, most, most)
    else:
        assert read(receive, most, unasked) == b"".join(pieces)


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=8), st.integers(0, 100))
def test_more_than_a_form_is_taken_only_from_who_may_send_it(pieces, unasked):
    size = sum(map(len, pieces))
    if size > unasked:
        with pytest.raises(bodies.Unasked):
            read(sends(*pieces), 1_000, unasked, answer=False)
    else:
        assert read(sends(*pieces), 1_000, unasked, answer=False) == b"".join(pieces)


@pytest.mark.parametrize("pieces", [(), (b"",), (b"a",), (b"a", b"b"), (b"a" * 50,)])
def test_silence_ends_a_body(monkeypatch, pieces):
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 0.05)
    with pytest.raises(bodies.TooSlow):
        read(sends(*pieces, then="waits"))


@pytest.mark.parametrize("pieces", [(), (b"a",), (b"a", b"b")])
def test_who_goes_away_is_not_waited_for(pieces):
    with pytest.raises(bodies.Gone):
        read(sends(*pieces, then="gone"))


def test_a_trickle_ends_though_it_is_never_silent(monkeypatch):
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.2)

    async def receive():
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"a", "more_body": True}

    started = time.monotonic()
    with pytest.raises(bodies.TooSlow):
        read(receive, 10_000, 10_000)
    assert time.monotonic() - started < 2


def test_a_slow_line_that_keeps_its_rate_is_let_send_a_large_file(monkeypatch):
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.1)
    sent = iter(range(20))

    async def receive():
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"a" * 4_096, "more_body": next(sent) < 19}

    assert len(read(receive, 1_000_000, 1_000_000)) == 20 * 4_096


@given(st.lists(st.sampled_from("abcd"), max_size=60))
def test_addresses_take_turns(order):
    """Nobody waits behind more than one of each other address, and all of one address in their order."""
    line = Line()
    for number, address in enumerate(order):
        line.put(address, (address, number))
    out = [line.get() for _ in order]
    assert sorted(out) == sorted((address, number) for number, address in enumerate(order))
    for address in set(order):
        own = [number for one, number in out if one == address]
        assert own == sorted(own)
        for rank, place in enumerate(i for i, (one, _) in enumerate(out) if one == address):
            others = len(set(order)) - 1
            assert place <= rank + (rank + 1) * others


def test_a_line_that_is_full_refuses_and_one_address_does_not_fill_it():
    release = threading.Event()
    pool = Pool("uji", threads=1, waiting=3, each=2)

    async def many():
        first = [asyncio.ensure_future(pool.run("a", release.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Full):
            await pool.run("a", release.wait)
        more = [asyncio.ensure_future(pool.run(address, release.wait)) for address in "bc"]
        await asyncio.sleep(0)
        with pytest.raises(Full):
            await pool.run("d", release.wait)
        release.set()
        assert await asyncio.gather(*first, *more) == [True] * 4
        assert pool.places.taken == 0
        assert await pool.run("d", lambda: 7) == 7

    run_apart(many())


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("y"), SystemExit(3), Full()])
def test_what_fails_in_a_thread_fails_where_it_was_asked_and_the_thread_goes_on(error):
    pool = Pool("uji", threads=1, waiting=3, each=3)

    def fails():
        raise error

    async def twice():
        with pytest.raises(type(error)):
            await pool.run("a", fails)
        return await pool.run("a", lambda: 1)

    assert run_apart(twice()) == 1


@given(st.sampled_from([0.05, 0.25, 1.0]), st.floats(0, 30))
def test_what_is_sent_is_answered_at_a_multiple_whatever_it_took(even, spent):
    bounds = Bounds(even=even)
    wait = bounds.until_even("POST", spent)
    assert 0 < wait <= even
    assert abs((spent + wait) / even - round((spent + wait) / even)) < 1e-6
    assert bounds.until_even("GET", spent) == 0
    assert Bounds().until_even("POST", spent) == 0


def test_an_answer_that_waits_holds_no_place_in_the_pool(monkeypatch):
    """Else those who ask about NIKs would keep others from what the same pool answers."""
    pool = Pool("uji", threads=1, waiting=1, each=1)
    held = []

    async def sleep(seconds):
        held.append((seconds, pool.places.taken))

    monkeypatch.setattr("payung.config.front.app.asyncio.sleep", sleep)

    def django(_environ, start_response):
        start_response("200 OK", [])
        return [b"jawaban"]

    front = Front(
        django, {"questions": pool}, Kept(lambda: "1", b"django_language"),
        lambda _: Bounds(posts="questions", even=0.25), str, lambda *_: (500, {}, b""), lambda *_: True,
    )  # fmt: skip
    sent = []

    async def ask():
        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        await front(scope("POST", "/cek-perlindungan/"), receive, send)

    run_apart(ask())
    assert [taken for _, taken in held] == [0]
    assert 0 < held[0][0] <= 0.25
    assert sent[1]["body"] == b"jawaban"


def test_a_page_without_a_question_does_not_wait_for_those_who_ask():
    bounds = Bounds(queries="questions", posts="passwords")
    assert [bounds.pool_for("GET"), bounds.pool_for("GET", query=True)] == ["pages", "questions"]
    assert bounds.pool_for("POST") == bounds.pool_for("POST", query=True) == "passwords"
    assert Bounds(pool="work").pool_for("GET", query=True) == "work"


def scope(method="GET", path="/", query=b"", *headers):
    return {
        "type": "http", "method": method, "path": path, "query_string": query,
        "headers": list(headers), "client": ("10.0.0.1", 5), "server": ("127.0.0.1", 80),
    }  # fmt: skip


def kept_for(one, answer):
    """Whether an answer to this request is given to the same request again."""
    kept = Kept(lambda: "1", b"django_language")
    key = kept.key(one, headers_of(one))
    if key is None:
        return False
    kept.keep(key, answer)
    return kept.find(key, headers_of(one)) is not None


PUBLIC = Answer(200, [(b"Cache-Control", b"public, max-age=10"), (b"ETag", b'"x"')], b"page")
NOT_KEPT = {
    "a session": (scope("GET", "/", b"", (b"cookie", b"sessionid=a")), PUBLIC),
    "a session after the language": (
        scope("GET", "/", b"", (b"cookie", b"django_language=en; sessionid=a")),
        PUBLIC,
    ),
    "a name that begins like it": (scope("GET", "/", b"", (b"cookie", b"django_language2=en")), PUBLIC),
    "a form sent": (scope("POST", "/"), PUBLIC),
    "a head": (scope("HEAD", "/"), PUBLIC),
    "a part": (scope("GET", "/", b"", (b"range", b"bytes=0-1")), PUBLIC),
    "a key": (scope("GET", "/", b"", (b"authorization", b"Basic x")), PUBLIC),
    "an answer with a cookie": (scope(), Answer(200, [*PUBLIC.headers, (b"Set-Cookie", b"a=b")], b"")),
    "a private answer": (scope(), Answer(200, [(b"Cache-Control", b"private, no-store")], b"")),
    "an answer that says nothing": (scope(), Answer(200, [], b"")),
    "a refusal": (scope(), Answer(404, PUBLIC.headers, b"")),
    "a redirect": (scope(), Answer(301, PUBLIC.headers, b"")),
    "a large answer": (scope(), Answer(200, PUBLIC.headers, b"a" * 600_000)),
}


@pytest.mark.parametrize(("one", "answer"), NOT_KEPT.values(), ids=NOT_KEPT.keys())
def test_what_may_be_somebody_s_own_is_not_kept(one, answer):
    assert kept_for(scope(), PUBLIC)
    assert not kept_for(one, answer)


DIFFERENT = [
    scope("GET", "/peta/"),
    scope("GET", "/", b"a=b"),
    scope("GET", "/", b"", (b"host", b"other")),
    scope("GET", "/", b"", (b"accept-encoding", b"gzip")),
    scope("GET", "/", b"", (b"x-forwarded-proto", b"https")),
    scope("GET", "/", b"", (b"cookie", b"django_language=en")),
]


@pytest.mark.parametrize("other", DIFFERENT)
def test_another_question_is_not_given_the_same_answer(other):
    kept = Kept(lambda: "1", b"django_language")
    kept.keep(kept.key(scope(), {}), PUBLIC)
    assert kept.find(kept.key(other, headers_of(other)), headers_of(other)) is None


def test_new_figures_and_time_end_what_is_kept(monkeypatch):
    version = ["1"]
    kept = Kept(lambda: version[0], b"django_language")
    kept.keep(kept.key(scope(), {}), PUBLIC)
    version[0] = "2"
    assert kept.find(kept.key(scope(), {}), {}) is None
    version[0] = "1"
    assert kept.find(kept.key(scope(), {}), {}) is not None
    assert kept.find(kept.key(scope(), {}), {b"if-none-match": b'"x"'}).status == 304
    monkeypatch.setattr("payung.config.front.kept.monotonic", lambda: time.monotonic() + 60)
    assert kept.find(kept.key(scope(), {}), {}) is None


SMUGGLED = [
    (b"x_forwarded_for", b"1.1.1.1"),
    (b"proxy", b"http://jahat"),
    (b"content_length", b"5"),
    (b"x_request-id", b"a"),
]


@pytest.mark.parametrize("header", SMUGGLED)
def test_a_header_that_would_pass_for_another_is_dropped(header):
    asked = scope("GET", "/", b"", header)
    environ = environ_of(asked, headers_of(asked), BytesIO(), 0)
    assert not any(header[1].decode() == value for name, value in environ.items() if name.startswith("HTTP_"))
    assert environ["CONTENT_LENGTH"] == ""


@given(st.text(max_size=40))
def test_a_path_arrives_as_it_was_asked(path):
    asked = scope("GET", "/" + path)
    environ = environ_of(asked, {}, BytesIO(), 0)
    assert environ["PATH_INFO"].encode("latin-1").decode("utf-8", "surrogateescape") == "/" + path


def test_the_same_refusal_is_told_once_and_counted(caplog):
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    with caplog.at_level(logging.WARNING, "payung.front"):
        for _ in range(50):
            refusals.tell("slow", "10.0.0.1", "POST", "/masuk/")
        refusals.tell("slow", "10.0.0.2", "POST", "/masuk/")
        now[0] = 11.0
        refusals.tell("slow", "10.0.0.1", "POST", "/masuk/")
        refusals.flush()
    assert [record.getMessage() for record in caplog.records] == [
        "refused slow: POST /masuk/ from 10.0.0.1",
        "refused slow: POST /masuk/ from 10.0.0.2",
        "refused slow: POST /masuk/ from 10.0.0.1 (and 49 more since)",
    ]
