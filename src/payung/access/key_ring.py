"""Adds a key to a ring, brings everything under it, and gives up the one before: `payung keys rotate`."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from payung.access import rotation
from payung.access.actor import Actor, action
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.rotation import CannotRotate, Say
from payung.config import settle
from payung.config.keys import (
    ENCRYPTION,
    INDEX,
    SECRET,
    Kind,
    Ring,
    new_key,
    read_private,
    retired_file,
    write_private,
    write_ring,
)


def rotate(actor: Actor, kind: Kind, say: Say) -> None:
    """One whole rotation, or the rest of one that was ended. Raises CannotRotate, Refused, KeysWrong.

    A key in a file is made here; where a variable gives the ring, the new key must stand in it already.
    """
    with rotation.one_at_a_time():
        number = _begin(actor, kind, say)
        if kind is ENCRYPTION:
            rotation.reencrypt(say)
        elif kind is INDEX:
            say(f"index: {rotation.reindex(number)} hashes under key {number}")
        _end(actor, kind, number, say)


def note_role(actor: Actor) -> None:
    """Note that the role of the database server has a new password."""
    with action(actor, Act.KEYS_ROTATE, region_code=WHOLE_PROVINCE) as deed:
        deed.data = {"kind": "database"}


def _begin(actor: Actor, kind: Kind, say: Say) -> int:
    """Return the number of the key for everything: a new one, unless a change is half way."""
    ring = settings.KEYS.ring(kind)
    rows = _rows(kind)
    number = ring.current
    unfinished = len([one for one in rows if one.state != "retired"]) > 1
    if not unfinished and ring.given:
        raise CannotRotate(
            f"{kind.variable} gives the key: put a new one before it, {max(ring.keys) + 1}:NEW,{number}:OLD, in the "
            "environment of every process, start the pages again, and run this again. A new key: openssl rand -hex 32"
        )
    if unfinished:
        say(f"{kind.name}: goes on with key {number}")
        return number
    number = max([*ring.keys, *(one.number for one in rows)]) + 1
    if number > 255:
        raise CannotRotate(f"{kind.name}: numbers of keys end at 255.")
    with action(actor, Act.KEYS_ROTATE, region_code=WHOLE_PROVINCE) as deed:
        deed.data = {"kind": kind.name, "number": number}
    longer = Ring(kind, {number: new_key(), **ring.keys}, ring.where)
    # The database knows a key before anything is written with it, the file before that: none is ever used unknown.
    write_ring(settings.HOME, longer)
    settings.KEYS.forget()
    _note()
    say(f"{kind.name}: key {number} added")
    rotation.let_everybody_look()
    return number


def _end(actor: Actor, kind: Kind, number: int, say: Say) -> None:
    """Retire the keys that nothing uses any more into the file of keys that old backups need."""
    if kind is SECRET:
        since = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM registry_keynote WHERE kind = 'secret' AND state = 'current' AND noted_at < %s",
                [since],
            )
            if not cursor.fetchone()[0]:
                say(
                    "secret: the key before stays until its last session has ended (8 hours); then rotate again"
                )
                return
    ring = settings.KEYS.ring(kind)
    old = {one: key for one, key in ring.keys.items() if one != number}
    with action(actor, Act.KEYS_RETIRE, region_code=WHOLE_PROVINCE) as deed:
        deed.data = {"kind": kind.name, "numbers": sorted(old)}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE registry_keynote SET state = 'retired', retired_at = now()"
            " WHERE kind = %s AND number <> %s AND state <> 'retired'",
            [kind.name, number],
        )
    if ring.given:
        say(
            f"{kind.name}: nothing uses {_words(old)} any more; take it out of {kind.variable}, keep it for old backups"
        )
        return
    _keep_retired(kind, old)
    write_ring(settings.HOME, Ring(kind, {number: ring.keys[number]}, ring.where))
    settings.KEYS.forget()
    say(
        f"{kind.name}: {_words(old)} given up; {retired_file(settings.HOME)} has it for backups made before now"
    )


def _words(old: dict[int, str]) -> str:
    return f"key {', '.join(map(str, sorted(old)))}"


def _keep_retired(kind: Kind, old: dict[int, str]) -> None:
    before = read_private(retired_file(settings.HOME)) or ""
    lines = [f"{timezone.now():%Y-%m-%d} {kind.name} {number} {key}\n" for number, key in old.items()]
    write_private(
        retired_file(settings.HOME),
        before + "".join(line for line in lines if line.split(" ", 1)[1] not in before),
    )


def _rows(kind: Kind) -> list[settle.Noted]:
    with connections["owner"].cursor() as cursor:
        return [one for one in settle.noted(cursor) if one.kind == kind.name]


def _note() -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        settle.note(cursor, settings.KEYS)
