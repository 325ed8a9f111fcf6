"""Counting again, keeping what was published, correcting it, and recording what others publish."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from payung.access.actor import Actor, Refused, action, either, everyone_visible, record_by_itself
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.database.locks import Lock, lock_if_free, one_at_a_time
from payung.oversight import counting, outside
from payung.oversight.definitions import VERSION, in_words
from payung.oversight.models import Outside, Refreshed, Snapshot
from payung.values import Month

#: Events after which nothing needs to be counted again: readings, settings, what this room itself does.
CHANGES_NO_FIGURE = (
    *("rebuild", "publish", "open_nik", "return_rows", "save_mapping", "set_password", "create_user"),
    "read_passed",
    *("donation.pledge", "donation.withdraw", "donation.list", "donation.reject", "donation.open_contact"),
    *("meeting.record", "meeting.change", "meeting.attach", "meeting.adopt"),
    *("meeting.open_file", "resolution.record"),
    *("resolution.withdraw", "resolution.claim", "resolution.decide", "case.ask", "case.answer", "case.open"),
    *("village.names",),
)
#: How far below the last event a late one is looked for.
_LATE = 10_000


def rebuild(actor: Actor, *, today: date) -> Refreshed:
    """Count everything again from the base tables. Safe to repeat; readers see the old figures until it ends."""
    with action(actor, Act.REBUILD, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.FIGURES)
        refreshed = _count(today, everything=True)
        deed.data = {"month": str(refreshed.month), "seconds": round(refreshed.seconds, 2)}
    return refreshed


def refresh_if_changed(today: date) -> bool:
    """Count again if something was done since or the day turned; return whether it did.

    Not an audited act: it changes no fact, only how quickly facts are read. Where another process counts just
    now, that is left to it.
    """
    if not is_stale(today):
        return False
    with transaction.atomic():
        if not lock_if_free(Lock.FIGURES) or not is_stale(today):
            return False
        _count(today)
    return True


def is_stale(today: date) -> bool:
    """Return whether something was done since the figures were counted, or the day turned."""
    counted = Refreshed.objects.defer("figures").first()
    if counted is None or counted.day != today or counted.kept.get("version") != VERSION:
        return True
    newest, late = _events(counted.last_event)
    return newest > counted.last_event or late != counted.events


def _events(last: int) -> tuple[int, int]:
    """Return the newest event that may change a figure, and how many there are up to `last`, some way back."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(max(id), 0), count(*) FILTER (WHERE id <= %(last)s) FROM access_event
               WHERE kind = 'act' AND id > %(last)s - %(late)s AND action <> ALL(%(ignored)s)""",
            {"last": last, "late": _LATE, "ignored": list(CHANGES_NO_FIGURE)},
        )
        newest, late = cursor.fetchall()[0]
        return newest, late


def _count(today: date, *, everything: bool = False) -> Refreshed:
    """Count what changed, or everything, also where the definitions are others than those counted by."""
    started = time.perf_counter()
    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM access_event")
        last = cursor.fetchall()[0][0]
        _, events = _events(last)
        cursor.execute("SET LOCAL work_mem = '128MB'")
        _keep_ended_month(Month.containing(today))
        before = Refreshed.objects.values_list("kept", flat=True).first() or {}
        everything = everything or before.get("version") != VERSION
        months = counting.fill_counts(today, {} if everything else before["months"])
        made = counting.make_sheet(today)
        refreshed, _ = Refreshed.objects.update_or_create(
            id=1,
            defaults={
                "month": made.month,
                "day": today,
                "last_event": last,
                "events": events,
                "figures": {**made.as_data(), "words": in_words()},
                "kept": {"version": VERSION, "months": months},
                "as_of": made.as_of,
                "seconds": time.perf_counter() - started,
            },
        )
    return refreshed


def _keep_ended_month(now: Month) -> None:
    """Publish the figures of the month that has ended, as they were last counted in it."""
    ended = Refreshed.objects.first()
    if ended is None or ended.month >= now or not ended.figures:
        return
    kept = _snapshot(ended.month, ended.figures, taken_at=ended.as_of)
    if kept is not None:
        record_by_itself(Act.PUBLISH, kept.pk, month=str(kept.month), sha256=kept.sha256)


def _snapshot(month: Month, figures: dict[str, Any], **more: Any) -> Snapshot | None:
    """Keep figures with their definitions; None where the newest of the month says the same."""
    text = json.dumps(figures, sort_keys=True)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    newest = Snapshot.objects.filter(month=month).order_by("-id").first()
    if newest is not None and newest.sha256 == sha256:
        return None
    return Snapshot.objects.create(
        month=month, definitions=figures["version"], figures=figures, sha256=sha256, **more
    )


def publish(actor: Actor, *, reason: str = "") -> Snapshot:
    """Keep the current figures as published. The same again adds nothing; others correct, and need a reason."""
    refreshed = Refreshed.objects.first()
    if refreshed is None:
        raise Refused(gettext_lazy("Angka belum pernah dihitung."))
    return _publish(actor, refreshed.month, refreshed.figures, refreshed.as_of, reason)


def correct(actor: Actor, *, month: Month, reason: str) -> Snapshot:
    """Publish a month again with its covers and bills as they are counted today.

    What stood at the time and cannot be counted back (who was a candidate, verified, eligible) stays as published,
    but for those whom a decree covers now as well, or no longer.
    Raises Refused where the month was never published or nothing differs.
    """
    published = Snapshot.objects.filter(month=month).order_by("-id").first()
    if published is None:
        raise Refused(
            gettext_lazy("Angka %(month)s belum pernah diterbitkan."),
            month=month,
        )
    figures = counting.recounted(published.figures, month)
    if figures == published.figures:
        raise Refused(
            gettext_lazy(
                "Angka %(month)s yang diterbitkan sama dengan hitungan sekarang; tidak ada yang dikoreksi."
            ),
            month=month,
        )
    return _publish(actor, month, figures, timezone.now(), reason)


def _publish(actor: Actor, month: Month, figures: dict[str, Any], moment: Any, reason: str) -> Snapshot:
    reason = reason.strip()[:300]
    with action(actor, Act.PUBLISH, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.FIGURES)
        before = Snapshot.objects.filter(month=month).order_by("-id").first()
        kept = _snapshot(month, figures, taken_at=moment, reason=reason, by=actor.user)
        if kept is not None and before is not None and not reason:
            raise Refused(
                gettext_lazy("Angka %(month)s sudah diterbitkan dan sekarang lain. Tulis sebab koreksinya."),
                month=month,
            )
        if kept is None:
            deed.unchanged()
        snapshot = kept or before
        if snapshot is None:  # a snapshot is not kept only where one of the month is there
            raise ValueError("nothing was kept")
        deed.subject_id = snapshot.pk
        deed.reason = reason
        deed.data = {"month": str(month), "sha256": snapshot.sha256}
    return snapshot


def record_outside(
    actor: Actor, *, question: str, value: str, period: str, source: str, note: str = "", today: date
) -> Outside:
    """Record a figure that somebody else publishes. The same again adds nothing.

    Raises Refused for a question not known, a value or period that cannot be, or an empty source.
    """
    number = _number(question, value)
    period, source, note = period.strip(), source.strip()[:300], note.strip()[:500]
    _check_period(period, today)
    if not source:
        raise Refused(gettext_lazy("Tulis sumber angka itu."))
    with action(actor, Act.RECORD_OUTSIDE, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.OUTSIDE)
        known = (
            Outside.objects.filter(question=question, period=period, source=source).order_by("-id").first()
        )
        if known is not None and known.value == number and known.note == note:
            deed.unchanged()
            made = known
        else:
            made = Outside.objects.create(
                question=question,
                value=number,
                period=period,
                source=source,
                note=note,
                recorded_by=actor.user,
            )
        deed.subject_id = made.pk
        deed.data = {"question": question, "value": str(number), "period": period, "source": source}
    return made


def _number(question: str, value: str) -> Decimal:
    if question not in outside.QUESTIONS:
        raise Refused(
            gettext_lazy("Tidak ada pertanyaan '%(question)s'."),
            question=question,
        )
    share = question in outside.SHARES
    text = value.strip().removesuffix("%").strip()
    text = text.replace(",", ".") if share else text.replace(".", "").replace(" ", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    fits = number.is_finite() and 0 <= number <= (100 if share else 2_000_000_000)
    if not fits or (not share and number != number.to_integral_value()):
        allowed = (
            ("persen dari 0 sampai 100", "per cent from 0 to 100")
            if share
            else ("orang, bilangan bulat", "people, a whole number")
        )
        raise Refused(
            gettext_lazy("Angka %(value)s tidak dapat dicatat: %(allowed)s."),
            value=repr(value),
            allowed=either(allowed[0], allowed[1]),
        )
    return number


def _check_period(period: str, today: date) -> None:
    try:
        month = Month.parse(period if len(period) > 4 else f"{int(period):04d}-01")
    except ValueError:
        month = None
    if month is None or month > Month.containing(today):
        raise Refused(
            gettext_lazy(
                "Periode %(period)s tidak dapat dicatat: tulis TAHUN atau "
                "TAHUN-BULAN yang sudah lewat, misalnya 2026-10."
            ),
            period=repr(period),
        )
