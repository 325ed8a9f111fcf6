"""What commands do is recorded with who sat at the machine, sealed when they end, and readable by their user only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings
from django.db import connection, connections

from payung.access.actor import Actor, acting_as
from payung.access.models import Event, User
from payung.cli import state
from payung.coverage.actions import approve_decree, propose_decree
from tests.coverage.scene import TODAY, Programme, actor

#: A command run as its own program on the test's database, with a home of its own for what it writes.
RUN = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "payung.config.settings"
import django
django.setup()
from pathlib import Path
from django.conf import settings
from django.db import connections
for alias in ("default", "owner"):
    settings.DATABASES[alias]["NAME"] = connections[alias].settings_dict["NAME"] = {database!r}
settings.HOME = Path({home!r})
from payung.cli.main import main
sys.argv = ["payung", *{words!r}]
main()
"""


@pytest.fixture
def payung(own_database, tmp_path):
    def run(*words: str, code: int = 0) -> str:
        script = RUN.format(database=own_database, home=str(tmp_path / "home"), words=list(words))
        (tmp_path / "home").mkdir(exist_ok=True)
        # The server is this one's; what the command keeps beside the database lies in a home of its own.
        environment = {**os.environ, "PAYUNG_HOME": str(settings.HOME), "SUDO_USER": "budi"}
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True, text=True, check=False, cwd=tmp_path, env=environment, umask=0o022,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done.stdout

    return run


@pytest.fixture
def programme(own_database):
    User.objects.filter(username="operator").exists() or actor("operator")
    with acting_as(Actor.of(User.objects.get(username="operator"))) as operator:
        made = Programme().build()
        decree = propose_decree(
            operator, plan_id=made.plan.pk, number="SK 1/2027", dated=date(2027, 1, 4), signer="Gubernur"
        )
        approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


#: Command, files it writes, action recorded, rows told.
COMMANDS = {
    "the branch's files": (
        ["export", "--decree", "SK 1/2027", "--out", "kirim"],
        "kirim/*.xlsx",
        "upload.make",
        None,
    ),
    "the annex": (
        ["decree", "annex", "SK 1/2027", "--out", "lampiran", "--on", "2027-01-04", "--no-pdf"],
        "lampiran/*.csv",
        "file.download",
        10,
    ),
    "everybody": (
        ["coverage", "--all", "--on", "2027-01-20", "--out", "semua.csv"],
        "semua.csv",
        "file.download",
        10,
    ),
    "a plan": (["plan", "export", "PLAN", "--out", "rencana.csv"], "rencana.csv", "file.download", 12),
}


@pytest.mark.parametrize("what", COMMANDS)
def test_a_command_that_writes_people_is_recorded_once_and_its_file_is_private(
    payung, programme, tmp_path, what
):
    words, pattern, action, rows = COMMANDS[what]
    older = tmp_path / "semua.csv"
    older.write_text("older")
    older.chmod(0o644)
    before = Event.objects.latest("pk").pk
    payung(*(str(programme.plan.pk) if word == "PLAN" else word for word in words))
    [made] = Event.objects.filter(pk__gt=before)
    assert (made.action, made.address) == (action, "shell:budi") and made.request
    if rows is not None:
        assert made.data["rows"] == rows
    files = list(tmp_path.glob(pattern))
    assert files and all(path.stat().st_mode & 0o077 == 0 for path in files)
    told = json.loads(payung("db", "check", "--json"))
    assert told["faults"] == [] and told["unsealed"] == 0 and told["events"] == Event.objects.count()


def test_one_person_asked_for_by_nik_is_recorded(payung, programme):
    from payung.access.crypto import decrypt

    someone = programme.persons[0]
    payung("coverage", decrypt(someone.nik_enc, "nik"), "--on", "2027-01-20", code=1)
    assert (
        Event.objects.filter(action="person.open", subject_id=someone.pk, address="shell:budi").count() == 1
    )


def test_check_tells_what_the_owner_changed_and_what_was_noted(payung, programme):
    newest = json.loads(payung("db", "check", "--json"))["newest"]
    assert f"Newest seal: {newest}" in payung("db", "seal")
    payung("db", "check", "--noted", newest)
    payung("db", "check", "--noted", f"7:{'0' * 64}", code=1)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE access_event DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE access_event SET reason = 'lain' WHERE id = (SELECT min(id) FROM access_event)"
        )
        cursor.execute("ALTER TABLE access_event ENABLE TRIGGER USER")
    connections["owner"].close()
    told = json.loads(payung("db", "check", "--json", code=1))
    assert told["faults"]
    connection.close()


@pytest.mark.parametrize("today", [date(1970, 1, 1), date(2000, 1, 1), date(2014, 12, 31), date(2015, 6, 30)])
def test_a_clock_before_any_law_is_told_not_believed(today):
    with pytest.raises(RuntimeError, match="set the clock"):
        state._require_clock(today)


@pytest.mark.parametrize("today", [date(2019, 1, 1), date(2026, 12, 1), date(2100, 1, 1)])
def test_a_clock_of_today_is_believed(today):
    state._require_clock(today)
