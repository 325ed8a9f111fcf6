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
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access.actor import Actor, Refused, action, everyone_visible, spoken
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.crypto import nik_hashes
from payung.access.today import today_or
from payung.coverage.models import Answer, Bill, Upload
from payung.database.locks import Lock, one_at_a_time
from payung.database.staging import Staged
from payung.database.statements import Statement
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
_BY_REFERENCE = Statement("coverage", "answer_by_reference")

_WHICH_UPLOAD = Statement("coverage", "answer_which_upload")

_BY_NIK = Statement("coverage", "answer_by_nik")

_REMOVALS = Statement("coverage", "answer_removals")

_OTHERS = Statement("coverage", "answer_other_people")

_BEST = Statement("coverage", "answer_best")


_CONTRADICTIONS = Statement("coverage", "answer_contradictions")

_APPLY = Statement("coverage", "answer_apply")

_MOVED = Statement("coverage", "answer_moved")

_OVERTAKEN = Statement("coverage", "answer_overtaken")

_REFUSED = Statement("coverage", "answer_refused")

_NOT_COVERED = Statement("coverage", "answer_not_covered")

_LATE = Statement("coverage", "answer_late")

_UNKNOWN = Statement("coverage", "answer_unknown")

_UNREADABLE = Statement("coverage", "answer_unreadable")

_WORDS = Statement("coverage", "answer_words")


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
    """Return what `apply_answer` would do, without doing it. Raises as it does."""
    try:
        return _apply(actor, path, upload_id, today, preview=True)
    except _OnlyLooking as seen:
        return seen.applied


