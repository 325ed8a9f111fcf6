"""The branch's answers: applied row by row, in any order, in parts, twice, or late, with the same outcome.

What a line stands at only moves up: sent, then refused, then accepted. So the order of the answer files does
not matter; where two of them contradict each other, a difference is opened instead of a guess made.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from django.conf import settings

from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.crypto import nik_hashes
from payung.access.roles import Permission
from payung.coverage import bulk
from payung.coverage.models import Answer, Upload
from payung.exchange.branch import read_answer
from payung.exchange.guard import UnreadableFile

_COLUMNS = (
    "row_no integer, line_ref text, upload_id bigint, nik_hash bytea, nik_last4 text, state text, member_no text, "
    "refusal text, refusal_text text, starts_on date"
)

#: A reference of ours names its upload; only the lines of those that the file names are read.
_REFERENCE = r"^U([0-9]{1,18})-[0-9]+$"
_BY_REFERENCE = """
CREATE TEMP TABLE answered ON COMMIT DROP AS
SELECT f.*, r.id AS registration_id
  FROM answer_file f
  LEFT JOIN (SELECT id, line_ref, upload_id FROM coverage_registration WHERE upload_id = ANY(%s)) r
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
UPDATE answered a SET registration_id = r.id
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

#: One row per line of ours: an acceptance counts before a refusal, then the earlier row.
_BEST = """
CREATE TEMP TABLE best ON COMMIT DROP AS
SELECT DISTINCT ON (registration_id) * FROM answered
 WHERE registration_id IS NOT NULL AND state IS NOT NULL
 ORDER BY registration_id, (state = 'accepted') DESC, row_no
"""

#: What the answered lines stand at once the answer is applied; with its key, no estimate can make a join slow.
_STANDS = """
CREATE TEMP TABLE stands ON COMMIT DROP AS
SELECT r.id, 'refused:' || r.id AS key, r.upload_id, r.person_id, r.fund_id, r.line_ref, r.state, r.member_no,
       r.starts_on, r.refusal, r.region_code, b.refusal_text
  FROM best b JOIN coverage_registration r ON r.id = b.registration_id
"""

_DIFFERENCE = (
    "INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,"
    " region_code) "
)

#: An answer that takes back an acceptance, or names another number, changes nothing and is for a person to settle.
_CONTRADICTIONS = (
    _DIFFERENCE
    + """
SELECT 'answer_conflict', s.person_id, s.fund_id, NULL,
       jsonb_build_object('line', s.line_ref, 'ours', s.state || ' ' || s.member_no,
                          'theirs', a.state || ' ' || a.member_no, 'reason', a.refusal_text),
       %(user)s, 'open', '', 'answer_conflict:' || s.id || ':' || a.state || ':' || a.member_no, s.region_code
  FROM (SELECT DISTINCT ON (registration_id, state, member_no) * FROM answered
         WHERE registration_id IS NOT NULL AND state IS NOT NULL
         ORDER BY registration_id, state, member_no, row_no) a
  JOIN stands s ON s.id = a.registration_id
 WHERE s.state = 'accepted' AND (a.state = 'refused' OR (a.member_no <> '' AND a.member_no <> s.member_no))
    ON CONFLICT (key) DO NOTHING
"""
)

_APPLY = """
UPDATE coverage_registration r
   SET state = b.state, member_no = CASE WHEN b.state = 'accepted' THEN left(b.member_no, 30) ELSE '' END,
       starts_on = CASE WHEN b.state = 'accepted' THEN b.starts_on END, refusal = b.refusal, answered_at = now()
  FROM best b
 WHERE r.id = b.registration_id AND (r.state = 'sent' OR (r.state = 'refused' AND b.state = 'accepted'))
"""

#: A refusal that an acceptance has overtaken settles itself.
_OVERTAKEN = """
UPDATE coverage_difference d SET state = 'settled', settlement = 'Diterima pada jawaban berikutnya.',
       settled_by_id = %(user)s
  FROM stands s
 WHERE d.key = s.key AND s.state = 'accepted' AND d.kind = 'refused' AND d.state = 'open'
"""

_REFUSED = (
    _DIFFERENCE
    + """
SELECT 'refused', person_id, fund_id, NULL,
       jsonb_build_object('line', line_ref, 'reason', refusal, 'words', refusal_text),
       %(user)s, 'open', '', key, region_code
  FROM stands WHERE state = 'refused'
    ON CONFLICT (key) DO NOTHING
"""
)

#: Looked up by person: the sum keeps the planner from walking all covers of a fund for each.
_NOT_COVERED = (
    _DIFFERENCE
    + """
SELECT 'registered_not_covered', s.person_id, s.fund_id, NULL,
       jsonb_build_object('line', s.line_ref, 'member_no', s.member_no), %(user)s, 'open', '',
       'registered_not_covered:' || s.id, s.region_code
  FROM stands s
 WHERE s.state = 'accepted'
   AND NOT EXISTS (SELECT 1 FROM coverage_covermonth c
                    WHERE c.person_id = s.person_id AND c.fund_id + 0 = s.fund_id)
    ON CONFLICT (key) DO NOTHING
"""
)

