"""A process killed at any moment of intake or matching leaves all of the step or none of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings

from payung.access.actor import Actor, acting_as
from payung.access.models import Event, User
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Intake, Link, MatchRun, Person, Record

from .lists import ANDI, MARTHA, SITI, YOHANES, write_list

pytestmark = pytest.mark.kill
TODAY = date(2026, 11, 22)

#: Runs one step as 'operator' and kills itself when the named function is about to run, or has just run.
SCRIPT = """
import os, signal, sys
from datetime import date
from pathlib import Path
from payung.config.prepare import setup_django
setup_django()
import importlib
from payung.access.actor import Actor, acting_as
from payung.access.models import User

module, _, name = sys.argv[1].rpartition(".")
when, step, path = sys.argv[2], sys.argv[3], Path(sys.argv[4])
target = importlib.import_module(module)
original = getattr(target, name)

def die(*args, **kwargs):
    if when == "after":
        original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(target, name, die)
actor = Actor.of(User.objects.get(username="operator"))
with acting_as(actor):
    if step == "load":
        from payung.registry.actions import load_file
        load_file(actor, path=path, file_name=path.name, today=date(2026, 11, 22))
    else:
        from payung.registry.linking import match
        match(actor)
"""


def run_and_die(database: str, at: str, when: str, step: str, path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, at, when, step, str(path)],
        env={**os.environ, "PAYUNG_DATABASE": database, "PAYUNG_HOME": str(settings.HOME)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.fixture
def operator(own_database):
    actor = Actor.of(User.objects.get(username="operator"))
    with acting_as(actor):
        yield actor


@pytest.mark.parametrize(
    ("at", "when"),
    [
        ("payung.registry.actions.stage_and_insert", "before"),
        ("payung.registry.actions.stage_and_insert", "after"),
        ("payung.registry.actions.encrypt_bytes", "after"),
    ],
)
def test_a_killed_intake_leaves_nothing_and_runs_again(operator, own_database, tmp_path, at, when):
    path = write_list(tmp_path / "desa.xlsx", [ANDI, SITI, YOHANES, ["", *MARTHA[1:]]])
    run_and_die(own_database, at, when, "load", path)
    assert not Intake.objects.exists()
    assert not Record.objects.exists()
    assert not Event.objects.exists()
    intake, new = load_file(operator, path=path, file_name=path.name, today=TODAY)
    assert new
    assert Record.objects.filter(intake=intake, accepted=True).count() == 3


@pytest.mark.parametrize(
    ("at", "when"),
    [
        ("payung.registry.linking._write_links", "before"),
        ("payung.registry.linking._write_links", "after"),
        ("payung.registry.linking.refresh_people", "after"),
    ],
)
def test_a_killed_matching_leaves_every_record_waiting_and_runs_again(
    operator, own_database, tmp_path, at, when
):
    path = write_list(tmp_path / "desa.xlsx", [ANDI, SITI, YOHANES])
    load_file(operator, path=path, file_name=path.name, today=TODAY)
    run_and_die(own_database, at, when, "match", path)
    assert not Person.objects.exists()
    assert not Link.objects.exists()
    assert not MatchRun.objects.exists()
    assert Record.objects.filter(accepted=True, person=None).count() == 3
    match(operator)
    assert Person.objects.count() == 3
    assert Link.objects.count() == 3


def test_a_second_load_after_a_finished_one_changes_nothing(operator, tmp_path):
    path = write_list(tmp_path / "desa.xlsx", [ANDI])
    first, _ = load_file(operator, path=path, file_name=path.name, today=TODAY)
    again, new = load_file(operator, path=path, file_name=path.name, today=TODAY)
    assert (again.pk, new) == (first.pk, False)
    assert Record.objects.count() == 1
