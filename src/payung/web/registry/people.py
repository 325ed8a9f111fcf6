"""People: search, and one person's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.roles import Permission
from payung.access.trail import Trail, opened
from payung.claims.queries import cases_of
from payung.coverage.other_payers import Membership, membership_by_others
from payung.coverage.queries import Coverage, coverage_on
from payung.exchange.answer_words import REFUSAL_WORDS
from payung.identity.regions import within
from payung.law import first_day
from payung.oversight.written import month_words, rupiah, whole
from payung.registry import queries
from payung.registry.eligibility import explain_person
from payung.registry.models import Person
from payung.values import Month
from payung.web.pages import Page, actor_of, address, needs, seal, unseal
from payung.web.registry import words

PAST, COMING = 12, 12
CLAIMS = (Permission.CLAIM, Permission.APPROVE_CLAIM)


@needs(Permission.SEE_PEOPLE)
def index(request: HttpRequest) -> HttpResponse:
    """List people. What is searched for is posted and then sealed in the address, never readable there."""
    if request.method == "POST":
        typed = request.POST.get("cari", "").strip()[:100]
        chosen = {name: request.POST.get(name, "") for name in ("wilayah", "pekerjaan", "status")}
        kept = {
            name: value for name, value in {"cari": seal(typed) if typed else "", **chosen}.items() if value
        }
        return redirect(f"{request.path}?{urlencode(kept)}" if kept else request.path)
    search = queries.Search(
        words=str(unseal(request.GET.get("cari", "")) or ""),
        region=_known(request.GET.get("wilayah", ""), queries.region_names()),
        occupation=_known(request.GET.get("pekerjaan", ""), queries.occupation_labels()),
        status=_known(request.GET.get("status", ""), words.STATUSES),
        sort=request.GET.get("urut", "") or "nama",
    )
    month = Month.containing(timezone.localdate())
    found = queries.people_page(
        search, now=month, after=_key(request, "setelah"), before=_key(request, "sebelum")
    )
    names = queries.region_names()
    return render(
        request,
        "registry/people.html",
        {
            "search": search,
            "sort": search.sort,
            "page": _page(request, found),
            "by_word": found.by_word,
            "names": names,
            "now": month,
            "regions": _regions(actor_of(request).regions, names),
            "occupations": queries.occupation_labels(),
            "statuses": words.STATUSES,
            "rows": [(row, place_words(row.region_code, names)) for row in found.rows],
        },
    )


def _known(value: str, table: Any) -> str:
    return value if value in table else ""


def _key(request: HttpRequest, name: str) -> tuple[str, int] | None:
    found = unseal(request.GET.get(name, ""))
    return (str(found[0]), int(found[1])) if isinstance(found, list) and len(found) == 2 else None


def _page(request: HttpRequest, found: queries.PeoplePage) -> Page:
    if found.count > queries.COUNTED:
        summary = _("Lebih dari %(n)s orang") % {"n": whole(queries.COUNTED)}
    else:
        summary = _("%(n)s orang") % {"n": whole(found.count)}
    page = Page(items=found.rows, summary=summary)
    if found.rows and found.before:
        page.first_url = address(request, setelah=None, sebelum=None)
        page.previous_url = address(request, setelah=None, sebelum=seal(found.rows[0].key))
    if found.rows and found.more:
        page.next_url = address(request, sebelum=None, setelah=seal(found.rows[-1].key))
    return page


def _regions(own: tuple[str, ...], names: dict[str, str]) -> list[tuple[str, str]]:
    """Regencies and districts within the reader's regions, indented by level."""
    return [
        (code, f"{'— ' if len(code) == 8 else ''}{name}")
        for code, name in sorted(names.items())
        if len(code) in (5, 8) and within(code, own)
    ]


def place_words(code: str, names: dict[str, str]) -> str:
    """Name a village with its district, or as much as is known."""
    parts = [names[part] for part in (code[:13], code[:8], code[:5]) if part in names]
    return ", ".join(dict.fromkeys(parts[:2])) or code


