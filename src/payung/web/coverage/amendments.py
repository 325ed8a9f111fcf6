"""Monthly changes and the amendments that carry them: proposed one by one or found, seen line by line, decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from payung.access.acts import OF_SUBJECT, Act
from payung.access.roles import Permission
from payung.access.trail import Trail, opened
from payung.coverage import actions, desk
from payung.coverage.affordable import OutOfMoney
from payung.coverage.annex import amendment_pdf
from payung.coverage.changes import LEAVES
from payung.coverage.models import Amendment, Decree, MonthlyChange
from payung.coverage.outlook import first_open_month
from payung.coverage.places import empty_places
from payung.funding.models import Fund
from payung.registry.models import Person
from payung.values import Month, Period
from payung.web.middleware import sentence_of
from payung.web.pages import PDF, actor_of, file_of_people, needs, numbered_page

P = Permission
SEES = (P.PROPOSE_DECREE, P.APPROVE_DECREE, P.SEE_MONEY)
Kind = MonthlyChange.Kind


@needs(*SEES)
def changes(request: HttpRequest) -> HttpResponse:
    """Show waiting changes and amendments to decide; look for new changes, carry them into an amendment."""
    actor = actor_of(request)
    if request.method == "POST":
        return _change(request)
    state = request.GET.get("status", "")
    found = desk.changes(state if state in ("approved", "rejected") else "")
    waiting = Amendment.objects.filter(status=Decree.Status.PROPOSED).select_related("decree", "proposed_by")
    context = {
        "page": numbered_page(request, found, found.count()),
        "state": state,
        "amendments": waiting.order_by("pk"),
        "decrees": Decree.objects.filter(status=Decree.Status.APPROVED).order_by("-pk").only("pk", "number"),
        "may_propose": actor.can(Act.AMENDMENT_PROPOSE, region_code=OF_SUBJECT),
        "may_reject": actor.can(Act.CHANGE_REJECT, region_code=OF_SUBJECT),
        "empty": empty_places(Month.containing(timezone.localdate())),
    }
    return render(request, "coverage/changes.html", context)


def _change(request: HttpRequest) -> HttpResponse:
    actor, today, act = actor_of(request), timezone.localdate(), request.POST.get("tindakan")
    if act == "cari":
        found = actions.find_changes(actor, month=first_open_month(today))
        words = _("%(count)s perubahan baru ditemukan dari data.")
        messages.success(request, words % {"count": sum(found.values())})
        return redirect("web:coverage-changes")
    if act == "tolak":
        actions.reject_change(
            actor, change_id=_number(request, "perubahan"), reason=request.POST.get("alasan", "")
        )
        messages.success(request, _("Perubahan ditolak; orangnya tetap dalam SK."))
        return redirect("web:coverage-changes")
    made = actions.propose_amendment(
        actor, decree_id=_number(request, "sk"), number=request.POST.get("nomor", ""), dated=today
    )
    if made is None:
        messages.info(request, _("Tidak ada perubahan yang menunggu untuk SK ini."))
        return redirect("web:coverage-changes")
    words = _(
        "SK perubahan diusulkan: %(out)s keluar, %(new)s pengganti dari antrean, %(added)s ditambah atau diubah, "
        "%(empty)s tempat kosong."
    )
    told = {"out": made.removed, "new": made.replaced, "added": made.added, "empty": made.empty}
    messages.success(request, words % told)
    if made.short:
        messages.warning(request, sentence_of(OutOfMoney(made.short)))
    return redirect("web:coverage-amendment", made.amendment.pk)


def _number(request: HttpRequest, name: str) -> int:
    try:
        return int(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None


@needs(*SEES)
def amendment(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """One amendment before and after its approval: who goes out and comes in, why, and the buttons to decide."""
    found = desk.amendment_page(amendment_id)
    if found is None:
        raise Http404
    actor = actor_of(request)
    rows = desk.amendment_lines(amendment_id) if actor.holds(P.SEE_PEOPLE) else []
    for row in rows:
        row["label"] = _(str(_LABELS.get(row["reason"], row["reason"])))
    counts = desk.amendment_counts(found.decree_id).get(amendment_id, {"add": 0, "remove": 0})
    context = {
        "amendment": found,
        "counts": counts,
        "out_amount": sum(row["amount"] for row in rows if row["act"] == "remove"),
        "in_amount": sum(row["amount"] for row in rows if row["act"] == "add"),
        "page": numbered_page(request, rows, len(rows), words=_("baris")),
        "may_decide": found.may_decide(actor),
    }
    return render(request, "coverage/amendment.html", context)


_LABELS: dict[str, Any] = {**dict(Kind.choices), "replacement": gettext_lazy("Pengganti dari antrean")}


@needs(P.SEE_PEOPLE)
def amendment_file(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Answer with the amendment's list as PDF, without NIK."""
    found = desk.amendment_page(amendment_id)
    if found is None:
        raise Http404
    lines = desk.amendment_lines(amendment_id)
    name = f"perubahan-{amendment_id}.pdf"
    content = amendment_pdf(found, lines)
    return file_of_people(request, name, content, PDF, rows=len(lines), amendment=amendment_id)


