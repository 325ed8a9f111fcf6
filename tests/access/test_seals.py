"""Whoever changes, removes, adds or backdates an audit event is found out, though they own the database."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.access import seals
from payung.access.models import Event, Seal
from payung.config.keys import retired_file, write_private


@pytest.fixture
def sealed(own_database, tmp_path, settings):
    """Twelve events in three seals, and three that no seal has yet."""
    settings.HOME = tmp_path
    for turn in range(3):
        for number in range(4):
            write(f"turn {turn}, event {number}", {"jumlah": number, "nama": "Si\u0121 \u2028\"'"})
        assert seals.seal() == 4
    for number in range(3):
        write(f"later {number}")
    return own_database


def write(action: str, data: dict | None = None) -> int:
    return Event.objects.create(action=action[:60], subject="uji", data=data or {}, reason="se\u017bab").pk


def as_owner(*statements: str) -> None:
    """What the owner of the database does behind everybody's back."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "ALTER TABLE access_event DISABLE TRIGGER USER; ALTER TABLE access_seal DISABLE TRIGGER USER"
        )
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(
            "ALTER TABLE access_event ENABLE TRIGGER USER; ALTER TABLE access_seal ENABLE TRIGGER USER"
        )
    connections["owner"].close()


def digest_anew(where: str) -> str:
    """The owner knows how digests are made, and writes the changed event's own."""
    parts = (
        "id::text, (extract(epoch FROM at) * 1000000)::bigint::text, coalesce(actor_id::text, ''), kind, action, "
        "subject, coalesce(subject_id::text, ''), data::text, reason, address, request"
    )
    return (
        "UPDATE access_event SET digest = sha256(convert_to((SELECT string_agg(length(p) || ':' || p, '' ORDER BY n) "
        f"FROM unnest(ARRAY[{parts}]) WITH ORDINALITY t(p, n)), 'UTF8')) WHERE {where}"
    )


FIRST = "id = (SELECT min(id) FROM access_event)"
LAST_SEALED = "id = (SELECT max(last_event) FROM access_seal)"
UNSEALED = "id = (SELECT max(id) FROM access_event)"
TAMPERING = {
    "what was done": [f"UPDATE access_event SET action = 'lain' WHERE {FIRST}"],
    "what was done, digest and all": [
        f"UPDATE access_event SET action = 'lain' WHERE {FIRST}",
        digest_anew(FIRST),
    ],
    "who": [
        f"UPDATE access_event SET actor_id = (SELECT min(id) FROM access_user) WHERE {FIRST}",
        digest_anew(FIRST),
    ],
    "when": [f"UPDATE access_event SET at = '2020-01-01' WHERE {FIRST}", digest_anew(FIRST)],
    "when, by a microsecond": [
        f"UPDATE access_event SET at = at + interval '1 microsecond' WHERE {FIRST}",
        digest_anew(FIRST),
    ],
    "to what": [f"UPDATE access_event SET subject_id = 7 WHERE {LAST_SEALED}", digest_anew(LAST_SEALED)],
    "the details": [
        "UPDATE access_event SET data = data || '{\"jumlah\": 9}' WHERE " + FIRST,
        digest_anew(FIRST),
    ],
    "the reason": [f"UPDATE access_event SET reason = '' WHERE {LAST_SEALED}", digest_anew(LAST_SEALED)],
    "from where": [f"UPDATE access_event SET address = '10.0.0.1' WHERE {FIRST}", digest_anew(FIRST)],
    "its kind": [f"UPDATE access_event SET kind = 'reading' WHERE {FIRST}", digest_anew(FIRST)],
    "the request": [f"UPDATE access_event SET request = 'abc' WHERE {FIRST}", digest_anew(FIRST)],
    "removed": [f"DELETE FROM access_event WHERE {FIRST}"],
    "the last sealed removed": [f"DELETE FROM access_event WHERE {LAST_SEALED}"],
    "two changed places": [
        "UPDATE access_event SET id = -1 WHERE id = (SELECT min(id) FROM access_event)",
        "UPDATE access_event SET id = id - 1 WHERE id = (SELECT min(id) FROM access_event WHERE id > 0)",
        "UPDATE access_event SET id = (SELECT min(id) + 1 FROM access_event WHERE id > 0) WHERE id = -1",
        digest_anew("true"),
    ],
    "removed with the seals after it": [
        "DELETE FROM access_event WHERE id > (SELECT last_event FROM access_seal WHERE id = 2)",
        "DELETE FROM access_seal WHERE id > 2",
    ],
    "a seal removed": ["DELETE FROM access_seal WHERE id = 2"],
    "a seal says fewer events": ["UPDATE access_seal SET events = 3 WHERE id = 2"],
    "a seal lists one as missing": [
        f"DELETE FROM access_event WHERE {FIRST}",
        "UPDATE access_seal SET missing = jsonb_build_array((SELECT min(id) - 1 FROM access_event)), "
        "events = 3 WHERE id = 1",
    ],
    "all seals removed": ["TRUNCATE access_seal"],
    "an event changed that no seal has yet": [f"UPDATE access_event SET reason = '' WHERE {UNSEALED}"],
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_the_owner_changes_is_found(sealed, what):
    assert seals.check().faults == []
    as_owner(*TAMPERING[what])
    found = seals.check().faults
    assert found, what
    # And it stays found when the next events are sealed over it.
    write("later")
    seals.seal()
    assert seals.check().faults


def test_nothing_is_found_where_nothing_was_done(sealed):
    told = seals.check()
    assert (told.seals, told.events, told.unsealed, told.faults) == (3, 12, 3, [])
    assert seals.seal() == 3 and seals.seal() == 0
    told = seals.check()
    assert (told.seals, told.events, told.unsealed, told.faults) == (4, 15, 0, [])


def test_a_seal_written_down_elsewhere_still_stands_or_is_told(sealed, tmp_path):
    newest = seals.check().newest
    assert newest.startswith("3:") and seals.noted(newest) == ""
    assert "not the one" in seals.noted("3:" + "0" * 64)
    for strange in ("9:00", "", "x:y", "-1:00", "\u00b2:00"):
        assert "not there" in seals.noted(strange)
    # Whoever has the home too can make the file anew, never the line that parliament has on paper.
    (tmp_path / "seals" / sealed).unlink()
    as_owner("DELETE FROM access_seal WHERE id = 3")
    assert seals.check().faults == []
    assert "not there" in seals.noted(newest)


def test_an_event_that_comes_late_under_an_earlier_number_is_sealed_too(own_database, tmp_path, settings):
    settings.HOME = tmp_path
    write("before")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('access_event', 'id'))")
        taken = cursor.fetchall()[0][0]
    write("after")
    seals.seal()
    assert Seal.objects.get().missing == [taken]
    Event.objects.create(pk=taken, action="late", subject="uji")
    assert seals.seal() == 1
    assert seals.check().faults == []
    as_owner(f"UPDATE access_event SET action = 'lain' WHERE id = {taken}", digest_anew(f"id = {taken}"))
    assert seals.check().faults


