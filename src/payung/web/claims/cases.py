"""One case: where it stands, what is owed and why, papers, the family, the next step."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from payung.access.actor import Refused
from payung.access.roles import Permission
from payung.access.trail import Trail, opened
from payung.claims import actions, queries
from payung.claims.cases import moves_of, needs_two
from payung.claims.letter import ITEMS, amounts
from payung.claims.models import Accident, Case, Step, Told
from payung.law import disability_rows
from payung.law.words import code_in_words
from payung.registry.queries import region_names
from payung.values import parse_rupiah
from payung.web.pages import PDF, actor_of, file_answer, needs, whole_number

P = Permission
SEES = (P.CLAIM, P.APPROVE_CLAIM)
LEVELS = (
    ("tk", "TK"),
    ("sd", "SD"),
    ("smp", "SMP"),
    ("sma", "SMA"),
    ("pt", gettext_lazy("Perguruan tinggi")),
)
AIDS = ("dentures", "hearing_aid", "glasses")
#: More years of school left, or days off work, than anybody has.
_MOST_YEARS, _MOST_DAYS = 99, 36_500
MODES = (("land", gettext_lazy("Darat")), ("sea", gettext_lazy("Laut")), ("air", gettext_lazy("Udara")))


@needs(*SEES)
def detail(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show a case and take what is done with it."""
    found = queries.case(case_id)
    if found is None:
        raise Http404
    if request.method == "POST":
        _act(request, found)
        return redirect("web:claims-case", case_id)
    actor, lang = actor_of(request), "en" if get_language() == "en" else "id"
    opened(actor.user, Trail.CASE, case_id)
    steps = list(found.steps.select_related("by", "decided_by").order_by("id"))
    waiting = next((step for step in steps if step.answer == Step.Answer.PROPOSED), None)
    told = found.snapshot.get(lang, {})
    items, limits = queries.checklist(found, lang), queries.limits(found).because
    missing = [item for item in items if item.issuer and not item.papers]
    late = queries.compensation(found, timezone.localdate())
    context = {
        "case": found,
        "place": region_names().get(found.region_code, found.region_code),
        "amounts": amounts(found),
        "membership": queries.membership_of(found),
        "told_law": told,
        "difference": _difference(found, steps, told),
        "readings": [
            (one, [(ITEMS.get(name, _("Jumlah")), value) for name, value in one["differs"].items()])
            for one in told.get("readings", ())
        ],
        "items": items,
        "issuers": queries.by_issuer(items),
        "missing": len(missing),
        "next_paper": missing[0].key if missing else "",
        "stays": queries.stays(found, steps, timezone.localdate()),
        "limits_told": [limits.as_data(lang)],
        "unsure_limit": any(
            one.parameter.endswith("expiry_years") and one.confidence == "unverified" for one in limits.cited
        ),
        "waiting": waiting,
        "moves": [(state, Case.State(state).label, needs_two(found, state)) for state in moves_of(found)],
        "may_claim": actor.may(P.CLAIM, found.region_code),
        "may_decide": waiting is not None and waiting.may_decide(actor),
        "clock": queries.branch_clock(found, timezone.localdate()),
        "late": late,
        "late_told": [late.as_data(lang)] if late else (),
        "other_death": found.kind in Case.DEATHS
        and found.state != Case.State.CLOSED
        and found.person.died_on != found.event_on,
        "told": found.told.select_related("by").order_by("-at"),
        "ways": Told.How.choices,
        "levels": LEVELS,
        "children": _padded(found.children, 2, ("", "", "")),
        "open_facts": found.state in ("reported", "checked", "gathering"),
        "today": timezone.localdate(),
        "outcomes": Accident.Outcome.choices,
        **_of_accident(found, lang),
    }
    return render(request, "claims/case.html", context)


