"""The branch's answers: applied row by row, in any order, in parts, twice, or late, with the same outcome.

What a line stands at only moves up: sent, then refused, then accepted. So the order of the answer files does
not matter; where two of them contradict each other, a difference is opened instead of a guess made. What a row does
not plainly say decides nothing. A file may be looked at before it is applied, and taken back until a bill stands on it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.utils import timezone

from payung import database
from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.crypto import nik_hashes
from payung.access.today import today_or
from payung.coverage.models import Answer, Bill, Upload
from payung.database.locks import Lock, one_at_a_time
from payung.exchange.branch_answer import PROBLEMS as READ_PROBLEMS
from payung.exchange.branch_answer import Answered, read_answer
from payung.exchange.guard import UnreadableFile

#: How many different words a report keeps.
_WORDS_SHOWN = 200

_COLUMNS = {
    "row_no": "integer",
    "line_ref": "text",
    "upload_id": "bigint",
    "nik_hash": "bytea",
    "state": "text",
    "problem": "text",
    "member_no": "text",
    "refusal": "text",
    "refusal_text": "text",
    "starts_on": "date",
}

#: A reference of ours names its upload; only the lines of those that the file names are read.
_REFERENCE = r"^U([0-9]{1,18})-[0-9]+$"
_BY_REFERENCE = """
CREATE TEMP TABLE answered ON COMMIT DROP AS
SELECT f.*, r.id AS registration_id, r.person_id, r.fund_id, r.region_code, r.state AS was, r.member_no AS was_number,
       r.starts_on AS was_from, r.refusal AS was_refused
  FROM answer_file f
  LEFT JOIN (SELECT * FROM coverage_registration WHERE upload_id = ANY(%s)) r
    ON r.line_ref = f.line_ref AND r.upload_id = f.upload_id
"""

#: Files without references: the upload that most of the NIKs belong to; between equals the one that still waits
#: for most answers, then the latest.
_WHICH_UPLOAD = """
SELECT r.upload_id FROM answered a
  JOIN registry_person p ON p.nik_hash = a.nik_hash
  JOIN coverage_registration r ON r.person_id = p.id
 WHERE a.registration_id IS NULL AND a.line_ref = ''
 GROUP BY r.upload_id
 ORDER BY count(DISTINCT p.id) DESC, count(*) FILTER (WHERE r.state = 'sent') DESC, r.upload_id DESC LIMIT 1
"""

_BY_NIK = """
UPDATE answered a
   SET registration_id = r.id, person_id = r.person_id, fund_id = r.fund_id, region_code = r.region_code,
       upload_id = r.upload_id, line_ref = r.line_ref, was = r.state, was_number = r.member_no,
       was_from = r.starts_on, was_refused = r.refusal
  FROM registry_person p JOIN coverage_registration r ON r.person_id = p.id
 WHERE a.registration_id IS NULL AND a.line_ref = '' AND p.nik_hash = a.nik_hash AND r.upload_id = %s
"""

#: An answer to a line that asked for removal confirms it; there is nothing to register.
_REMOVALS = """
DELETE FROM answered a
 WHERE a.registration_id IS NULL AND (
       EXISTS (SELECT 1 FROM coverage_annexline l
                WHERE l.id = substring(a.line_ref FROM '^H([0-9]{1,18})$')::bigint AND l.act = 'remove')
    OR (a.line_ref = '' AND EXISTS (
        SELECT 1 FROM coverage_upload u
          JOIN coverage_annexline l ON l.amendment_id = u.amendment_id AND l.fund_id = u.fund_id AND l.act = 'remove'
          JOIN registry_person p ON p.id = l.person_id
         WHERE u.id = %s AND p.nik_hash = a.nik_hash)))