@needs(P.APPROVE_DECREE)
@require_POST
def decide_amendment(request: HttpRequest, amendment_id: int) -> HttpResponse:
    """Approve or reject a proposed amendment."""
    actor = actor_of(request)
    if request.POST.get("putusan") == "tolak":
        actions.reject_amendment(actor, amendment_id=amendment_id, reason=request.POST.get("alasan", ""))
        messages.success(request, _("SK perubahan ditolak; perubahannya menunggu lagi."))
    else:
        made = actions.approve_amendment(actor, amendment_id=amendment_id)
        messages.success(request, _("SK perubahan %(number)s ditetapkan.") % {"number": made.number})
    return redirect("web:coverage-amendment", amendment_id)


class ChangeForm(forms.Form):
    """What shall change for one person, from when, and on what evidence."""

    jenis = forms.ChoiceField(
        label=gettext_lazy("Apa yang terjadi"),
        choices=Kind.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    mulai = forms.CharField(
        label=gettext_lazy("Berlaku mulai bulan (TTTT-BB)"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    sampai = forms.CharField(
        label=gettext_lazy("Bulan terakhir (TTTT-BB), untuk tambahan atau perubahan masa"),
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    dana = forms.ModelChoiceField(
        label=gettext_lazy("Sumber dana, untuk tambahan atau pindah dana"),
        queryset=Fund.objects.none(),
        required=False,
        empty_label="–",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    sk = forms.ModelChoiceField(
        label=gettext_lazy("SK, untuk tambahan"),
        queryset=Decree.objects.none(),
        required=False,
        empty_label="–",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    bukti = forms.CharField(
        label=gettext_lazy("Bukti (surat, saksi, sumber data)"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in (
            ("dana", Fund.objects.filter(status=Fund.Status.ACTIVE).order_by("name")),
            ("sk", Decree.objects.filter(status=Decree.Status.APPROVED).order_by("-pk")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = found

    def clean_mulai(self) -> Month:
        return _month(self.cleaned_data["mulai"])

    def clean_sampai(self) -> Month | None:
        text = self.cleaned_data["sampai"].strip()
        return _month(text) if text else None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("jenis") == Kind.JOINS:
            for name in ("sampai", "dana", "sk"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, _("Wajib diisi untuk tambahan."))
        first, last = data.get("mulai"), data.get("sampai")
        if first and last and last < first:
            self.add_error("sampai", _("Bulan terakhir mendahului bulan mulai."))
        return data


def _month(text: str) -> Month:
    try:
        return Month.parse(text.strip())
    except ValueError as error:
        raise forms.ValidationError(_("Tulis bulan seperti 2027-12.")) from error


@needs(P.PROPOSE_DECREE)
def propose(request: HttpRequest, person_id: int) -> HttpResponse:
    """Propose a change of one person: out, in, or otherwise."""
    person = get_object_or_404(Person, pk=person_id)
    opened(actor_of(request).user, Trail.PERSON, person_id)
    first = first_open_month(timezone.localdate())
    form = ChangeForm(request.POST or None, initial={"mulai": str(first)})
    if request.method == "POST" and form.is_valid():
        _propose(request, person, form.cleaned_data)
        messages.success(request, _("Perubahan diusulkan; susun SK perubahan bila siap."))
        return redirect("web:coverage-changes")
    return render(request, "coverage/change.html", {"form": form, "person": person})


def _propose(request: HttpRequest, person: Person, data: dict[str, Any]) -> None:
    actor, end = actor_of(request), data["sampai"] + 1 if data["sampai"] else None
    if data["jenis"] in LEAVES:
        actions.propose_change(
            actor, person_id=person.pk, kind=data["jenis"], from_month=data["mulai"], evidence=data["bukti"]
        )
    elif data["jenis"] == Kind.JOINS:
        assert end is not None
        actions.propose_addition(
            actor,
            decree_id=data["sk"].pk,
            person_id=person.pk,
            fund_id=data["dana"].pk,
            months=Period(data["mulai"], end),
            evidence=data["bukti"],
        )
    else:
        actions.propose_alteration(
            actor,
            person_id=person.pk,
            from_month=data["mulai"],
            fund_id=data["dana"].pk if data["dana"] else None,
            end_month=end,
            evidence=data["bukti"],
        )
