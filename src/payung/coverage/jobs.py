"""Large files of covers, made in the background for whoever asked."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy, gettext_noop

from payung.access.actor import Actor, Refused
from payung.coverage.annex import annex_csv, annex_on, annex_pdf
from payung.coverage.models import Decree
from payung.coverage.standing import write_everyone
from payung.jobs.kinds import Made, Outcome, Tell, job

#: A file of more rows than these is made by a job.
MOST_ROWS = 10_000
CSV, PDF = "text/csv; charset=utf-8", "application/pdf"
_READY = gettext_noop("Berkas dengan %(rows)s baris siap diambil.")


@job("coverage.annex", gettext_lazy("Membuat lampiran SK"))
def annex_file(actor: Actor, tell: Tell, *, decree: int, kind: str, on: str) -> Outcome:
    """Make the annex of a decree as it stood on a day, of the people whom the owner may see: csv or pdf."""
    found, day = Decree.objects.filter(pk=decree).first(), date.fromisoformat(on)
    if found is None:
        raise Refused("SK ini tidak ada.", "There is no such decree.")
    tell(gettext_noop("Membaca lampiran"), 0, 2)
    made = annex_made(found, kind, day)
    return Outcome(_READY, {"rows": made.rows}, file=made)


def annex_made(decree: Decree, kind: str, on: date) -> Made:
    """Write the annex as it stood on a day, of the people whom the session may see: csv or pdf."""
    rows = annex_on(decree.pk, on)
    name = f"lampiran-{decree.pk}-{on}.{kind}"
    if kind == "csv":
        return Made(name, f"\ufeff{annex_csv(rows)}".encode(), CSV, len(rows))
    return Made(name, annex_pdf(decree, rows, on), PDF, len(rows))


def annex_is_long(decree_id: int, on: date) -> bool:
    """Return whether the annex has more rows than a page makes a file of."""
    return bool(annex_on(decree_id, on, skip=MOST_ROWS, limit=1))


@job("coverage.everyone", gettext_lazy("Membuat daftar cakupan"))
def everyone_file(actor: Actor, tell: Tell, *, on: str) -> Outcome:
    """Make the list of everyone's cover on a day, of the people whom the owner may see."""
    made = everyone_made(date.fromisoformat(on))
    return Outcome(_READY, {"rows": made.rows}, file=made)


def everyone_made(on: date) -> Made:
    """Write the list of everyone's cover on a day, of the people whom the session may see."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        counts = write_everyone(on, Path(file.name))
        content = Path(file.name).read_bytes()
    return Made(f"cakupan-{on}.csv", content, CSV, sum(counts.values()))
