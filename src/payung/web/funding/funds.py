"""Pages of funds: what each payer's money does, one fund's statement, proposals and approvals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from payung.access.actor import Refused
from payung.access.acts import OF_SUBJECT, Act
from payung.access.roles import Permission
from payung.coverage.models import Amendment
from payung.funding import actions
from payung.funding.models import Entry, Fund, FundChange
from payung.funding.named import people_named
from payung.funding.queries import ACCOUNTS, balances, fund_rows, releases_of, statement
from payung.funding.statements import statement_csv, statement_pdf
from payung.registry.models import Occupation, Region
from payung.values import Month
from payung.values.spreadsheet import CsvWriter
from payung.web.funding.bars import money_bar
from payung.web.funding.forms import ChangeForm, FundForm
from payung.web.middleware import sentence_of
from payung.web.pages import CSV, PDF, actor_of, address, file_answer, needs

P = Permission
SEES = (P.SEE_MONEY, P.PROPOSE_FUND, P.APPROVE_FUND)
_LINES = 100


@needs(*SEES)
def funds(request: HttpRequest) -> HttpResponse:
    """All funds with what their money is doing, those that wait for approval first."""
    actor = actor_of(request)
    rows = fund_rows(today=timezone.localdate())
    active = [row for row in rows if row.fund.status == Fund.Status.ACTIVE]
    totals = {name: sum(row.balance[name] for row in active) for name in ACCOUNTS}
    context = {
        "waiting": [row for row in rows if row.fund.status == Fund.Status.PROPOSED or row.waiting],
        "active": [(row, money_bar(row.balance, row.fund.amount)) for row in active],
        "legend": money_bar(dict.fromkeys(ACCOUNTS, 0), 0),
        "others": [row for row in rows if row.fund.status in (Fund.Status.CLOSED, Fund.Status.REJECTED)],
        "totals": totals,
        "amount": sum(row.fund.amount for row in active),
        "used": sum(row.used for row in active),
        "may_propose": actor.can(Act.PROPOSE_FUND, region_code=OF_SUBJECT),
        "as_of": timezone.now(),
    }
    return render(request, "funding/funds.html", context)


@needs(*SEES)
def funds_csv(request: HttpRequest) -> HttpResponse:
    """Answer with the list of funds and balances as CSV."""
    response = file_answer("dana.csv", "", CSV)
    writer = CsvWriter(response)
    writer.writerow(("kode", "nama", "pembayar", "jenis", "wadah", "status", "jumlah", "cair", *ACCOUNTS))
    for row in fund_rows(today=timezone.localdate()):
        fund = row.fund
        words = (fund.code, fund.name, fund.payer.name, fund.kind, fund.group_code, fund.status)
        writer.writerow((*words, fund.amount, row.released, *(row.balance[name] for name in ACCOUNTS)))
    return response


def _found(fund_id: int) -> Fund:
    fund = Fund.objects.select_related("payer", "proposed_by", "decided_by").filter(pk=fund_id).first()
    if fund is None:
        raise Http404
    return fund


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@needs(*SEES)
def fund(request: HttpRequest, fund_id: int) -> HttpResponse:
    """One fund: its terms, its balances on a day, its statement, and what waits for a decision."""
    actor, found = actor_of(request), _found(fund_id)
    first, last = (_day(request.GET.get(name, "")) for name in ("dari", "sampai"))
    on = _day(request.GET.get("per", ""))
    changes = list(found.changes.select_related("proposed_by", "decided_by").order_by("-id")[:20])
    where = found.payer.region_code or settings.PAYUNG_PROVINCE
    balance = balances([found.pk], as_of=on).get(found.pk, dict.fromkeys(ACCOUNTS, 0))
    waiting = next((change for change in changes if change.status == FundChange.Status.PROPOSED), None)
    made = statement(found, first=first, last=last, limit=_LINES)
    bar = money_bar(balance, found.amount)
    files = address(request, per=None).removeprefix(request.path)
    context = {
        "fund": found,
        "last_month": Month(found.end_month.number - 1),
        "balance": balance,
        "bar": bar,
        "balances": bar,
        "on": on,
        "releases": releases_of([found.pk]).get(found.pk, []),
        "regions": _names(
            Region.objects.filter(code__in=found.regions).values_list("code", "name"), found.regions
        ),
        "trades": _names(
            Occupation.objects.filter(id__in=found.trades).values_list("id", "label"), found.trades
        ),
        "statement": made,
        "lines": [
            (line, *cause)
            for line, cause in zip(made.lines, _causes([line.entry for line in made.lines]), strict=True)
        ],
        "first": first,
        "last": last,
        "entries": len(made.lines) or first or last,
        "changes": changes,
        "waiting": waiting,
        "named": found.named.count() if actor.holds(P.SEE_PEOPLE) else 0,
        "may_approve": found.may_decide(actor),
        "may_decide_change": waiting is not None and waiting.may_decide(actor),
        "may_change": actor.can(Act.PROPOSE_CHANGE, region_code=where) and found.status == Fund.Status.ACTIVE,
        "csv_url": f"{request.path}laporan.csv{files}",
        "pdf_url": f"{request.path}laporan.pdf{files}",
    }
    return render(request, "funding/fund.html", context)


def _names(known: Iterable[tuple[str, str]], wanted: list[str]) -> list[str]:
    names = dict(known)
    return [names.get(key, key) for key in wanted]


#: cause of an entry -> its name, and the page that shows it by the cause's number
_CAUSES: dict[str, tuple[Any, str]] = {
    "fund": (gettext_lazy("Dana disetujui"), "#ketentuan"),
    "change": (gettext_lazy("Perubahan dana"), "#riwayat"),
    "plan": (gettext_lazy("Rencana"), "web:planning-plan"),
    "decree": (gettext_lazy("SK"), "web:coverage-decree"),
    "amendment": (gettext_lazy("SK perubahan"), "web:coverage-decree"),
    "bill": (gettext_lazy("Tagihan"), "web:coverage-bill"),
    "payment": (gettext_lazy("Pembayaran"), "web:coverage-payments"),
}


def _causes(entries: list[Entry]) -> list[tuple[str, str]]:
    """Return the words and address of each entry's cause."""
    amended = [e.cause_id for e in entries if e.cause == "amendment" and e.cause_id is not None]
    decrees: dict[int | None, int] = {}
    if amended:
        decrees.update(Amendment.objects.filter(pk__in=amended).values_list("pk", "decree_id"))
    found = []
    for entry in entries:
        label, target = _CAUSES.get(entry.cause, (entry.cause, ""))
        number = decrees.get(entry.cause_id) if entry.cause == "amendment" else entry.cause_id
        if target.startswith("#") or not target:
            url = target
        elif entry.cause == "payment":
            url = reverse(target)
        else:
            url = reverse(target, args=[number]) if number else ""
        words = str(label) if entry.cause in ("fund", "payment") else f"{label} {entry.cause_id or ''}"
        found.append((words.strip(), url))
    return found


