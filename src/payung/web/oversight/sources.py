"""Figures that others publish: what is known, and recording another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from payung.access.actor import Refused
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.roles import Permission
from payung.oversight import actions
from payung.oversight.outside import QUESTIONS, SHARES, published_figures
from payung.web.middleware import sentence_of
from payung.web.pages import actor_of, needs

FIELDS = ("question", "value", "period", "source", "note")


@needs(Permission.OVERSIGHT)
def sources(request: HttpRequest) -> HttpResponse:
    """All figures of others by question; whoever may record one finds the form below."""
    actor = actor_of(request)
    given = {name: request.POST.get(name, "") for name in FIELDS}
    error = ""
    if request.method == "POST":
        try:
            actions.record_outside(actor, **given, today=timezone.localdate())
        except Refused as refused:
            error = sentence_of(refused)
        else:
            messages.success(request, _("Angka dicatat. Lembar pengawasan memakainya dalam satu menit."))
            return redirect("web:oversight-sources")
    language = get_language() or "id"
    figures = published_figures()
    groups = [
        (
            label,
            question in SHARES,
            [(one, one.remark(language)) for one in figures if one.question == question],
        )
        for question, label in QUESTIONS.items()
    ]
    return render(
        request,
        "oversight/sources.html",
        {
            "groups": groups,
            "questions": QUESTIONS.items(),
            "may_record": actor.can(Act.RECORD_OUTSIDE, region_code=WHOLE_PROVINCE),
            "given": given,
            "error": error,
        },
        status=422 if error else 200,
    )
