"""Lists that came in: all of them, one with its findings, and taking a new one in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.actor import Actor, Refused
from payung.access.acts import OF_SUBJECT, OWN_REGIONS, Act
from payung.access.roles import Permission
from payung.claims.queries import heard
from payung.exchange.passed import words as reason_words
from payung.identity import findings as catalogue
from payung.identity.regions import within
from payung.jobs import uploads
from payung.jobs.queries import file, of_upload, on_their_way
from payung.registry import actions, jobs, mending, queries
from payung.registry.models import Intake
from payung.web.jobs.views import waiting_for
from payung.web.middleware import sentence_of
from payung.web.pages import actor_of, file_answer, needs, numbered_page, seal, unseal, whole_number
from payung.web.registry import words

#: Bytes up to which a file is read while its sender waits: some thousand rows.
_READ_AT_ONCE = 256 * 1024


class UploadForm(forms.Form):
    """A file, what kind of list it is, who sent it, and where its people live."""

    file = forms.FileField(
        label=gettext_lazy("Berkas"),
        help_text=gettext_lazy(
            "Excel (.xlsx, .xls), LibreOffice (.ods) atau .csv; satu atau beberapa lembar."
        ),
        error_messages={
            "required": gettext_lazy("Pilih berkas dahulu."),
            "empty": gettext_lazy("Berkas ini kosong (0 byte)."),
        },
    )
    kind = forms.ChoiceField(label=gettext_lazy("Jenis daftar"))
    sender_name = forms.CharField(
        label=gettext_lazy("Pengirim"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Desa, instansi, atau cabang; pemetaan kolom disimpan atas nama ini."),
    )
    region_code = forms.ChoiceField(label=gettext_lazy("Wilayah"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, label) for kind, label in words.KINDS.items() if kind != Intake.Kind.FIELD
        ]
        self.fields["region_code"].choices = _own_regions(actor)  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            kind = "form-select" if name in ("kind", "region_code") else "form-control"
            field.widget.attrs["class"] = kind
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.ods,.csv,.txt"
        self.fields["sender_name"].widget.attrs |= {"list": "pengirim", "autocomplete": "off"}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.PAYUNG_MAX_LIST_BYTES:
            most = settings.PAYUNG_MAX_LIST_BYTES // 1_048_576
            raise forms.ValidationError(
                _("Berkas ini lebih besar dari %(mb)s MB. Bagi menjadi beberapa berkas.") % {"mb": most}
            )
        return file


def _own_regions(actor: Actor) -> list[tuple[str, str]]:
    """Return the regions for which this actor may load a list, down to districts (villages for a village officer)."""
    own = actor.where(Permission.INTAKE)
    deepest = 13 if any(len(code) == 13 for code in own) else 8
    return [
        (code, f"{'— ' * code.count('.')}{name}")
        for code, name in sorted(queries.region_names().items())
        if len(code) <= deepest and within(code, own)
    ]


@needs(Permission.INTAKE)
def index(request: HttpRequest) -> HttpResponse:
    """List the lists that were loaded."""
    kind = request.GET.get("jenis", "")
    found = queries.intakes(kind if kind in words.KINDS else "")
    actor = actor_of(request)
    codes = actor.where(Permission.INTAKE)
    if settings.PAYUNG_PROVINCE not in codes:
        # A list's own region, not its people, says who may see it here.
        found = found.filter(
            region_code__regex="^(" + "|".join(code.replace(".", r"\.") for code in codes) + ")"
        )
    page = numbered_page(request, found, found.count(), words=_("daftar"))
    return render(
        request,
        "registry/intakes.html",
        {"page": page, "kinds": words.KINDS, "kind": kind, "names": queries.region_names()},
    )


@needs(Permission.INTAKE)
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and go on to its preview; nothing is loaded yet."""
    actor = actor_of(request)
    form = UploadForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        kept = {
            "kept": uploads.keep(file),
            "name": file.name[:255],
            "kind": form.cleaned_data["kind"],
            "sender": form.cleaned_data["sender_name"].strip(),
            "region": form.cleaned_data["region_code"],
            "user": actor.user.pk,
        }
        return redirect("web:registry-preview", seal(kept))
    status = 422 if form.is_bound else 200
    return render(
        request, "registry/upload.html", {"form": form, "senders": queries.senders()}, status=status
    )


