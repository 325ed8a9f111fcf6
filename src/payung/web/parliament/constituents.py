"""One person's case: a member asks, the office answers, the member sees the answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payung.access.actor import Refused
from payung.access.acts import OF_SUBJECT, Act
from payung.access.roles import Permission
from payung.parliament import constituents
from payung.parliament.models import Question
from payung.registry.queries import region_names
from payung.web.middleware import sentence_of
from payung.web.oversight.forms import Styled
from payung.web.pages import actor_of, needs, whole_number
from payung.web.registry.people import place_words

P = Permission

#: An answer in words, with its tone and what it means.
VERDICTS = {
    "protected": (gettext_lazy("Terlindungi"), "good"),
    "waiting": (gettext_lazy("Dalam proses"), "wait"),
    "not_covered": (gettext_lazy("Tidak tercatat di program ini"), "bad"),
    "unknown": (gettext_lazy("Belum ada di daftar"), "bad"),
    "unclear": (gettext_lazy("Keterangan kurang"), "neutral"),
}


class QuestionForm(Styled):
    """Whom a member asks about. Nothing is looked up while it is filled in, nor afterwards."""

    nama = forms.CharField(label=gettext_lazy("Nama orangnya"), max_length=200)
    nik = forms.CharField(
        label=gettext_lazy("NIK, bila diketahui"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    wilayah = forms.ChoiceField(
        label=gettext_lazy("Kecamatan"),
        help_text=gettext_lazy("Tidak tahu kecamatannya? Pilih kabupaten/kotanya."),
    )
    tempat = forms.CharField(label=gettext_lazy("Desa atau alamat"), required=False, max_length=200)
    pertanyaan = forms.CharField(
        label=gettext_lazy("Yang ingin diketahui"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = region_names()
        places = [
            (code, f"{'— ' if len(code) == 8 else ''}{name}")
            for code, name in sorted(names.items())
            if len(code) in (5, 8)
        ]
        field = self.fields["wilayah"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Pilih")), *places]


class AnswerForm(Styled):
    """What the member will read."""

    jawaban = forms.ChoiceField(label=gettext_lazy("Jawaban"))
    orang = forms.CharField(
        label=gettext_lazy("Nomor orang di Payung"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("Untuk catatan dalam; penanya tidak melihatnya."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    penjelasan = forms.CharField(
        label=gettext_lazy("Penjelasan untuk penanya"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Tanpa NIK, telepon, alamat, penghasilan, atau nama orang lain. Cukup apa yang dapat disampaikan."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["jawaban"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Pilih")),
            *((value, VERDICTS[value][0]) for value in Question.Verdict.values),
        ]

    def clean_orang(self) -> int | None:
        text = self.cleaned_data["orang"].strip()
        number = whole_number(text)
        if text and number is None:
            raise forms.ValidationError(_("Tulis nomor dari alamat halaman orangnya, atau kosongkan."))
        return number


def _told(asked: constituents.Asked) -> dict[str, Any]:
    label, tone = VERDICTS.get(asked.verdict, (_("Menunggu jawaban"), "wait"))
    return {
        "asked": asked,
        "label": label,
        "tone": tone,
        "where": place_words(asked.region_code, region_names()),
    }


@needs(P.ASK_CASE, P.ANSWER_CASE)
def index(request: HttpRequest) -> HttpResponse:
    """Show a member's questions and the form, or the queue of those who answer."""
    actor, today = actor_of(request), timezone.localdate()
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            constituents.ask(
                actor,
                name=data["nama"],
                nik=data["nik"],
                region_code=data["wilayah"],
                place=data["tempat"],
                text=data["pertanyaan"],
                today=today,
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Pertanyaan dikirim. Jawabannya tampil di halaman ini."))
            return redirect("web:parliament-cases")
    desk = constituents.desk(actor, today)
    return render(
        request,
        "parliament/cases.html",
        {
            "form": form,
            "asks": actor.can(Act.CASE_ASK, region_code=OF_SUBJECT),
            "answers": actor.can(Act.CASE_ANSWER, region_code=OF_SUBJECT),
            "mine": [_told(one) for one in desk.mine],
            "queue": [_told(one) for one in desk.queue],
            "done": [_told(one) for one in desk.answered],
        },
    )


@needs(P.ANSWER_CASE)
def case(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question inside: what was typed, who may be meant, and the answer to write. Opening is recorded."""
    actor, today = actor_of(request), timezone.localdate()
    asked = constituents.question(actor, question_id, today)
    if asked is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            constituents.answer(
                actor,
                question_id=question_id,
                verdict=data["jawaban"],
                text=data["penjelasan"],
                person_id=data["orang"],
            )
        except Refused as refusal:
            form.add_error(None, sentence_of(refusal))
        else:
            messages.success(request, _("Jawaban dikirim kepada penanya."))
            return redirect("web:parliament-cases")
    names = region_names()
    people = [] if asked.verdict else constituents.meant(asked)
    return render(
        request,
        "parliament/case.html",
        {
            **_told(asked),
            "form": form,
            "people": [(person, place_words(person.region_code, names)) for person in people],
        },
    )