#: Registered later than decreed: one item per file and start date, since it concerns whole files.
_LATE = (
    _DIFFERENCE
    + """
SELECT 'late_start', NULL::bigint, u.fund_id, u.month,
       jsonb_build_object('upload', u.id, 'starts_on', s.starts_on, 'people', count(*)), %(user)s, 'open', '',
       'late_start:' || u.id || ':' || s.starts_on, %(province)s
  FROM stands s JOIN coverage_upload u ON u.id = s.upload_id
 WHERE s.state = 'accepted' AND s.starts_on > make_date(u.month / 12, u.month %% 12 + 1, 1)
 GROUP BY u.id, s.starts_on
    ON CONFLICT (key) DO NOTHING
"""
)

_UNKNOWN = (
    _DIFFERENCE
    + """
SELECT DISTINCT ON (md5(concat_ws('|', line_ref, nik_hash, state, member_no)))
       'unknown_line', NULL::bigint, NULL::bigint, NULL::integer,
       jsonb_build_object('file', %(file)s, 'row', row_no, 'line', line_ref, 'nik', '************' || nik_last4),
       %(user)s, 'open', '', 'unknown:' || md5(concat_ws('|', line_ref, nik_hash, state, member_no)), %(province)s
  FROM answered WHERE registration_id IS NULL OR state IS NULL
    ON CONFLICT (key) DO NOTHING
"""
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What an answer file did: its rows, how many lines now stand accepted or refused by it, and what is open.

    `changed` counts the lines that it moved; `unknown` rows that fit no line or say nothing; `differences` the
    items it opened; `repeated` whether this very file had been applied before.
    """

    file: str
    rows: int
    accepted: int
    refused: int
    unknown: int
    changed: int
    differences: int
    repeated: bool = False


def apply_answer(
    actor: Actor, *, path: Path, upload_id: int | None = None, today: date | None = None
) -> Applied:
    """Applies the branch's answer file; see the module for why order and repetition do no harm.

    Rows are found by their reference, else by NIK within the upload `upload_id` (found from the rows if not
    given). Raises NotAllowed; Refused for a file that cannot be read.
    """
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    with action(
        actor, Permission.EXCHANGE, "answer.apply", "answer", region_code=settings.PAYUNG_PROVINCE
    ) as deed:
        bulk.lock("answers")
        known = Answer.objects.filter(sha256=sha256).first()
        if known is not None:
            deed.subject_id, deed.data = known.pk, {"unchanged": True}
            return Applied(
                known.file_name, known.rows, known.accepted, known.refused, known.unknown, 0, 0, repeated=True
            )
        try:
            frame = read_answer(content, today=bulk.today_or(today), name=path.name)
        except UnreadableFile as error:
            raise Refused(error.message("id"), error.message("en")) from error
        if upload_id is not None and not Upload.objects.filter(pk=upload_id).exists():
            raise Refused(f"Berkas kirim {upload_id} tidak ada.", f"There is no upload {upload_id}.")
        staged = _staged(frame)
        bulk.stage_frame("answer_file", _COLUMNS, staged)
        about = {"user": actor.user.pk, "province": settings.PAYUNG_PROVINCE, "file": path.name}
        with everyone_visible():
            _find_lines(staged, upload_id)
            bulk.run("DROP TABLE IF EXISTS pg_temp.best")
            bulk.run(_BEST)
            # Without statistics the planner takes these tables for tiny and compares every row with every row.
            bulk.run("ANALYZE answered")
            bulk.run("ANALYZE best")
            # Contradictions are looked for after the lines have moved, against what they then stand at, so
            # that a file contradicting itself shows as well.
            changed = bulk.run(_APPLY)
            bulk.run("DROP TABLE IF EXISTS pg_temp.stands")
            bulk.run(_STANDS)
            bulk.run("CREATE UNIQUE INDEX ON stands (key)")
            bulk.run("ANALYZE stands")
            bulk.run(_OVERTAKEN, about)
            opened = sum(
                bulk.run(sql, about) for sql in (_CONTRADICTIONS, _REFUSED, _NOT_COVERED, _LATE, _UNKNOWN)
            )
            counts = dict(bulk.rows("SELECT state, count(*) FROM best GROUP BY state"))
        unknown = bulk.rows("SELECT count(*) FROM answered WHERE registration_id IS NULL OR state IS NULL")[
            0
        ][0]
        answer = Answer.objects.create(
            sha256=sha256,
            file_name=path.name[:255],
            rows=frame.height,
            accepted=counts.get("accepted", 0),
            refused=counts.get("refused", 0),
            unknown=unknown,
            applied_by=actor.user,
        )
        deed.subject_id = answer.pk
        deed.data = {"sha256": sha256, "rows": frame.height, "changed": changed, "unknown": unknown}
    return Applied(path.name, frame.height, answer.accepted, answer.refused, unknown, changed, opened)


def _find_lines(staged: pl.DataFrame, upload_id: int | None) -> None:
    without_reference = bool((staged["line_ref"] == "").any())
    bulk.run("DROP TABLE IF EXISTS pg_temp.answered")
    bulk.run(_BY_REFERENCE, [staged["upload_id"].drop_nulls().unique().to_list()])
    if without_reference and upload_id is None:
        found = bulk.rows(_WHICH_UPLOAD)
        upload_id = found[0][0] if found else None
    if without_reference and upload_id is not None:
        bulk.run(_BY_NIK, [upload_id])
    bulk.run(_REMOVALS, [upload_id])


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
        pl.col("nik").str.tail(4).alias("nik_last4"),
        "state",
        "member_no",
        "refusal",
        pl.col("refusal_text").str.head(300),
        "starts_on",
    )