@needs(Permission.INTAKE)
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a kept file would give, with its column mapping to correct; load it when confirmed."""
    actor = actor_of(request)
    kept = unseal(token)
    with uploads.opened(kept, actor.user) as path:
        if path is None:
            used = of_upload(actor, jobs.load_list.name, kept)
            if used is not None:
                return waiting_for(used)
            words = _("Berkas itu sudah dihapus (disimpan paling lama satu jam). Pilih lagi.")
            messages.warning(request, words)
            return redirect("web:registry-upload")
        return _previewed(request, actor, kept, path, token)


def _previewed(
    request: HttpRequest, actor: Actor, kept: dict[str, Any], path: Path, token: str
) -> HttpResponse:
    today = timezone.localdate()
    posted = _posted_mappings(request) if request.method == "POST" else []
    mappings = {sheet: one.mapping for one in posted for sheet in one.sheets}
    try:
        if request.method == "POST" and "muat" in request.POST:
            return _load(request, actor, kept, posted)
        long = path.stat().st_size > _READ_AT_ONCE
        read = file(actor, whole_number(request.GET.get("hasil", "")) or 0) if long else None
        if long and (read is None or request.method == "POST"):
            asked = sha256(json.dumps(mappings, sort_keys=True).encode()).hexdigest()
            queued = jobs.preview_list.queue(
                actor,
                key=f"{kept['kept']}:{asked}",
                back=reverse("web:registry-upload"),
                kept=kept,
                mappings=mappings,
                token=token,
            )
            return waiting_for(queued.pk)
        shown = (
            json.loads(read.content)
            if read
            else actions.preview(
                path,
                kept["name"],
                kind=kept["kind"],
                sender_name=kept["sender"],
                mappings=mappings,
                today=today,
                most_rows=settings.PAYUNG_MAX_PAGE_ROWS,
            )
        )
    except Refused as refused:
        uploads.forget(kept)
        messages.error(request, sentence_of(refused))
        return redirect("web:registry-upload")
    return render(
        request,
        "registry/preview.html",
        {
            "kept": kept,
            "kind": words.KINDS[kept["kind"]],
            "sheets": [_sheet(s) for s in shown["sheets"]],
            "tables": _alike(shown["sheets"]),
            "passed": _reasons(shown["passed_over"]),
        },
    )


@dataclass(frozen=True)
class _Posted:
    """A mapping as corrected on the page, for all sheets of a file that have the same columns."""

    sheets: list[str]
    headers: list[str]
    mapping: dict[str, Any]


def _posted_mappings(request: HttpRequest) -> list[_Posted]:
    posted = []
    for at in range(len(request.POST)):
        sheets = request.POST.getlist(f"lembar-{at}")
        if not sheets:
            break
        columns = {
            name: chosen for name in words.FIELDS if (chosen := request.POST.get(f"kolom-{at}-{name}"))
        }
        system = request.POST.get(f"kode-{at}", "")
        mapping = {"columns": columns, "code_system": system if system in ("kemendagri", "bps") else None}
        posted.append(_Posted(sheets, request.POST.getlist(f"judul-{at}"), mapping))
    return posted


def _load(request: HttpRequest, actor: Actor, kept: dict[str, Any], posted: list[_Posted]) -> HttpResponse:
    """Queue the loading, once however often it is asked; the file is kept until it is done."""
    actor.require_act(Act.LOAD, region_code=kept["region"] or OF_SUBJECT)
    going = of_upload(actor, jobs.load_list.name, kept)
    if going is not None:
        return waiting_for(going)
    remember = posted if "simpan" in request.POST else []
    uploads.hold(kept)
    queued = jobs.load_list.queue(
        actor,
        key=kept["kept"],
        back=reverse("web:registry-upload"),
        kept=kept,
        mappings={sheet: one.mapping for one in posted for sheet in one.sheets},
        remember=[{"headers": one.headers, "mapping": one.mapping} for one in remember],
    )
    return waiting_for(queued.pk)


def _sheet(sheet: dict[str, Any]) -> dict[str, Any]:
    """One sheet of a preview for the template: its fields with the columns chosen, its findings in words."""
    report = sheet["report"]
    names, labels = queries.region_names(), queries.occupation_labels()
    return {
        "name": sheet["sheet"],
        "rows": report.get("rows", 0),
        "accepted": report.get("accepted", 0),
        "returned": report.get("returned", report.get("rows", 0) - report.get("accepted", 0)),
        "findings": in_words(report.get("findings", {}), report.get("sent_back", {})),
        "unreadable": report.get("unreadable", ()),
        "sample": [
            {
                **row,
                "place": names.get(row["village_code"] or "", ""),
                "trade": labels.get(row["occupation"] or "", ""),
            }
            for row in sheet["sample"]
        ],
    }


def _alike(sheets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the mappings to correct, one for all sheets with the same columns."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for sheet in sheets:
        columns = sheet["mapping"]["columns"]
        one = found.setdefault(
            tuple(sheet["headers"]),
            {
                "sheets": [],
                "headers": sheet["headers"],
                "fields": [(name, label, columns.get(name, "")) for name, label in words.FIELDS.items()],
                "recognised": len(columns),
                "enough": {"nik", "name"} <= columns.keys(),
                "code_system": sheet["mapping"].get("code_system") or "",
            },
        )
        one["sheets"].append(sheet["sheet"])
    return list(found.values())


def in_words(counts: dict[str, int], sent_back: dict[str, int]) -> list[dict[str, Any]]:
    """Say findings with sentence and remedy in the language of the page; what sent rows back first, the most first."""
    language: catalogue.Language = "en" if get_language() == "en" else "id"
    told = []
    for code, count in counts.items():
        kind = catalogue.CATALOGUE.get(code)
        told.append(
            {
                "code": code,
                "count": count,
                "blocks": code in sent_back,
                "message": kind.message(language) if kind else code,
                "todo": kind.todo(language) if kind else "",
            }
        )
    return sorted(told, key=lambda finding: (not finding["blocks"], -finding["count"], finding["code"]))


def _reasons(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Why rows were passed over, in the language of the page, and how many; the most first."""
    language: catalogue.Language = "en" if get_language() == "en" else "id"
    return sorted(
        ((reason_words(reason, language), count) for reason, count in counts.items()),
        key=lambda one: (-one[1], one[0]),
    )


