"""Every page that links lead to, as every role, at size: milliseconds and statements; ratios to bare queries.

python -m bench.bench_pages [PEOPLE]      a population of that size, 200,000 if not said
python -m bench.bench_pages here          the people of the database in use, such as a demo's
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from bench.database import ROOT, populated
from bench.timing import percentiles

ROLES = ("operator", "penyetuju", "cabang", "anggaran", "dprd", "")
LIMIT_MS, LIMIT_STATEMENTS = 150, 12
#: What is measured is a page; these write a file, or end the session.
_NOT_PAGES = re.compile(r"\.(pdf|csv|json|xlsx|html)$|/(csv|xlsx|keluar|bahasa|dikembalikan|static)(/|$)")


def main() -> None:
    if sys.argv[1:] == ["here"]:
        sys.path[:0] = [str(ROOT / "src")]
        from payung.config.prepare import setup_django

        setup_django()
        _measure()
        return
    with populated(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000):
        _bare()
        _measure()


def _bare() -> None:
    """Four pages beside the one query that they cannot do without."""
    from django.db import connection
    from django.test import Client

    from payung.access.models import User
    from payung.database.scope import set_scope
    from payung.web.pages import seal

    _static()

    def bare(sql: str, values: list[object]) -> Callable[[], None]:
        def run() -> None:
            set_scope(("65",))
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                cursor.fetchall()

        return run

    listed = (
        "SELECT id, name FROM registry_person WHERE merged_into_id IS NULL ORDER BY name_norm, id LIMIT 51"
    )
    found = (
        "SELECT id, name FROM registry_person WHERE name_norm >= %s AND name_norm < %s "
        "ORDER BY name_norm, id LIMIT 51"
    )
    operator = Client()
    operator.force_login(User.objects.get(username="operator"))
    pages: list[tuple[str, str, Callable[[], None]]] = [
        ("people", "/orang/", bare(listed, [])),
        (
            "people, by name",
            f"/orang/?cari={seal('gunawan y')}",
            bare(found, ["gunawan y", "gunawan z"]),
        ),
        ("person", "/orang/400/", bare("SELECT * FROM registry_person WHERE id = %s", [400])),
    ]
    print(f"{'page':32}{'median ms':>10}{'p95 ms':>10}{'bare ms':>10}{'ratio':>8}")
    for name, address, query in pages:
        assert operator.get(address).status_code == 200, address
        median, high = percentiles(lambda a=address: operator.get(a))  # type: ignore[misc]
        raw = percentiles(query)[0]
        print(f"{name:32}{median:10.1f}{high:10.1f}{raw:10.1f}{median / raw:8.1f}")


def _measure() -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from payung.access.models import User
    from payung.oversight.actions import refresh_if_changed

    _static()
    refresh_if_changed(timezone.localdate())
    # What this process holds besides the pages would be gone through while they are timed.
    gc.collect()
    gc.freeze()
    slow = many = pages = 0
    print(f"\n{'as':11}{'page':54}{'median ms':>10}{'p95 ms':>8}{'statements':>12}{'kB':>7}")
    for role in ROLES:
        client = Client(SERVER_NAME="localhost")
        if role:
            client.force_login(User.objects.get(username=role))
        for address, size in _walk(client):
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            statements = len(captured)
            median, high = percentiles(lambda a=address, c=client: c.get(a), 20)  # type: ignore[misc]
            pages, slow, many = pages + 1, slow + (high > LIMIT_MS), many + (statements > LIMIT_STATEMENTS)
            mark = "  <" if high > LIMIT_MS or statements > LIMIT_STATEMENTS else ""
            figures = f"{median:10.1f}{high:8.1f}{statements:12}{size / 1000:7.0f}"
            print(f"{role or 'public':11}{address[:53]:54}{figures}{mark}", flush=True)
    print(f"\n{pages} pages: {slow} over {LIMIT_MS} ms, {many} over {LIMIT_STATEMENTS} statements")


def _walk(client: object) -> Iterator[tuple[str, int]]:
    """The address and bytes of one page of every route that links lead to, from the front page on.

    A route is walked once plain and once with a question in its address.
    """
    from django.urls import Resolver404, resolve

    waiting, seen = ["/", "/beranda/"], set()
    while waiting:
        address = waiting.pop(0)
        path, _, question = address.partition("?")
        try:
            route = resolve(path).view_name, bool(question)
        except Resolver404:
            continue
        if route in seen or _NOT_PAGES.search(path):
            continue
        seen.add(route)
        answer = client.get(address)  # type: ignore[attr-defined]
        if answer.status_code == 302 and answer["Location"].startswith("/") and address == "/beranda/":
            waiting.append(answer["Location"])
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        links = re.findall(r'href="([^"#]+)', answer.content.decode())
        waiting += [
            urljoin(address, link.replace("&amp;", "&")) for link in links if not re.match(r"\w+:", link)
        ]
        yield address, len(answer.content)


def _static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
