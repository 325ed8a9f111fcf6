"""The exchange with the branch: files to send, answers to load, differences to settle."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from payung.access.actor import Actor, Refused
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.roles import Permission
from payung.coverage import actions, desk, jobs
from payung.coverage.answers import PROBLEMS
from payung.coverage.differences import KINDS, open_by_kind
from payung.coverage.models import Decree, Upload
from payung.exchange.answer_words import REFUSAL_WORDS
from payung.jobs import uploads
from payung.jobs.queries import of_upload
from payung.web.jobs.views import waiting_for
from payung.web.middleware import sentence_of
from payung.web.pages import XLSX, actor_of, file_answer, needs, numbered_page, seal, unseal, whole_number

P = Permission


@needs(P.EXCHANGE)
def branch(request: HttpRequest) -> HttpResponse:
    """Files made for the branch with what it answered; a place to load an answer."""
    if request.method == "POST":
        return _act(request)
    context = {
        "uploads": desk.uploads(),
        "unsent": Decree.objects.filter(status=Decree.Status.APPROVED, uploads__isnull=True).order_by("pk"),
        "answers": desk.answers()[:20],
        # Files and answers are of the whole province: who exchanges for a part of it reads what came of them.
        "may_exchange": actor_of(request).can(Act.ANSWER_APPLY, region_code=WHOLE_PROVINCE),
    }
    return render(request, "coverage/branch.html", context)


def _act(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if request.POST.get("tindakan") == "tarik":
        _take_back(request)
        return redirect("web:coverage-branch")
    if request.POST.get("tindakan") == "buat":
        try:
            decree_id = int(request.POST.get("sk", ""))
        except ValueError:
            raise Http404 from None
        actor.require_act(Act.UPLOAD_MAKE, region_code=WHOLE_PROVINCE)
        return waiting_for(jobs.make_uploads.queue(actor, back=request.path, decree=decree_id).pk)
    sent = request.FILES.get("berkas")
    if sent is None:
        messages.error(request, _("Pilih berkas jawaban cabang (.xlsx atau .csv)."))
        return redirect("web:coverage-branch")
    kept = {
        "kept": uploads.keep(sent),
        "name": (Path(sent.name or "").name or "jawaban")[-100:],
        "user": actor.user.pk,
    }
    return redirect("web:coverage-answer-preview", seal(kept))


def _take_back(request: HttpRequest) -> None:
    number = whole_number(request.POST.get("jawaban", ""))
    if number is None:
        raise Http404
    taken = actions.take_back_answer(
        actor_of(request), answer_id=number, reason=request.POST.get("alasan", "")
    )
    messages.success(request, _("Jawaban %(file)s ditarik kembali.") % {"file": taken.file_name})


@needs(Act.ANSWER_APPLY)
def answer_preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show how every word of a kept answer is understood and what it would change; apply it when confirmed."""
    actor = actor_of(request)
    kept = unseal(token)
    with uploads.opened(kept, actor.user) as path, tempfile.TemporaryDirectory() as folder:
        if path is None:
            used = of_upload(actor, jobs.apply_answer.name, kept)
            if used is not None:
                return waiting_for(used)
            messages.error(request, _("Berkas itu sudah dihapus; muat lagi."))
            return redirect("web:coverage-branch")
        named = Path(folder) / kept["name"]
        named.symlink_to(path)
        if request.method == "POST":
            return _apply(actor, kept)
        try:
            seen = actions.preview_answer(actor, path=named)
        except Refused as refused:
            messages.error(request, sentence_of(refused))
            return redirect("web:coverage-branch")
    context = {
        "seen": seen,
        "words": [{**one, "reason": _(REFUSAL_WORDS.get(one["refusal"], ""))} for one in seen.words],
        "undecided": [(_(PROBLEMS[name]), count) for name, count in seen.undecided.items()],
    }
    return render(request, "coverage/answer.html", context)


def _apply(actor: Actor, kept: dict[str, Any]) -> HttpResponse:
    """Queue the applying of a kept answer, once however often it is asked; the file is kept until it is done."""
    going = of_upload(actor, jobs.apply_answer.name, kept)
    if going is None:
        uploads.hold(kept)
        back = reverse("web:coverage-branch")
        going = jobs.apply_answer.queue(actor, key=kept["kept"], back=back, kept=kept).pk
    return waiting_for(going)


@needs(Act.UPLOAD_MAKE)
def upload_file(request: HttpRequest, upload_id: int) -> HttpResponse:
    """One file for the branch, made anew with full NIKs; that it was opened is recorded."""
    actor = actor_of(request)
    found = Upload.objects.filter(pk=upload_id).first()
    if found is None:
        raise Http404
    with tempfile.TemporaryDirectory() as folder:
        made = actions.make_uploads(actor, decree_id=found.decree_id, out_dir=Path(folder), only=upload_id)
        content = made[0].path.read_bytes()
    return file_answer(made[0].path.name, content, XLSX)


@needs(P.EXCHANGE)
def differences(request: HttpRequest) -> HttpResponse:
    """Open differences by kind, each with its owner; take one over, settle one with a sentence."""
    if request.method == "POST":
        try:
            number = int(request.POST.get("nomor", ""))
        except ValueError:
            raise Http404 from None
        if request.POST.get("tindakan") == "ambil":
            actor = actor_of(request)
            actions.give_difference(actor, difference_id=number, owner=actor.user)
            messages.success(request, _("Anda sekarang penanggung jawabnya."))
        else:
            actions.settle_difference(
                actor_of(request), difference_id=number, settlement=request.POST.get("penyelesaian", "")
            )
            messages.success(request, _("Selisih diselesaikan."))
        return redirect(f"{reverse('web:coverage-differences')}?jenis={request.POST.get('jenis', '')}")
    kind = request.GET.get("jenis", "")
    counts = open_by_kind()
    found = desk.differences(kind if kind in KINDS else "")
    total = counts.get(kind, 0) if kind in KINDS else sum(counts.values())
    page = numbered_page(request, found, total)
    page.items = [
        {"item": item, "label": _(KINDS.get(item.kind, item.kind)), "detail": _detail(item.detail)}
        for item in page.items
    ]
    context = {
        "page": page,
        "kind": kind,
        "kinds": [(name, _(KINDS.get(name, name)), count) for name, count in counts.items()],
    }
    return render(request, "coverage/differences.html", context)


def _detail(detail: dict[str, object]) -> list[tuple[str, object]]:
    """Return an item's facts as label and value, without internal ids."""
    words = {
        "problem": _("sebab"),
        "line": _("baris"), "reason": _("alasan"), "words": _("kata cabang"), "ours": _("di sini"),
        "theirs": _("di cabang"), "member_no": _("nomor peserta"), "file": _("berkas"), "row": _("baris ke"),
        "nik": "NIK", "people": _("orang"), "amount": _("rupiah"), "starts_on": _("mulai"), "code": _("kode"),
        "open": _("belum dibayar"), "day": _("tanggal"), "reference": _("keterangan"),
        "untold": _("belum diketahui asalnya (Rp)"),
    }  # fmt: skip
    return [
        (words[name], _told(name, value))
        for name, value in detail.items()
        if name in words and value not in ("", None)
    ]


def _told(name: str, value: object) -> object:
    """Return a fact in words: codes of refusals and problems translated."""
    known = {"reason": REFUSAL_WORDS, "problem": PROBLEMS}.get(name)
    return _(known.get(str(value), str(value))) if known else value
