"""The death desk, looking back, and new reports of deaths and accidents."""

from __future__ import annotations

import io
from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payung.access.actor import Refused
from payung.access.acts import OWN_REGIONS, Act
from payung.access.approvals import decidable
from payung.access.roles import Permission
from payung.claims import actions, queries
from payung.claims.models import Case, Death
from payung.claims.reports import evidence_of_row
from payung.registry.queries import person as find_person
from payung.registry.queries import region_names
from payung.values.spreadsheet import CsvWriter
from payung.web.claims.cases import MODES
from payung.web.middleware import sentence_of
from payung.web.pages import (
    CSV,
    actor_of,
    address,
    file_of_people,
    needs,
    numbered_page,
    seal,
    unseal,
    whole_number,
)

P = Permission
SEES = (P.CLAIM, P.APPROVE_CLAIM)
SINCE = date(2023, 1, 1)


@needs(*SEES)
def index(request: HttpRequest) -> HttpResponse:
    """Show the queues with their counts, and the open cases, the nearest deadline first."""
    actor = actor_of(request)
    if request.method == "POST":
        if request.POST.get("tindakan") == "cari":
            return redirect(_sought(request))
        _act(request)
        return redirect("web:claims-desk")
    state, kind = request.GET.get("status", ""), request.GET.get("jenis", "")
    words, sort = str(unseal(request.GET.get("cari", "")) or ""), request.GET.get("urut", "batas")
    found = queries.cases(
        state if state in Case.State.values else "", kind if kind in Case.Kind.values else "", words, sort
    )
    reports = list(queries.reports()[:20])
    may = decidable(actor, reports)
    context = {
        "desk": queries.desk(),
        "standings": Death.Standing.choices,
        "page": numbered_page(request, found, found.count(), words=_("kasus")),
        "names": region_names(),
        "states": Case.State.choices,
        "kinds": Case.Kind.choices,
        "state": state,
        "kind": kind,
        "words": words,
        "sort": sort,
        "sorts": (("batas", _("Batas waktu")), ("terbaru", _("Terbaru")), ("hak", _("Hak terbesar"))),
        "reports": [(report, report.pk in may) for report in reports],
        "may_run": actor.can(Act.DEATHS_RUN, region_code=OWN_REGIONS),
    }
    return render(request, "claims/desk.html", context)


def _sought(request: HttpRequest) -> str:
    """Return the address of a search, with the person's name sealed in it."""
    name = request.POST.get("nama", "").strip()[:80]
    kept = {key: request.POST.get(key, "") for key in ("status", "jenis", "urut")}
    kept["cari"] = seal(name) if name else ""
    return address(request, hal=None, **kept)


def _act(request: HttpRequest) -> None:
    actor, act = actor_of(request), request.POST.get("tindakan")
    if act == "jalankan":
        run = actions.run_desk(actor, today=timezone.localdate())
        messages.success(
            request,
            _("%(deaths)s kematian diperiksa; %(cases)s kasus baru; %(stops)s penghentian iuran diusulkan.")
            % {"deaths": run.deaths, "cases": run.new_cases, "stops": run.stops_proposed},
        )
    elif act in ("konfirmasi", "tolak") and (number := whole_number(request.POST.get("laporan", ""))):
        actions.decide_report(
            actor,
            report_id=number,
            confirm=act == "konfirmasi",
            reason=request.POST.get("alasan", ""),
        )
        messages.success(request, _("Keputusan dicatat."))
    else:
        raise Http404


@needs(*SEES)
def cases_csv(request: HttpRequest) -> HttpResponse:
    """Every case the user may see, as CSV, without NIK."""
    names = region_names()
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = CsvWriter(text, lineterminator="\r\n")
    writer.writerow(
        (
            "kasus",
            "jenis",
            "nama",
            "desa",
            "tanggal",
            "status",
            "hak_rp",
            "dibayar_rp",
            "batas",
            "diberi_tahu",
        )
    )
    for one in queries.cases("all").iterator():
        writer.writerow(
            (
                one.pk,
                one.kind,
                one.person.name,
                names.get(one.region_code, one.region_code),
                one.event_on,
                one.get_state_display(),
                one.owed,
                "" if one.paid_amount is None else one.paid_amount,
                one.expires_on or "",
                one.times_told,  # type: ignore[attr-defined]
            )
        )
    return file_of_people(request, "kasus.csv", text.getvalue(), CSV, rows=writer.written - 1)


