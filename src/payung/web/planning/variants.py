"""Several variants of a plan from one form: each is computed in turn, then all are laid side by side."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from payung.access.acts import OF_SUBJECT, Act
from payung.access.roles import Permission
from payung.jobs import queries
from payung.planning.jobs import solve_plan
from payung.values import format_rupiah
from payung.web.funding.forms import VariantsForm
from payung.web.pages import actor_of, needs


@needs(Permission.PROPOSE_PLAN)
def variants(request: HttpRequest) -> HttpResponse:
    """Choose variants by ticks; then show the progress."""
    form = VariantsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        actor = actor_of(request)
        actor.require_act(Act.PROPOSE_PLAN, region_code=OF_SUBJECT)
        batch = uuid4().hex
        for variant in _variants(clean):
            solve_plan.queue(
                actor,
                batch=batch,
                back=request.path,
                name=f"{clean['name']}: {variant['label']}"[:200],
                first_month=clean["first_month"].number,
                months=variant["months"],
                options={name: variant[name] for name in ("keep_months", "extra", "method")},
                label=variant["label"],
            )
        return redirect("web:planning-variants-progress", batch)
    status = 422 if form.errors else 200
    return render(request, "planning/variants.html", {"form": form}, status=status)


def _variants(clean: dict[str, Any]) -> list[dict[str, Any]]:
    """Every horizon with every length of spell, with the present money and with more; today's way beside them."""
    money: list[dict[str, int]] = [{}]
    if clean["fund"]:
        money.append({clean["fund"]: clean["more"]})
    found = [
        {"months": months, "keep_months": keep, "extra": extra, "method": "best"}
        for months in clean["horizons"]
        for keep in clean["keeps"]
        for extra in money
    ]
    if clean["today"]:
        found.append({**found[0], "extra": {}, "method": "today"})
    return [{**variant, "label": _label(variant, len(clean["horizons"]) > 1)} for variant in found]


def _label(variant: dict[str, Any], several_horizons: bool) -> str:
    """Name a variant by what tells it from the others."""
    months, keep = variant["months"], variant["keep_months"]
    text = _("paling sedikit %(keep)d bulan") % {"keep": keep}
    if several_horizons:
        text = _("rencana %(months)d bulan") % {"months": months} + ", " + text
    for fund, rupiah in variant["extra"].items():
        text += f", {fund} {'+' if rupiah >= 0 else '−'}{format_rupiah(abs(rupiah))}"
    return text + (_(", cara sekarang") if variant["method"] == "today" else "")


@needs(Permission.PROPOSE_PLAN)
def progress(request: HttpRequest, batch: str) -> HttpResponse:
    """How far the variants of one form are; once all are there, the way to the comparison, taken once by itself."""
    actor = actor_of(request)
    found = queries.batch(actor, batch)
    if not found:
        messages.warning(request, _("Varian itu tidak ada lagi; isilah lagi."))
        return redirect("web:planning-variants")
    labels, names = (queries.arguments(actor, batch, argument) for argument in ("label", "name"))
    plans = [int(job.values["plan"]) for job in found if job.state == "done"]
    in_place = getattr(request, "htmx", False)
    if len(plans) == len(found) and queries.tell_once(actor, *(job.id for job in found)):
        side_by_side = _side_by_side(plans)
        return HttpResponse(headers={"HX-Redirect": side_by_side}) if in_place else redirect(side_by_side)
    context = {
        "name": names[0].removesuffix(f": {labels[0]}"),
        "steps": list(zip(labels, found, strict=True)),
        "done": len(plans),
        "total": len(found),
        "moves": any(job.open for job in found),
        "refused": [job for job in found if job.may_try_again],
        "side_by_side": _side_by_side(plans) if plans else "",
        "here": request.path,
    }
    return render(
        request, "planning/variants_panel.html" if in_place else "planning/variants_progress.html", context
    )


def _side_by_side(plans: list[int]) -> str:
    chosen = QueryDict(mutable=True)
    chosen.setlist("r", [str(plan) for plan in plans])
    return f"{reverse('web:planning-compare')}?{chosen.urlencode()}"
