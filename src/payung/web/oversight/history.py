"""What was published: every month's figures as they were, what was corrected and why, what differs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.roles import Permission
from payung.oversight import actions, queries
from payung.oversight.models import Snapshot
from payung.values import Month
from payung.web.middleware import sentence_of
from payung.web.oversight import views
from payung.web.pages import actor_of, needs


@needs(Permission.OVERSIGHT)
def history(request: HttpRequest) -> HttpResponse:
    """Every published month, the newest first, with its corrections and what is counted otherwise today."""
    live = queries.sheet()
    months = [
        (kept[0].month, kept, queries.since_published(kept[0].month, live) if live else [])
        for kept in queries.snapshots()
    ]
    return render(
        request,
        "oversight/history.html",
        {
            "months": months,
            "may_correct": actor_of(request).can(Act.PUBLISH, region_code=WHOLE_PROVINCE),
            "as_of": live.as_of if live else None,
        },
    )


def _found(number: int) -> Snapshot:
    one = queries.snapshot(number)
    if one is None:
        raise Http404
    return one


def _standing(one: Snapshot) -> dict[str, Any]:
    """Return whether a snapshot holds, was corrected, or corrects: with its neighbours of the same month."""
    same = queries.published(one.month)
    at = next(place for place, other in enumerate(same) if other.pk == one.pk)
    return {
        "snapshot": one,
        "newer": same[at - 1] if at else None,
        "older": same[at + 1] if at + 1 < len(same) else None,
    }


@needs(Permission.OVERSIGHT)
def kept_sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Show a sheet exactly as it was published."""
    one = _found(number)
    made = queries.sheet_of(one)
    address = reverse("web:oversight-kept-csv", args=[number])
    context = {**views.pictured_sheet(made), **_standing(one), "csv_address": address}
    older = context["older"]
    if older is not None:
        context["corrected"] = queries.changes(queries.sheet_of(_found(older.pk)), made)
    return render(request, "oversight/sheet.html", context)


@needs(Permission.OVERSIGHT)
def kept_paper(request: HttpRequest, number: int) -> HttpResponse:
    """Answer with a published sheet as PDF."""
    one = _found(number)
    return views.pdf_answer(queries.sheet_of(one), standing=_words(_standing(one)))


def _words(standing: dict[str, Any]) -> str:
    """One line for the printed sheet that says how the figures stand."""
    one, newer, older = standing["snapshot"], standing["newer"], standing["older"]
    if newer is not None:
        return _("Dikoreksi oleh terbitan nomor %(number)d: %(reason)s") % {
            "number": newer.pk,
            "reason": newer.reason,
        }
    if older is not None:
        return _("Koreksi atas terbitan nomor %(number)d: %(reason)s") % {
            "number": older.pk,
            "reason": one.reason,
        }
    return _("Terbitan nomor %(number)d, belum pernah dikoreksi.") % {"number": one.pk}


@needs(Permission.OVERSIGHT)
def kept_csv(request: HttpRequest, number: int) -> HttpResponse:
    """Answer with a published sheet as CSV."""
    return views.csv_answer(queries.sheet_of(_found(number)), request.GET.get("tabel", "wilayah"))


@needs(Permission.OVERSIGHT)
def kept_xlsx(request: HttpRequest, number: int) -> HttpResponse:
    """Answer with a published sheet as a workbook."""
    return views.xlsx_answer(queries.sheet_of(_found(number)))


@needs(Permission.OVERSIGHT)
def difference(request: HttpRequest, before: int, after: int) -> HttpResponse:
    """Two published sheets side by side: only what differs."""
    old, new = _found(before), _found(after)
    olds, news = queries.sheet_of(old), queries.sheet_of(new)
    return render(
        request,
        "oversight/difference.html",
        {
            "old": old,
            "new": new,
            "changes": queries.changes(olds, news),
            "compared": queries.compared(olds, news),
            "other_definitions": old.definitions != new.definitions,
        },
    )


@needs(Permission.RESOLUTION)
@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """Publish a month again as it is counted today, with the reason."""
    try:
        month = Month.parse(request.POST.get("bulan", ""))
    except ValueError:
        raise Http404 from None
    try:
        actions.correct(actor_of(request), month=month, reason=request.POST.get("sebab", ""))
    except Refused as refused:
        messages.error(request, sentence_of(refused))
    else:
        messages.success(request, _("Koreksi diterbitkan. Terbitan lama tetap dapat dibuka."))
    return redirect("web:oversight-history")
