"""Bills: the calendar of months, one month's bills, and bank statements matched to them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.approvals import decidable
from payung.access.roles import Permission
from payung.coverage import actions, desk, jobs
from payung.coverage.fees import open_fees
from payung.coverage.models import Bill, BillLine, Statement
from payung.funding.models import Fund
from payung.jobs import uploads
from payung.values import Month, format_rupiah, parse_rupiah
from payung.web.jobs.views import waiting_for
from payung.web.pages import Page, actor_of, address, needs, numbered_page, whole_number

P = Permission
_SIZE = 50
SEES = (P.BILL, P.APPROVE_BILL, P.PAY, P.SEE_MONEY)


@needs(*SEES)
def bills(request: HttpRequest) -> HttpResponse:
    """Twelve months at a glance, and the bills of the chosen one with the buttons of the next step."""
    actor = actor_of(request)
    today = Month.containing(timezone.localdate())
    try:
        month = Month.parse(request.POST.get("bulan") or request.GET.get("bulan", ""))
    except ValueError:
        month = today
    if request.method == "POST":
        _act(request, month)
        return redirect(f"{reverse('web:coverage-bills')}?bulan={month}")
    found = desk.bills_for(month)
    page = numbered_page(request, found, found.count())
    states = {bill.state for bill in page.items}
    context = {
        "calendar": desk.calendar(Month.of(month.year, 1)),
        "month": month,
        "years": (month.year - 1, month.year, month.year + 1),
        "page": page,
        "may_make": actor.can(Act.BILL_MAKE, region_code=WHOLE_PROVINCE),
        "may_approve": bool(decidable(actor, page.items)),
        "may_send": actor.can(Act.BILL_SEND, region_code=WHOLE_PROVINCE) and "approved" in states,
    }
    return render(request, "coverage/bills.html", context)


def _act(request: HttpRequest, month: Month) -> None:
    actor, act = actor_of(request), request.POST.get("tindakan")
    if act == "buat":
        made = actions.make_bills(actor, month=month)
        words = _("%(count)s tagihan dibuat: %(people)s orang, %(amount)s.")
        messages.success(
            request,
            words % {"count": len(made.bills), "people": made.people, "amount": format_rupiah(made.amount)},
        )
    elif act == "setujui":
        count = actions.approve_bills(actor, month=month)
        messages.success(request, _("%(count)s tagihan disetujui.") % {"count": count})
    elif act == "kirim":
        count = actions.send_bills(actor, month=month)
        messages.success(request, _("%(count)s tagihan ditandai terkirim.") % {"count": count})
    else:
        raise Http404


@needs(*SEES)
def bill(request: HttpRequest, bill_id: int) -> HttpResponse:
    """One bill: its lines as frozen, its payments, its excess; the branch's own code; a wrong match taken back."""
    found = Bill.objects.select_related("fund__payer", "proposed_by", "decided_by").filter(pk=bill_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        _change_bill(request, found)
        return redirect("web:coverage-bill", bill_id)
    actor = actor_of(request)
    lines = (
        BillLine.objects.filter(bill=found)
        .select_related("person", "line__decree", "line__amendment")
        .order_by("person_id")
    )
    shown = lines if actor.holds(P.SEE_PEOPLE) else lines.none()
    context = {
        "bill": found,
        "page": _lines_page(request, shown),
        "matches": desk.matches_of(found),
        "may_pay": actor.can(Act.PAYMENT_TAKE_BACK, region_code=WHOLE_PROVINCE),
        "may_set_code": found.state not in ("paid", "reconciled")
        and actor.can(Act.BILL_CODE, region_code=WHOLE_PROVINCE),
    }
    return render(request, "coverage/bill.html", context)


def _lines_page(request: HttpRequest, lines: QuerySet[BillLine]) -> Page:
    """Fifty lines after the person named by ?setelah=: by key, since counting off rows reads all of a large bill."""
    after = whole_number(request.GET.get("setelah", "")) or 0
    found = list(lines.filter(person_id__gt=after)[: _SIZE + 1])
    shown = found[:_SIZE]
    return Page(
        items=shown,
        first_url=address(request, setelah=None) if after else "",
        next_url=address(request, setelah=str(shown[-1].person_id)) if len(found) > _SIZE else "",
    )


def _change_bill(request: HttpRequest, bill: Bill) -> None:
    actor, act = actor_of(request), request.POST.get("tindakan")
    if act == "kode":
        try:
            until = date.fromisoformat(request.POST.get("sampai", ""))
        except ValueError:
            messages.error(request, _("Isi tanggal berakhirnya kode."))
            return
        made = actions.set_payment_code(
            actor, bill_id=bill.pk, code=request.POST.get("kode", ""), expires_on=until
        )
        messages.success(request, _("Kode iuran sekarang %(code)s.") % {"code": made.payment_code})
    elif act == "tarik":
        try:
            match = int(request.POST.get("cocok", ""))
        except ValueError:
            raise Http404 from None
        if not bill.matches.filter(pk=match).exists():
            raise Http404
        actions.take_back_match(actor, match_id=match, reason=request.POST.get("alasan", ""))
        messages.success(
            request, _("Pencocokan ditarik dengan catatan baru; pembayarannya menunggu di Bukti bayar.")
        )
    else:
        raise Http404


@needs(Act.STATEMENT_LOAD)
def payments(request: HttpRequest) -> HttpResponse:
    """Load a bank statement or record a receipt; payments that found no bill, by hand; money that came back."""
    form = ReceiptForm(
        request.POST if request.POST.get("tindakan") == "kuitansi" else None,
        initial={"tanggal": timezone.localdate()},
    )
    if request.method == "POST":
        if form.is_bound:
            if form.is_valid():
                _record_receipt(request, form.cleaned_data)
                return redirect("web:coverage-payments")
        else:
            return _take(request)
    waiting = (
        Bill.objects.filter(state__in=["approved", "sent"])
        .select_related("fund")
        .order_by("month", "fund_id")
    )
    fees = open_fees()
    came = list(desk.money_back()[:100])
    context = {
        "form": form,
        "open": desk.open_payments(without=[pk for one in fees for pk in one.payments])[:200],
        "back": [one for one in came if getattr(one, "about_payments", False)],
        "came": [one for one in came if not getattr(one, "about_payments", False)],
        "funds": Fund.objects.filter(credits__isnull=False).distinct().order_by("name"),
        "bills": [one for one in waiting[:300] if one.open_amount > 0],
        "fees": fees,
        "statements": Statement.objects.select_related("loaded_by").order_by("-pk")[:20],
    }
    return render(request, "coverage/payments.html", context)


class ReceiptForm(forms.Form):
    """One receipt: when, how much, its number, and what it says."""

    tanggal = forms.DateField(
        label=gettext_lazy("Tanggal bayar"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    jumlah = forms.CharField(
        label=gettext_lazy("Jumlah (Rp)"),
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    nomor = forms.CharField(
        label=gettext_lazy("Nomor kuitansi"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    keterangan = forms.CharField(
        label=gettext_lazy("Kode iuran atau keterangan"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def clean_jumlah(self) -> int:
        try:
            return parse_rupiah(self.cleaned_data["jumlah"])
        except ValueError as error:
            raise forms.ValidationError(_("Tulis rupiah, misalnya 1.900.000.")) from error


def _record_receipt(request: HttpRequest, data: dict[str, Any]) -> None:
    made = actions.record_receipt(
        actor_of(request),
        paid_on=data["tanggal"],
        amount=data["jumlah"],
        number=data["nomor"],
        words=data["keterangan"],
    )
    given = sum(made.matches.values_list("amount", flat=True))
    messages.success(
        request,
        _("Kuitansi dicatat; %(given)s dari %(amount)s dicocokkan.")
        % {"given": format_rupiah(given), "amount": format_rupiah(made.amount)},
    )


def _take(request: HttpRequest) -> HttpResponse:
    if request.FILES.get("berkas") is not None:
        return _load(request)
    if request.POST.get("tindakan") == "kembali":
        try:
            payment, fund = int(request.POST.get("pembayaran", "")), int(request.POST.get("dana", ""))
        except ValueError:
            raise Http404 from None
        made = actions.record_refund(actor_of(request), payment_id=payment, fund_id=fund)
        words = _("%(amount)s yang kembali dicatat.")
        messages.success(request, words % {"amount": format_rupiah(-made.amount)})
    elif request.POST.get("tindakan") == "biaya" and (
        statement := whole_number(request.POST.get("koran", ""))
    ):
        fees = actions.settle_fees(actor_of(request), statement_id=statement)
        words = _("%(count)s baris dicatat sebagai biaya bank (%(amount)s).")
        messages.success(request, words % {"count": len(fees.lines), "amount": format_rupiah(fees.total)})
    else:
        _match(request)
    return redirect("web:coverage-payments")


def _load(request: HttpRequest) -> HttpResponse:
    """Queue the reading of a statement; the file is kept until it is done."""
    actor, sent = actor_of(request), request.FILES["berkas"]
    actor.require_act(Act.STATEMENT_LOAD, region_code=WHOLE_PROVINCE)
    assert isinstance(sent, UploadedFile)
    name = (Path(sent.name or "").name or "koran")[-100:]
    kept: dict[str, Any] = {"kept": uploads.keep(sent), "name": name, "user": actor.user.pk}
    uploads.hold(kept)
    return waiting_for(jobs.load_statement.queue(actor, key=kept["kept"], back=request.path, kept=kept).pk)


def _match(request: HttpRequest) -> None:
    try:
        payment, chosen = int(request.POST.get("pembayaran", "")), int(request.POST.get("tagihan", ""))
    except ValueError:
        messages.error(request, _("Pilih berkas rekening koran, atau pembayaran dan tagihannya."))
        return
    bill = Bill.objects.filter(pk=chosen).first()
    found = desk.open_payments().filter(pk=payment).first()
    if bill is None or found is None:
        raise Http404
    amount = min(bill.open_amount, getattr(found, "left", 0))
    actions.match_by_hand(actor_of(request), payment_id=payment, bill_id=chosen, amount=amount)
    messages.success(request, _("%(amount)s dicocokkan.") % {"amount": format_rupiah(amount)})