@needs(*SEES)
def statement_file(request: HttpRequest, fund_id: int, kind: str) -> HttpResponse:
    """Answer with the statement as CSV or PDF."""
    found = _found(fund_id)
    first, last = (_day(request.GET.get(name, "")) for name in ("dari", "sampai"))
    made = statement(found, first=first, last=last)
    if kind == "csv":
        return file_answer(f"dana-{found.pk}.csv", statement_csv(made), CSV)
    if kind == "pdf":
        owner, today = settings.PAYUNG_PROGRAMME_OWNER, timezone.localdate()
        return file_answer(f"dana-{found.pk}.pdf", statement_pdf(made, owner=owner, printed_on=today), PDF)
    raise Http404


@needs(P.PROPOSE_FUND)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a new fund by a form."""
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request)
        try:
            payer = actions.add_payer(
                actor, name=form.cleaned_data["payer"], kind=form.cleaned_data["payer_kind"]
            )
            terms = form.terms()
            made = actions.propose_fund(
                actor, payer=payer, **{**terms, "people": people_named(terms["people"])}
            )
        except Refused as refused:
            form.add_error(None, sentence_of(refused))
        else:
            messages.success(
                request, _("Dana %(name)s diusulkan; orang lain menyetujuinya.") % {"name": made.name}
            )
            return redirect("web:funding-fund", made.pk)
    status = 422 if form.errors else 200
    return render(request, "funding/propose.html", {"form": form}, status=status)


@needs(P.APPROVE_FUND)
@require_POST
def decide(request: HttpRequest, fund_id: int) -> HttpResponse:
    """Approve or reject a proposed fund."""
    actor = actor_of(request)
    if request.POST.get("tindakan") == "setujui":
        made = actions.approve_fund(actor, fund_id, today=timezone.localdate())
        messages.success(request, _("Dana %(name)s berlaku; uangnya tersedia.") % {"name": made.name})
    else:
        made = actions.reject_fund(actor, fund_id, reason=request.POST.get("alasan", ""))
        messages.success(request, _("Dana %(name)s ditolak.") % {"name": made.name})
    return redirect("web:funding-fund", fund_id)


@needs(P.PROPOSE_FUND)
def change(request: HttpRequest, fund_id: int) -> HttpResponse:
    """Propose a change of a fund by a form."""
    found, form = _found(fund_id), ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            actions.propose_change(
                actor_of(request),
                found.pk,
                reason=clean["reason"],
                terms=form.terms(),
                cash=clean["cash"] if clean["what"] == "money" else (),
                close=clean["what"] == "close",
            )
        except Refused as refused:
            form.add_error(None, sentence_of(refused))
        else:
            messages.success(request, _("Perubahan diusulkan; orang lain menyetujuinya."))
            return redirect("web:funding-fund", found.pk)
    status = 422 if form.errors else 200
    return render(request, "funding/change.html", {"form": form, "fund": found}, status=status)


@needs(P.APPROVE_FUND)
@require_POST
def decide_change(request: HttpRequest, change_id: int) -> HttpResponse:
    """Approve or reject a change of a fund."""
    made = actions.decide_change(
        actor_of(request),
        change_id,
        approve=request.POST.get("tindakan") == "setujui",
        today=timezone.localdate(),
        reason=request.POST.get("alasan", ""),
    )
    messages.success(request, _("Perubahan: %(status)s.") % {"status": made.get_status_display().lower()})
    return redirect("web:funding-fund", made.fund_id)