def test_a_seal_by_another_key_is_told_from_a_broken_one(sealed, settings):
    settings.SECRET_KEY = "1" * 64
    assert all("not at hand" in fault for fault in seals.check().faults)
    assert len(seals.check().faults) == 3


def test_events_of_before_digests_are_sealed_as_they_are(own_database, tmp_path, settings):
    settings.HOME = tmp_path
    as_owner(
        "INSERT INTO access_event (at, action, subject, data, reason) VALUES ('2026-01-01', 'lama', 'uji', '{}', '')"
    )
    assert seals.seal() == 1
    assert seals.check().faults == []
    as_owner("UPDATE access_event SET action = 'lain'")
    assert seals.check().faults


def test_eight_write_while_two_seal_and_every_event_has_one_seal(own_database, tmp_path, settings):
    settings.HOME = tmp_path

    def work(worker: int) -> int:
        try:
            for turn in range(25):
                if worker >= 8:
                    seals.seal()
                    continue
                with transaction.atomic():
                    write(f"{worker}/{turn}")
                    if turn % 7 == 3:
                        transaction.set_rollback(True)
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(work, range(10)))
    seals.seal()
    told = seals.check()
    assert (told.faults, told.unsealed) == ([], 0)
    assert told.events == Event.objects.count() == 8 * 21


def test_a_process_killed_while_it_seals_leaves_whole_seals(sealed, tmp_path):
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'payung.config.settings'\n"
        "import django; django.setup()\n"
        "from django.conf import settings; from django.db import connection\n"
        f"connection.settings_dict['NAME'] = settings.DATABASES['default']['NAME'] = {sealed!r}\n"
        f"settings.HOME = {str(tmp_path)!r}\n"
        "from payung.access import seals\n"
        "seals._note = lambda one: os.kill(os.getpid(), 9)\n"
        "seals.seal()\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    told = seals.check()
    assert (told.seals, told.faults, told.unsealed) == (4, [], 0)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@pytest.mark.django_db
def test_whatever_an_event_says_python_and_the_database_digest_it_alike():
    @given(
        TEXT,
        TEXT,
        st.dictionaries(
            TEXT, st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXT, st.none())
        ),
    )
    @settings(max_examples=60)
    def same(action, reason, data):
        made = Event.objects.create(action=action[:60], subject="uji", data=data, reason=reason)
        [event] = seals._events("id = %s", [made.pk])
        assert event.whole is True

    same()


def test_seals_made_before_the_secret_key_was_changed_are_still_checked(sealed, settings):
    """While it is a fallback, and after it was given up."""
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "1" * 64, [former]
    assert seals.check().faults == []
    assert seals.seal() == 3
    settings.SECRET_KEY_FALLBACKS = []
    assert len(seals.check().faults) == 3
    write_private(retired_file(settings.HOME), f"2026-12-01 secret 1 {former}\n")
    assert seals.check().faults == []
    as_owner("UPDATE access_event SET action = 'lain' WHERE action LIKE 'turn 1%'")
    assert seals.check().faults
