"""Meetings with parliament, their resolutions, and how far each has come."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.roles import Permission
from payung.parliament import meetings as actions
from payung.parliament import queries
from payung.parliament.minutes_paper import minutes_pdf
from payung.parliament.models import Meeting
from payung.parliament.resolution_indicators import INDICATORS, written
from payung.registry.queries import region_names
from payung.web.middleware import sentence_of
from payung.web.oversight.forms import Styled, day_field
from payung.web.pages import PDF, actor_of, file_answer, needs, numbered_page, whole_number

P = Permission

#: How a state of a resolution looks.
TONES = {
    "done": "good",
    "on_track": "info",
    "behind": "wait",
    "missed": "bad",
    "unknown": "neutral",
    "claimed": "wait",
    "open": "info",
    "overdue": "bad",
    "withdrawn": "neutral",
}


class MeetingForm(Styled):
    """A meeting that was or will be held."""

    tanggal = day_field(gettext_lazy("Tanggal"))
    nama = forms.CharField(label=gettext_lazy("Nama rapat"), max_length=200)
    tempat = forms.CharField(label=gettext_lazy("Tempat"), max_length=200)
    agenda = forms.CharField(label=gettext_lazy("Agenda"), widget=forms.Textarea(attrs={"rows": 4}))
    peserta = forms.CharField(
        label=gettext_lazy("Peserta"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Satu baris tiap orang: organisasi; nama"),
    )

    def clean_peserta(self) -> list[tuple[str, str]]:
        return _seated(self.cleaned_data["peserta"])


class MinutesForm(Styled):
    """What is known after a meeting."""

    tempat = forms.CharField(label=gettext_lazy("Tempat"), max_length=200)
    agenda = forms.CharField(label=gettext_lazy("Agenda"), widget=forms.Textarea(attrs={"rows": 4}))
    peserta = forms.CharField(
        label=gettext_lazy("Peserta"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Satu baris tiap orang: organisasi; nama"),
    )
    risalah = forms.CharField(
        label=gettext_lazy("Risalah"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )

    def clean_peserta(self) -> list[tuple[str, str]]:
        return _seated(self.cleaned_data["peserta"])


class AdoptionForm(Styled):
    """Who adopted the minutes that were read here, and when."""

    oleh = forms.CharField(
        label=gettext_lazy("Disahkan oleh"),
        max_length=200,
        help_text=gettext_lazy("Pimpinan rapat atau rapat yang mengesahkannya."),
    )
    tanggal_sah = day_field(gettext_lazy("Tanggal pengesahan"))
    dibaca = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ResolutionForm(Styled):
    """What was agreed, by whom until when, and the figure that will show it done."""

    isi = forms.CharField(
        label=gettext_lazy("Tindak lanjut"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    pemilik = forms.CharField(
        label=gettext_lazy("Penanggung jawab"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "organisasi"}),
    )
    tenggat = day_field(gettext_lazy("Tenggat"))
    indikator = forms.ChoiceField(
        label=gettext_lazy("Indikator yang menunjukkan selesai"),
        required=False,
        help_text=gettext_lazy("Tanpa indikator, selesai dinyatakan satu orang dan dikonfirmasi orang lain."),
    )
    sasaran = forms.CharField(
        label=gettext_lazy("Sasaran"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Angka: orang, rupiah, atau persen menurut indikatornya."),
    )
    wilayah = forms.ChoiceField(label=gettext_lazy("Wilayah indikator"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator, region = self.fields["indikator"], self.fields["wilayah"]
        assert isinstance(indicator, forms.ChoiceField) and isinstance(region, forms.ChoiceField)
        indicator.choices = [("", _("Tanpa indikator")), *((one.id, one.label) for one in INDICATORS)]
        names = region_names()
        region.choices = [
            ("", _("Seluruh provinsi")),
            *((code, name) for code, name in sorted(names.items()) if len(code) == 5),
        ]

    def clean_sasaran(self) -> int | None:
        text = re.sub(r"(?i)^rp", "", self.cleaned_data["sasaran"].strip()).strip().rstrip("%").strip()
        if not text:
            return None
        if self.cleaned_data.get("indikator") == "coverage":
            number = text.replace(",", ".")
            if not re.fullmatch(r"\d{1,3}(\.\d)?", number) or float(number) > 100:
                raise forms.ValidationError(_("Tulis persen 0 sampai 100, misalnya 47,5."))
            return round(float(number) * 10)
        if not re.fullmatch(r"\d{1,3}(\.\d{3})*|\d{1,18}", text):
            raise forms.ValidationError(_("Tulis angka bulat, misalnya 25.000."))
        return int(text.replace(".", ""))


def _seated(text: str) -> list[tuple[str, str]]:
    """(organisation, name) of each line; a line without a semicolon is refused."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        organisation, mark, name = line.partition(";")
        if not mark or not organisation.strip() or not name.strip():
            raise forms.ValidationError(
                _("Baris “%(line)s” tidak terbaca; tulis organisasi; nama."), params={"line": line}
            )
        found.append((organisation.strip(), name.strip()))
    return found