"""

#: A reference beside the NIK of somebody else of ours, or a number that somebody else bears: cells have moved. Two who
#: have been told to be one person since are not somebody else.
_OTHERS = """
WITH RECURSIVE theirs AS (
    SELECT a.row_no, 'other_person' AS problem, a.person_id, o.id AS other_id
      FROM answered a JOIN registry_person o ON o.nik_hash = a.nik_hash AND o.merged_into_id IS NULL
     WHERE a.state IS NOT NULL AND o.id <> a.person_id
    UNION ALL
    SELECT a.row_no, 'taken_number', a.person_id, g.person_id
      FROM answered a JOIN coverage_registration g ON g.member_no = a.member_no
     WHERE a.state IS NOT NULL AND a.member_no <> '' AND g.state = 'accepted' AND g.person_id <> a.person_id
), today (id, living_id) AS (
    SELECT person_id, person_id FROM theirs
    UNION
    SELECT other_id, other_id FROM theirs
    UNION
    SELECT t.id, p.merged_into_id FROM today t JOIN registry_person p ON p.id = t.living_id
     WHERE p.merged_into_id IS NOT NULL
)
UPDATE answered a SET state = NULL, problem = t.problem, member_no = ''
  FROM theirs t
 WHERE t.row_no = a.row_no
   AND NOT EXISTS (SELECT 1 FROM today one JOIN today other USING (living_id)
                    WHERE one.id = t.person_id AND other.id = t.other_id)
"""

#: One row per line of ours, an acceptance before a refusal, then the earlier row; with what the line stands at once
#: the answer is applied, as `_APPLY` moves it: nobody else moves a line meanwhile.
_BEST = """
CREATE TEMP TABLE best ON COMMIT DROP AS
SELECT id, line_ref, upload_id, person_id, fund_id, region_code, refusal_text, was, was_refused,
       state AS said, member_no AS said_number, starts_on AS said_from, refusal AS said_refused,
       CASE WHEN moves THEN state ELSE was END AS state,
       CASE WHEN moves THEN left(member_no, 30) ELSE was_number END AS member_no,
       CASE WHEN NOT moves THEN was_from WHEN state = 'accepted' THEN starts_on END AS starts_on,
       CASE WHEN moves THEN refusal ELSE was_refused END AS refusal, moves
  FROM (SELECT DISTINCT ON (registration_id)
               registration_id AS id, *, was = 'sent' OR (was = 'refused' AND state = 'accepted') AS moves
          FROM answered
         WHERE registration_id IS NOT NULL AND state IS NOT NULL
         ORDER BY registration_id, (state = 'accepted') DESC, row_no) a
"""

_DIFFERENCE = (
    "INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,"
    " region_code) "
)

#: An answer that takes back an acceptance, or names another number, changes nothing and is for a person to settle.
_CONTRADICTIONS = (
    _DIFFERENCE
    + """
SELECT DISTINCT ON (s.id, a.state, a.member_no)
       'answer_conflict', s.person_id, s.fund_id, NULL,
       jsonb_build_object('line', s.line_ref, 'ours', s.state || ' ' || s.member_no,
                          'theirs', a.state || ' ' || a.member_no, 'reason', a.refusal_text),
       %(user)s, 'open', '', 'answer_conflict:' || s.id || ':' || a.state || ':' || a.member_no, s.region_code
  FROM answered a JOIN best s ON s.id = a.registration_id
 WHERE s.state = 'accepted' AND (a.state = 'refused' OR (a.member_no <> '' AND a.member_no <> s.member_no))
 ORDER BY s.id, a.state, a.member_no, a.row_no
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
)

#: Only the lines of the uploads that the file is about are read.
_APPLY = """
UPDATE coverage_registration r
   SET state = b.state, member_no = b.member_no, starts_on = b.starts_on, refusal = b.refusal, answered_at = now()
  FROM best b
 WHERE r.id = b.id AND b.moves AND r.upload_id = ANY(%s)
"""

#: What was decided and what moved, and from where, so that it can be taken back; written by the server, since a
#: large file moves many lines.
_MOVED = """
UPDATE coverage_answer a
   SET lines = m.lines, from_sent = m.from_sent, from_refused = m.from_refused, opened = %(opened)s
  FROM (SELECT coalesce(array_agg(id), '{}') AS lines,
               coalesce(array_agg(id) FILTER (WHERE was = 'sent'), '{}') AS from_sent,
               coalesce(jsonb_object_agg(id::text, was_refused) FILTER (WHERE moves AND was = 'refused'), '{}')
                   AS from_refused
          FROM best) m
 WHERE a.id = %(answer)s
"""

