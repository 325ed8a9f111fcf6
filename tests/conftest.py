"""Every test runs on a real PostgreSQL, as the application role that row-level security binds.

The schema is migrated once into a template database; each test process works in its own copy of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# How long a drawn example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile(
    "payung", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("payung")


def _server():
    """An autocommit connection of the owner to the server's maintenance database."""
    import psycopg
    from django.conf import settings

    owner = settings.DATABASES["owner"]
    where = {
        "host": owner["HOST"],
        "port": owner["PORT"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
    }
    return psycopg.connect(
        dbname="postgres", autocommit=True, **{key: value for key, value in where.items() if value}
    )


def _schema_hash() -> str:
    """Change with any migration and with what the database itself holds: no template of an older schema is used."""
    import hashlib

    import payung
    from payung.database import schema

    digest = hashlib.sha256(schema.version().encode())
    for path in sorted(Path(payung.__file__).parent.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:10]


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Hashing a password slowly is Django's to test; here it would only cost time."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def template_database(django_db_blocker) -> str:
    """The name of a migrated, empty database with the reference tables loaded."""
    import fcntl

    from django.conf import settings
    from django.db import connections

    from payung.config.prepare import migrate

    name = f"payung_template_{_schema_hash()}"
    for alias in ("default", "owner"):
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    with (settings.HOME / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _server() as server:
            ready = server.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s AND datistemplate", [name]
            ).fetchall()
            if not ready:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if not ready:
            with django_db_blocker.unblock():
                migrate()
                connections.close_all()
            with _server() as server:
                server.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true')
    return name


@pytest.fixture(scope="session")
def static_files() -> None:
    """The static files collected, as in production: once for all test processes, and again when one changed."""
    import fcntl

    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = [
        (path, Path(storage.path(path)).stat().st_mtime_ns)
        for finder in get_finders()
        for path, storage in finder.list([])
    ]
    stamp = settings.HOME / "static.stamp"
    with (settings.HOME / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != repr(found):
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(repr(found))


def copy_database(template: str, name: str) -> None:
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop_database(name: str) -> None:
    with _server() as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def subprocess_environment(database: str) -> dict[str, str]:
    """The environment for a program that works on a test's own database."""
    from django.conf import settings

    return {**os.environ, "PAYUNG_DATABASE": database, "PAYUNG_HOME": str(settings.HOME)}


def _use(name: str) -> None:
    from django.conf import settings
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(template_database, static_files, django_db_blocker) -> Iterator[None]:
    """Replaces pytest-django's own set-up: this process works in a copy of the template."""
    name = f"payung_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        copy_database(template_database, name)
        _use(name)
        yield
        _use(name)
        drop_database(name)


@pytest.fixture
def own_database(request, template_database, django_db_setup, django_db_blocker) -> Iterator[str]:
    """A database of the test's own, committed for real: for concurrency, kills, servers and browsers.

    An empty one, or with the people of `counted` where the test asks for those too.
    """
    from django.conf import settings

    counted = "counted" in request.fixturenames
    template = request.getfixturevalue("counted_template")[0] if counted else template_database
    before = settings.DATABASES["default"]["NAME"]
    name = f"payung_own_{os.getpid()}_{os.urandom(4).hex()}"
    with django_db_blocker.unblock():
        copy_database(template, name)
        _use(name)
        yield name
        _use(before)
        drop_database(name)


@pytest.fixture(scope="session")
def counted_template(template_database, django_db_setup, django_db_blocker) -> Iterator[tuple[str, Any]]:
    """A database of 4,000 people, committed, with every figure counted: made once in a process, and copied."""
    from django.conf import settings
    from django.core.cache import caches
    from django.utils import timezone

    from payung.oversight import actions, cuts
    from tests.oversight.population import populate

    before = settings.DATABASES["default"]["NAME"]
    name = f"payung_counted_{os.getpid()}"
    with django_db_blocker.unblock():
        copy_database(template_database, name)
        _use(name)
        today = timezone.localdate()
        made = populate(4_000, today=today)
        actions.refresh_if_changed(today)
        cuts.recount(today)
        caches["pages"].clear()
        _use(before)
        yield name, made
        drop_database(name)


@pytest.fixture
def counted(own_database, counted_template) -> Any:
    """The test's own database holds 4,000 people with every figure counted; the keys of what was made."""
    from django.core.cache import caches

    caches["pages"].clear()
    return counted_template[1]


@pytest.fixture
def make_user(own_database):
    """Makes a user with a role, committed: make_user("operator", "65")."""
    from payung.access.models import Assignment, User

    def make(role: str, region_code: str = "65", username: str | None = None) -> Any:
        name = username or f"{role}-{os.urandom(3).hex()}"
        user = User.objects.create_user(name, password="rahasia-sekali", full_name=f"Contoh {role.title()}")
        Assignment.objects.create(user=user, role=role, region_code=region_code)
        return user

    return make


@pytest.fixture
def make_actor(db):
    """Makes an actor holding a role in a region: make_actor("operator", "65"); the username is optional."""
    from payung.access.actor import Actor
    from payung.access.models import Assignment, User

    def make(role: str, region_code: str = "65", username: str | None = None) -> Actor:
        user = User.objects.create_user(
            username or f"{role}-{os.urandom(3).hex()}", password="rahasia-sekali"
        )
        Assignment.objects.create(user=user, role=role, region_code=region_code)
        return Actor.of(user)

    return make
