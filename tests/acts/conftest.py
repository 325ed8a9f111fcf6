"""One database with the world in it, made once in a process: copied for what is committed, else rolled back."""

from __future__ import annotations

import os

import pytest

from tests.conftest import _use, copy_database, drop_database

from . import cases_and_figures, covers_and_bills, lists_and_money  # noqa: F401  # they enter their acts
from .scene import build


@pytest.fixture(scope="session")
def world_template(template_database, django_db_setup, django_db_blocker, tmp_path_factory):
    from django.conf import settings

    before = settings.DATABASES["default"]["NAME"]
    name = f"payung_world_{os.getpid()}"
    with django_db_blocker.unblock():
        copy_database(template_database, name)
        _use(name)
        world = build(tmp_path_factory.mktemp("acts"))
        _use(before)
        yield name, world
        drop_database(name)


@pytest.fixture
def world(world_template, django_db_blocker):
    """The world itself: whoever writes rolls back."""
    from django.conf import settings
    from django.db import transaction

    before = settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock():
        _use(world_template[0])
        with transaction.atomic():
            yield world_template[1]
            transaction.set_rollback(True)
        _use(before)


@pytest.fixture
def own_world(world_template, django_db_blocker):
    """The world in a database of the test's own, for sessions that commit."""
    from django.conf import settings
    from django.core.cache import caches

    before = settings.DATABASES["default"]["NAME"]
    name = f"payung_race_{os.getpid()}_{os.urandom(4).hex()}"
    with django_db_blocker.unblock():
        copy_database(world_template[0], name)
        _use(name)
        caches["pages"].clear()
        yield world_template[1]
        _use(before)
        drop_database(name)
