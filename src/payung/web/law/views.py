"""The law in the open: every rule with its source, and answers that explain themselves. No login, no query."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payung import law
from payung.law import LawError
from payung.law.reference import rows_in_words, rules
from payung.law.steps import show
from payung.values import date_in_words
from payung.web.law.fields import DayField
from payung.web.law.questions import QUESTIONS, language

WEAK = ("one-source", "derived", "unverified")
TONES = {
    "text": "good",
    "two-sources": "good",
    "one-source": "wait",
    "derived": "wait",
    "unverified": "bad",
}
#: What the rules are about, in the order of reading: first word of the names, and how the page calls it.
SUBJECTS = {
    "contribution": _("Iuran"),
    "eligible": _("Siapa boleh didaftarkan"),
    "cover": _("Mulai, menunggak, berakhir"),
    "jkm": _("JKM: kematian bukan karena kerja"),
    "scholarship": _("Beasiswa anak"),
    "jkk": _("JKK: kecelakaan kerja"),
    "claims": _("Klaim: batas waktu, berkas, ahli waris"),
    "reading": _("Aturan yang dipertentangkan"),
}


def _with_words(entry: dict[str, Any]) -> dict[str, Any]:
    history = [_toned(value) for value in entry["history"]]
    now = entry["history"].index(entry["current"])
    return {**entry, "history": history[::-1], "current": history[now]}


def _toned(value: dict[str, Any]) -> dict[str, Any]:
    mark = value["confidence"]
    return {**value, "words": law.CONFIDENCE[mark][1 if language() == "en" else 0], "tone": TONES[mark]}


def _subject(entry: dict[str, Any]) -> str:
    if entry["rules"] and all(rule.startswith("6.") for rule in entry["rules"]):
        return "claims"
    first = str(entry["name"]).partition(".")[0]
    return first if first in SUBJECTS else "claims"


def _entries() -> list[dict[str, Any]]:
    return [_with_words(entry) for entry in law.reference(lang=language(), on=timezone.localdate())]


def index(request: HttpRequest) -> HttpResponse:
    """Show the law's parameters and calculators."""
    entries = _entries()
    wanted = request.GET.get("q", "")[:80].strip().casefold()
    only_weak = request.GET.get("lemah") == "1"
    shown = [
        entry
        for entry in entries
        if (
            not wanted
            or wanted in f"{entry['title']} {entry['name']} {entry['current']['article']}".casefold()
        )
        and (not only_weak or entry["current"]["confidence"] in WEAK)
    ]
    subjects = [
        {"key": key, "title": title, "entries": [one for one in shown if _subject(one) == key]}
        for key, title in SUBJECTS.items()
    ]
    return render(
        request,
        "law/index.html",
        {
            "subjects": [subject for subject in subjects if subject["entries"]],
            "shown": len(shown),
            "total": len(entries),
            "weak": sum(entry["current"]["confidence"] in WEAK for entry in entries),
            "q": wanted,
            "only_weak": only_weak,
            "questions": QUESTIONS,
            "today": date_in_words(timezone.localdate(), language()),
        },
    )


def parameter(request: HttpRequest, name: str) -> HttpResponse:
    """Show one parameter with its history."""
    entry = next((one for one in _entries() if one["name"] == name), None)
    if entry is None:
        raise Http404
    for value in entry["history"]:
        value["sources"] = [
            {"text": one, "url": one if one.startswith("https://") and " " not in one else ""}
            for one in value["source"].split("; ")
        ]
        value["now"] = value["from"] == entry["current"]["from"]
        value["table"] = rows_in_words(value["value"], entry["unit"], language())
    numbered = [one for one in _rules() if one["rule"] in entry["rules"]]
    return render(request, "law/parameter.html", {"entry": entry, "rules": numbered})


def _rules() -> list[dict[str, Any]]:
    lang = language()
    return [
        {
            "rule": one.rule,
            "number": one.rule if one.rule[0].isdigit() else "",
            "what": one.what.read(lang),
            "parameters": one.parameters,
            "not_modelled": one.not_modelled.read(lang) if one.not_modelled else None,
            "left_out": one.left_out.read(lang) if one.left_out else None,
            "words": law.CONFIDENCE[one.confidence][1 if lang == "en" else 0] if one.confidence else None,
            "tone": TONES[one.confidence] if one.confidence else None,
        }
        for one in rules()
    ]


def all_rules(request: HttpRequest) -> HttpResponse:
    """Every numbered rule of the research: where it is, what is left out, what is not modelled and why."""
    titles = {entry["name"]: entry["title"] for entry in law.reference(lang=language())}
    found = _rules()
    for one in found:
        one["places"] = [(name, titles[name]) for name in one["parameters"]]
    return render(
        request,
        "law/rules.html",
        {
            "modelled": [one for one in found if not one["not_modelled"]],
            "not_modelled": [one for one in found if one["not_modelled"]],
        },
    )


