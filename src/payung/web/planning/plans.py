"""Pages of plans: the sentence, what each fund's money does, plans side by side, each worker's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.acts import OF_SUBJECT, Act
from payung.access.roles import Permission
from payung.access.trail import Trail, opened
from payung.coverage.queue import next_in_queue
from payung.funding.models import Fund, Plan
from payung.jobs import uploads
from payung.law import price_readings
from payung.planning import jobs
from payung.planning import queries as plan_queries
from payung.planning.actions import approve_plan, check_options, reject_plan
from payung.planning.report import REASONS
from payung.registry.queries import region_names
from payung.values import Month, Period
from payung.web.funding.bars import share_bar
from payung.web.funding.forms import HandPlanForm, PlanForm
from payung.web.jobs.views import waiting_for
from payung.web.middleware import sentence_of
from payung.web.pages import actor_of, file_of_people, needs, numbered_page

P = Permission
SEES = (P.PROPOSE_PLAN, P.APPROVE_PLAN)
GOALS = {
    "kept": gettext_lazy("Tetap terlindungi"),
    "people": gettext_lazy("Orang"),
    "months": gettext_lazy("Bulan perlindungan"),
    "priority": gettext_lazy("Prioritas"),
    "unspent": gettext_lazy("Uang tersisa"),
    "narrow": gettext_lazy("Dana terbatas dulu"),
    "changes": gettext_lazy("Pergantian pembayar"),
}
#: a bound further away than this share says nothing about how good the plan is
_TELLING = 0.2
METHODS = {
    "best_rule": gettext_lazy("Aturan sederhana: dana paling terbatas dulu"),
    "todays_way": gettext_lazy("Cara sekarang"),
    "parts": gettext_lazy("Dihitung per bagian wilayah, dengan bagiannya dari dana bersama"),
    "programme": gettext_lazy("Dihitung, tanpa mengurangi pergantian pembayar"),
    "programme_steady": gettext_lazy("Dihitung, dengan pergantian pembayar sesedikit mungkin"),
    "exact": gettext_lazy("Dihitung sampai terbukti terbaik"),
    "whole_number": gettext_lazy("Dihitung dalam bilangan bulat"),
}
SCORES = {
    "poverty": gettext_lazy("Kemiskinan (desil)"),
    "hazard": gettext_lazy("Bahaya pekerjaan"),
    "sole_earner": gettext_lazy("Pencari nafkah tunggal"),
    "age": gettext_lazy("Umur"),
    "disability": gettext_lazy("Disabilitas"),
}
_MOST_MONEY_ROWS = 12
_LARGEST_HAND_PLAN = 20 * 1024 * 1024


def _english() -> bool:
    return get_language() == "en"


@needs(*SEES)
def plans(request: HttpRequest) -> HttpResponse:
    """All plans, newest first, to open or to lay side by side."""
    found = plan_queries.plans()
    context = {
        "page": numbered_page(request, found, found.count(), size=20, words=_("rencana")),
        "may_propose": actor_of(request).can(Act.PROPOSE_PLAN, region_code=OF_SUBJECT),
    }
    return render(request, "planning/plans.html", context)


def _found(plan_id: int) -> Plan:
    plan = plan_queries.plans().filter(pk=plan_id).first()
    if plan is None:
        raise Http404
    return plan


def _price_readings(found: Plan) -> list[dict[str, Any]]:
    """Price the months of the plan's funds under other readings of contested rules."""
    codes = [row["fund"] for row in found.report["funds"]]
    kinds = Fund.objects.filter(code__in=codes).values_list("kind", flat=True).distinct()
    return price_readings(kinds, Period(found.first_month, found.end_month))


