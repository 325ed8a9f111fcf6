"""The DPRD sheet and the map of the gap: counts only, small cells withheld."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.roles import Permission
from payung.oversight import actions, branch, exports, jobs, queries, ucj
from payung.oversight.outside import disagreements
from payung.oversight.paper import sheet_pdf, villages_pdf
from payung.oversight.sheet import Sheet
from payung.parliament.agenda import last_meeting
from payung.web.jobs.views import waiting_for
from payung.web.middleware import sentence_of
from payung.web.oversight.mapping import map_page
from payung.web.pages import CSV, PDF, XLSX, actor_of, file_answer, needs


def pictured_sheet(made: Sheet) -> dict[str, Any]:
    """Return the context of the sheet's template, with small cells withheld."""
    regencies, districts, _villages = made.shown
    most = max((count.decreed for count in made.coming), default=0)
    language = get_language() or "id"
    return {
        "sheet": made,
        "total": made.total,
        "now": made.count_of(made.month),
        "regencies": [(row, districts.get(row.code, [])) for row in regencies],
        "trades": made.shown_trades[:12],
        "more_trades": max(0, len(made.shown_trades) - 12),
        "money": [(made.words[name], amount) for name, amount in made.money.items()],
        "coming": [(count, 100 * count.decreed / most if most else 0) for count in made.coming],
        "bases": ucj.bases(made.outside),
        "targets": [
            (one, one.target.note_english if language == "en" else one.target.note)
            for one in ucj.against_targets(made.outside)
        ],
        "disagreements": [
            (one, [(side, side.figure.remark(language)) for side in one.sides])
            for one in disagreements([*made.own, *made.outside])
        ],
        "steps": branch.steps(made),
        "file_tables": exports.titles(),
        "csv_address": reverse("web:oversight-csv"),
        "as_of": made.as_of,
    }


@needs(Permission.OVERSIGHT)
def sheet(request: HttpRequest) -> HttpResponse:
    """Show the sheet."""
    made = queries.sheet()
    context = {} if made is None else pictured_sheet(made)
    if made is not None:
        context["meeting"] = last_meeting(timezone.localdate())
        context["published"] = queries.published(made.month)
        context["last_year_published"] = queries.since_published(made.last_year.month, made)
        context["may_publish"] = actor_of(request).can(Act.PUBLISH, region_code=WHOLE_PROVINCE)
    return render(request, "oversight/sheet.html", context)


@needs(Permission.OVERSIGHT)
@require_POST
def rebuild(request: HttpRequest) -> HttpResponse:
    """Count everything now, for whoever does not want to wait for the next time."""
    actor = actor_of(request)
    actor.require_act(Act.REBUILD, region_code=WHOLE_PROVINCE)
    return waiting_for(jobs.rebuild.queue(actor, key=str(actor.user.pk)).pk)


@needs(Permission.RESOLUTION)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Keep this month's figures as published, so that they can be shown again later as they were."""
    try:
        actions.publish(actor_of(request), reason=request.POST.get("sebab", ""))
    except Refused as refused:
        messages.error(request, sentence_of(refused))
    else:
        messages.success(request, _("Angka bulan ini diterbitkan dan disimpan sebagaimana adanya."))
    return redirect(reverse("web:oversight-sheet") + "#terbit")


def _sheet_or_404() -> Sheet:
    made = queries.sheet()
    if made is None:
        raise Http404
    return made


@needs(Permission.OVERSIGHT)
def sheet_paper(request: HttpRequest) -> HttpResponse:
    """Answer with the sheet as PDF for the working meeting."""
    return pdf_answer(_sheet_or_404(), meeting=True)


def pdf_answer(made: Sheet, *, meeting: bool = False, standing: str = "") -> HttpResponse:
    """Answer with a sheet as PDF."""
    promises = last_meeting(timezone.localdate()) if meeting else None
    content = sheet_pdf(made, promises, standing)
    return file_answer(f"lembar-pengawasan-{made.month}.pdf", content, PDF, inline=True)


@needs(Permission.OVERSIGHT)
def villages_paper(request: HttpRequest) -> HttpResponse:
    """Every village as PDF, the sheet's second annex."""
    made = _sheet_or_404()
    return file_answer(f"lampiran-desa-{made.month}.pdf", villages_pdf(made), PDF, inline=True)


@needs(Permission.OVERSIGHT)
def figures_csv(request: HttpRequest) -> HttpResponse:
    """One table of the sheet as CSV, as the sheet shows it; the regions if none is named."""
    return csv_answer(_sheet_or_404(), request.GET.get("tabel", "wilayah"))


def csv_answer(made: Sheet, name: str) -> HttpResponse:
    """Answer with a sheet as CSV."""
    table = exports.table(made, name)
    if table is None:
        raise Http404
    return file_answer(f"payung-{table.id}-{made.month}.csv", exports.as_csv(table), CSV)


@needs(Permission.OVERSIGHT)
def figures_xlsx(request: HttpRequest) -> HttpResponse:
    """All tables of the sheet as one workbook."""
    return xlsx_answer(_sheet_or_404())


def xlsx_answer(made: Sheet) -> HttpResponse:
    """Answer with a sheet as a workbook."""
    content = exports.as_xlsx(exports.tables(made), exports.about(made))
    return file_answer(f"payung-{made.month}.xlsx", content, XLSX)


@needs(Permission.OVERSIGHT)
def gap_map(request: HttpRequest) -> HttpResponse:
    """Show the choropleth at any level within any region, with its table."""
    return render(
        request,
        "oversight/map.html",
        map_page(
            queries.sheet(),
            reverse("web:oversight-map"),
            request.GET.get("wilayah", ""),
            request.GET.get("tingkat", ""),
            request.GET.get("ukuran", ""),
        ),
    )
