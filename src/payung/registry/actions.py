"""Taking lists in, giving bad rows back, undoing: the writes of intake."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, DoneMeanwhile, Refused, action, everyone_visible, spoken
from payung.access.acts import OF_SUBJECT, OWN_REGIONS, Act
from payung.access.crypto import decrypt_bytes, encrypt_bytes
from payung.access.roles import Permission
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.exchange import intake as judging
from payung.exchange import passed as passing
from payung.exchange import repeats, returned, tables
from payung.exchange.columns import ColumnMapping
from payung.exchange.deaths import judge_deaths
from payung.exchange.extras import judge_members, with_extras
from payung.exchange.guard import Limits, UnreadableFile
from payung.exchange.judged import Judged
from payung.exchange.membership import with_membership
from payung.identity import mask
from payung.registry.facts import people_where, refresh_people
from payung.registry.loading import stage_and_insert
from payung.registry.mending import forget_mended, note_mended
from payung.registry.merging import hold_people
from payung.registry.models import Intake, IntakeMapping

#: What the ciphertext of a returned file is bound to, and that of the rows passed over.
RETURNED = "intake.returned"
PASSED = "intake.passed"
#: The longest list that a command takes in, in rows: as many as a workbook's sheet has.
MOST_ROWS = Limits().rows
_SAMPLE = 5
#: Sheet name -> column mapping as JSON-ready data (ColumnMapping.to_json).
Mappings = dict[str, dict[str, Any]]


def preview(
    path: Path,
    file_name: str,
    *,
    kind: str = Intake.Kind.CANDIDATES,
    sender_name: str = "",
    mappings: Mappings | None = None,
    today: date,
    most_rows: int = MOST_ROWS,
) -> dict[str, Any]:
    """Read a file without loading it: sheets, columns, the mapping, findings, masked sample rows.

    `mappings` and `most_rows` as in load_file. Raises Refused for a file that cannot be read, with the reason.
    """
    sent = _read(path, file_name, most_rows)
    sheets = []
    every = _judged(sent, kind, sender_name, mappings, today)
    for judged in every:
        table = judged.table
        sample = [
            {
                "nik": mask.nik(row["nik"]),
                "name": mask.name(row["name"]),
                "birth_date": "" if row["birth_date"] is None else str(row["birth_date"].year),
                "village_code": row["village_code"],
                "occupation": row["occupation"],
                "accepted": row["accepted"],
            }
            for row in judged.rows.head(_SAMPLE).iter_rows(named=True)
        ]
        sheets.append(
            {
                "sheet": table.sheet or "",
                "headers": list(table.headers),
                "mapping": judged.mapping.to_json(),
                "report": judged.report,
                "sample": sample,
            }
        )
    return {
        "file": file_name,
        "sha256": sent.sha256,
        "sheets": sheets,
        "skipped": list(sent.skipped),
        "passed_over": passing.counts(passing.of(sent, every)),
    }


def load_file(
    actor: Actor,
    *,
    path: Path,
    file_name: str,
    today: date,
    kind: str = Intake.Kind.CANDIDATES,
    sender_name: str = "",
    region_code: str | None = None,
    mappings: Mappings | None = None,
    others: pl.DataFrame | None = None,
    most_rows: int = MOST_ROWS,
) -> tuple[Intake, bool]:
    """Take one file in: read, clean, judge, load. Returns the intake and whether it is new.

    The same file again changes nothing and gives the intake it made before. Good rows become records that wait
    to be matched; bad rows are kept to be sent back. One transaction: all of the file or none of it.
    `mappings` gives corrected column mappings by the name of the sheet ("" where the file has none); `others` what the
    other files of the same delivery tell of their NIKs (`told_together`); `most_rows` how long a list may be.
    Raises Refused for a file that cannot be read, NotAllowed outside the actor's region.
    """
    place = region_code or next(iter(actor.where(Permission.INTAKE)), settings.PAYUNG_PROVINCE)
    sent = _read(path, file_name, most_rows)
    known = Intake.objects.filter(sha256=sent.sha256, kind=kind, status=Intake.Status.LOADED).first()
    if known is not None:
        return known, False
    try:
        with action(actor, Act.LOAD, region_code=place) as deed:
            intake = Intake.objects.create(
                kind=kind,
                file_name=file_name[:255],
                sha256=sent.sha256,
                sender_name=sender_name[:200],
                region_code=place,
                loaded_by=actor.user,
            )
            _load_tables(intake, sent, sender_name, mappings, today, others)
            deed.subject_id = intake.pk
            deed.data = {"rows": intake.rows, "accepted": intake.accepted, "returned": intake.returned}
    except DoneMeanwhile:
        # Two people loaded the same file at once: the other one's intake stands.
        return Intake.objects.get(sha256=sent.sha256, kind=kind, status=Intake.Status.LOADED), False
    return intake, True


def _load_tables(
    intake: Intake,
    sent: tables.SentFile,
    sender_name: str,
    mappings: Mappings | None,
    today: date,
    others: pl.DataFrame | None,
) -> None:
    findings: Counter[str] = Counter()
    sent_back: Counter[str] = Counter()
    used_mappings = {}
    every = []
    with everyone_visible():
        for judged in _judged(sent, intake.kind, sender_name, mappings, today, others):
            table = judged.table
            rows = with_extras(judged, today=today, of_deaths=intake.kind == Intake.Kind.DEATHS)
            if intake.kind == Intake.Kind.BRANCH:
                rows = with_membership(judged, rows, today=today)
            every.append(judged)
            stage_and_insert(intake.pk, table.sheet or "", rows, judged.raw_json(), intake.region_code)
            intake.rows += rows.height
            intake.accepted += int(rows["accepted"].sum())
            findings.update(judged.report["findings"])
            sent_back.update(judged.report["sent_back"])
            used_mappings[table.sheet or ""] = {
                **judged.mapping.to_json(),
                "headers": [h for h in judged.raw.columns if h != "row_no"],
                "unreadable": judged.report["unreadable"],
            }
    if not intake.rows:
        raise Refused(
            _("%(file_name)s: tidak ada satu baris pun yang berisi orang; periksa judul kolom dan isinya."),
            file_name=intake.file_name,
        )
    intake.returned = intake.rows - intake.accepted
    over = passing.of(sent, every)
    intake.passed_over = passing.counts(over)
    listed = passing.write(over)
    if listed is not None:
        intake.passed_enc = encrypt_bytes(listed, PASSED)
    intake.findings, intake.sent_back = dict(findings), dict(sent_back)
    intake.mapping = used_mappings
    back = returned.write(every)
    if back is not None:
        intake.returned_name = returned.returned_name(intake.file_name)
        intake.returned_enc = encrypt_bytes(back, RETURNED)
    analyze("registry_record", rows=intake.rows)
    with everyone_visible():
        note_mended(intake.pk)
    intake.save(
        update_fields=[
            *("returned_name", "returned_enc", "rows", "accepted", "returned", "findings", "mapping"),
            *("sent_back", "passed_over", "passed_enc"),
        ]
    )


def told_together(paths: Sequence[Path], *, sender_name: str = "", today: date) -> dict[Path, pl.DataFrame]:
    """For each file of one delivery, what its other files tell of their NIKs: so that one NIK on two names is seen.

    Nothing is written. A file that cannot be read tells nothing here; `load_file` says why.
    """
    told: dict[Path, pl.DataFrame] = {}
    for path in paths if len(paths) > 1 else ():
        try:
            told[path] = repeats.told_by(
                _judged(_read(path, path.name), Intake.Kind.CANDIDATES, sender_name, None, today), path.name
            )
        except (Refused, UnreadableFile):
            continue
    return {
        path: pl.concat([pl.DataFrame(schema=repeats.TOLD), *(one for at, one in told.items() if at != path)])
        for path in paths
    }


def save_mapping(actor: Actor, *, sender_name: str, headers: Iterable[str], mapping: dict[str, Any]) -> None:
    """Keep a corrected column mapping for the next file of this sender with the same columns.

    Raises Refused for a mapping that names fields that do not exist.
    """
    try:
        ColumnMapping.from_json(mapping)
    except ValueError as error:
        raise Refused(
            _("Pemetaan kolom tidak benar: %(error)s."),
            error=error,
        ) from error
    of: dict[str, Any] = {"sender_name": sender_name, "headers_hash": _headers_hash(headers)}
    with action(actor, Act.SAVE_MAPPING, region_code=OWN_REGIONS) as deed:
        one_at_a_time(Lock.MAPPING, sender_name)
        if IntakeMapping.objects.filter(**of, mapping=mapping).exists():
            deed.unchanged()
            return
        IntakeMapping.objects.update_or_create({"mapping": mapping, "saved_by": actor.user}, **of)


def undo_intake(actor: Actor, *, intake_id: int, reason: str = "") -> Intake:
    """Take a whole file back: its records no longer count, and people known only from it disappear.

    Raises Refused where something depends on it: a person of this file who is in a plan or a decree.
    """
    with action(actor, Act.UNDO, region_code=OF_SUBJECT) as deed, everyone_visible():
        hold_people()
        intake = Intake.objects.select_for_update().filter(pk=intake_id).first()
        if intake is None or intake.status == Intake.Status.UNDONE:
            raise Refused(_("Daftar ini tidak ada atau sudah dibatalkan."))
        deed.at(intake.region_code)
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT count(*) FROM registry_person p WHERE p.covered_until IS NOT NULL AND EXISTS (
                       SELECT 1 FROM registry_record r WHERE r.intake_id = %s AND r.person_id = p.id)
                   AND NOT EXISTS (SELECT 1 FROM registry_record r JOIN registry_intake i ON i.id = r.intake_id
                       WHERE r.person_id = p.id AND r.accepted AND i.status = 'loaded' AND i.id <> %s)""",
                [intake_id, intake_id],
            )
            covered = cursor.fetchall()[0][0]
        if covered:
            raise Refused(
                _(
                    "%(covered)s orang dari daftar ini sudah masuk SK dan tidak ada "
                    "di daftar lain. Keluarkan mereka lewat perubahan SK dahulu."
                ),
                covered=covered,
            )
        intake.status = Intake.Status.UNDONE
        intake.save(update_fields=["status"])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE registry_intake SET undone_at = now() WHERE id = %s", [intake_id])
        refresh_people(
            actor,
            people_where(
                "SELECT person_id FROM registry_record WHERE intake_id = %(intake)s AND person_id IS NOT NULL",
                {"intake": intake_id},
            ),
        )
        forget_mended(intake_id)
        deed.subject_id = intake_id
        deed.reason = reason
    return intake