@needs(*SEES)
def lookback(request: HttpRequest) -> HttpResponse:
    """Rights nobody has claimed since a day, and where fewer deaths are known than chance explains."""
    try:
        since = date.fromisoformat(request.GET.get("sejak", ""))
    except ValueError:
        since = SINCE
    try:
        scale = min(10.0, max(0.0, float(request.GET.get("skala", "1").replace(",", "."))))
    except ValueError:
        scale = 1.0
    today = timezone.localdate()
    found = queries.lookback(min(since, today), today, scale)
    names = region_names()
    page = numbered_page(request, found.unclaimed, len(found.unclaimed), words=_("hak"))
    page.items = [{**row, "place": names.get(row["region"], row["region"])} for row in page.items]
    context = {
        "back": found,
        "page": page,
        "districts": sorted(
            found.districts, key=lambda one: (not one.too_few, one.known - one.expected.deaths, one.code)
        ),
        "standings": [(label, found.standing[value]) for value, label in Death.Standing.choices],
        "scale": scale,
    }
    return render(request, "claims/lookback.html", context)


@needs(P.CLAIM)
def possible(request: HttpRequest) -> HttpResponse:
    """Deaths given to nobody known, with who they may be about: a clerk says who, a second user confirms."""
    if request.method == "POST":
        _judge(request)
        return redirect("web:claims-possible")
    found, names = queries.possible(), region_names()
    page = numbered_page(request, found, len(found), size=20, words=_("kematian"))
    page.items = [
        (one, [(maybe, names.get(maybe.region_code, maybe.region_code)) for maybe in one.people])
        for one in page.items
    ]
    return render(request, "claims/possible.html", {"page": page, "count": len(found)})


def _judge(request: HttpRequest) -> None:
    record, person = (whole_number(request.POST.get(name, "")) for name in ("baris", "orang"))
    if record is None or person is None:
        raise Http404
    if request.POST.get("jawaban") == "bukan":
        actions.not_this_one(actor_of(request), record_id=record, person_id=person)
        messages.success(request, _("Dicatat: bukan orang ini."))
        return
    one = next((one for one in queries.possible() if one.record_id == record), None)
    if one is None:
        raise Http404
    actions.report_death(
        actor_of(request),
        person_id=person,
        died_on=one.died_on,
        evidence=evidence_of_row(one.row_no, one.file_name, one.name),
        today=timezone.localdate(),
    )
    messages.success(request, _("Laporan dicatat; pengguna kedua mengonfirmasinya."))


class DeathForm(forms.Form):
    """A death as a village tells it."""

    died_on = forms.DateField(
        label=gettext_lazy("Tanggal meninggal"), widget=forms.DateInput(attrs={"type": "date"})
    )
    evidence = forms.CharField(
        label=gettext_lazy("Bukti"),
        max_length=300,
        help_text=gettext_lazy("Nomor surat keterangan desa, atau nama saksi dan hubungannya."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class AccidentForm(forms.Form):
    """An accident at work: who, where, when, doing what, who saw it."""

    happened_at = forms.DateTimeField(
        label=gettext_lazy("Waktu kecelakaan"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    place = forms.CharField(label=gettext_lazy("Tempat"), max_length=200)
    doing = forms.CharField(label=gettext_lazy("Sedang mengerjakan apa"), max_length=300)
    witnesses = forms.CharField(
        label=gettext_lazy("Saksi"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Nama dan telepon dua saksi, bila ada."),
    )
    transport = forms.MultipleChoiceField(
        label=gettext_lazy("Diangkut lewat"),
        choices=MODES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Biayanya dicatat kemudian, menurut kuitansi."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-check-input" if name == "transport" else "form-control"


def _person_id(request: HttpRequest) -> int:
    wanted = whole_number(request.POST.get("orang") or request.GET.get("orang", ""))
    if wanted is None or find_person(wanted) is None:
        raise Http404
    return wanted


@needs(P.CLAIM, P.INTAKE)
def report(request: HttpRequest) -> HttpResponse:
    """Report the death of one person (?orang=) for a village or family."""
    person_id = _person_id(request)
    form = DeathForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report_death(
                actor_of(request), person_id=person_id, today=timezone.localdate(), **form.cleaned_data
            )
        except Refused as refused:
            form.add_error(None, sentence_of(refused))
        else:
            messages.success(request, _("Laporan dicatat; pengguna kedua mengonfirmasinya."))
            return redirect("web:registry-person", person_id)
    context = {"form": form, "person": find_person(person_id), "title": _("Lapor kematian")}
    return render(request, "claims/report.html", context, status=422 if form.is_bound else 200)


@needs(P.CLAIM)
def accident(request: HttpRequest) -> HttpResponse:
    """Report an accident of one person (?orang=) and open its case."""
    person_id = _person_id(request)
    form = AccidentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = actions.report_accident(actor_of(request), person_id=person_id, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, sentence_of(refused))
        else:
            return redirect("web:claims-case", case.pk)
    context = {"form": form, "person": find_person(person_id), "title": _("Lapor kecelakaan kerja")}
    return render(request, "claims/report.html", context, status=422 if form.is_bound else 200)
