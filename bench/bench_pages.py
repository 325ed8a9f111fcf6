"""Pages of people at size: the list, by name, by region, one person; ratios to bare queries.

Usage: python bench/bench_pages.py [PEOPLE] (default 200,000). Works in a database of its own and drops it.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("PAYUNG_HOME", str(Path.home() / ".cache" / "payung-bench"))
os.environ["PAYUNG_DATABASE"] = "payung_bench_pages"
os.environ["DJANGO_SETTINGS_MODULE"] = "payung.config.settings"


def timed(call: Callable[[], object], times: int = 40) -> tuple[float, float]:
    """Median and 95th percentile of `times` calls, in milliseconds, after two to warm up."""
    call()
    call()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone
    from tests.oversight.population import populate

    from payung.access.actor import set_scope
    from payung.access.models import User
    from payung.config.prepare import migrate
    from payung.web.pages import seal

    migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    today = timezone.localdate()
    started = time.perf_counter()
    populate(people, past_months=18, today=today)
    with connection.cursor() as cursor:
        set_scope(("65",))
        cursor.execute("SELECT count(*) FROM coverage_covermonth")
        months = cursor.fetchall()[0][0]
        set_scope(())
    print(f"{people:,} people, {months:,} cover months written in {time.perf_counter() - started:.1f} s")
    owner = {**settings.DATABASES["owner"]}
    _analyze(owner)

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
    pages: list[tuple[str, Client, str, Callable[[], None] | None]] = [
        ("people", operator, "/orang/", bare(listed, [])),
        (
            "people, by name",
            operator,
            f"/orang/?cari={seal('gunawan y')}",
            bare(found, ["gunawan y", "gunawan z"]),
        ),
        ("people, by region and status", operator, "/orang/?wilayah=65.71&status=uncovered", None),
        ("person", operator, "/orang/400/", bare("SELECT * FROM registry_person WHERE id = %s", [400])),
    ]
    print(f"{'page':32}{'median ms':>10}{'p95 ms':>10}{'bare ms':>10}{'ratio':>8}")
    for name, client, address, query in pages:
        assert client.get(address).status_code == 200, address
        median, high = timed(lambda c=client, a=address: c.get(a))  # type: ignore[misc]
        raw = timed(query)[0] if query else None
        last = f"{raw:10.1f}{median / raw:8.1f}" if raw else ""
        print(f"{name:32}{median:10.1f}{high:10.1f}{last}")
    connection.close()
    _drop(owner)


def _owner(owner: dict[str, object], database: str) -> object:
    import psycopg

    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    where = {key: str(owner[name]) for key, name in names.items() if owner[name]}
    return psycopg.connect(dbname=database, autocommit=True, **where)  # type: ignore[arg-type]


def _analyze(owner: dict[str, object]) -> None:
    with _owner(owner, str(owner["NAME"])) as connection:  # type: ignore[attr-defined]
        connection.execute("VACUUM ANALYZE")


def _drop(owner: dict[str, object]) -> None:
    with _owner(owner, "postgres") as connection:  # type: ignore[attr-defined]
        connection.execute(f'DROP DATABASE "{owner["NAME"]}" WITH (FORCE)')


if __name__ == "__main__":
    main()
