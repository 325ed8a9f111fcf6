"""Asks every address as every role with what no page would send, and counts answers of 5xx.

    PAYUNG_HOME=... python -m bench.fuzz_pages [--requests 20000] [--seed 1]

Works on the database in use, such as a demo's, and changes it: forms are sent whole, with the fields that their pages
show and with others, good values and hostile ones, files included. Each fault is shown with what brought it about.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from functools import cache
from html import unescape
from typing import Any

from bench.limits import lift

WORDS = [
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "65",
    "65.71",
    "65.71.01.1001",
    "6571010101800001",
    "a" * 300,
    "9" * 400,
    "1e9999",
    "NaN",
    "\x00",
    "'; DROP TABLE x; --",
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
    "%",
    "%s",
    "%(x)s",
    "{0}",
    "../../etc/passwd",
    "\ud800",
    "\u202e",
    "\u0660\u0661",
    "2027-01",
    "2027-01-01",
    "9999-12",
    "0000-00",
    "2026-13-45",
    "1 Januari 2027",
    "Rp1.000.000",
    "50 juta",
    "-50000000000000000000",
    "true",
    "null",
    "[]",
    "{}",
    "apbd",
    "company",
    "months",
    "best",
    "jkm",
    "jkk",
    "rumus",
    "id",
    "en",
    "x,y;z",
    "\n\n",
    "\t",
    "é" * 50,
    "65.71.01.1001\n",
    "1" * 19,
    "2147483648",
    "9223372036854775808",
    "K7M2-QX94",
    "Siti Aminah",
    "operator",
]
PARTS = {
    "int": [0, 1, 2, 3, 7, 99, 2**31, 2**63],
    "str": [w for w in WORDS if w and "/" not in w and "\ud800" not in w],
}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.fuzz_pages", description=__doc__)
    asked.add_argument("--requests", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    from payung.config.prepare import ensure_ready, setup_django

    setup_django()
    ensure_ready()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from payung.access.actions import create_user
    from payung.access.actor import Actor
    from payung.access.models import User
    from payung.access.roles import GRANTS

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("collectstatic", interactive=False, verbosity=0)
    lift()
    admin = Actor.of(User.objects.get(username="admin"))
    users: dict[str, User] = {}
    clients: dict[str, Client] = {"nobody": Client(raise_request_exception=False)}
    for role in GRANTS:
        users[role] = User.objects.filter(assignments__role=role, is_active=True).first() or create_user(
            admin, username=f"uji-{role}", full_name=role, role=role, region_code="65"
        )
        clients[role] = Client(raise_request_exception=False)
        clients[role].force_login(users[role])
    draw = random.Random(options.seed)
    routes = list(_routes())
    print(f"{len(routes)} addresses, {len(clients)} roles")
    seen: Counter[int] = Counter()
    faults: Counter[str] = Counter()
    began, slowest = time.perf_counter(), (0.0, "")
    for number in range(options.requests):
        role = draw.choice(list(clients))
        route = routes[number % len(routes)]
        path = re.sub(
            r"<(?:(\w+):)?\w+>",
            lambda found: str(draw.choice(PARTS.get(found[1] or "str", PARTS["str"]))),
            route,
        )
        started = time.perf_counter()
        method, sent, status = _ask(clients[role], path, draw)
        slowest = max(slowest, (time.perf_counter() - started, f"{method} {path} as {role}"))
        seen[status] += 1
        if status >= 500:
            faults[f"{method} {route}"] += 1
            if faults[f"{method} {route}"] == 1:
                print(f"{status} {method} {path!r} as {role}: {str(sent)[:500]!r}", flush=True)
        if role != "nobody" and "_auth_user_id" not in clients[role].session:
            clients[role].force_login(users[role])  # it logged out, or somebody logged in by its form
    took = time.perf_counter() - began
    print(f"{sum(seen.values())} requests in {took:.0f} s; slowest {slowest[0]:.1f} s: {slowest[1]}")
    print("answers:", dict(sorted(seen.items())))
    print(f"{sum(faults.values())} of 5xx", dict(faults) if faults else "")
    return 1 if faults else 0


def _routes() -> list[str]:
    """Every address of the pages and interfaces, with the places to fill in."""
    from django.urls import URLPattern, URLResolver, get_resolver

    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> None:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one.url_patterns, route)
            else:
                found.append("/" + route.lstrip("^").rstrip("$"))

    walk(get_resolver().url_patterns, "")
    return [route for route in found if "(?P" not in route]


def _ask(client: Any, path: str, draw: random.Random) -> tuple[str, Any, int]:
    """One request of some kind: the method, what was sent, the status of the answer."""
    kind = draw.random()
    if kind < 0.35:
        asked = {_name(draw): draw.choice(WORDS) for _ in range(draw.randrange(4))}
        return "GET", asked, _status(client, "get", path, asked)
    if kind < 0.85:
        page = client.get(path)
        if page.status_code != 200 or b"<form" not in page.content:
            form = {_name(draw): draw.choice(WORDS) for _ in range(draw.randrange(6))}
        else:
            form = _filled(page.content.decode("utf-8", "replace"), draw)
        return "POST", form, _status(client, "post", path, form)
    body = draw.choice(
        [b"", b"\xff\xfe", b"{", b"[" * 9_000, b'{"nik": null}', b'{"nama": {"x": []}}', draw.randbytes(300)]
    )
    mime = draw.choice(
        [
            "application/json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "x",
        ]
    )
    return "POST", (mime, body[:80]), _status(client, "post", path, body, content_type=mime)


def _name(draw: random.Random) -> str:
    return draw.choice(
        [
            "q",
            "cari",
            "hal",
            "bulan",
            "wilayah",
            "orang",
            "status",
            "tab",
            "baris",
            "kolom",
            "ukuran",
            "nik",
            "nama",
            "after",
            "sampai",
            "x",
            "sebagai",
            "tindakan",
            "jenis",
            "saring",
            "urut",
            "page",
            "next",
            "lang",
            "plan",
            "rencana",
            "a",
            "b",
        ]
    )


def _filled(page: str, draw: random.Random) -> dict[str, Any]:
    """A form's fields, most as they stand, some with what nobody types."""
    forms = re.findall(r"<form\b.*?</form>", page, re.S) or [page]
    form: dict[str, Any] = {}
    for tag in re.findall(r"<(?:input|select|textarea|button)\b[^>]*>", draw.choice(forms)):
        name = re.search(r'\bname="([^"]+)"', tag)
        if name is None or name[1] == "csrfmiddlewaretoken":
            continue
        if 'type="file"' in tag:
            from django.core.files.uploadedfile import SimpleUploadedFile

            chosen = draw.choice(_hostile())
            form[name[1]] = SimpleUploadedFile(chosen.name[-80:], chosen.content)
            continue
        value = re.search(r'\bvalue="([^"]*)"', tag)
        form[name[1]] = unescape(value[1]) if value and draw.random() < 0.6 else draw.choice(WORDS)
    return form


@cache
def _hostile() -> list[Any]:
    """Some of the hostile files, none large."""
    from tests.hostile import files

    return [one for one in files.all_files() if len(one.content) < 200_000][::7]


def _status(client: Any, method: str, path: str, sent: Any, **more: Any) -> int:
    try:
        return int(getattr(client, method)(path, sent, **more).status_code)
    except (UnicodeEncodeError, UnicodeDecodeError):
        return 0  # what no client could send


if __name__ == "__main__":
    sys.exit(main())
