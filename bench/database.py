"""A database of the benchmark's own on the embedded server, made anew and dropped afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

NAME = "payung_bench"


@contextmanager
def bench_database() -> Iterator[None]:
    """Django set up on an empty, migrated database; acts as the operator of the whole province."""
    os.environ["PAYUNG_DATABASE"] = NAME
    from payung.config.prepare import ensure_ready, setup_django

    setup_django()
    _drop()
    ensure_ready()
    from payung.access.actor import Actor, acting_as
    from payung.access.models import User

    try:
        with acting_as(Actor.of(User.objects.get(username="operator"))):
            yield
    finally:
        _drop()


def _drop() -> None:
    import psycopg
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    owner = settings.DATABASES["owner"]
    where = {
        "host": owner["HOST"],
        "port": owner["PORT"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
    }
    with psycopg.connect(
        dbname="postgres", autocommit=True, **{key: value for key, value in where.items() if value}
    ) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
