"""This month (the operator's page) and the outlook with its what-if."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from payung.access.roles import Permission
from payung.coverage import desk
from payung.coverage.outlook import Outlook, first_open_month, look_with, outlook
from payung.giving.queries import unchecked
from payung.jobs.queries import on_their_way
from payung.oversight.money_end import until_words
from payung.values import Month, parse_rupiah
from payung.web.claims.codes import guesses
from payung.web.pages import needs

P = Permission


@needs(P.EXCHANGE, P.BILL, P.APPROVE_DECREE, P.PAY)
def this_month(request: HttpRequest) -> HttpResponse:
    """Every queue with its count and one link to the work; the money's end; what is due by the 15th."""
    if request.GET.get("bagian") == "jalan":
        return render(request, "coverage/on_their_way.html", {"moves": _moves()})
    today = timezone.localdate()
    month = Month.containing(today)
    told = outlook(today)
    fifteenth = month.first_day.replace(day=15)
    if today > fifteenth:
        fifteenth = (month + 1).first_day.replace(day=15)
    context = {
        "month": month,
        "outlook": told,
        "lasts": until_words(told.whole.as_data()),
        "sentence": told.words(get_language() or "id"),
        "queues": [*_queues({**desk.queues(month), "promises": unchecked()}), guesses()],
        "due": desk.due_by(fifteenth),
        "fifteenth": fifteenth,
        "as_of": timezone.localtime(),
    }
    return render(request, "coverage/month.html", context)


def _moves() -> list[str]:
    """Say what is on its way by itself, from a list to people who are judged, and plans."""
    found = on_their_way(
        *("registry.load", "registry.match", "registry.match_as_asked", "registry.judge"),
        *("planning.solve", "planning.by_hand"),
    )
    matching = found.get("registry.match", 0) + found.get("registry.match_as_asked", 0)
    plans = found.get("planning.solve", 0) + found.get("planning.by_hand", 0)
    rows = [
        (_("%(n)s daftar sedang dimuat"), found.get("registry.load", 0)),
        (_("baris daftar sedang dicocokkan dengan orang yang dikenal"), matching),
        (_("kelayakan sedang dinilai"), found.get("registry.judge", 0)),
        (_("%(n)s rencana sedang dihitung"), plans),
    ]
    return [words % {"n": count} for words, count in rows if count]