def _of_accident(found: Case, lang: str) -> dict[str, Any]:
    """Return what the page of a case shows of its accident; the names stand empty for a case without one."""
    accident = getattr(found, "accident", None)
    if accident is None:
        names = ("modes", "aids", "carried", "kept_losses", "losses")
        empty: dict[str, Any] = dict.fromkeys(names, ())
        return {**empty, "accident": None, "first_report": None, "scholarship": found.kind == Case.Kind.JKM}
    transport, aids = dict(accident.transport), dict(accident.aids)
    return {
        "accident": accident,
        "first_report": queries.first_report(accident, timezone.now()),
        "modes": [(mode, label, transport.get(mode)) for mode, label in MODES],
        "aids": [(kind, code_in_words(kind, lang), aids.get(kind)) for kind in AIDS],
        "carried": [label for mode, label in MODES if mode in transport],
        "kept_losses": _padded(accident.losses, len(accident.losses) + 2, ("", None)),
        "losses": [
            (row["code"], row[lang])
            for row in disability_rows(found.event_on)
            if row["confidence"] != "unverified"
        ],
        "scholarship": found.kind == Case.Kind.JKM
        or accident.outcome in (Accident.Outcome.DEATH, Accident.Outcome.TOTAL),
    }


def _difference(case: Case, steps: list[Step], told: dict[str, Any]) -> dict[str, Any] | None:
    """Return how what was paid (else decided) differs from the law: amount, reason, and a reading that explains it."""
    given = case.decided_amount if case.paid_amount is None else case.paid_amount
    if given is None or case.by_other_payer:
        return None
    said = [step for step in steps if step.answer == Step.Answer.DONE and step.details.get("amount") == given]
    return {
        "amount": given - case.owed,
        "reason": next((step.reason for step in reversed(said) if step.reason), ""),
        "reading": next(
            (one for one in told.get("readings", ()) if one["differs"].get("total") == given != case.owed),
            None,
        ),
    }


def _padded(rows: list[Any], count: int, empty: tuple[Any, ...]) -> list[Any]:
    """Return the rows with empty ones up to the number a form shows."""
    return [*rows, *[empty] * (count - len(rows))]


def _act(request: HttpRequest, case: Case) -> None:
    handlers = {
        "pindah": _move,
        "putuskan": _decide,
        "beri-tahu": _tell,
        "unggah": _upload,
        "hapus-berkas": _remove,
        "anak": _children,
        "fakta": _facts,
        "laporan": _report,
    }
    handler = handlers.get(request.POST.get("tindakan", ""))
    if handler is None:
        raise Http404
    handler(request, case)


def _move(request: HttpRequest, case: Case) -> None:
    step = actions.move(
        actor_of(request),
        case_id=case.pk,
        to=request.POST.get("ke", ""),
        reason=request.POST.get("alasan", ""),
        amount=_rupiah(request, "jumlah"),
        on=_day(request, "tanggal"),
        reference=request.POST.get("nomor", ""),
    )
    if step.answer == Step.Answer.PROPOSED:
        messages.info(request, _("Dicatat sebagai usul; pengguna kedua menyetujuinya."))
    else:
        messages.success(request, _("Kasus pindah: %(state)s.") % {"state": step.get_new_state_display()})


def _decide(request: HttpRequest, case: Case) -> None:
    actions.decide_move(
        actor_of(request),
        case_id=case.pk,
        approve=request.POST.get("jawaban") == "setuju",
        reason=request.POST.get("alasan", ""),
    )
    messages.success(request, _("Keputusan dicatat."))


def _tell(request: HttpRequest, case: Case) -> None:
    actions.tell(
        actor_of(request),
        case_id=case.pk,
        how=request.POST.get("cara", ""),
        whom=request.POST.get("kepada", ""),
        note=request.POST.get("catatan", ""),
    )
    messages.success(request, _("Dicatat: keluarga sudah diberi tahu."))


def _upload(request: HttpRequest, case: Case) -> None:
    sent = request.FILES.get("berkas")
    if sent is None:
        raise Refused(gettext_lazy("Pilih berkas dahulu."))
    actions.store_paper(
        actor_of(request), case_id=case.pk, item=request.POST.get("butir", ""), chunks=sent.chunks()
    )
    messages.success(request, _("Berkas diperiksa dan disimpan."))


def _remove(request: HttpRequest, case: Case) -> None:
    wanted = whole_number(request.POST.get("nomor-berkas", ""))
    if wanted is None:
        raise Http404
    actions.remove_paper(actor_of(request), paper_id=wanted, reason=request.POST.get("alasan", ""))
    messages.success(request, _("Berkas dihapus; riwayatnya tetap ada."))


