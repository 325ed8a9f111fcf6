"""The law in the open: every parameter with its source, and answers that explain themselves. No login, no query."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung import law
from payung.law import LawError
from payung.values import Month, Period

WEAK = ("one-source", "derived", "unverified")
CONFIDENCE = {
    "text": (_("bunyi peraturan dibaca"), "good"),
    "two-sources": (_("dua sumber"), "good"),
    "one-source": (_("satu sumber"), "wait"),
    "derived": (_("disimpulkan"), "wait"),
    "unverified": (_("belum terverifikasi"), "bad"),
}


def _language() -> str:
    return "en" if translation.get_language() == "en" else "id"


def _with_words(entry: dict[str, Any]) -> dict[str, Any]:
    history = [
        {**value, "words": CONFIDENCE[value["confidence"]][0], "tone": CONFIDENCE[value["confidence"]][1]}
        for value in entry["history"]
    ]
    return {**entry, "history": history, "current": history[-1]}


def index(request: HttpRequest) -> HttpResponse:
    entries = [_with_words(entry) for entry in law.reference(lang=_language())]
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
    weak = sum(entry["current"]["confidence"] in WEAK for entry in entries)
    return render(
        request,
        "law/index.html",
        {"entries": shown, "total": len(entries), "weak": weak, "q": wanted, "only_weak": only_weak},
    )


def parameter(request: HttpRequest, name: str) -> HttpResponse:
    entry = next((one for one in law.reference(lang=_language()) if one["name"] == name), None)
    if entry is None:
        raise Http404
    return render(request, "law/parameter.html", {"entry": _with_words(entry)})


PAYERS = {
    "apbd": _("APBD (provinsi, kabupaten/kota)"),
    "apbn": _("APBN"),
    "apbdes": _("APBDes (desa)"),
    "dbh": _("DBH Sawit"),
    "csr": _("CSR perusahaan"),
    "donor": _("Donatur"),
    "self": _("Pekerja sendiri"),
}
SECTORS = {"transport": _("Transportasi"), "other": _("Lainnya")}


class Question(forms.Form):
    """A question to the law, as a form that starts with an example of today."""

    title: str | Promise = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if choice else "form-control"

    def starting(self) -> dict[str, Any]:
        """The example: values by field."""
        return {}

    def answer(self, given: dict[str, Any]) -> Any:
        """The law's answer. Raises LawError or ValueError with a sentence."""
        raise NotImplementedError


class Contribution(Question):
    title = _("Berapa iurannya?")
    penghasilan = forms.IntegerField(
        label=_("Penghasilan sebulan (Rp)"), min_value=0, max_value=10**10, initial=1_000_000
    )
    pembayar = forms.ChoiceField(label=_("Pembayar"), choices=list(PAYERS.items()), initial="apbd")
    sektor = forms.ChoiceField(label=_("Sektor"), choices=list(SECTORS.items()), initial="other")
    bulan = forms.CharField(label=_("Bulan (TTTT-BB)"), max_length=7)

    def starting(self) -> dict[str, Any]:
        return {"bulan": str(Month.containing(timezone.localdate()))}

    def answer(self, given: dict[str, Any]) -> Any:
        return law.contribution(
            given["penghasilan"], given["pembayar"], given["sektor"], _month(given["bulan"])
        )


class Clock(Question):
    title = _("Sejak kapan dan sampai kapan terlindungi?")
    dibayar = forms.CharField(
        label=_("Bulan yang dibayar, misalnya 2026-01..2026-05,2026-08"), max_length=200
    )
    tanggal = forms.DateField(label=_("Per tanggal (TTTT-BB-HH)"), input_formats=["%Y-%m-%d"])

    def starting(self) -> dict[str, Any]:
        return {"dibayar": _this_year(), "tanggal": timezone.localdate().isoformat()}

    def answer(self, given: dict[str, Any]) -> Any:
        return law.clock(_periods(given["dibayar"]), given["tanggal"])


