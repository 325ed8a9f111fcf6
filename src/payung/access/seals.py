"""Seals over the audit events: whoever changes, removes or backdates a sealed event is found out.

A seal is an HMAC over the events since the one before it, in the order of their numbers, and over that seal. The key is
not in the database, so its owner cannot make the hashes anew; and the newest seal is noted beside the database, so that
the end cannot be cut off unseen. Events are sealed some seconds after they are written, not within their transactions:
a chain from each event to the next would let only one transaction at a time write.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from payung.access.models import Seal
from payung.config.keys import SECRET, retired_keys
from payung.database.locks import Lock, lock_if_free

_log = logging.getLogger("payung.seals")
#: Most events of one seal: a month of work that was never sealed does not come into memory at once.
_MOST = 50_000
#: Seals whose missing numbers may still be written: a transaction takes its number before it ends.
_OPEN_SEALS = 2_000
_EVENTS = """
SELECT id, (extract(epoch FROM at) * 1000000)::bigint::text, coalesce(actor_id::text, ''), kind, action, subject,
       coalesce(subject_id::text, ''), data::text, reason, address, request, digest
  FROM access_event WHERE {where} ORDER BY id LIMIT {most}
"""


@dataclass(slots=True)
class Report:
    """What checking found: `faults` are sentences (English), each with the event or seal that it is about."""

    seals: int = 0
    events: int = 0
    unsealed: int = 0
    newest: str = ""
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Event:
    id: int
    digest: bytes
    #: Whether the digest kept with it is that of what it says; None where it is older than digests.
    whole: bool | None


def seal() -> int:
    """Seal every event that no seal has; how many. Nothing where another process seals just now."""
    sealed = 0
    while True:
        with transaction.atomic():
            if not lock_if_free(Lock.SEALS):
                return sealed
            made = _seal_next()
        if made is None:
            return sealed
        _note(made)
        sealed += made.events
        if made.events < _MOST:
            return sealed


def check() -> Report:
    """Every event against what it said when it was sealed, every seal against the one before it, and what is noted."""
    report, before, last, keys = Report(), b"", 0, _keys()
    missing: set[int] = set()
    for number, one in enumerate(Seal.objects.order_by("id").iterator(), start=1):
        if one.pk != number:
            report.faults.append(f"seal {number}: missing; seal {one.pk} follows seal {number - 1}")
            return report
        found = list(_events_of(one, last))
        report.faults += [
            f"event {event.id}: does not say what it said when it was written"
            for event in found
            if event.whole is False
        ]
        if one.key not in keys:
            report.faults.append(
                f"seal {number}: made with a secret key that is not at hand; it cannot be checked"
            )
        elif _hash(keys[one.key], before, one, found) != bytes(one.hash):
            report.faults.append(_what_is_wrong(number, one, found, last))
        missing |= set(one.missing)
        missing -= set(one.late)
        before, last = bytes(one.hash), one.last_event
        report.seals, report.events = number, report.events + len(found)
    report.newest = newest()
    if fault := _against_note():
        report.faults.append(f"{fault} (noted in {_noted_in()})")
    _look_at_the_unsealed(report, last, missing)
    return report


def newest() -> str:
    """Return the newest seal as NUMBER:HASH, to be written down elsewhere; '' where there is none."""
    found = Seal.objects.order_by("-id").first()
    return str(found) if found else ""


def noted(told: str) -> str:
    """Check a seal noted elsewhere, as `check` printed it (NUMBER:HASH), and say what is wrong; '' if nothing."""
    number, _, told_hash = told.partition(":")
    found = Seal.objects.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    if found is None:
        return f"seal {number}: was noted and is not there"
    return (
        ""
        if bytes(found.hash).hex() == told_hash.strip()
        else f"seal {number}: is not the one that was noted"
    )


def _seal_next() -> Seal | None:
    """Return the next seal; None where every event has one. Called under the lock."""
    before = Seal.objects.order_by("-id").first()
    last = before.last_event if before else 0
    waited = _waited_for()
    late = [event.id for event in _events("id = ANY(%s)", [sorted(waited)])] if waited else []
    new = list(_events("id > %s", [last]))
    if not new and not late:
        return None
    until = new[-1].id if new else last
    there = {event.id for event in new}
    # After a great jump of the numbers they are not listed one by one; nobody may write them any more.
    missing = [n for n in islice(range(last + 1, until), _MOST * 2) if n not in there]
    one = Seal(
        pk=before.pk + 1 if before else 1,
        last_event=until,
        events=len(new) + len(late),
        missing=missing,
        late=late,
        key=_key_name(_key(settings.SECRET_KEY)),
    )
    sealed = list(_events_of(one, last))
    one.hash = _hash(_key(settings.SECRET_KEY), bytes(before.hash) if before else b"", one, sealed)
    one.save(force_insert=True)
    return one


def _waited_for() -> set[int]:
    """Numbers that were missing when the last seals were made and are in none."""
    uneven = Seal.objects.exclude(missing=[], late=[]).order_by("-id")
    recent = uneven.values_list("missing", "late")[:_OPEN_SEALS]
    missing, late = set(), set()
    for gone, come in recent:
        missing.update(gone)
        late.update(come)
    return missing - late


def _events_of(one: Seal, last: int) -> Iterator[_Event]:
    """Return the events that a seal is over, in the order of their numbers."""
    where = "(id > %s AND id <= %s AND NOT id = ANY(%s)) OR id = ANY(%s)"
    return _events(where, [last, one.last_event, one.missing, one.late], most=one.events + 1_000)


def _events(where: str, values: list[int | list[int]], most: int = _MOST) -> Iterator[_Event]:
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS.format(where=where, most=most), values)
        rows = cursor.fetchall()
    for number, *parts, kept in rows:
        made = hashlib.sha256("".join(f"{len(p)}:{p}" for p in (str(number), *parts)).encode()).digest()
        yield _Event(number, made, None if kept is None else bytes(kept) == made)


def _hash(key: bytes, before: bytes, one: Seal, events: Iterable[_Event]) -> bytes:
    mac = hmac.new(key, before, hashlib.sha256)
    mac.update(f"|{one.pk}|{one.last_event}|{one.events}|{one.missing}|{one.late}|".encode())
    for event in events:
        mac.update(event.digest)
    return mac.digest()


def _key(secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"payung audit seal", hashlib.sha256)


def _key_name(key: bytes) -> str:
    return hashlib.sha256(b"name" + key).hexdigest()[:8]


def _keys() -> dict[str, bytes]:
    """Every key that a seal may have been made with, by its name: those in use, and those given up since."""
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, *retired_keys(settings.HOME, SECRET)]
    return {_key_name(key): key for key in map(_key, known)}


def _what_is_wrong(number: int, one: Seal, found: list[_Event], last: int) -> str:
    between = f"event {last + 1} to {one.last_event}"
    if len(found) != one.events:
        return f"seal {number}: over {one.events} events, of which {len(found)} are there ({between})"
    return f"seal {number}: broken; an event was changed since ({between}), or the seal itself"


def _look_at_the_unsealed(report: Report, last: int, missing: set[int]) -> None:
    """Events no seal has yet: whether they say what they said, and whether they come too late to be sealed."""
    for event in [*_events("id > %s", [last], most=1_000_000), *_events("id = ANY(%s)", [sorted(missing)])]:
        report.unsealed += 1
        if event.whole is False:
            report.faults.append(f"event {event.id}: does not say what it said when it was written")


def _noted_in() -> Path:
    return Path(settings.HOME) / "seals" / str(settings.DATABASES["default"]["NAME"])


def _note(one: Seal) -> None:
    """Note the newest seal beside the database; not over one that no longer stands, which somebody must look at."""
    if fault := _against_note():
        _log.error("the audit events' %s", fault)
        return
    path = _noted_in()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(str(one))
    new.replace(path)


def _against_note() -> str:
    """Check the seal noted beside the database and say what is wrong; '' if nothing, or none is noted."""
    try:
        return noted(_noted_in().read_text())
    except FileNotFoundError:
        return ""
