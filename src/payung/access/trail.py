"""What is recorded beside acts: who came in or did not, what was refused, whose data was opened, which lists left.

Acts that change something record themselves (`payung.access.actor.action`). These change nothing, so nothing is counted
again after them; they are events of the same table, dated, digested and sealed like the others.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from django.db import connection
from django.db.models.fields.json import JSONField

from payung.access.context import caller
from payung.access.crypto import anonymous
from payung.access.limits import Limit, take
from payung.access.models import Event, User

#: Looking at one person again within this time is the same looking.
SAME_READING_SECONDS = 15 * 60
#: Refusals recorded one by one for each user in an hour; a program that goes on and on is told from the last of them.
_REFUSALS = Limit("trail-refusals", 300, 3600)

_RECORD = """
INSERT INTO access_event (kind, actor_id, action, subject, subject_id, data, reason, address, request)
SELECT %(kind)s, %(actor)s, %(action)s, %(subject)s, %(subject_id)s, %(data)s, '', %(address)s, %(request)s
"""
#: A look at one page is not waited for until it is on the disk: a crash may lose those of the last second.
_UNHURRIED = " FROM (SELECT set_config('synchronous_commit', 'off', true)) unhurried"
_NOT_JUST_NOW = """
 WHERE NOT EXISTS (
    SELECT 1 FROM access_event
     WHERE subject = %(subject)s AND subject_id = %(subject_id)s AND action = %(action)s AND actor_id = %(actor)s
       AND data = %(data)s AND at > clock_timestamp() - %(seconds)s * interval '1 second')
"""


class Trail(Enum):
    """One kind of recorded event: its name, what it is about, its kind, its words (Indonesian)."""

    _value_: str
    subject: str
    kind: str
    words: str

    def __new__(cls, name: str, subject: str, kind: str, words: str) -> Trail:
        trail = object.__new__(cls)
        trail._value_ = name
        trail.subject, trail.kind, trail.words = subject, kind, words
        return trail

    SIGN_IN = "access.sign_in", "user", Event.Kind.ACCESS, "Masuk"
    SIGN_OUT = "access.sign_out", "user", Event.Kind.ACCESS, "Keluar"
    SIGN_IN_FAILED = "access.sign_in_failed", "user", Event.Kind.ACCESS, "Gagal masuk"
    SIGN_IN_LIMITED = "access.sign_in_limited", "user", Event.Kind.ACCESS, "Percobaan masuk dihentikan"
    REFUSED = "access.refused", "page", Event.Kind.ACCESS, "Permintaan ditolak"

    PERSON = "person.open", "person", Event.Kind.READING, "Membuka halaman orang"
    LOOKED_UP = "person.lookup", "person", Event.Kind.READING, "Mencari orang yang sudah dikenal"
    PAIR = "pair.open", "pair", Event.Kind.READING, "Membandingkan dua catatan orang"
    CASE = "claim.open", "case", Event.Kind.READING, "Membuka kasus"
    PROMISE = "donation.open", "donation", Event.Kind.READING, "Membuka janji donasi"
    FILE = "file.download", "file", Event.Kind.READING, "Mengunduh berkas bernama orang"


def sign_in(user: User) -> None:
    """Record that a user came in."""
    _record(Trail.SIGN_IN, user.pk, user.pk)


def sign_out(user: User) -> None:
    """Record that a user went."""
    _record(Trail.SIGN_OUT, user.pk, user.pk)


def sign_in_failed(username: str, *, limit: str = "") -> None:
    """Record a failure, or, with the name of the `limit`, that no more attempts are looked at.

    A name that is nobody's may be a password typed into the wrong field: of it only a keyed hash is kept, by which
    the same one is known again.
    """
    user = User.objects.filter(username=username).only("pk").first()
    data: dict[str, Any] = {"limit": limit} if limit else {}
    if user is None:
        data["unknown"] = anonymous(f"trail/{username}").hex()[:12]
    what = Trail.SIGN_IN_LIMITED if limit else Trail.SIGN_IN_FAILED
    _record(what, None, None if user is None else user.pk, data)


def refused(user: User, *, view: str, method: str, status: int, numbers: dict[str, int]) -> None:
    """Record that a page or an act was refused to a user; `numbers` are those in its address."""
    if take([(_REFUSALS, str(user.pk))]) is None:
        data = {"page": view, "method": method, "status": status, **numbers}
        _record(Trail.REFUSED, user.pk, None, data)


def opened(user: User, what: Trail, subject_id: int) -> None:
    """Record that a user opened one person, case or promise, unless the same user did within a quarter of an hour."""
    _record(what, user.pk, subject_id, once=True)


def looked_up(user: User, found: list[int]) -> None:
    """Record whom a question about one person was answered with: once, though each letter typed asks anew."""
    if found:
        _record(Trail.LOOKED_UP, user.pk, found[0], {"people": found}, once=True)


def downloaded(user: User, name: str, rows: int, **about: Any) -> None:
    """Record that a list in which people are named was taken out: which (`name`), of what, how many rows."""
    _record(Trail.FILE, user.pk, None, {"file": name, "rows": rows, **about})


def _record(
    what: Trail,
    actor: int | None,
    subject_id: int | None,
    data: dict[str, Any] | None = None,
    *,
    once: bool = False,
) -> None:
    """One statement, whether or not it was recorded just now."""
    now = caller()
    with connection.cursor() as cursor:
        cursor.execute(
            # Within somebody's transaction it is that which says when it is kept.
            _RECORD
            + (_UNHURRIED if once and not connection.in_atomic_block else "")
            + (_NOT_JUST_NOW if once else ""),
            {
                "kind": what.kind,
                "actor": actor,
                "action": what.value,
                "subject": what.subject,
                "subject_id": subject_id,
                "data": JSONField().get_db_prep_value(data or {}, connection),
                "address": now.address,
                "request": now.request,
                "seconds": SAME_READING_SECONDS,
            },
        )