@needs(*SEES)
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: its sentence, figures, tables, what each fund's money did, and a search for one worker."""
    actor, found = actor_of(request), _found(plan_id)
    report, language = found.report, "en" if _english() else "id"
    index = 1 if _english() else 0
    funds = dict(
        Fund.objects.filter(code__in=[row["fund"] for row in report["funds"]]).values_list("code", "pk")
    )
    words = request.GET.get("q", "").strip()
    sees_people = actor.holds(P.SEE_PEOPLE)
    context: dict[str, Any] = {
        "plan": found,
        "last_month": Month(found.end_month.number - 1),
        "figures": report["figures"],
        "baseline": report["baseline"],
        "spared": report.get("spared"),
        "sentence": report["sentence"][language],
        "regencies": [
            {**row, "bar": share_bar(row["people"], row["eligible"])} for row in report["by_regency"]
        ],
        "trades": [row for row in report["by_trade"] if row["eligible"]],
        "funds": [
            {
                **row,
                "id": funds.get(row["fund"]),
                "reason": row["why_en"] if _english() else row["why"],
                "openings": [texts[index] for texts in report.get("openings", {}).get(row["fund"], [])],
            }
            for row in report["funds"]
        ],
        "reasons": [
            (REASONS[code][index], count) for code, count in report["reasons"].items() if code in REASONS
        ],
        "problems": [row["text_en" if _english() else "text_id"] for row in report["problems"]],
        "violations": [row["text_en" if _english() else "text_id"] for row in report["violations"]],
        "price_readings": [row["text_en" if _english() else "text_id"] for row in _price_readings(found)],
        "refused": [
            row["text_en" if _english() else "text_id"]
            for row in report.get("rejected", [])
            if "text_id" in row
        ],
        "goals": [
            {"label": GOALS[goal["name"]], "gap": _percent(goal["gap"]) if goal["gap"] <= _TELLING else ""}
            for goal in report.get("goals", [])
            if goal["gap"] is not None
        ],
        "next_money": _next_money(report.get("next_money", [])),
        "alternatives": [
            {
                **row,
                "label": METHODS.get(row["method"], row["method"]),
                "behind": GOALS.get(row["behind_in"], ""),
            }
            for row in report.get("alternatives", [])
        ],
        "method": METHODS.get(report.get("method", ""), ""),
        "order": [GOALS[goal["name"]] for goal in report.get("goals", [])],
        "floors": _floors(report.get("floors", [])),
        "people_first": report.get("cost_of_people_first"),
        "weights": [(SCORES[name], value) for name, value in found.options.get("weights", {}).items()],
        "words": words,
        "lines": plan_queries.find_lines(found, words) if sees_people and words else [],
        "sees_people": sees_people,
        "may_decide": found.may_decide(actor),
    }
    return render(request, "planning/plan.html", context)


def _next_money(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the most useful openings of each kind and place, then by what they buy."""
    labels = dict(Fund.Kind.choices)
    names = region_names()
    best: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for row in rows:
        key = (row["kind"], tuple(row["regions"]))
        best.setdefault(
            key,
            {
                **row,
                "label": labels.get(row["kind"], row["kind"]),
                "where": ", ".join(names.get(code, code) for code in row["regions"]),
            },
        )
    return list(best.values())[:_MOST_MONEY_ROWS]


def _floors(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = region_names()
    return [{**row, "name": names.get(row["region"], row["region"])} for row in rows]


def _percent(share: float) -> str:
    text = f"{100 * share:.3f}%"
    return text if _english() else text.replace(".", ",")


@needs(P.PROPOSE_PLAN)
def propose(request: HttpRequest) -> HttpResponse:
    """Show a form; a plan is computed in the background, since one for a province takes up to minutes."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        options = {
            **{name: clean[name] for name in ("method", "keep_months", "first_goal", "seed")},
            "fair": None if clean["fair"] is None else clean["fair"] / 100,
        }
        try:
            check_options(options, clean["months"])
        except Refused as refused:
            form.add_error(None, sentence_of(refused))
        else:
            actor = actor_of(request)
            actor.require_act(Act.PROPOSE_PLAN, region_code=OF_SUBJECT)
            queued = jobs.solve_plan.queue(
                actor,
                back=request.path,
                name=clean["name"],
                first_month=clean["first_month"].number,
                months=clean["months"],
                options=options,
            )
            return waiting_for(queued.pk)
    status = 422 if form.errors else 200
    return render(request, "planning/plan_propose.html", {"form": form}, status=status)


