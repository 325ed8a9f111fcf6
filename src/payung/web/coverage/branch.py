"""The exchange with the branch: files to send, answers to load, differences to settle."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from payung.access.actor import record_reading
from payung.access.roles import Permission
from payung.coverage import actions, desk
from payung.coverage.differences import KINDS, open_by_kind
from payung.coverage.models import Answer, Decree, Upload
from payung.exchange.branch import REFUSAL_WORDS
from payung.web.pages import actor_of, needs, numbered_page

P = Permission


@needs(P.EXCHANGE)
def branch(request: HttpRequest) -> HttpResponse:
    """Files made for the branch with what it answered; a place to load an answer."""
    if request.method == "POST":
        _load_answer(request)
        return redirect("web:coverage-branch")
    context = {
        "uploads": desk.uploads(),
        "unsent": Decree.objects.filter(status=Decree.Status.APPROVED, uploads__isnull=True).order_by("pk"),
        "answers": Answer.objects.select_related("applied_by").order_by("-pk")[:20],
    }
    return render(request, "coverage/branch.html", context)


def _load_answer(request: HttpRequest) -> None:
    actor = actor_of(request)
    if request.POST.get("tindakan") == "buat":
        try:
            decree_id = int(request.POST.get("sk", ""))
        except ValueError:
            raise Http404 from None
        with tempfile.TemporaryDirectory() as folder:
            made = actions.make_uploads(actor, decree_id=decree_id, out_dir=Path(folder))
        messages.success(request, _("%(count)s berkas siap diunduh.") % {"count": len(made)})
        return
    sent = request.FILES.get("berkas")
    if sent is None:
        messages.error(request, _("Pilih berkas jawaban cabang (.xlsx atau .csv)."))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(sent.name or "jawaban").name
        path.write_bytes(sent.read())
        applied = actions.apply_answer(actor, path=path)
    if applied.repeated:
        messages.info(request, _("Berkas ini sudah pernah diterapkan; tidak ada yang berubah."))
    else:
        messages.success(
            request,
            _("%(ok)s diterima, %(no)s ditolak, %(unknown)s baris tidak dikenal; %(open)s selisih dibuka.")
            % {
                "ok": applied.accepted,
                "no": applied.refused,
                "unknown": applied.unknown,
                "open": applied.differences,
            },
        )


@needs(P.EXCHANGE)
def upload_file(request: HttpRequest, upload_id: int) -> HttpResponse:
    """One file for the branch, made anew with full NIKs; that it was opened is recorded."""
    actor = actor_of(request)
    found = Upload.objects.filter(pk=upload_id).first()
    if found is None:
        raise Http404
    with tempfile.TemporaryDirectory() as folder:
        made = actions.make_uploads(actor, decree_id=found.decree_id, out_dir=Path(folder), only=upload_id)
        content = made[0].path.read_bytes()
    record_reading(actor, "upload.download", "upload", upload_id, sha256=made[0].sha256)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{made[0].path.name}"'
    return response


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
    """An item's facts as label and value, without ids that mean nothing to a reader."""
    words = {
        "line": _("baris"), "reason": _("alasan"), "words": _("kata cabang"), "ours": _("di sini"),
        "theirs": _("di cabang"), "member_no": _("nomor peserta"), "file": _("berkas"), "row": _("baris ke"),
        "nik": "NIK", "people": _("orang"), "amount": _("rupiah"), "starts_on": _("mulai"), "code": _("kode"),
        "open": _("belum dibayar"), "day": _("tanggal"), "reference": _("keterangan"),
        "untold": _("belum diketahui asalnya (Rp)"),
    }  # fmt: skip
    return [
        (words[name], _(REFUSAL_WORDS.get(str(value), str(value))) if name == "reason" else value)
        for name, value in detail.items()
        if name in words and value not in ("", None)
    ]