def _intake(request: HttpRequest, intake_id: int) -> Intake:
    found = queries.intake(actor_of(request), intake_id)
    if found is None:
        raise Http404
    return found


#: What a list goes through by itself after it was loaded.
_MATCHES, _JUDGES = ("registry.match", "registry.match_as_asked"), ("registry.judge",)


def _on_its_way(intake: Intake) -> bool:
    """Return whether what runs or waits to run now matches rows of this list, or judges its people."""
    if intake.status == Intake.Status.UNDONE:
        return False
    going = on_their_way(*_MATCHES, *_JUDGES)
    if not going:
        return False
    unmatched, unjudged = queries.unfinished(intake.pk)
    return unjudged or (unmatched and any(kind in going for kind in _MATCHES))


def _waiting(intake: Intake) -> int:
    """Return the returned rows of a list that are still to come back mended."""
    mended: int = intake.mended  # type: ignore[attr-defined]
    return 0 if intake.status == Intake.Status.UNDONE or intake.settled_at else intake.returned - mended


@needs(Permission.INTAKE)
def detail(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Show a loaded list."""
    intake = _intake(request, intake_id)
    asked_again = request.GET.get("bagian") == "keadaan"
    if asked_again and _on_its_way(intake):
        return HttpResponse(status=204)  # nothing new: what is read or typed stays
    context = _state(request, intake)
    if asked_again:
        return render(request, "registry/intake_state.html", context)
    mapped = [
        (
            sheet,
            [
                (label, used["columns"][name])
                for name, label in words.FIELDS.items()
                if name in used.get("columns", {})
            ],
        )
        for sheet, used in intake.mapping.items()
        if isinstance(used, dict)
    ]
    return render(
        request,
        "registry/intake.html",
        {
            **context,
            "kind": words.KINDS.get(intake.kind, intake.kind),
            "place": queries.region_names().get(intake.region_code, intake.region_code),
            "findings": in_words(intake.findings, intake.sent_back),
            "mapped": mapped,
            "passed": _reasons(intake.passed_over),
            "unreadable": [
                one
                for used in intake.mapping.values()
                if isinstance(used, dict)
                for one in used.get("unreadable", ())
            ],
        },
    )


def _state(request: HttpRequest, intake: Intake) -> dict[str, Any]:
    """Return what the part of a list's page shows that changes by itself: how far its rows are, and of whom it told."""
    return {
        "intake": intake,
        "passed": bool(intake.passed_over),
        "passed_rows": sum(intake.passed_over.values()),
        "undone": intake.status == Intake.Status.UNDONE,
        "waiting": _waiting(intake),
        "on_its_way": _on_its_way(intake),
        "heard": heard(intake.pk) if intake.kind == Intake.Kind.DEATHS else None,
        "may_match": actor_of(request).can(Act.MATCH, region_code=OWN_REGIONS),
        "may_claim": actor_of(request).holds(Permission.CLAIM),
    }


@needs(Permission.INTAKE)
@require_POST
def returned(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Answer with the sender's own sheet, what is wrong beside each row. POST, because the reading is recorded."""
    _intake(request, intake_id)
    found = actions.returned_file(actor_of(request), intake_id=intake_id)
    if found is None:
        messages.info(request, _("Tidak ada baris yang dikembalikan."))
        return redirect("web:registry-intake", intake_id)
    return _download(*found)


@needs(Permission.INTAKE)
@require_POST
def passed(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Answer with the rows that are nobody's, each with its reason. POST, because the reading is recorded."""
    _intake(request, intake_id)
    found = actions.passed_file(actor_of(request), intake_id=intake_id)
    if found is None:
        messages.info(request, _("Tidak ada baris yang dilewati."))
        return redirect("web:registry-intake", intake_id)
    return _download(*found)


def _download(name: str, content: bytes) -> HttpResponse:
    return file_answer(name, content, guess_type(name)[0] or "application/octet-stream")


@needs(Permission.INTAKE)
@require_POST
def undo(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Take a loaded list back."""
    _intake(request, intake_id)
    reason = request.POST.get("alasan", "").strip()
    if not reason:
        messages.error(request, _("Tulis alasan pembatalan; alasan tercatat bersama tindakan ini."))
        return redirect(reverse("web:registry-intake", args=[intake_id]) + "#batalkan")
    actions.undo_intake(actor_of(request), intake_id=intake_id, reason=reason[:500])
    messages.success(request, _("Daftar ini dibatalkan. Barisnya tidak lagi dihitung."))
    return redirect("web:registry-intake", intake_id)


@needs(Permission.INTAKE)
@require_POST
def settle(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Stop waiting for the returned rows of a list."""
    _intake(request, intake_id)
    try:
        mending.settle(actor_of(request), intake_id=intake_id, reason=request.POST.get("alasan", ""))
    except Refused as refused:
        messages.error(request, sentence_of(refused))
        return redirect(reverse("web:registry-intake", args=[intake_id]) + "#selesai")
    messages.success(request, _("Daftar ini selesai: baris yang dikembalikan tidak ditunggu lagi."))
    return redirect("web:registry-intake", intake_id)