@needs(P.PROPOSE_PLAN)
def by_hand(request: HttpRequest) -> HttpResponse:
    """Propose a plan made by hand, as CSV."""
    form = HandPlanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        if clean["file"].size > _LARGEST_HAND_PLAN:
            form.add_error("file", _("Berkas lebih besar dari 20 MB."))
        else:
            actor = actor_of(request)
            actor.require_act(Act.PROPOSE_PLAN, region_code=OF_SUBJECT)
            kept = {"kept": uploads.keep(clean["file"]), "user": actor.user.pk}
            uploads.hold(kept)
            queued = jobs.count_plan_by_hand.queue(
                actor,
                back=request.path,
                kept=kept,
                name=clean["name"],
                first_month=clean["first_month"].number,
                months=clean["months"],
            )
            return waiting_for(queued.pk)
    status = 422 if form.errors else 200
    return render(request, "planning/plan_by_hand.html", {"form": form}, status=status)


@needs(P.APPROVE_PLAN)
@require_POST
def decide(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Accept a plan, or reject it with a reason."""
    if request.POST.get("tindakan") == "setujui":
        approve_plan(actor_of(request), plan_id)
        messages.success(request, _("Rencana disetujui. Langkah berikutnya: SK."))
    else:
        reject_plan(actor_of(request), plan_id, reason=request.POST.get("alasan", ""))
        messages.success(request, _("Rencana ditolak."))
    return redirect("web:planning-plan", plan_id)


@needs(P.SEE_PEOPLE)
def worker(request: HttpRequest, plan_id: int, person_id: int) -> HttpResponse:
    """Why one worker is paid for in a plan, or not, and what would have to change."""
    found = _found(plan_id)
    answer = plan_queries.explain_worker(found, person_id, today=timezone.localdate())
    opened(actor_of(request).user, Trail.PERSON, person_id)
    context = {
        "plan": found,
        "answer": answer,
        "text": answer.text_en if _english() else answer.text,
        "scores": [{**row, "label": SCORES[row["name"]]} for row in answer.scores],
        "changes": [pair[1 if _english() else 0] for pair in answer.changes],
        "months": [{**row, "last": Month(row["end"].number - 1)} for row in answer.months],
        "allowed": [row for row in answer.funds if row["allowed"]],
        "barred": [
            {"fund": row["fund"], "limits": [pair[1 if _english() else 0] for pair in row["barriers"]]}
            for row in answer.funds
            if not row["allowed"]
        ],
    }
    return render(request, "planning/worker.html", context)


@needs(P.SEE_PEOPLE)
def queue(request: HttpRequest, plan_id: int, fund_id: int) -> HttpResponse:
    """Who is next when a place or money of a fund comes free."""
    found, fund = _found(plan_id), Fund.objects.filter(pk=fund_id).first()
    if fund is None:
        raise Http404
    rows = next_in_queue(found, fund, limit=200)
    return render(request, "planning/queue.html", {"plan": found, "fund": fund, "rows": rows})


@needs(P.SEE_PEOPLE)
def lines_file(request: HttpRequest, plan_id: int, kind: str) -> Any:
    """Answer with a plan's lines without NIK, as CSV or XLSX."""
    found = _found(plan_id)
    if kind not in ("csv", "xlsx"):
        raise Http404
    if found.lines.count() > jobs.MOST_LINES:
        actor = actor_of(request)
        queued = jobs.lines_file.queue(
            actor, key=f"{actor.user.pk}:{plan_id}:{kind}", plan=plan_id, kind=kind
        )
        return waiting_for(queued.pk)
    made = jobs.lines_made(found, kind)
    return file_of_people(request, made.name, made.content, made.mime, rows=made.rows, plan=found.pk)
