"""Rows that went back to their sender: which came back mended, and which still wait.

A returned row is mended when a later list brings the same person and the row is taken: the same NIK with the same name
or birth date, whoever sends it; or, from the same sender, the same name and birth date, or the same name in the same
place where the returned row had no birth date. One row mends one row. What cannot be told so (a name and a date both
corrected) waits until somebody marks the list as settled.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone

from payung.access.actor import Actor, Refused, action
from payung.access.acts import OF_SUBJECT, Act
from payung.registry.models import Intake, Mended

#: `back` are the returned rows that wait, `came` the rows of the given lists that were taken.
_NOTE = """
WITH back AS MATERIALIZED (
    SELECT r.id, r.intake_id, r.nik_hash, r.name_norm, r.birth_date, r.region_code, lower(i.sender_name) AS sender
      FROM registry_record r JOIN registry_intake i ON i.id = r.intake_id AND i.status = 'loaded' AND i.returned > 0
     WHERE NOT r.accepted AND NOT EXISTS (SELECT 1 FROM registry_mended m WHERE m.record_id = r.id)
), came AS MATERIALIZED (
    SELECT r.id, r.intake_id, r.nik_hash, r.name_norm, r.birth_date, r.region_code, lower(i.sender_name) AS sender,
           EXISTS (SELECT 1 FROM registry_record b JOIN registry_intake k ON k.id = b.intake_id
                    WHERE b.nik_hash = r.nik_hash AND b.accepted AND b.intake_id < r.intake_id
                      AND k.status = 'loaded') AS known
      FROM registry_record r JOIN registry_intake i ON i.id = r.intake_id AND i.status = 'loaded'
     WHERE r.accepted AND r.intake_id = ANY(%(lists)s)
       AND (r.nik_hash IN (SELECT nik_hash FROM back) OR r.name_norm IN (SELECT name_norm FROM back))
       AND NOT EXISTS (SELECT 1 FROM registry_mended m WHERE m.by_id = r.id)
), pairs AS (
    SELECT b.id AS back, c.id AS came, 1 AS how FROM back b JOIN came c ON c.nik_hash = b.nik_hash
     WHERE c.intake_id > b.intake_id AND (c.name_norm = b.name_norm OR c.birth_date = b.birth_date)
    UNION ALL
    SELECT b.id, c.id, 2
      FROM (SELECT *, row_number() OVER (PARTITION BY sender, name_norm, birth_date ORDER BY id) AS n FROM back) b
      JOIN (SELECT *, row_number() OVER (PARTITION BY sender, name_norm, birth_date ORDER BY id) AS n FROM came
             WHERE NOT known) c
        ON c.name_norm = b.name_norm AND c.birth_date = b.birth_date AND c.sender = b.sender AND c.n = b.n
     WHERE c.intake_id > b.intake_id AND b.name_norm <> ''
    UNION ALL
    SELECT b.id, c.id, 3
      FROM (SELECT *, row_number() OVER (PARTITION BY sender, name_norm, region_code ORDER BY id) AS n FROM back
             WHERE birth_date IS NULL) b
      JOIN (SELECT *, row_number() OVER (PARTITION BY sender, name_norm, region_code ORDER BY id) AS n FROM came
             WHERE NOT known) c
        ON c.name_norm = b.name_norm AND c.region_code = b.region_code AND c.sender = b.sender AND c.n = b.n
     WHERE c.intake_id > b.intake_id AND b.name_norm <> ''
)
INSERT INTO registry_mended (record_id, by_id, intake_id, region_code)
SELECT DISTINCT ON (one.came) one.back, one.came, r.intake_id, r.region_code
  FROM (SELECT DISTINCT ON (back) back, came, how FROM pairs ORDER BY back, how, came) one
  JOIN registry_record r ON r.id = one.back
 ORDER BY one.came, one.how, one.back
    ON CONFLICT DO NOTHING
"""


def note_mended(*intakes: int) -> None:
    """Notes which returned rows these lists bring mended. Within a transaction that sees everybody. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, {"lists": list(intakes)})


def forget_mended(intake_id: int) -> None:
    """A list was taken back: rows that it mended wait again, unless a later list mends them too."""
    freed = Mended.objects.filter(by__intake_id=intake_id)
    first = freed.order_by("intake_id").values_list("intake_id", flat=True).first()
    freed.delete()
    Mended.objects.filter(intake_id=intake_id).delete()
    if first is not None:
        later = Intake.objects.filter(pk__gt=first, status=Intake.Status.LOADED).values_list("pk", flat=True)
        note_mended(*later)


def settle(actor: Actor, *, intake_id: int, reason: str) -> Intake:
    """Says that the returned rows of a list wait no more, and why. Doing it twice changes nothing.

    Raises NotAllowed; Refused for an unknown list, one without such rows, and without a reason.
    """
    if not reason.strip():
        raise Refused(
            "Tulis mengapa baris yang dikembalikan tidak ditunggu lagi.",
            "Write why the returned rows are no longer waited for.",
        )
    with action(actor, Act.SETTLE, region_code=OF_SUBJECT) as deed:
        intake = Intake.objects.select_for_update().filter(pk=intake_id).first()
        if intake is None:
            raise Refused("Daftar ini tidak ada.", "There is no such list.")
        deed.at(intake.region_code)
        if intake.status == Intake.Status.UNDONE or not intake.returned:
            raise Refused(
                "Tidak ada baris daftar ini yang menunggu perbaikan.",
                "No row of this list waits to be mended.",
            )
        deed.subject_id, deed.reason = intake_id, reason.strip()
        if intake.settled_at is not None:
            deed.unchanged()
        else:
            intake.settled_at, intake.settled_by = timezone.now(), actor.user
            intake.settled_reason = reason.strip()[:300]
            intake.save(update_fields=["settled_at", "settled_by", "settled_reason"])
    return intake


def with_mended(found: QuerySet[Intake]) -> QuerySet[Intake]:
    """The lists with `mended`: how many of their returned rows came back mended."""
    return found.annotate(mended=Count("mended_rows"))
