"""Files for the branch: one per fund (and its group) of a decree or of an amendment, each line with a reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from payung import database
from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.crypto import unsealed
from payung.access.roles import Permission
from payung.coverage.models import Decree, Upload
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.exchange.branch import Template, TemplateError, load_template, write_upload
from payung.values import Month

_CHUNK = 5_000

_UPLOADS = """
INSERT INTO coverage_upload (fund_id, decree_id, amendment_id, month, file_name, sha256, rows, made_by_id)
SELECT l.fund_id, l.decree_id, l.amendment_id, min(l.first_month), '', '', count(*), %(user)s
  FROM coverage_annexline l LEFT JOIN coverage_amendment a ON a.id = l.amendment_id
 WHERE l.decree_id = %(decree)s AND (l.amendment_id IS NULL OR a.status = 'approved')
 GROUP BY l.fund_id, l.decree_id, l.amendment_id
    ON CONFLICT DO NOTHING
RETURNING id
"""

#: A person with two runs of months in one fund is registered once.
_REGISTRATIONS = """
INSERT INTO coverage_registration (upload_id, person_id, fund_id, line_ref, state, member_no, refusal, region_code)
SELECT upload_id, person_id, fund_id,
       'U' || upload_id || '-' || row_number() OVER (PARTITION BY upload_id ORDER BY region_code, name, person_id),
       'sent', '', '', region_code
  FROM (SELECT DISTINCT ON (u.id, l.person_id)
               u.id AS upload_id, l.person_id, l.fund_id, p.name, l.region_code
          FROM coverage_upload u
          JOIN coverage_annexline l ON l.decree_id = u.decree_id AND l.fund_id = u.fund_id AND l.act = 'add'
                                   AND l.amendment_id IS NOT DISTINCT FROM u.amendment_id
          JOIN registry_person p ON p.id = l.person_id
         WHERE u.id = ANY(%s)
         ORDER BY u.id, l.person_id) AS sent
"""

#: Columns that are kept encrypted, each bound to its name.
_SEALED = ("phone", "mother_name", "heir_name", "heir_phone")

_ADDED = """
SELECT r.line_ref, 'TAMBAH' AS act, f.group_code, f.name AS fund, p.nik_enc, '' AS member_no, p.name, p.birth_place,
       p.birth_date, p.sex, p.address, v.name AS village, d.name AS district, g.name AS regency,
       pr.name AS province, p.phone, p.mother_name, o.label AS occupation, p.income, 'JKK+JKM' AS programmes,
       min(l.first_month) AS first_number, max(l.end_month) - 1 AS last_number, p.heir_name, p.heir_relation,
       p.heir_phone, max(l.reason) AS reason
  FROM coverage_registration r
  JOIN coverage_upload u ON u.id = r.upload_id
  JOIN coverage_annexline l ON l.decree_id = u.decree_id AND l.fund_id = u.fund_id AND l.act = 'add'
                           AND l.amendment_id IS NOT DISTINCT FROM u.amendment_id AND l.person_id = r.person_id
  JOIN registry_person p ON p.id = r.person_id
  JOIN funding_fund f ON f.id = r.fund_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
  LEFT JOIN registry_region v ON v.code = p.region_code
  LEFT JOIN registry_region d ON d.code = left(p.region_code, 8)
  LEFT JOIN registry_region g ON g.code = left(p.region_code, 5)
  LEFT JOIN registry_region pr ON pr.code = left(p.region_code, 2)
 WHERE r.upload_id = %s
 GROUP BY r.id, f.id, p.id, o.id, v.code, d.code, g.code, pr.code
 ORDER BY r.id
"""

_REMOVED = """
SELECT 'H' || l.id AS line_ref, 'HAPUS' AS act, f.group_code, f.name AS fund, p.nik_enc,
       coalesce(r.member_no, '') AS member_no, p.name, p.birth_place, p.birth_date, p.sex, p.address,
       v.name AS village, '' AS district, '' AS regency, '' AS province, p.phone, p.mother_name, '' AS occupation,
       p.income, 'JKK+JKM' AS programmes, NULL::integer AS first_number, l.first_month - 1 AS last_number,
       p.heir_name, p.heir_relation, p.heir_phone, l.reason
  FROM coverage_upload u
  JOIN coverage_annexline l ON l.decree_id = u.decree_id AND l.fund_id = u.fund_id AND l.act = 'remove'
                           AND l.amendment_id = u.amendment_id
  JOIN registry_person p ON p.id = l.person_id
  JOIN funding_fund f ON f.id = l.fund_id
  LEFT JOIN registry_region v ON v.code = p.region_code
  LEFT JOIN LATERAL (SELECT member_no FROM coverage_registration g WHERE g.person_id = l.person_id
                       AND g.fund_id = l.fund_id AND g.state = 'accepted' ORDER BY g.id DESC LIMIT 1) r ON true
 WHERE u.id = %s
 ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class MadeUpload:
    """One file made for the branch: where it lies, its rows, its SHA-256, and whether it is new."""

    upload_id: int
    fund: str
    group_code: str
    path: Path
    rows: int
    sha256: str
    new: bool


