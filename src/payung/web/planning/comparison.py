"""Plans side by side: the sentence, bars, maps and tables."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from payung.access.roles import Permission
from payung.oversight.shown import Shown
from payung.planning import queries as plan_queries
from payung.web.funding.bars import share_bar
from payung.web.funding.forms import VariantsForm
from payung.web.oversight import maps
from payung.web.pages import needs, whole_number

FIGURES = {
    "people": gettext_lazy("Orang, paling sedikit masa terpendek"),
    "person_months": gettext_lazy("Bulan perlindungan"),
    "whole_year": gettext_lazy("Orang, sepanjang masa rencana"),
    "kept": gettext_lazy("Tetap terlindungi"),
    "dropped": gettext_lazy("Perlindungan putus"),
    "money": gettext_lazy("Uang (Rp)"),
    "spent": gettext_lazy("Terpakai (Rp)"),
    "unspent": gettext_lazy("Sisa (Rp)"),
}
#: figures in rupiah, written short
_MONEY = ("money", "spent", "unspent")
_FUNDED = maps.Measure(
    "didanai",
    gettext_lazy("Didanai"),
    gettext_lazy("bagian yang didanai dari semua yang layak"),
    lambda row: row.coverage,
    share=True,
)


@needs(Permission.PROPOSE_PLAN, Permission.APPROVE_PLAN)
def compare(request: HttpRequest) -> HttpResponse:
    """Two or more plans side by side; one alone stands beside today's way."""
    asked = (whole_number(text) for text in request.GET.getlist("r")[: VariantsForm.MOST])
    ids = [number for number in asked if number is not None]
    if not ids:
        messages.warning(request, _("Pilih satu rencana atau lebih untuk dibandingkan."))
        return redirect("web:planning-plans")
    found = plan_queries.compare(ids)
    if len(ids) == 1:
        found["names"][1] = _("Cara sekarang")
    context = {
        "names": found["names"],
        "sentences": [row[get_language() or "id"] for row in found["sentences"]],
        "figures": [_figure(row) for row in found["figures"]],
        "maps": [_map(found["by_district"], number) for number in range(len(found["names"]))]
        if found["by_district"]
        else [],
        "tables": [
            (_("Kabupaten/kota"), [_with_bars(row) for row in found["by_regency"]]),
            (_("Pekerjaan"), [_with_bars(row) for row in found["by_trade"] if _some(row)]),
        ],
        "funds": found["funds"],
    }
    for drawn, name in zip(context["maps"], found["names"], strict=False):
        drawn["name"] = name
    return render(request, "planning/compare.html", context)


def _figure(row: dict[str, Any]) -> dict[str, Any]:
    most = max(row["values"])
    cells = [
        {"value": value, "best": best, "bar": share_bar(value, most)}
        for value, best in zip(row["values"], row["best"], strict=True)
    ]
    return {"label": FIGURES[row["name"]], "money": row["name"] in _MONEY, "cells": cells}


def _with_bars(row: dict[str, Any]) -> dict[str, Any]:
    values = [{**value, "bar": share_bar(value["people"], value["eligible"])} for value in row["values"]]
    return {**row, "values": values}


def _some(row: dict[str, Any]) -> bool:
    return any(value["people"] or value["months"] for value in row["values"])


def _map(districts: list[dict[str, Any]], number: int) -> dict[str, Any]:
    """Draw the map of one plan: the share of the eligible of each district that it pays for."""
    rows = []
    for row in districts:
        value = row["values"][number]
        waiting = max(value["eligible"] - value["people"], 0)
        rows.append(
            Shown(row["key"], row["name"], eligible=value["eligible"], covered=value["people"], gap=waiting)
        )
    inside = districts[0]["key"][:2]
    return {"drawn": maps.draw("district", inside, rows, _FUNDED, lambda code: f"#k-{code[:5]}")}