def _children(request: HttpRequest, case: Case) -> None:
    children: list[list[Any]] = []
    for at in ("1", "2"):
        level, years = request.POST.get(f"jenjang-{at}", ""), request.POST.get(f"sisa-{at}", "")
        if level:
            left = whole_number(years, _MOST_YEARS)
            if left is None:
                raise Refused(gettext_lazy("Tulis sisa tahun sekolah dengan angka."))
            born = _day(request, f"lahir-{at}")
            children.append([level, left, born.isoformat() if born else None])
    changed = actions.set_children(actor_of(request), case_id=case.pk, children=children)
    messages.success(request, _("Hak dihitung lagi."))
    case.owed = changed.owed


def _facts(request: HttpRequest, case: Case) -> None:
    transport = [
        [mode, cost] for mode, _label in MODES if (cost := _rupiah(request, f"angkut-{mode}")) is not None
    ]
    aids = [[kind, cost] for kind in AIDS if (cost := _rupiah(request, f"alat-{kind}")) is not None]
    rows = sorted(int(name[6:]) for name in request.POST if re.fullmatch(r"cacat-\d{1,2}", name))
    losses = [
        [loss, _percent(request, f"persen-{at}")]
        for at in rows
        if (loss := request.POST.get(f"cacat-{at}", ""))
    ]
    days = whole_number(request.POST.get("hari", "") or "0", _MOST_DAYS)
    outcome = request.POST.get("akibat", "")
    if outcome not in Accident.Outcome.values or days is None:
        raise Refused(gettext_lazy("Pilih akibat, dan tulis hari dengan angka."))
    facts = {
        "treatment": request.POST.get("perawatan", "")[:300],
        "medical_cost": _rupiah(request, "biaya") or 0,
        "prosthesis_cost": _rupiah(request, "prostesis") or 0,
        "aids": aids,
        "homecare_cost": _rupiah(request, "homecare") or 0,
        "outcome": outcome,
        "losses": losses if outcome == Accident.Outcome.PARTIAL else [],
        "off_days": days,
        "witnesses": request.POST.get("saksi", "")[:300],
        "transport": transport,
    }
    actions.tell_accident(actor_of(request), case_id=case.pk, facts=facts)
    messages.success(request, _("Hak dihitung lagi."))


def _report(request: HttpRequest, case: Case) -> None:
    try:
        at = datetime.fromisoformat(request.POST.get("waktu", ""))
    except ValueError as error:
        raise Refused(gettext_lazy("Tulis waktu laporan dikirim.")) from error
    actions.record_report(
        actor_of(request),
        case_id=case.pk,
        stage=2 if request.POST.get("tahap") == "2" else 1,
        at=timezone.make_aware(at) if timezone.is_naive(at) else at,
    )


def _percent(request: HttpRequest, name: str) -> float | None:
    text = request.POST.get(name, "").replace(",", ".").strip()
    if not text:
        return None
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not math.isfinite(share):
        raise Refused(gettext_lazy("Persen cacat harus angka."))
    return share


def _rupiah(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        return parse_rupiah(text)
    except ValueError as error:
        raise Refused(
            gettext_lazy("%(text)s bukan jumlah rupiah."),
            text=repr(text),
        ) from error


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(
            gettext_lazy("%(text)s bukan tanggal."),
            text=repr(text),
        ) from error


@needs(P.CLAIM)
def letter(request: HttpRequest, case_id: int) -> HttpResponse:
    """Answer with the letter to the family, as PDF."""
    if queries.case(case_id) is None:
        raise Http404
    content = actions.letter_pdf(actor_of(request), case_id=case_id)
    return file_answer(f"surat-keluarga-{case_id}.pdf", content, PDF, inline=True)


@needs(*SEES)
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """One paper, as a download that no browser runs; the opening is recorded."""
    found, content = actions.open_paper(actor_of(request), paper_id=paper_id)
    end = "pdf" if found.content_type == PDF else "jpg"
    sandbox = "sandbox; default-src 'none'"
    name = f"berkas-{paper_id}.{end}"
    return file_answer(name, content, found.content_type, Content_Security_Policy=sandbox)
