"""Decrees, their annex, and the public check of a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from payung.access.acts import OF_SUBJECT, Act
from payung.access.roles import Permission
from payung.coverage import actions, desk, jobs, queries
from payung.coverage.annex import annex_on
from payung.coverage.models import Decree
from payung.funding.models import Plan
from payung.values import Month
from payung.web.giving import public
from payung.web.jobs.views import waiting_for
from payung.web.pages import actor_of, file_of_people, needs, next_page

P = Permission
SEES = (P.PROPOSE_DECREE, P.APPROVE_DECREE, P.SEE_MONEY)


class DecreeForm(forms.Form):
    """A decree made of an approved plan."""

    rencana = forms.ModelChoiceField(
        label=gettext_lazy("Rencana yang disetujui"),
        queryset=Plan.objects.none(),
        empty_label=gettext_lazy("Pilih rencana"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    nomor = forms.CharField(
        label=gettext_lazy("Nomor SK"), max_length=60, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    tanggal = forms.DateField(
        label=gettext_lazy("Tanggal"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    penanda_tangan = forms.CharField(
        label=gettext_lazy("Pejabat penanda tangan"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rencana"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Plan.objects.filter(status=Plan.Status.APPROVED).order_by("-pk")


@needs(*SEES)
def decrees(request: HttpRequest) -> HttpResponse:
    """All decrees, and a form to propose one from an approved plan."""
    actor = actor_of(request)
    form = DecreeForm(request.POST or None, initial={"tanggal": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = actions.propose_decree(
            actor,
            plan_id=data["rencana"].pk,
            number=data["nomor"],
            dated=data["tanggal"],
            signer=data["penanda_tangan"],
        )
        messages.success(
            request, _("SK %(number)s diusulkan; menunggu penetapan pengguna lain.") % {"number": made.number}
        )
        return redirect("web:coverage-decree", made.pk)
    context = {
        "decrees": queries.decree_summaries(),
        "form": form,
        "may_propose": actor.can(Act.DECREE_PROPOSE, region_code=OF_SUBJECT),
    }
    return render(request, "coverage/decrees.html", context)


@dataclass(frozen=True, slots=True)
class _Annex:
    """The annex of a decree on a day, of which a page takes a slice."""

    decree_id: int
    day: date

    def __getitem__(self, asked: slice) -> list[dict[str, Any]]:
        return annex_on(self.decree_id, self.day, skip=asked.start, limit=asked.stop - asked.start)


@needs(*SEES)
def decree(request: HttpRequest, decree_id: int) -> HttpResponse:
    """One decree: by fund, its annex, amendments, files, and the buttons of whoever may decide."""
    found = desk.decree_page(decree_id)
    if found is None:
        raise Http404
    actor = actor_of(request)
    counts = desk.amendment_counts(decree_id)
    day = _annex_day(request, found)
    rows: _Annex | list[Any] = _Annex(decree_id, day) if actor.holds(P.SEE_PEOPLE) else []
    summary = queries.decree_summary(decree_id)
    for fund in summary["funds"]:
        fund |= {"first": Month.parse(fund["first"]), "last": Month.parse(fund["last"])}
    context = {
        "decree": found,
        "summary": summary,
        "amendments": [
            {"amendment": one, **counts.get(one.pk, {"add": 0, "remove": 0})}
            for one in found.amendments.all()
        ],
        "page": next_page(request, rows),
        "day": day,
        "may_decide": found.may_decide(actor),
    }
    return render(request, "coverage/decree.html", context)


@needs(P.APPROVE_DECREE)
@require_POST
def decide(request: HttpRequest, decree_id: int) -> HttpResponse:
    """Approve a proposed decree, in the background; or reject it."""
    actor = actor_of(request)
    if request.POST.get("putusan") == "tolak":
        actions.reject_decree(actor, decree_id=decree_id, reason=request.POST.get("alasan", ""))
        messages.success(request, _("SK ditolak."))
        return redirect("web:coverage-decree", decree_id)
    back = reverse("web:coverage-decree", args=[decree_id])
    key = f"{actor.user.pk}:{decree_id}"
    return waiting_for(jobs.approve_decree.queue(actor, key=key, back=back, decree=decree_id).pk)


@needs(P.SEE_PEOPLE)
def annex(request: HttpRequest, decree_id: int, kind: str) -> HttpResponse:
    """Answer with the annex as of today or ?pada=: CSV or PDF, without NIK."""
    found = Decree.objects.filter(pk=decree_id).first()
    if found is None or kind not in ("csv", "pdf"):
        raise Http404
    day = _annex_day(request, found)
    if jobs.annex_is_long(decree_id, day):
        actor, on = actor_of(request), day.isoformat()
        key = f"{actor.user.pk}:{decree_id}:{kind}:{on}"
        return waiting_for(jobs.annex_file.queue(actor, key=key, decree=decree_id, kind=kind, on=on).pk)
    made = jobs.annex_made(found, kind, day)
    return file_of_people(request, made.name, made.content, made.mime, rows=made.rows, decree=decree_id)


def _annex_day(request: HttpRequest, decree: Decree) -> date:
    """Return the day of ?pada=; else today, or the decree's own date where that lies ahead."""
    try:
        return date.fromisoformat(request.GET.get("pada", ""))
    except ValueError:
        return max(timezone.localdate(), decree.dated)


def check(request: HttpRequest, code: str) -> HttpResponse:
    """Show the public page behind a QR: whether this decree or certificate is ours, without a worker's name."""
    found = desk.public_check(code)
    if found is None and (certificate := public.check(request, code)) is not None:
        return certificate
    return render(
        request, "coverage/check.html", {"found": found, "code": code}, status=200 if found else 404
    )