class Death(Question):
    title = _("Apa hak ahli waris bila meninggal (JKM)?")
    meninggal = forms.DateField(label=_("Tanggal meninggal (TTTT-BB-HH)"), input_formats=["%Y-%m-%d"])
    dibayar = forms.CharField(label=_("Bulan yang dibayar"), max_length=200)
    anak = forms.CharField(
        label=_("Anak yang bersekolah, misalnya sd:4 smp:2 (jenjang dan sisa tahun)"),
        max_length=60,
        required=False,
    )

    def starting(self) -> dict[str, Any]:
        return {"dibayar": _this_year(), "meninggal": timezone.localdate().isoformat()}

    def answer(self, given: dict[str, Any]) -> Any:
        return law.jkm(given["meninggal"], _periods(given["dibayar"]), _children(given["anak"]))


class Accident(Question):
    title = _("Apa hak pekerja bila celaka saat bekerja (JKK)?")
    kejadian = forms.DateField(label=_("Tanggal kecelakaan (TTTT-BB-HH)"), input_formats=["%Y-%m-%d"])
    penghasilan = forms.IntegerField(
        label=_("Penghasilan sebulan (Rp)"), min_value=0, max_value=10**10, initial=1_000_000
    )
    akibat = forms.ChoiceField(
        label=_("Akibat"),
        choices=[
            ("recovered", _("sembuh")),
            ("total", _("cacat total tetap")),
            ("death", _("meninggal")),
        ],
    )
    bulan_tidak_bekerja = forms.IntegerField(
        label=_("Bulan tidak dapat bekerja"), min_value=0, max_value=120, initial=0
    )
    anak = forms.CharField(
        label=_("Anak yang bersekolah, misalnya sd:4 smp:2"), max_length=60, required=False
    )

    def starting(self) -> dict[str, Any]:
        return {"kejadian": timezone.localdate().isoformat()}

    def answer(self, given: dict[str, Any]) -> Any:
        return law.jkk(
            law.Accident(
                on=given["kejadian"],
                income=given["penghasilan"],
                outcome=given["akibat"],
                off_months=given["bulan_tidak_bekerja"],
                children=_children(given["anak"]),
            )
        )


QUESTIONS: dict[str, type[Question]] = {"iuran": Contribution, "masa": Clock, "jkm": Death, "jkk": Accident}
#: What an answer's figures are called; others are shown in the explanation only.
FIGURES = {
    "jkk": _("JKK"),
    "jkm": _("JKM"),
    "total": _("Jumlah"),
    "lump_sum": _("Santunan sekaligus"),
    "periodic": _("Santunan berkala"),
    "funeral": _("Biaya pemakaman"),
    "scholarship": _("Beasiswa anak"),
    "disability": _("Santunan cacat"),
    "temporary": _("Pengganti upah sementara"),
    "jkm_full_from": _("JKM penuh sejak"),
    "scholarship_from": _("Beasiswa sejak"),
    "lapses_on": _("Berakhir pada"),
    "arrears_months": _("Bulan tertunggak"),
}
STATES = {
    True: _("terlindungi"),
    False: _("tidak"),
    "none": _("tidak"),
    "partial": _("sebagian"),
    "full": _("penuh"),
}


def ask(request: HttpRequest, what: str) -> HttpResponse:
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
            answer = form.answer(form.cleaned_data).as_data(_language())
        except (LawError, ValueError) as error:
            form.add_error(None, str(error))
    figures = [
        {"label": label, "value": answer[key], "rupiah": type(answer[key]) is int and what != "masa"}
        for key, label in FIGURES.items()
        if answer is not None and answer.get(key) is not None
    ]
    for figure in figures:
        figure["value"] = STATES.get(figure["value"], figure["value"]) if what == "masa" else figure["value"]
    return render(
        request,
        "law/ask.html",
        {"what": what, "questions": QUESTIONS, "form": form, "answer": answer, "figures": figures},
        status=422 if asked and answer is None else 200,
    )


def _this_year() -> str:
    """The months of this year so far, as a paid period is written."""
    today = timezone.localdate()
    return f"{today.year}-01..{Month.containing(today)}"


def _month(text: str) -> Month:
    return Month.parse(text)


def _periods(text: str) -> list[Period]:
    return [Period.parse(part) for part in text.split(",") if part.strip()]


def _children(text: str) -> list[law.Child]:
    children = []
    for part in text.replace(",", " ").split():
        level, _sign, years = part.partition(":")
        if not years.isdigit():
            raise ValueError(f"{part}: write a child as level:years, for example sd:4")
        children.append(law.Child(level, int(years)))
    return children
