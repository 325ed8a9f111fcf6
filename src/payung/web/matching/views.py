"""The clerk's desk: one pair at a time, why it is in doubt, and the decision; proposals; blind checks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.approvals import decidable
from payung.access.roles import Permission
from payung.access.trail import Trail, opened
from payung.registry import clerk, clerk_queries, labels, quality
from payung.registry.models import Pair
from payung.web.matching import village_questions
from payung.web.middleware import sentence_of
from payung.web.pages import XLSX, actor_of, file_of_people, needs, numbered_page, whole_number

#: Questions on one page, and in one file at most.
_QUESTIONS, _MOST_QUESTIONS = 20, 5_000


@needs(Permission.MATCH)
def desk(request: HttpRequest, pair_id: int | None = None) -> HttpResponse:
    """Show a doubtful pair, the next one if none is named."""
    shown = clerk_queries.desk(pair_id, whole_number(request.GET.get("sesudah", "")))
    if shown is not None:
        opened(actor_of(request).user, Trail.PAIR, shown.pair.pk)
    return render(
        request,
        "matching/desk.html",
        {
            "desk": shown,
            "counts": clerk_queries.progress(),
            "pace": quality.pace(actor_of(request)),
            "open": shown is not None and shown.pair.state in Pair.UNDECIDED,
            "two_covers": shown is not None and clerk_queries.both_covered(shown.pair),
        },
        status=404 if shown is None and pair_id is not None else 200,
    )


@needs(Permission.MATCH)
@require_POST
def judge(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Record a clerk's answer about a pair."""
    try:
        pair = clerk.judge_pair(
            actor_of(request),
            pair_id=pair_id,
            decision=request.POST.get("keputusan", ""),
            reason=request.POST.get("alasan", "")[:300],
        )
        if pair.state == Pair.State.PROPOSED:
            messages.success(request, _("Diusulkan: petugas lain menyetujui atau menolak penggabungan ini."))
        else:
            messages.success(request, _("Tersimpan: %(state)s.") % {"state": pair.get_state_display()})
    except Refused as refusal:
        messages.error(request, sentence_of(refusal))
    return redirect("web:matching-desk")


@needs(Permission.MATCH)
def village(request: HttpRequest) -> HttpResponse:
    """Pairs of which the village was asked: what it answered is recorded here; the questions as a file."""
    if request.method == "POST":
        try:
            pair = clerk.record_answer(
                actor_of(request),
                pair_id=whole_number(request.POST.get("pasangan", "")) or 0,
                answer=request.POST.get("jawaban", ""),
                told_by=request.POST.get("penjawab", "")[:200],
            )
            messages.success(
                request, _("Jawaban desa tersimpan: %(state)s.") % {"state": pair.get_state_display()}
            )
        except Refused as refusal:
            messages.error(request, sentence_of(refusal))
        return redirect("web:matching-village")
    pairs = clerk_queries.asked()
    page = numbered_page(request, pairs, pairs.count(), size=_QUESTIONS)
    page.items = clerk_queries.questions(page.items)
    return render(
        request,
        "matching/village.html",
        {"page": page, "counts": clerk_queries.progress(), "pace": quality.pace(actor_of(request))},
    )


@needs(Permission.MATCH)
def questions(request: HttpRequest) -> HttpResponse:
    """Answer with a workbook of questions for the villages: both sides without a NIK, and room for the answer."""
    found = clerk_queries.questions(clerk_queries.asked()[:_MOST_QUESTIONS])
    content = village_questions.questions_workbook(found)
    return file_of_people(request, "pertanyaan-untuk-desa.xlsx", content, XLSX, rows=len(found))


@needs(Permission.MATCH)
def history(request: HttpRequest) -> HttpResponse:
    """List the answers given, newest first."""
    pairs = (
        Pair.objects.filter(state__in=[Pair.State.SAME, Pair.State.DIFFERENT])
        .select_related("record", "person", "decided_by")
        .order_by("-decided_at", "-id")
    )
    return render(request, "matching/history.html", {"page": numbered_page(request, pairs, pairs.count())})


@needs(Permission.MATCH)
@require_POST
def undo(request: HttpRequest, pair_id: int) -> HttpResponse:
    """Take back an answer about a pair."""
    try:
        clerk.undo_judgement(actor_of(request), pair_id=pair_id, reason=request.POST.get("alasan", "")[:300])
        messages.success(request, _("Keputusan dibatalkan; pasangan ini menunggu lagi."))
    except Refused as refusal:
        messages.error(request, sentence_of(refusal))
        return redirect("web:matching-history")
    return redirect("web:matching-pair", pair_id)


@needs(Permission.MATCH)
def proposals(request: HttpRequest) -> HttpResponse:
    """List and decide merges of two covered people, by somebody other than who proposed them."""
    if request.method == "POST":
        try:
            clerk.decide_merge(
                actor_of(request),
                proposal_id=whole_number(request.POST.get("usulan", "")) or 0,
                approve=request.POST.get("keputusan") == "approve",
                reason=request.POST.get("alasan", "")[:300],
            )
            messages.success(request, _("Keputusan atas usulan tersimpan."))
        except Refused as refusal:
            messages.error(request, sentence_of(refusal))
        return redirect("web:matching-proposals")
    actor, waiting = actor_of(request), quality.proposals()
    page = numbered_page(request, waiting, waiting.count())
    may = decidable(actor, page.items)
    page.items = [
        (proposal, proposal.pk in may, proposal.proposed_by_id == actor.user.pk) for proposal in page.items
    ]
    return render(request, "matching/proposals.html", {"page": page})


@needs(Permission.MATCH)
def check(request: HttpRequest) -> HttpResponse:
    """Show the next blind check of this clerk, and record the answer to one."""
    actor = actor_of(request)
    if request.method == "POST":
        try:
            labels.judge_blind(
                actor,
                check_id=whole_number(request.POST.get("pemeriksaan", "")) or 0,
                answer=request.POST.get("jawaban", ""),
                reason=request.POST.get("alasan", "")[:300],
            )
            messages.success(request, _("Jawaban tersimpan."))
        except Refused as refusal:
            messages.error(request, sentence_of(refusal))
        return redirect("web:matching-check")
    waiting = quality.checks_for(actor)
    first = waiting.first()
    return render(
        request,
        "matching/check.html",
        {"blind": clerk_queries.blind(first) if first else None, "waiting": waiting.count()},
    )
