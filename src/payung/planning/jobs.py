"""Plans in the background: each solved by a job of its own, several variants by as many."""

from __future__ import annotations

import io
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused
from payung.funding.models import Plan
from payung.jobs import uploads
from payung.jobs.kinds import Lane, Made, Outcome, Tell, job
from payung.planning import queries
from payung.planning.actions import propose_plan
from payung.planning.by_hand import propose_plan_by_hand
from payung.values import Month
from payung.values.spreadsheet import CsvWriter, workbook

#: The longest that one plan keeps a worker; the best checked plan by then is kept.
SECONDS = 90.0
#: A file of more lines than these is made by a job.
MOST_LINES = 10_000
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@job("planning.solve", gettext_lazy("Menghitung rencana"), lane=Lane.PLANS)
def solve_plan(
    actor: Actor,
    tell: Tell,
    *,
    name: str,
    first_month: int,
    months: int,
    options: dict[str, Any],
    label: str = "",
) -> Outcome:
    """Compute and store a plan. `first_month`: Month.number; `label`: what tells a variant from the others."""
    tell(gettext_noop("Mencari pembagian dana yang terbaik"))
    plan = propose_plan(
        actor,
        name=name,
        first_month=Month(first_month),
        months=months,
        today=timezone.localdate(),
        options={**options, "time_limit": SECONDS},
    )
    return Outcome(
        gettext_noop("Rencana tersimpan; orang lain menyetujuinya."),
        {"plan": plan.pk},
        reverse("web:planning-plan", args=[plan.pk]),
    )


@job("planning.by_hand", gettext_lazy("Menghitung rencana buatan sendiri"), lane=Lane.PLANS)
def count_plan_by_hand(
    actor: Actor, tell: Tell, *, kept: dict[str, Any], name: str, first_month: int, months: int
) -> Outcome:
    """Check, count and store an uploaded plan. `kept`: what `jobs.uploads` knows of the file."""
    with uploads.opened(kept, actor.user) as path:
        if path is None:
            raise Refused(_("Berkas rencana ini tidak lagi tersimpan. Pilih lagi."))
        tell(gettext_noop("Memeriksa rencana itu terhadap setiap aturan"))
        plan = propose_plan_by_hand(
            actor,
            name=name,
            content=path.read_bytes(),
            first_month=Month(first_month),
            months=months,
            keep_months=min(6, months),
            today=timezone.localdate(),
        )
    transaction.on_commit(lambda: uploads.forget(kept))
    return Outcome(
        gettext_noop("Rencana tersimpan; orang lain menyetujuinya."),
        {"plan": plan.pk},
        reverse("web:planning-plan", args=[plan.pk]),
    )


@job("planning.lines", gettext_lazy("Membuat berkas baris rencana"))
def lines_file(actor: Actor, tell: Tell, *, plan: int, kind: str) -> Outcome:
    """Make the file of a plan's lines, of the people whom the owner may see: csv or xlsx."""
    found = queries.plans().filter(pk=plan).first()
    if found is None:
        raise Refused(_("Rencana ini tidak ada."))
    made = lines_made(found, kind)
    return Outcome(gettext_noop("Berkas dengan %(rows)s baris siap diambil."), {"rows": made.rows}, file=made)


def lines_made(plan: Plan, kind: str) -> Made:
    """Write a plan's lines, of the people whom the session may see, without NIK: csv or xlsx."""
    rows, name, number = queries.export_rows(plan), f"rencana-{plan.pk}.{kind}", 0
    if kind == "csv":
        text = io.StringIO()
        writer = CsvWriter(text)
        writer.writerow(queries.EXPORT)
        writer.writerows(rows)
        return Made(name, text.getvalue().encode(), CSV, writer.written - 1)
    content = io.BytesIO()
    with workbook(content, by_row=True) as book:
        sheet = book.add_worksheet("rencana")
        sheet.write_row(0, 0, queries.EXPORT)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
    return Made(name, content.getvalue(), XLSX, number)
