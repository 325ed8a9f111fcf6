"""How good the matching is, from clerks' labels; the thresholds in use; the runs and what was too common in them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.acts import WHOLE_PROVINCE
from payung.access.roles import Permission
from payung.matching.report import Finding
from payung.registry import estimates, jobs, labels, linking, match_models, quality, thresholds
from payung.registry.models import MatchRun, Record
from payung.registry.queries import region_names
from payung.web.jobs.views import waiting_for
from payung.web.middleware import sentence_of
from payung.web.pages import actor_of, needs, numbered_page, whole_number


@needs(Permission.MATCH)
def page(request: HttpRequest) -> HttpResponse:
    """Precision, recall, calibration, agreement; thresholds with a suggested change; what clerks contradicted."""
    actor = actor_of(request)
    versions = thresholds.versions()
    found = quality.quality(versions[0] if versions else thresholds.Thresholds())
    names = region_names()
    return render(
        request,
        "matching/quality.html",
        {
            "quality": found,
            "sources": [(cell.name, cell) for cell in found.sources],
            "districts": [(names.get(cell.name, cell.name), cell) for cell in found.districts],
            "pace": quality.pace(actor),
            "versions": versions,
            "contradicted": quality.contradicted(),
            "disagreed": quality.disagreed(),
            "may_set": quality.may_set(actor),
            "enough": estimates.ENOUGH,
            "enough_to_move": estimates.ENOUGH_TO_MOVE,
            "wanted": estimates.WANTED_PRECISION,
        },
    )


@needs(Permission.MATCH)
@require_POST
def set_thresholds(request: HttpRequest) -> HttpResponse:
    """Accept new thresholds: the suggested ones, or others."""
    try:
        thresholds.set_thresholds(
            actor_of(request),
            same=_share(request.POST.get("sama", "")),
            doubtful=_share(request.POST.get("ragu", "")),
            reason=request.POST.get("alasan", "")[:300],
            replaces=whole_number(request.POST.get("versi", "")) or 0,
            because={
                name: request.POST.get(name, "")[:40]
                for name in ("label", "ketepatan")
                if name in request.POST
            },
        )
        messages.success(request, _("Ambang baru berlaku mulai pencocokan berikutnya."))
    except Refused as refusal:
        messages.error(request, sentence_of(refusal))
    return redirect("web:matching-quality")


def _share(text: str) -> float:
    """Parse a share typed with comma or point; per cent where a sign says so."""
    bare = text.strip().replace(",", ".")
    try:
        return float(bare.rstrip("%")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        raise Refused(
            gettext_lazy("Ambang %(text)s bukan bilangan. Tulis seperti 0,99."),
            text=repr(text),
        ) from None


@needs(Permission.MATCH)
@require_POST
def separate(request: HttpRequest, check_id: int) -> HttpResponse:
    """Take a row out of a person the matcher joined it to, after a check said that they are two."""
    try:
        labels.separate(actor_of(request), check_id=check_id, reason=request.POST.get("alasan", "")[:300])
        messages.success(request, _("Baris itu sekarang orang tersendiri."))
    except Refused as refusal:
        messages.error(request, sentence_of(refusal))
    return redirect("web:matching-quality")


@needs(Permission.MATCH)
def runs(request: HttpRequest) -> HttpResponse:
    """Show the matcher's runs, what waits, and what is wrong with it before anything is compared."""
    actor = actor_of(request)
    whole = quality.may_set(actor)
    waiting = Record.objects.filter(person__isnull=True, accepted=True).count()
    told: dict[str, Any] = {
        "waiting": waiting,
        "whole": whole,
        "model": match_models.newest(),
    }
    if waiting and whole and request.GET.get("periksa"):
        with transaction.atomic():
            _rows, findings = linking.survey_waiting()
        told["survey"] = [_words(finding) for finding in findings if finding["code"] != "column_empty"]
        told["empty"] = [_words(finding) for finding in findings if finding["code"] == "column_empty"]
        told["surveyed"] = True
    past = quality.runs()
    found = numbered_page(request, past, MatchRun.objects.count(), size=20)
    told["page"] = found
    told["rows"] = [
        (run, [_words(f) for f in run.report.get("findings", []) if f.get("code") != "column_empty"][:20])
        for run in found.items
    ]
    return render(request, "matching/runs.html", told)


def _words(finding: Finding) -> str:
    return finding["message_en"] if get_language() == "en" else finding["message_id"]


@needs(Permission.MATCH)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Queue matching of what waits."""
    actor = actor_of(request)
    learn = bool(request.POST.get("pelajari"))
    if learn:
        actor.require(Permission.MATCH, WHOLE_PROVINCE)
    queued = jobs.match_as_asked.queue(actor, back=reverse("web:matching-runs"), learn=learn)
    return waiting_for(queued.pk)