def told(one: queries.Standing) -> dict[str, Any]:
    """Return a resolution in the form that pages and papers show."""
    resolution, measure = one.resolution, one.indicator
    return {
        "standing": one,
        "resolution": resolution,
        "label": queries.STATES[one.state],
        "tone": TONES[one.state],
        "measure": measure,
        "then": written(resolution.baseline, measure),
        "then_month": resolution.baseline_month,
        "now": written(one.now, measure),
        "target": written(resolution.target, measure),
        "width": round(1000 * one.progress) if one.progress is not None else None,
    }


@needs(P.OVERSIGHT)
def index(request: HttpRequest) -> HttpResponse:
    """All meetings, what is still open of them, and the form to record one."""
    actor, today = actor_of(request), timezone.localdate()
    form = MeetingForm(request.POST or None, initial={"tanggal": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.record_meeting(
                actor,
                held_on=data["tanggal"],
                title=data["nama"],
                place=data["tempat"],
                agenda=data["agenda"],
                participants=data["peserta"],
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Rapat dicatat."))
            return redirect("web:parliament-meeting", made.pk)
    found = queries.meetings()
    standing = queries.open_resolutions(today)
    return render(
        request,
        "parliament/meetings.html",
        {
            "page": numbered_page(request, found, found.count(), size=20, words=_("rapat")),
            "resolutions": [told(one) for one in standing],
            "overdue": sum(one.overdue for one in standing),
            "form": form,
            "may_record": actor.can(Act.MEETING_RECORD, region_code=WHOLE_PROVINCE),
            "today": today,
        },
    )


def _found(meeting_id: int) -> Meeting:
    meeting = queries.meeting(meeting_id)
    if meeting is None:
        raise Http404
    return meeting


@needs(P.OVERSIGHT)
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting: what it opens with, its minutes, and its resolutions as they stand."""
    return _meeting_page(request, _found(meeting_id))


def _meeting_page(request: HttpRequest, found: Meeting, **more: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    seats = list(found.participants.order_by("organisation", "name"))
    minutes = MinutesForm(
        initial={
            "tempat": found.place,
            "agenda": found.agenda,
            "risalah": found.minutes,
            "peserta": "\n".join(f"{one.organisation}; {one.name}" for one in seats),
        }
    )
    context = {
        "meeting": found,
        "seats": seats,
        "files": list(found.files.filter(resolution=None).order_by("id")),
        "before": [told(one) for one in queries.before_meeting(found, today)],
        "resolutions": [told(one) for one in queries.resolutions_of(found.pk, today)],
        "may_record": actor.can(Act.MEETING_CHANGE, region_code=WHOLE_PROVINCE) and found.adopted_at is None,
        "may_attach": actor.can(Act.MEETING_ATTACH, region_code=WHOLE_PROVINCE),
        "may_adopt": found.may_be_adopted(actor, today),
        "adoption_form": AdoptionForm(initial={"tanggal_sah": today, "dibaca": actions.fingerprint(found)}),
        "minutes_form": minutes,
        "resolution_form": ResolutionForm(),
        "organisations": queries.organisations(),
        "held": found.held_on <= today,
        **more,
    }
    return render(request, "parliament/meeting.html", context)


@needs(P.RESOLUTION)
@require_POST
def change(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Minutes and participants, after the meeting."""
    found = _found(meeting_id)
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return _meeting_page(request, found, minutes_form=form)
    data = form.cleaned_data
    actions.change_meeting(
        actor_of(request),
        meeting_id=meeting_id,
        place=data["tempat"],
        agenda=data["agenda"],
        minutes=data["risalah"],
        participants=data["peserta"],
    )
    messages.success(request, _("Risalah disimpan."))
    return redirect("web:parliament-meeting", meeting_id)


@needs(P.CONFIRM_RESOLUTION)
@require_POST
def adopt(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Adopt the minutes as they were read; nothing in them changes after."""
    found = _found(meeting_id)
    form = AdoptionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.adopt_minutes(
                actor_of(request),
                meeting_id=meeting_id,
                adopted_on=data["tanggal_sah"],
                adopted_in=data["oleh"],
                shown=data["dibaca"],
                today=timezone.localdate(),
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Risalah disahkan."))
            return redirect("web:parliament-meeting", meeting_id)
    return _meeting_page(request, found, adoption_form=form)


@needs(P.RESOLUTION)
@require_POST
def resolve(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One more resolution of a meeting."""
    found = _found(meeting_id)
    form = ResolutionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.resolve(
                actor_of(request),
                meeting_id=meeting_id,
                text=data["isi"],
                owner=data["pemilik"],
                deadline=data["tenggat"],
                today=timezone.localdate(),
                indicator=data["indikator"],
                target=data["sasaran"],
                region_code=data["wilayah"],
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Tindak lanjut dicatat."))
            return redirect("web:parliament-meeting", meeting_id)
    return _meeting_page(request, found, resolution_form=form)


@needs(P.RESOLUTION)
@require_POST
def attach(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Signed minutes of a meeting, or evidence of one of its resolutions."""
    _found(meeting_id)
    sent = request.FILES.get("berkas")
    if sent is None:
        raise Refused(gettext_lazy("Pilih berkasnya dahulu."))
    number = whole_number(request.POST.get("tindak_lanjut", ""))
    actions.attach_file(
        actor_of(request),
        meeting_id=meeting_id,
        name=sent.name or "",
        chunks=sent.chunks(),
        resolution_id=number,
    )
    messages.success(request, _("Berkas disimpan."))
    return (
        redirect("web:parliament-resolution", number)
        if number is not None
        else redirect("web:parliament-meeting", meeting_id)
    )


@needs(P.OVERSIGHT)
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Answer with a kept file, as a download."""
    kept, content = actions.open_file(actor_of(request), file_id=file_id)
    ending = "pdf" if kept.content_type == PDF else "jpg"
    return file_answer(f"rapat-{kept.meeting_id}-{kept.pk}.{ending}", content, kept.content_type)


@needs(P.OVERSIGHT)
def paper(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Agenda, minutes and resolutions as a PDF to sign."""
    found = _found(meeting_id)
    today = timezone.localdate()
    content = minutes_pdf(
        found,
        before=[_plain(told(one)) for one in queries.before_meeting(found, today)],
        agreed=[_plain(told(one)) for one in queries.resolutions_of(found.pk, today)],
        today=today,
    )
    return file_answer(f"rapat-{found.held_on}.pdf", content, PDF, inline=True)


def _plain(row: dict[str, Any]) -> dict[str, str]:
    """Return a resolution as a row of the paper's table."""
    one, measure = row["resolution"], row["measure"]
    return {
        "number": str(one.number),
        "meeting": day_words(one.meeting.held_on),
        "text": one.text,
        "owner": one.owner.name,
        "deadline": day_words(one.deadline),
        "state": str(row["label"]),
        "measure": _("%(label)s: saat rapat %(then)s, kini %(now)s, sasaran %(target)s")
        % {"label": measure.label, "then": row["then"], "now": row["now"], "target": row["target"]}
        if measure
        else "",
    }


def day_words(day: date) -> str:
    """Write a day in the language of the page."""
    from django.utils.formats import date_format

    return date_format(day, "j F Y")


@needs(P.OVERSIGHT)
def resolution(request: HttpRequest, resolution_id: int) -> HttpResponse:
    """One resolution: its figure month by month, who said it is done, and the buttons of whoever may act."""
    actor, today = actor_of(request), timezone.localdate()
    found = queries.resolution(resolution_id, today)
    if found is None:
        raise Http404
    months = queries.by_month(found, today)
    most = max((value or 0 for _month, value in months), default=0)
    waiting = found.completion is not None and found.completion.state == "claimed"
    return render(
        request,
        "parliament/resolution.html",
        {
            "row": told(found),
            "months": [
                (month, written(value, found.indicator), round(100 * (value or 0) / most) if most else 0)
                for month, value in months
            ],
            "completions": list(found.resolution.completions.all()),
            "files": list(found.resolution.files.all()),
            "may_claim": actor.can(Act.RESOLUTION_CLAIM, region_code=WHOLE_PROVINCE)
            and found.indicator is None
            and found.state in ("open", "overdue"),
            "may_withdraw": actor.can(Act.RESOLUTION_WITHDRAW, region_code=WHOLE_PROVINCE)
            and not found.settled,
            "may_attach": actor.can(Act.MEETING_ATTACH, region_code=WHOLE_PROVINCE)
            and found.state != "withdrawn",
            "may_decide": waiting and found.completion is not None and found.completion.may_decide(actor),
            "today": today,
        },
    )


@needs(P.RESOLUTION, P.CONFIRM_RESOLUTION)
@require_POST
def act(request: HttpRequest, resolution_id: int) -> HttpResponse:
    """Claims done, confirms, declines or withdraws, as the button says."""
    actor, deed = actor_of(request), request.POST.get("tindakan", "")
    words = request.POST.get("alasan", "")
    number = whole_number(request.POST.get("pernyataan", ""))
    if deed == "selesai":
        actions.claim_done(actor, resolution_id=resolution_id, evidence=request.POST.get("bukti", ""))
        messages.success(request, _("Dinyatakan selesai; menunggu konfirmasi orang lain."))
    elif deed == "cabut":
        actions.withdraw(actor, resolution_id=resolution_id, reason=words)
        messages.success(request, _("Tindak lanjut dicabut."))
    elif deed in ("terima", "tolak") and number is not None:
        actions.decide_done(actor, completion_id=number, accept=deed == "terima", reason=words)
        messages.success(request, _("Keputusan dicatat."))
    else:
        raise Refused(gettext_lazy("Pilih salah satu tindakan."))
    return redirect("web:parliament-resolution", resolution_id)
