"""Several variants of a plan from one form: each is computed in turn, then all are laid side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.roles import Permission
from payung.planning.actions import propose_plan
from payung.values import Month, format_rupiah
from payung.web.funding.forms import VariantsForm
from payung.web.middleware import sentence_of
from payung.web.pages import actor_of, needs, seal, unseal

#: one variant keeps a page waiting this long at most; its best checked plan by then is kept
_SECONDS = 90.0


@needs(Permission.PROPOSE_PLAN)
def variants(request: HttpRequest) -> HttpResponse:
    """Choose variants by ticks; then show the progress."""
    form = VariantsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        work = {
            "name": clean["name"],
            "first_month": clean["first_month"].number,
            "variants": _variants(clean),
            "plans": [],
        }
        return render(request, "planning/variants_progress.html", _progress(work))
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
@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Compute the next variant and show what is left to do; after the last, the comparison."""
    work = unseal(request.POST.get("pekerjaan", ""))
    if work is None:
        messages.warning(request, _("Pilihan varian tidak terbaca; isilah lagi."))
        return redirect("web:planning-variants")
    variant = work["variants"][len(work["plans"])]
    try:
        made = propose_plan(
            actor_of(request),
            name=f"{work['name']}: {variant['label']}"[:200],
            first_month=Month(work["first_month"]),
            months=variant["months"],
            today=timezone.localdate(),
            options={
                **{name: variant[name] for name in ("keep_months", "extra", "method")},
                "time_limit": _SECONDS,
            },
        )
    except Refused as refused:
        return _show(request, {**_progress(work), "refused": sentence_of(refused)})
    work["plans"].append(made.pk)
    if len(work["plans"]) < len(work["variants"]):
        return _show(request, _progress(work))
    side_by_side = _side_by_side(work["plans"])
    if getattr(request, "htmx", False):
        answer = HttpResponse()
        answer.headers["HX-Redirect"] = side_by_side
        return answer
    return redirect(side_by_side)


def _show(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    in_place = getattr(request, "htmx", False)
    return render(
        request, "planning/variants_panel.html" if in_place else "planning/variants_progress.html", context
    )


def _side_by_side(plans: list[int]) -> str:
    chosen = QueryDict(mutable=True)
    chosen.setlist("r", [str(plan) for plan in plans])
    return f"{reverse('web:planning-compare')}?{chosen.urlencode()}"


def _progress(work: dict[str, Any]) -> dict[str, Any]:
    done, labels = len(work["plans"]), [variant["label"] for variant in work["variants"]]
    steps = [
        {
            "label": label,
            "plan": work["plans"][at] if at < done else None,
            "state": "done" if at < done else "now" if at == done else "waits",
        }
        for at, label in enumerate(labels)
    ]
    return {
        "name": work["name"],
        "steps": steps,
        "done": done,
        "total": len(labels),
        "work": seal(work),
        "side_by_side": _side_by_side(work["plans"]) if done else "",
    }
