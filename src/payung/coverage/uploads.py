"""Files for the branch: one per fund (and its group) of a decree or of an amendment, each line with a reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.crypto import unsealed
from payung.access.roles import Permission
from payung.coverage.models import Decree, Upload
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.database.statements import Statement
from payung.exchange.branch import Template, TemplateError, load_template, write_upload
from payung.values import Month

_UPLOADS = Statement("coverage", "uploads_new")

_REGISTRATIONS = Statement("coverage", "uploads_registrations")

#: Columns that are kept encrypted, each bound to its name.
_SEALED = ("phone", "mother_name", "heir_name", "heir_phone")

_ADDED = Statement("coverage", "uploads_added")

_REMOVED = Statement("coverage", "uploads_removed")


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
    """Write the branch's files of an approved decree and its approved amendments, one per fund and group.

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
                _("SK %(decree_id)s belum ditetapkan; berkas hanya dibuat dari SK yang ditetapkan."),
                decree_id=decree_id,
            )
        out_dir.mkdir(parents=True, exist_ok=True)
        with everyone_visible():
            new = {upload for (upload,) in _UPLOADS.rows({"user": actor.user.pk, "decree": decree_id})}
            if new:
                analyze("coverage_registration", rows=_REGISTRATIONS.run({"uploads": list(new)}))
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
    """Return the deployment's columns. Raises Refused where the file it names cannot be used."""
    name = settings.PAYUNG_BRANCH_TEMPLATE
    try:
        return load_template(Path(name) if name else None)
    except (OSError, UnicodeDecodeError, TemplateError) as error:
        raise Refused(
            _("Templat kolom cabang (PAYUNG_BRANCH_TEMPLATE) tidak dapat dipakai: %(error)s"),
            error=error,
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
    for statement in (_ADDED, _REMOVED):
        for line in statement.stream({"upload": upload.pk}):
            yield _opened(line)


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