def make_uploads(
    actor: Actor, *, decree_id: int, out_dir: Path, template: Template | None = None, only: int | None = None
) -> list[MadeUpload]:
    """Writes the branch's files of an approved decree and its approved amendments, one per fund and group.

    The references of the lines are given once; making the files again writes the same lines, so that an answer
    to either copy fits; `only` names one upload to write. NIKs are decrypted into the files only. Raises
    NotAllowed, Refused.
    """
    template = template or _configured_template()
    act = Act.UPLOAD_MAKE if only is None else Act.UPLOAD_DOWNLOAD
    with action(actor, act, region_code=WHOLE_PROVINCE) as deed:
        actor.require(Permission.OPEN_NIK, settings.PAYUNG_PROVINCE)
        deed.subject_id = decree_id if only is None else only
        one_at_a_time(Lock.UPLOADS, decree_id)
        decree = Decree.objects.filter(pk=decree_id, status=Decree.Status.APPROVED).first()
        if decree is None:
            raise Refused(
                f"SK {decree_id} belum ditetapkan; berkas hanya dibuat dari SK yang ditetapkan.",
                f"Decree {decree_id} is not approved; files are made from approved decrees only.",
            )
        out_dir.mkdir(parents=True, exist_ok=True)
        with everyone_visible():
            new = {row[0] for row in database.rows(_UPLOADS, {"user": actor.user.pk, "decree": decree_id})}
            if new:
                analyze("coverage_registration", rows=database.run(_REGISTRATIONS, [list(new)]))
            made = [
                _write(upload, decree, out_dir, template, upload.pk in new)
                for upload in Upload.objects.filter(decree=decree)
                .select_related("fund", "amendment")
                .order_by("amendment_id", "fund_id")
                if only in (None, upload.pk)
            ]
        deed.data = {
            "files": [{"file": one.path.name, "rows": one.rows, "sha256": one.sha256} for one in made]
        }
    return made


def _configured_template() -> Template:
    """The deployment's columns. Raises Refused where the file it names cannot be used."""
    name = settings.PAYUNG_BRANCH_TEMPLATE
    try:
        return load_template(Path(name) if name else None)
    except (OSError, UnicodeDecodeError, TemplateError) as error:
        raise Refused(
            f"Templat kolom cabang (PAYUNG_BRANCH_TEMPLATE) tidak dapat dipakai: {error}",
            f"The branch's column template (PAYUNG_BRANCH_TEMPLATE) cannot be used: {error}",
        ) from error


def _write(upload: Upload, decree: Decree, out_dir: Path, template: Template, new: bool) -> MadeUpload:
    number = decree.number if upload.amendment is None else upload.amendment.number
    name = f"{upload.fund.group_code}-{_slug(upload.fund.code)}-{_slug(number)}.xlsx"
    partial = out_dir / f".{name}"
    lines, sha256 = write_upload(_lines(upload), partial, template)
    partial.replace(out_dir / name)
    if (upload.file_name, upload.sha256, upload.rows) != (name, sha256, lines):
        upload.file_name, upload.sha256, upload.rows = name, sha256, lines
        upload.save(update_fields=["file_name", "sha256", "rows"])
    return MadeUpload(upload.pk, upload.fund.name, upload.fund.group_code, out_dir / name, lines, sha256, new)


def _lines(upload: Upload) -> Iterator[dict[str, Any]]:
    for sql in (_ADDED, _REMOVED):
        with connection.cursor() as cursor:
            cursor.execute(sql, [upload.pk])
            names = [column[0] for column in cursor.description]
            while chunk := cursor.fetchmany(_CHUNK):
                for row in chunk:
                    yield _opened(dict(zip(names, row, strict=True)))


def _opened(line: dict[str, Any]) -> dict[str, Any]:
    sealed = line.pop("nik_enc")
    first, last = line.pop("first_number"), line.pop("last_number")
    line["nik"] = unsealed(sealed, "nik")
    line |= {name: unsealed(line[name], name) for name in _SEALED}
    line["first_month"] = Month(first) if first else None
    line["last_month"] = Month(last) if last else None
    line["months"] = last - first + 1 if first else None
    return line


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:60]