def _queues(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return the queues in the month's order: words, count, address, and whether the work is late."""
    rows: list[tuple[str, int, str]] = [
        (_("Baris dikembalikan, menunggu perbaikan pengirim"), counts["returned"], "/daftar/"),
        (_("Pasangan orang untuk diputuskan"), counts["pairs"], "/pasangan/"),
        (
            _("Janji donatur menunggu pemeriksaan"),
            counts["promises"],
            f"{reverse('web:giving-desk')}?tab=periksa",
        ),
        (_("Sumber dana menunggu persetujuan"), counts["funds"], "/dana/"),
        (_("Rencana menunggu persetujuan"), counts["plans"], "/rencana/"),
        (_("Rencana disetujui, belum menjadi SK"), counts["plans_approved"], reverse("web:coverage-decrees")),
        (_("SK menunggu penetapan"), counts["decrees"], reverse("web:coverage-decrees")),
        (_("Perubahan bulanan menunggu SK perubahan"), counts["changes"], reverse("web:coverage-changes")),
        (_("SK perubahan menunggu penetapan"), counts["amendments"], reverse("web:coverage-changes")),
        (_("SK ditetapkan, berkas belum dibuat"), counts["unsent"], reverse("web:coverage-branch")),
        (_("Orang menunggu jawaban cabang"), counts["unanswered"], reverse("web:coverage-branch")),
        (_("Selisih terbuka"), counts["differences"], reverse("web:coverage-differences")),
        (_("Tagihan konsep, menunggu persetujuan"), counts["bills_draft"], reverse("web:coverage-bills")),
        (_("Tagihan disetujui, belum dikirim"), counts["bills_approved"], reverse("web:coverage-bills")),
        (_("Tagihan menunggu pembayaran"), counts["bills_sent"], reverse("web:coverage-bills")),
        (_("Pembayaran belum cocok"), counts["payments"], reverse("web:coverage-payments")),
        (_("Tempat kosong, uangnya ada"), counts["empty"], reverse("web:coverage-changes")),
        (_("Pemberitahuan belum disampaikan"), counts["notices"], reverse("web:coverage-notices")),
    ]
    return [{"label": label, "count": count, "url": url} for label, count, url in rows]


class WhatIfForm(forms.Form):
    """A question to the outlook; empty fields leave today as it is."""

    sampai = forms.CharField(
        label=gettext_lazy("Sampai bulan (TTTT-BB)"),
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    anggaran = forms.CharField(
        label=gettext_lazy("Anggaran ditambah (Rp, minus bila dikurangi)"),
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    tarif = forms.IntegerField(
        label=gettext_lazy("Tarif (% dari sekarang)"),
        required=False,
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    orang = forms.IntegerField(
        label=gettext_lazy("Jumlah orang (% dari sekarang)"),
        required=False,
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    mulai = forms.CharField(
        label=gettext_lazy("Mulai dibayar bulan (TTTT-BB)"),
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def clean_sampai(self) -> Month | None:
        return self._month("sampai")

    def clean_mulai(self) -> Month | None:
        return self._month("mulai")

    def clean_anggaran(self) -> int:
        text = self.cleaned_data["anggaran"].strip()
        try:
            return parse_rupiah(text) if text else 0
        except ValueError as error:
            raise forms.ValidationError(_("Tulis rupiah, misalnya 1.900.000.000.")) from error

    def _month(self, name: str) -> Month | None:
        text = self.cleaned_data[name].strip()
        try:
            return Month.parse(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(_("Tulis bulan seperti 2027-12.")) from error


@needs(P.SEE_MONEY, P.BILL, P.OVERSIGHT)
def outlook_page(request: HttpRequest) -> HttpResponse:
    """Show the runway of every fund and in all, what ends when, and a what-if beside today."""
    form = WhatIfForm(request.GET if request.GET else None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    today = timezone.localdate()
    goal = asked.get("sampai")
    start = first_open_month(today)
    earliest = max(start, Month.containing(today))
    if goal is not None and not earliest <= goal <= earliest + 60:
        form.add_error(
            "sampai", _("Pilih bulan dari %(first)s sampai lima tahun sesudahnya.") % {"first": earliest}
        )
        goal = None
    told = look_with(
        today,
        goal=goal,
        more=asked.get("anggaran") or 0,
        tariff_percent=100 if asked.get("tarif") is None else asked["tarif"],
        people_percent=100 if asked.get("orang") is None else asked["orang"],
        start=asked.get("mulai"),
        since=start,
    )
    return render(
        request, "coverage/outlook.html", {"form": form, **_pictured(told), "as_of": timezone.localtime()}
    )


def _pictured(told: Outlook) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"runway": one, "name": told.funds[one.fund][1], "code": told.funds[one.fund][0]}
        for one in told.each
        if one.fund is not None and (one.people or one.left)
    ]
    rows.sort(
        key=lambda row: (row["runway"].short_from is None, -row["runway"].missing, -row["runway"].people)
    )
    most = max(told.ageing.values(), default=0)
    tallest = max([*told.months.values(), *told.months_if.values()], default=0) or 1
    return {
        "months": [
            {
                "month": month,
                "people": people,
                "width": round(100 * people / tallest),
                "other": told.months_if.get(month),
                "other_width": round(100 * told.months_if.get(month, 0) / tallest),
            }
            for month, people in told.months.items()
        ],
        "outlook": told,
        "sentence": told.words(get_language() or "id"),
        "rows": rows,
        "ageing": [
            {"month": month, "people": people, "width": round(100 * people / most) if most else 0}
            for month, people in told.ageing.items()
        ],
        "unused": [
            {"name": told.funds[fund][1], "first": months[0], "last": months[-1], "count": len(months)}
            for fund, months in told.unused.items()
        ],
    }