def apply_answer(
    actor: Actor, *, path: Path, upload_id: int | None = None, today: date | None = None
) -> Applied:
    """Apply the branch's answer file; see the module for why order and repetition do no harm.

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
            return _as_before(known)
        try:
            read = read_answer(content, today=today_or(today), name=path.name)
        except UnreadableFile as error:
            raise Refused(spoken(error.message)) from error
        if upload_id is not None and not Upload.objects.filter(pk=upload_id).exists():
            raise Refused(
                _("Berkas kirim %(upload_id)s tidak ada."),
                upload_id=upload_id,
            )
        frame = _frame(read.rows)
        answer_file = database.stage_frame("answer_file", _COLUMNS, frame)
        about = {
            "user": actor.user.pk,
            "province": settings.PAYUNG_PROVINCE,
            "file": path.name,
            "sha256": sha256,
        }
        with everyone_visible():
            answered = _find_lines(answer_file, frame, upload_id)
            answered.analyze("row_no", "registration_id", "person_id", "nik_hash", "state", "member_no")
            _OTHERS.run(answered=answered)
            best = _BEST.stage("best", answered=answered)
            best.analyze("id", "upload_id", "person_id", "fund_id", "was", "state", "starts_on", "moves")
            # Contradictions are looked for after the lines have moved, against what they then stand at, so
            # that a file contradicting itself shows as well.
            ((uploads,),) = database.rows(
                f"SELECT coalesce(array_agg(DISTINCT upload_id), '{{}}') FROM {best.identifier}"
            )
            changed = _APPLY.run({"uploads": uploads}, best=best)
            _OVERTAKEN.run(about, best=best)
            opened = _open_items(about, answered, best)
            applied = _counted(path.name, read, answered, best, changed, len(opened))
        if preview:
            raise _OnlyLooking(applied)
        answer = _keep(actor, path.name, sha256, applied)
        _MOVED.run({"answer": answer.pk, "opened": opened}, best=best)
        deed.subject_id = answer.pk
        deed.data = {"sha256": sha256, "rows": applied.rows, "changed": changed, "unknown": applied.unknown}
    return replace(applied, answer_id=answer.pk)


def _as_before(known: Answer) -> Applied:
    """Return what an answer did when it was applied; this time it changes nothing."""
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


def _keep(actor: Actor, name: str, sha256: str, applied: Applied) -> Answer:
    """Keep an applied answer file with what it did."""
    report = {key: value for key, value in asdict(applied).items() if key not in ("repeated", "answer_id")}
    return Answer.objects.create(
        sha256=sha256,
        file_name=name[:255],
        rows=applied.rows,
        accepted=applied.accepted,
        refused=applied.refused,
        unknown=applied.unknown,
        applied_by=actor.user,
        report=report,
        until_bill=Bill.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
    )


def _open_items(about: dict[str, Any], answered: Staged, best: Staged) -> list[int]:
    """Open the differences that an answer brings; their numbers."""
    items = [
        *_CONTRADICTIONS.rows(about, answered=answered, best=best),
        *_REFUSED.rows(about, best=best),
        *_NOT_COVERED.rows(about, best=best),
        *_LATE.rows(about, best=best),
        *_UNKNOWN.rows(about, answered=answered),
    ]
    # Where every row decides, the lines need not be read once more for those that do not.
    ((undecided,),) = database.rows(
        f"SELECT EXISTS (SELECT 1 FROM {answered.identifier} WHERE state IS NULL)"
    )
    if undecided:
        items += [*_UNREADABLE.rows(about, answered=answered), *_WORDS.rows(about, answered=answered)]
    return [number for (number,) in items]


def _counted(name: str, read: Answered, answered: Staged, best: Staged, changed: int, opened: int) -> Applied:
    counts = dict(database.rows(f"SELECT said, count(*) FROM {best.identifier} GROUP BY said"))
    undecided = dict(
        database.rows(
            f"SELECT problem, count(*) FROM {answered.identifier} WHERE registration_id IS NOT NULL AND state IS NULL"
            " GROUP BY problem ORDER BY 2 DESC, 1"
        )
    )
    ((unknown, without_number),) = database.rows(
        f"SELECT (SELECT count(*) FROM {answered.identifier} WHERE registration_id IS NULL OR state IS NULL),"
        f" (SELECT count(*) FROM {best.identifier} WHERE said = 'accepted' AND said_number = '')"
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
    """Take an applied answer file back: its lines return to their former state, its items are closed.

    Repeating it changes nothing; the file may be applied again. Raises NotAllowed; Refused without a reason, where a
    later file answers the same lines (that one goes first), where a change of the decree was proposed for a refusal of
    it, or where a bill was made since that counts or leaves out its people.
    """
    with action(actor, Act.ANSWER_TAKE_BACK, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.ANSWERS)
        one_at_a_time(Lock.BILLS)
        answer = Answer.objects.select_for_update().filter(pk=answer_id).first()
        if answer is None or not reason.strip():
            raise Refused(_("Jawaban itu tidak ada, atau alasannya kosong."))
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
    """Raise Refused where something builds on the answer, or nobody noted what it moved."""
    if not answer.report:
        raise Refused(_("Jawaban ini diterapkan sebelum perubahannya dicatat; ia tidak dapat ditarik."))
    later = database.rows(
        "SELECT file_name FROM coverage_answer WHERE id > %s AND taken_back_at IS NULL AND lines && %s::bigint[]"
        " ORDER BY id DESC LIMIT 1",
        [answer.pk, answer.lines],
    )
    for (name,) in later:
        raise Refused(
            _("Jawaban %(name)s yang dimuat kemudian menjawab baris yang sama; tarik yang itu lebih dulu."),
            name=name,
        )
    bill = database.rows(
        "SELECT payment_code FROM coverage_bill WHERE id > %s AND fund_id IN (SELECT DISTINCT fund_id FROM"
        " coverage_registration WHERE id = ANY(%s)) ORDER BY id LIMIT 1",
        [answer.until_bill, moved],
    )
    for (code,) in bill:
        raise Refused(
            _("Tagihan %(code)s sudah dibuat menurut jawaban ini; jawaban tidak dapat ditarik lagi."),
            code=code,
        )
    ((proposed,),) = database.rows(
        "SELECT count(*) FROM coverage_monthlychange k JOIN coverage_registration r ON r.person_id = k.person_id"
        " WHERE r.id = ANY(%s) AND r.state = 'refused' AND k.kind = 'refused' AND k.state <> 'rejected'",
        [moved],
    )
    if proposed:
        raise Refused(
            _(
                "%(proposed)s usul perubahan SK berdiri di atas penolakan dalam "
                "jawaban ini; tolak usul itu lebih dulu."
            ),
            proposed=proposed,
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


def _find_lines(answer_file: Staged, frame: pl.DataFrame, upload_id: int | None) -> Staged:
    """Stage the rows of the file with the lines of ours that they answer."""
    without_reference = bool((frame["line_ref"] == "").any())
    named = frame["upload_id"].drop_nulls().unique().to_list()
    answered = _BY_REFERENCE.stage("answered", {"uploads": named}, answer_file=answer_file)
    if without_reference and upload_id is None:
        upload_id = next((upload for (upload,) in _WHICH_UPLOAD.rows(answered=answered)), None)
    if without_reference and upload_id is not None:
        _BY_NIK.run({"upload": upload_id}, answered=answered)
    _REMOVALS.run({"upload": upload_id}, answered=answered)
    return answered


def _frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the file's rows in the table's form: the NIK as its keyed hash."""
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