def returned_file(actor: Actor, *, intake_id: int) -> tuple[str, bytes] | None:
    """Return the workbook of a list's bad rows for its sender: file name and content; None when none goes back.

    It is the sender's own sheet with what is wrong and what to do beside each row. The reading is recorded.
    """
    with action(actor, Act.RETURN_ROWS, region_code=OF_SUBJECT) as deed:
        intake = Intake.objects.filter(pk=intake_id).first()
        if intake is None:
            raise Refused(_("Daftar ini tidak ada."))
        deed.at(intake.region_code)
        deed.subject_id = intake_id
        deed.data = {"rows": intake.returned}
    if intake.returned_enc is None:
        return None
    return intake.returned_name, decrypt_bytes(intake.returned_enc, RETURNED)


def passed_file(actor: Actor, *, intake_id: int) -> tuple[str, bytes] | None:
    """Return the rows of a list that are nobody's, each with its reason: file name and content; None if there are none.

    The reading is recorded, since a row may turn out to be a person's after all.
    """
    with action(actor, Act.READ_PASSED, region_code=OF_SUBJECT) as deed:
        intake = Intake.objects.filter(pk=intake_id).first()
        if intake is None:
            raise Refused(_("Daftar ini tidak ada."))
        deed.at(intake.region_code)
        deed.subject_id = intake_id
        deed.data = {"rows": sum(intake.passed_over.values())}
    if intake.passed_enc is None:
        return None
    return passing.file_name(intake.file_name), decrypt_bytes(intake.passed_enc, PASSED)


