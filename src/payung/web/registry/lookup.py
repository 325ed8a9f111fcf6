"""Is this worker already known? Answered while somebody types, and the same without scripts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payung.access.actor import Refused
from payung.access.roles import Permission
from payung.access.trail import looked_up
from payung.identity.regions import within
from payung.registry import lookup, queries
from payung.web.middleware import sentence_of
from payung.web.pages import actor_of, needs
from payung.web.registry.people import place_words

#: How sure an answer is, in words, with its tone.
VERDICTS = {
    "same": (gettext_lazy("Sudah dikenal"), "good"),
    "doubtful": (gettext_lazy("Mungkin orang yang sama"), "wait"),
    "alike": (gettext_lazy("Mirip"), "neutral"),
}
_REASONS = 4
#: Steps that are no evidence: where it starts and what it comes to.
_FRAME = ("prior", "total")


@needs(Permission.SEE_PEOPLE, Permission.INTAKE)
def ask(request: HttpRequest) -> HttpResponse:
    """Show the form and, once something is typed, who may be meant. It is posted, never in the address."""
    typed = {name: request.POST.get(name, "")[:200] for name in ("nik", "nama", "lahir", "wilayah")}
    told: dict[str, Any] = {"typed": typed, "places": _places(actor_of(request).regions)}
    if request.method == "POST":
        told |= _answered(request, typed)
    page = "registry/lookup_answer.html" if getattr(request, "htmx", False) else "registry/lookup.html"
    return render(request, page, told)


def _answered(request: HttpRequest, typed: dict[str, str]) -> dict[str, Any]:
    try:
        asked = lookup.read(
            nik=typed["nik"],
            name=typed["nama"],
            birth_date=typed["lahir"],
            region=typed["wilayah"] if typed["wilayah"] in queries.region_names() else "",
            today=timezone.localdate(),
        )
    except Refused as refusal:
        return {"fault": sentence_of(refusal)}
    if not asked.enough:
        return {
            "fault": _(
                "Tulis NIK, atau paling sedikit tiga huruf nama, atau tanggal lahir dengan wilayahnya."
            )
        }
    answer = lookup.lookup(actor_of(request), asked)
    looked_up(actor_of(request).user, [known.id for known in answer.found])
    names = queries.region_names()
    return {
        "asked": True,
        "elsewhere": answer.elsewhere,
        # A membership that others pay is told while it runs: contributions are of whole months.
        "this_month": timezone.localdate().replace(day=1),
        "found": [
            (
                known,
                place_words(known.region_code, names),
                *VERDICTS[known.verdict],
                [step for step in known.because if step.field not in _FRAME][:_REASONS],
            )
            for known in answer.found
        ],
    }


def _places(own: tuple[str, ...]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Districts of the asker's regions with their villages, each with its code; the district itself first."""
    names = queries.region_names()
    seen = sorted(code for code in names if within(code, own))
    groups: dict[str, list[tuple[str, str]]] = {}
    for code in seen:
        if len(code) >= 8:
            groups.setdefault(code[:8], []).append((code, names[code]))
    return [(f"{names[code]}, {names[code[:5]]}", villages) for code, villages in groups.items()]