@needs(Permission.SEE_PEOPLE)
def detail(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: facts with their sources, cover by month, why eligible or not."""
    someone = queries.person(person_id)
    if someone is None:
        raise Http404
    if someone.merged_into_id:
        return redirect("web:registry-person", someone.merged_into_id)
    opened(actor_of(request).user, Trail.PERSON, person_id)
    return render(request, "registry/person.html", _told(request, someone))


def _told(request: HttpRequest, someone: Person) -> dict[str, Any]:
    today, actor = timezone.localdate(), actor_of(request)
    names = queries.region_names()
    # Of the dead, what held on the day of their death is what counts.
    on = max(min(someone.died_on or today, today), first_day())
    cover, said = coverage_on(someone.pk, on), membership_by_others(someone.pk)
    others = said if said and said.covers_on(on) else None
    language = get_language() or "id"
    explained = explain_person(someone, today)
    label, tone = words.BY_OTHER_PAYER if others and not cover.protected else words.COVER_STATES[cover.state]
    facts = queries.facts_of(someone)
    return {
        "person": someone,
        "place": place_words(someone.region_code, names),
        "facts": [
            (
                words.FACTS[name],
                [(_written(name, v.value, names), v.sources, v.holds, words.WHY[v.why]) for v in values],
            )
            for name, values in facts
            if values
        ],
        "missing": [words.FACTS[name] for name, values in facts if not values],
        "cover": cover,
        "cover_label": label,
        "cover_tone": tone,
        "refusal": cover.refusal and _(REFUSAL_WORDS.get(cover.refusal, cover.refusal)),
        "others": others,
        "strip": _strip(cover, said, Month.containing(today)),
        "said": said,
        "stretches": list(reversed(cover.history)),
        "eligible": explained.eligible,
        "criteria": [
            {
                **answer.as_data(language),
                "words": words.ANSWERS[answer.answer],
                "sure": words.CONFIDENCE.get(answer.cited[0].confidence, answer.cited[0].confidence),
            }
            for answer in explained.criteria
        ],
        "pairs": queries.open_pairs_of(someone.pk),
        "cases": cases_of(someone.pk) if any(actor.holds(one) for one in CLAIMS) else (),
        "may_claim": actor.may(Permission.CLAIM, someone.region_code),
        "may_report_death": someone.died_on is None
        and any(actor.may(one, someone.region_code) for one in (Permission.CLAIM, Permission.INTAKE)),
        "may_open": actor.may(Permission.OPEN_NIK, someone.region_code),
        "today": today,
    }


def _written(name: str, value: Any, names: dict[str, str]) -> str:
    """Return a fact as a page shows it."""
    if name == "region_code":
        return place_words(value, names)
    if name == "occupation_id":
        return str(queries.occupation_labels().get(value, value))
    if name == "sex":
        return str(words.SEXES.get(value, value))
    if name == "income":
        return rupiah(value)
    if name == "wage_worker":
        return _("Ya") if value else _("Tidak")
    if name == "birth_date":
        return f"{value.day} {month_words(Month.containing(value))}"
    if name == "nik_last4":
        return f"•••• •••• •••• {value}"
    return str(value)


def _strip(cover: Coverage, said: Membership | None, now: Month) -> list[dict[str, Any]]:
    """Twenty-four months around now, each with its state: this programme's first, then what others pay."""
    paid = {month.number for period in cover.paid for month in period}
    decreed = {
        number: stretch
        for stretch in cover.history
        if stretch.fund
        for number in range(stretch.first.number, stretch.last.number + 1)
    }
    cells = []
    for number in range(now.number - PAST, now.number + COMING):
        month = Month(number)
        stretch = decreed.get(number)
        if number in paid:
            state, told = "paid", _("lunas")
        elif said is not None and said.covers(month):
            state, told = "other", _("dibayar pihak lain menurut data cabang")
        elif stretch is not None:
            state, told = "decreed", _("ditetapkan SK, belum lunas")
        else:
            state, told = "none", _("tidak tercatat di program ini")
        cells.append(
            {
                "month": month,
                "short": month_words(month)[:3],
                "year": month.year if month.month == 1 or number == now.number - PAST else None,
                "state": state,
                "now": month == now,
                "words": f"{month_words(month)}: {told}" + (f" ({stretch.fund})" if stretch else ""),
            }
        )
    return cells


@needs(Permission.OPEN_NIK)
@require_POST
def nik(request: HttpRequest, person_id: int) -> HttpResponse:
    """Open a NIK: in place where htmx asks, else on the whole page. The reading is recorded."""
    opened = queries.open_nik(actor_of(request), person_id=person_id)
    grouped = " ".join(opened[at : at + 4] for at in range(0, 16, 4))
    if getattr(request, "htmx", False):
        return render(request, "registry/nik.html", {"nik": grouped})
    someone = queries.person(person_id)
    if someone is None:
        raise Http404
    return render(request, "registry/person.html", {**_told(request, someone), "nik": grouped})