#: A refusal that an acceptance has overtaken settles itself.
_OVERTAKEN = """
UPDATE coverage_difference d SET state = 'settled', settlement = 'Diterima pada jawaban berikutnya.',
       settled_by_id = %(user)s
  FROM best b
 WHERE b.was = 'refused' AND b.state = 'accepted' AND d.key = 'refused:' || b.id AND d.kind = 'refused'
   AND d.state = 'open'
"""

_REFUSED = (
    _DIFFERENCE
    + """
SELECT 'refused', person_id, fund_id, NULL,
       jsonb_build_object('line', line_ref, 'reason', refusal, 'words', refusal_text),
       %(user)s, 'open', '', 'refused:' || id, region_code
  FROM best WHERE state = 'refused'
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
)

#: Looked up by person: the sum keeps the planner from walking all covers of a fund for each.
_NOT_COVERED = (
    _DIFFERENCE
    + """
SELECT 'registered_not_covered', s.person_id, s.fund_id, NULL,
       jsonb_build_object('line', s.line_ref, 'member_no', s.member_no), %(user)s, 'open', '',
       'registered_not_covered:' || s.id, s.region_code
  FROM best s
 WHERE s.state = 'accepted'
   AND NOT EXISTS (SELECT 1 FROM coverage_covermonth c
                    WHERE c.person_id = s.person_id AND c.fund_id + 0 = s.fund_id)
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
)

#: Registered later than decreed: one item per file and start date, since it concerns whole files.
_LATE = (
    _DIFFERENCE
    + """
SELECT 'late_start', NULL::bigint, u.fund_id, u.month,
       jsonb_build_object('upload', u.id, 'starts_on', s.starts_on, 'people', count(*)), %(user)s, 'open', '',
       'late_start:' || u.id || ':' || s.starts_on, %(province)s
  FROM best s JOIN coverage_upload u ON u.id = s.upload_id
 WHERE s.state = 'accepted' AND s.starts_on > make_date(u.month / 12, u.month %% 12 + 1, 1)
 GROUP BY u.id, s.starts_on
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
)

_UNKNOWN = (
    _DIFFERENCE
    + """
SELECT DISTINCT ON (md5(concat_ws('|', line_ref, nik_hash, state, member_no)))
       'unknown_line', NULL::bigint, NULL::bigint, NULL::integer,
       jsonb_build_object('file', %(file)s, 'row', row_no, 'line', line_ref),
       %(user)s, 'open', '', 'unknown:' || md5(concat_ws('|', line_ref, nik_hash, state, member_no)), %(province)s
  FROM answered WHERE registration_id IS NULL
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
)

