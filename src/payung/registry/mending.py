"""Rows that went back to their sender: which came back mended, and which still wait.

A returned row is mended when a later list brings the same person and the row is taken: the same NIK with the same name
or birth date, whoever sends it; or, from the same sender, the same name and birth date, or the same name in the same
place where the returned row had no birth date. One row mends one row. What cannot be told so (a name and a date both
corrected) waits until somebody marks the list as settled.
"""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action
from payung.access.acts import OF_SUBJECT, Act
from payung.database.statements import Statement
from payung.registry.models import Intake, Mended

_NOTE = Statement("registry", "mended_note")


def note_mended(*intakes: int) -> None:
    """Note which returned rows these lists bring mended. Within a transaction that sees everybody. One statement."""
    _NOTE.run({"lists": list(intakes)})


def forget_mended(intake_id: int) -> None:
    """Let rows that a withdrawn list mended wait again, unless a later list mends them too."""
    freed = Mended.objects.filter(by__intake_id=intake_id)
    first = freed.order_by("intake_id").values_list("intake_id", flat=True).first()
    freed.delete()
    Mended.objects.filter(intake_id=intake_id).delete()
    if first is not None:
        later = Intake.objects.filter(pk__gt=first, status=Intake.Status.LOADED).values_list("pk", flat=True)
        note_mended(*later)


def settle(actor: Actor, *, intake_id: int, reason: str) -> Intake:
    """Say that the returned rows of a list wait no more, and why. Doing it twice changes nothing.

    Raises NotAllowed; Refused for an unknown list, one without such rows, and without a reason.
    """
    if not reason.strip():
        raise Refused(_("Tulis mengapa baris yang dikembalikan tidak ditunggu lagi."))
    with action(actor, Act.SETTLE, region_code=OF_SUBJECT) as deed:
        intake = Intake.objects.select_for_update().filter(pk=intake_id).first()
        if intake is None:
            raise Refused(_("Daftar ini tidak ada."))
        deed.at(intake.region_code)
        if intake.status == Intake.Status.UNDONE or not intake.returned:
            raise Refused(_("Tidak ada baris daftar ini yang menunggu perbaikan."))
        deed.subject_id, deed.reason = intake_id, reason.strip()
        if intake.settled_at is not None:
            deed.unchanged()
        else:
            intake.settled_at, intake.settled_by = timezone.now(), actor.user
            intake.settled_reason = reason.strip()[:300]
            intake.save(update_fields=["settled_at", "settled_by", "settled_reason"])
    return intake


def with_mended(found: QuerySet[Intake]) -> QuerySet[Intake]:
    """Return the lists with `mended`: how many of their returned rows came back mended."""
    return found.annotate(mended=Count("mended_rows"))
