"""The clerk's desk: one pair at a time, why it is in doubt, and the decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.roles import Permission
from payung.registry import clerk, clerk_queries
from payung.registry.models import Pair
from payung.web.middleware import sentence_of
from payung.web.pages import actor_of, needs, numbered_page


@needs(Permission.MATCH)
def desk(request: HttpRequest, pair_id: int | None = None) -> HttpResponse:
    after = request.GET.get("sesudah", "")
    shown = clerk_queries.desk(pair_id, int(after) if after.isdigit() else None)
    return render(
        request,
        "matching/desk.html",
        {
            "desk": shown,
            "counts": clerk_queries.progress(),
            "open": shown is not None and shown.pair.state in (Pair.State.OPEN, Pair.State.ASKED),
        },
        status=404 if shown is None and pair_id is not None else 200,
    )


@needs(Permission.MATCH)
@require_POST
def judge(request: HttpRequest, pair_id: int) -> HttpResponse:
    try:
        pair = clerk.judge_pair(
            actor_of(request),
            pair_id=pair_id,
            decision=request.POST.get("keputusan", ""),
            reason=request.POST.get("alasan", "")[:300],
        )
        messages.success(request, _("Tersimpan: %(state)s.") % {"state": pair.get_state_display()})
    except Refused as refusal:
        messages.error(request, sentence_of(refusal))
    return redirect("web:matching-desk")


@needs(Permission.MATCH)
def history(request: HttpRequest) -> HttpResponse:
    pairs = (
        Pair.objects.filter(state__in=[Pair.State.SAME, Pair.State.DIFFERENT])
        .select_related("record", "person", "decided_by")
        .order_by("-decided_at", "-id")
    )
    return render(request, "matching/history.html", {"page": numbered_page(request, pairs, pairs.count())})


@needs(Permission.MATCH)
@require_POST
def undo(request: HttpRequest, pair_id: int) -> HttpResponse:
    try:
        clerk.undo_judgement(actor_of(request), pair_id=pair_id, reason=request.POST.get("alasan", "")[:300])
        messages.success(request, _("Keputusan dibatalkan; pasangan ini menunggu lagi."))
    except Refused as refusal:
        messages.error(request, sentence_of(refusal))
        return redirect("web:matching-history")
    return redirect("web:matching-pair", pair_id)