#: What a line of ours cannot be told from: a row whose cells have moved, a number that is none or another's.
_UNREADABLE = (
    _DIFFERENCE
    + """
SELECT DISTINCT ON (registration_id, problem)
       'unread_line', r.person_id, r.fund_id, NULL::integer,
       jsonb_build_object('file', %(file)s, 'row', a.row_no, 'line', a.line_ref, 'problem', a.problem),
       %(user)s, 'open', '', 'unread:' || r.id || ':' || a.problem || ':' || left(%(sha256)s, 16), r.region_code
  FROM answered a JOIN coverage_registration r ON r.id = a.registration_id
 WHERE a.state IS NULL AND r.state = 'sent' AND a.problem NOT IN ('', 'pending', 'blank', 'word')
 ORDER BY registration_id, problem, row_no
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
)

#: A word that decides nothing concerns every row that bears it: one item.
_WORDS = (
    _DIFFERENCE
    + """
SELECT 'undecided_word', NULL::bigint, NULL::bigint, NULL::integer,
       jsonb_build_object('file', %(file)s, 'words', left(a.refusal_text, 200), 'people', count(*)),
       %(user)s, 'open', '', 'word:' || left(%(sha256)s, 16) || ':' || md5(a.refusal_text), %(province)s
  FROM answered a JOIN coverage_registration r ON r.id = a.registration_id AND r.state = 'sent'
 WHERE a.problem = 'word' GROUP BY a.refusal_text
    ON CONFLICT (key) DO NOTHING RETURNING id
"""
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What an answer file did: its rows, how many lines now stand accepted or refused by it, and what is open.

    `changed` counts the lines that it moved; `unknown` rows that fit no line or decide nothing, of which `undecided`
    counts those of a line of ours by why (see `PROBLEMS`); `differences` the items it opened; `without_number` the
    accepted rows without a membership number; `words` every status and reason with what it was taken for; `unread`
    the sheets with references of ours that could not be read; `repeated` whether this very file had been applied
    before; `answer_id` its number, to take it back by (None where it was only looked at).
    """

    file: str
    rows: int
    accepted: int
    refused: int
    unknown: int
    changed: int
    differences: int
    repeated: bool = False
    answer_id: int | None = None
    without_number: int = 0
    undecided: dict[str, int] = field(default_factory=dict)
    words: tuple[dict[str, Any], ...] = ()
    unread: tuple[dict[str, Any], ...] = ()


#: Why a row of a line of ours decides nothing, beside what the file itself shows.
PROBLEMS = {
    **READ_PROBLEMS,
    "other_person": "referensi dan NIK-nya milik dua orang",
    "taken_number": "nomor pesertanya sudah milik orang lain",
}


class _OnlyLooking(Exception):
    """Ends a preview: everything that was done to see what would be is undone."""

    def __init__(self, applied: Applied) -> None:
        super().__init__()
        self.applied = applied


def preview_answer(
    actor: Actor, *, path: Path, upload_id: int | None = None, today: date | None = None
) -> Applied:
    """What `apply_answer` would do, without doing it. Raises as it does."""
    try:
        return _apply(actor, path, upload_id, today, preview=True)
    except _OnlyLooking as seen:
        return seen.applied


def apply_answer(
    actor: Actor, *, path: Path, upload_id: int | None = None, today: date | None = None
) -> Applied:
    """Applies the branch's answer file; see the module for why order and repetition do no harm.

    Rows are found by their reference, else by NIK within the upload `upload_id` (found from the rows if not
    given). Raises NotAllowed; Refused for a file that cannot be read.
    """
    return _apply(actor, path, upload_id, today, preview=False)


def _apply(actor: Actor, path: Path, upload_id: int | None, today: date | None, *, preview: bool) -> Applied:
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    with action(actor, Act.ANSWER_APPLY, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.ANSWERS)
        known = Answer.objects.filter(sha256=sha256, taken_back_at=None).first()
        if known is not None:
            deed.unchanged()
            return Applied(
                **{
                    "rows": known.rows,
                    "accepted": known.accepted,
                    "refused": known.refused,
                    "unknown": known.unknown,
                    **known.report,
                    "file": known.file_name,
                    "changed": 0,
                    "differences": 0,
                },
                repeated=True,
                answer_id=known.pk,
            )
        try:
            read = read_answer(content, today=today_or(today), name=path.name)
        except UnreadableFile as error:
            raise Refused(error.message("id"), error.message("en")) from error
        if upload_id is not None and not Upload.objects.filter(pk=upload_id).exists():
            raise Refused(f"Berkas kirim {upload_id} tidak ada.", f"There is no upload {upload_id}.")
        staged = _staged(read.rows)
        database.stage_frame("answer_file", _COLUMNS, staged)
        about = {
            "user": actor.user.pk,
            "province": settings.PAYUNG_PROVINCE,
            "file": path.name,
            "sha256": sha256,
        }
        with everyone_visible():
            _find_lines(staged, upload_id)
            database.run("ANALYZE answered (row_no, registration_id, person_id, nik_hash, state, member_no)")
            database.run(_OTHERS)
            database.run("DROP TABLE IF EXISTS pg_temp.best")
            database.run(_BEST)
            # Without statistics the planner takes these tables for tiny and compares every row with every row.
            database.run("ANALYZE best (id, upload_id, person_id, fund_id, was, state, starts_on, moves)")
            # Contradictions are looked for after the lines have moved, against what they then stand at, so
            # that a file contradicting itself shows as well.
            uploads = database.rows("SELECT coalesce(array_agg(DISTINCT upload_id), '{}') FROM best")[0][0]
            changed = database.run(_APPLY, [uploads])
            database.run(_OVERTAKEN, about)
            # Where every row decides, the lines need not be read once more for those that do not.
            undecided = database.rows("SELECT EXISTS (SELECT 1 FROM answered WHERE state IS NULL)")[0][0]
            items: tuple[str, ...] = (_CONTRADICTIONS, _REFUSED, _NOT_COVERED, _LATE, _UNKNOWN)
            items += (_UNREADABLE, _WORDS) if undecided else ()
            opened = [row[0] for sql in items for row in database.rows(sql, about)]
            applied = _counted(path.name, read, changed, len(opened))
        if preview:
            raise _OnlyLooking(applied)
        report = {
            key: value for key, value in asdict(applied).items() if key not in ("repeated", "answer_id")
        }
        answer = Answer.objects.create(
            sha256=sha256,
            file_name=path.name[:255],
            rows=applied.rows,
            accepted=applied.accepted,
            refused=applied.refused,
            unknown=applied.unknown,
            applied_by=actor.user,
            report=report,
            until_bill=Bill.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        )
        database.run(_MOVED, {"answer": answer.pk, "opened": opened})
        deed.subject_id = answer.pk
        deed.data = {"sha256": sha256, "rows": applied.rows, "changed": changed, "unknown": applied.unknown}
    return replace(applied, answer_id=answer.pk)


def _counted(name: str, read: Answered, changed: int, opened: int) -> Applied:
    counts = dict(database.rows("SELECT said, count(*) FROM best GROUP BY said"))
    undecided = dict(
        database.rows(
            "SELECT problem, count(*) FROM answered WHERE registration_id IS NOT NULL AND state IS NULL"
            " GROUP BY problem ORDER BY 2 DESC, 1"
        )
    )
    ((unknown, without_number),) = database.rows(
        "SELECT (SELECT count(*) FROM answered WHERE registration_id IS NULL OR state IS NULL),"
        " (SELECT count(*) FROM best WHERE said = 'accepted' AND said_number = '')"
    )
    return Applied(
        name,
        read.rows.height,
        counts.get("accepted", 0),
        counts.get("refused", 0),
        unknown,
        changed,
        opened,
        without_number=without_number,
        undecided=undecided,
        words=tuple(asdict(word) for word in read.words[:_WORDS_SHOWN]),
        unread=tuple({"sheet": sheet, "references": count} for sheet, count in read.unread),
    )


def take_back_answer(actor: Actor, *, answer_id: int, reason: str) -> Answer:
    """Takes an applied answer file back: its lines stand where they stood before, its items are closed.

    Repeating it changes nothing; the file may be applied again. Raises NotAllowed; Refused without a reason, where a
    later file answers the same lines (that one goes first), where a change of the decree was proposed for a refusal of
    it, or where a bill was made since that counts or leaves out its people.
    """
    with action(actor, Act.ANSWER_TAKE_BACK, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.ANSWERS)
        one_at_a_time(Lock.BILLS)
        answer = Answer.objects.select_for_update().filter(pk=answer_id).first()
        if answer is None or not reason.strip():
            raise Refused(
                "Jawaban itu tidak ada, atau alasannya kosong.",
                "There is no such answer, or the reason is empty.",
            )
        deed.subject_id, deed.reason = answer_id, reason.strip()
        if answer.taken_back_at is not None:
            deed.unchanged()
            return answer
        with everyone_visible():
            moved = [*answer.from_sent, *map(int, answer.from_refused)]
            _require_untouched(answer, moved)
            database.run(_BACK_TO_SENT, [answer.from_sent])
            database.run(_BACK_TO_REFUSED, [json.dumps(answer.from_refused)])
            database.run(_REOPENED, [[f"refused:{number}" for number in answer.from_refused]])
            database.run(_CLOSED, {"user": actor.user.pk, "answer": answer_id, "items": answer.opened})
        answer.taken_back_at, answer.taken_back_by = timezone.now(), actor.user
        answer.save(update_fields=["taken_back_at", "taken_back_by"])
        deed.data = {"file": answer.file_name, "lines": len(moved), "items": len(answer.opened)}
    return answer


def _require_untouched(answer: Answer, moved: list[int]) -> None:
    """Raises Refused where something stands on what the answer says, or nobody noted what it moved."""
    if not answer.report:
        raise Refused(
            "Jawaban ini diterapkan sebelum perubahannya dicatat; ia tidak dapat ditarik.",
            "This answer was applied before what it moved was noted; it cannot be taken back.",
        )
    later = database.rows(
        "SELECT file_name FROM coverage_answer WHERE id > %s AND taken_back_at IS NULL AND lines && %s::bigint[]"
        " ORDER BY id DESC LIMIT 1",
        [answer.pk, answer.lines],
    )
    if later:
        raise Refused(
            f"Jawaban {later[0][0]} yang dimuat kemudian menjawab baris yang sama; tarik yang itu lebih dulu.",
            f"The later answer {later[0][0]} answers the same lines; take that one back first.",
        )
    bill = database.rows(
        "SELECT payment_code FROM coverage_bill WHERE id > %s AND fund_id IN (SELECT DISTINCT fund_id FROM"
        " coverage_registration WHERE id = ANY(%s)) ORDER BY id LIMIT 1",
        [answer.until_bill, moved],
    )
    if bill:
        raise Refused(
            f"Tagihan {bill[0][0]} sudah dibuat menurut jawaban ini; jawaban tidak dapat ditarik lagi.",
            f"Bill {bill[0][0]} was made by this answer; it can no longer be taken back.",
        )
    proposed = database.rows(
        "SELECT count(*) FROM coverage_monthlychange k JOIN coverage_registration r ON r.person_id = k.person_id"
        " WHERE r.id = ANY(%s) AND r.state = 'refused' AND k.kind = 'refused' AND k.state <> 'rejected'",
        [moved],
    )[0][0]
    if proposed:
        raise Refused(
            f"{proposed} usul perubahan SK berdiri di atas penolakan dalam jawaban ini; tolak usul itu lebih dulu.",
            f"{proposed} proposed changes of the decree stand on refusals of this answer; reject them first.",
        )


_BACK_TO_SENT = """
UPDATE coverage_registration SET state = 'sent', member_no = '', starts_on = NULL, refusal = '', answered_at = NULL
 WHERE id = ANY(%s)
"""
_BACK_TO_REFUSED = """
UPDATE coverage_registration r SET state = 'refused', member_no = '', starts_on = NULL, refusal = j.value
  FROM jsonb_each_text(%s::jsonb) j WHERE r.id = j.key::bigint
"""
_REOPENED = """
UPDATE coverage_difference SET state = 'open', settlement = '', settled_by_id = NULL
 WHERE key = ANY(%s) AND settlement = 'Diterima pada jawaban berikutnya.'
"""
#: Its key is free again, for the file may be applied once more.
_CLOSED = """
UPDATE coverage_difference
   SET key = left(key, 90) || ':ditarik:' || %(answer)s,
       settled_by_id = CASE WHEN state = 'open' THEN %(user)s ELSE settled_by_id END,
       settlement = CASE WHEN state = 'open' THEN 'Jawabannya ditarik kembali.' ELSE settlement END, state = 'settled'
 WHERE id = ANY(%(items)s)
"""


def _find_lines(staged: pl.DataFrame, upload_id: int | None) -> None:
    without_reference = bool((staged["line_ref"] == "").any())
    database.run("DROP TABLE IF EXISTS pg_temp.answered")
    database.run(_BY_REFERENCE, [staged["upload_id"].drop_nulls().unique().to_list()])
    if without_reference and upload_id is None:
        found = database.rows(_WHICH_UPLOAD)
        upload_id = found[0][0] if found else None
    if without_reference and upload_id is not None:
        database.run(_BY_NIK, [upload_id])
    database.run(_REMOVALS, [upload_id])


def _staged(frame: pl.DataFrame) -> pl.DataFrame:
    """The file's rows as the table takes them: the NIK as its keyed hash and its last four digits."""
    hashes = [
        None if one is None else "\\x" + one.hex() for one in nik_hashes(nik or None for nik in frame["nik"])
    ]
    return frame.select(
        "row_no",
        "line_ref",
        pl.col("line_ref").str.extract(_REFERENCE).cast(pl.Int64).alias("upload_id"),
        pl.Series("nik_hash", hashes, dtype=pl.String),
        "state",
        "problem",
        "member_no",
        "refusal",
        pl.col("refusal_text").str.head(300),
        "starts_on",
    )