def _read(path: Path, file_name: str, most_rows: int = MOST_ROWS) -> tables.SentFile:
    limits = Limits(file_bytes=settings.PAYUNG_MAX_LIST_BYTES, rows=most_rows)
    try:
        return tables.read_file(path, name=file_name, limits=limits)
    except UnreadableFile as error:
        raise Refused(
            _("%(file_name)s: %(problem)s"),
            file_name=file_name,
            problem=spoken(error.message),
        ) from error


def _judged(
    sent: tables.SentFile,
    kind: str,
    sender_name: str,
    mappings: Mappings | None,
    today: date,
    others: pl.DataFrame | None = None,
) -> list[Judged]:
    """Every table of a file judged as its kind of list; one NIK on two names in two of them is told to both."""
    judged = repeats.across(
        [
            judging.judge(
                table,
                _mapping(table, sender_name, mappings),
                today=today,
                province=settings.PAYUNG_PROVINCE,
            )
            for table in sent.tables
        ]
    )
    if others is not None and others.height:
        judged = repeats.against(judged, others)
    if kind == Intake.Kind.DEATHS:
        return [judge_deaths(one, today=today) for one in judged]
    if kind == Intake.Kind.BRANCH:
        return [judge_members(one) for one in judged]
    return judged


def _mapping(table: tables.Table, sender_name: str, given: Mappings | None) -> ColumnMapping | None:
    """Return the mapping to use: the one given, else the one saved for this sender and these columns, else None."""
    corrected = (given or {}).get(table.sheet or "")
    if corrected is not None:
        mapping = ColumnMapping.from_json(corrected)
        return mapping if mapping.fits(list(table.headers)) else None
    saved = IntakeMapping.objects.filter(
        sender_name=sender_name, headers_hash=_headers_hash(table.headers)
    ).first()
    return ColumnMapping.from_json(saved.mapping) if saved else None


def _headers_hash(headers: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(headers)).encode()).hexdigest()
