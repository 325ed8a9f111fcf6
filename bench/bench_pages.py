"""Pages of people at size: the list, by name, by region, one person; ratios to bare queries.

python -m bench.bench_pages [PEOPLE]      default 200,000
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench.database import populated
from bench.timing import percentiles


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with populated(people):
        _measure()


def _measure() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from payung.access.actor import set_scope
    from payung.access.models import User
    from payung.web.pages import seal

    call_command("collectstatic", interactive=False, verbosity=0)

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
        median, high = percentiles(lambda c=client, a=address: c.get(a))  # type: ignore[misc]
        raw = percentiles(query)[0] if query else None
        last = f"{raw:10.1f}{median / raw:8.1f}" if raw else ""
        print(f"{name:32}{median:10.1f}{high:10.1f}{last}")


if __name__ == "__main__":
    main()