def readings(request: HttpRequest) -> HttpResponse:
    """Show the contested rules: question, readings, and the one that answers."""
    contested = [entry for entry in _entries() if entry["unit"] == "reading"]
    return render(request, "law/readings.html", {"entries": contested})


def changes(request: HttpRequest) -> HttpResponse:
    """List what changed in the law between two days: this year and the next by default."""
    today, lang = timezone.localdate(), language()
    days, wrong = [], []
    for key, otherwise in (
        ("dari", date(today.year - 1, 12, 31)),
        ("sampai", date(today.year + 1, 12, 31)),
    ):
        try:
            days.append(DayField().clean(request.GET.get(key) or otherwise.isoformat()))
        except ValidationError as problem:
            days.append(otherwise)
            wrong += problem.messages
    if days[1] < days[0]:
        wrong.append(str(_("Hari terakhir tidak boleh sebelum hari pertama.")))
    found = [] if wrong else law.changes(days[0], days[1])
    rows = [
        {
            **one.as_data(lang),
            "day": date_in_words(one.on, lang),
            "was": show(one.before, one.unit, lang),
            "now": show(one.after, one.unit, lang),
            "words": law.CONFIDENCE[one.confidence][1 if lang == "en" else 0],
            "tone": TONES[one.confidence],
        }
        for one in found
    ]
    return render(
        request,
        "law/changes.html",
        {"rows": rows, "first": days[0].isoformat(), "last": days[1].isoformat(), "wrong": wrong},
        status=422 if wrong else 200,
    )


#: What an answer's figures are called, and their unit; others are shown in the explanation only.
FIGURES = {
    "total": (_("Jumlah"), "rupiah"),
    "eligible": (_("Boleh didaftarkan"), "yesno"),
    "jkk": (_("JKK"), "rupiah"),
    "jkm": (_("JKM"), "rupiah"),
    "jht": (_("JHT"), "rupiah"),
    "lump_sum": (_("Santunan sekaligus"), "rupiah"),
    "periodic": (_("Santunan berkala"), "rupiah"),
    "funeral": (_("Biaya pemakaman"), "rupiah"),
    "disability": (_("Santunan cacat"), "rupiah"),
    "temporary": (_("Pengganti upah sementara"), "rupiah"),
    "transport": (_("Pengangkutan"), "rupiah"),
    "medical": (_("Perawatan"), "rupiah"),
    "rehabilitation": (_("Rehabilitasi"), "rupiah"),
    "aids": (_("Alat bantu"), "rupiah"),
    "homecare": (_("Perawatan di rumah"), "rupiah"),
    "scholarship": (_("Beasiswa anak"), "rupiah"),
}
CLOCK = {
    "jkk": (_("JKK"), "yesno"),
    "jkm": (_("JKM"), "answer"),
    "covered_from": (_("Terlindungi sejak"), "date"),
    "jkm_full_from": (_("JKM penuh sejak"), "date"),
    "scholarship_from": (_("Beasiswa JKM sejak"), "date"),
    "lapses_on": (_("Berakhir bila tidak dibayar lagi"), "date"),
    "arrears_months": (_("Bulan tanpa iuran"), "months"),
    "overdue_months": (_("Di antaranya lewat jatuh tempo"), "months"),
}


def ask(request: HttpRequest, what: str) -> HttpResponse:
    """Show one calculator and its answer."""
    if what not in QUESTIONS:
        raise Http404
    kind = QUESTIONS[what]
    asked = bool(request.GET)
    form = kind(request.GET if asked else None)
    if not asked:
        form.initial = {**{n: f.initial for n, f in form.fields.items()}, **form.starting()}
    answer = None
    if asked and form.is_valid():
        try:
            answer = form.answer(form.cleaned_data)
        except LawError as error:
            form.add_error(None, str(error))
    told = answer.as_data(language()) if answer else None
    return render(
        request,
        "law/ask.html",
        {
            "what": what,
            "questions": QUESTIONS,
            "form": form,
            "answer": told,
            "figures": _figures(answer, what),
        },
        status=422 if asked and answer is None else 200,
    )


def _figures(answer: Any, what: str) -> list[dict[str, Any]]:
    """Return the answer's main figures in words: in rupiah only those above zero, and the sum."""
    if answer is None:
        return []
    items = getattr(answer, "items", {})
    figures = []
    for key, (label, unit) in (CLOCK if what == "masa" else FIGURES).items():
        value = items[key] if key in items else getattr(answer, key, None)
        unsure = value is None and (key in items or (key == "eligible" and hasattr(answer, key)))
        if unsure or (value is not None and (value or unit != "rupiah" or key == "total")):
            unknown = _("belum dapat dipastikan") if key == "eligible" else _("belum diketahui")
            words = unknown if unsure else show(value, unit, language())
            figures.append({"label": label, "value": words})
    return figures
