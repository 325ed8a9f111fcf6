"""What the faces read about lists and people. Row-level security limits every answer to the reader's regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, record_reading
from payung.access.acts import Act
from payung.access.crypto import asked_hashes, decrypt, last_digits
from payung.access.roles import Permission
from payung.database.statements import piece
from payung.identity import names, regions
from payung.identity import nik as niks
from payung.registry.facts import trust_order
from payung.registry.loading import NIK
from payung.registry.mending import with_mended
from payung.registry.models import Intake, Occupation, Pair, Person, Record
from payung.values import Month

PAGE = 50
#: A count is not taken further than this: "more than 10.000" is answer enough.
COUNTED = 10_000
STATUSES = (
    *(
        "eligible",
        "not_eligible",
        "unverified",
        "covered",
        "elsewhere",
        "uncovered",
        "ending",
        "double",
        "died",
    ),
)
#: Whether the branch's extract shows a person as a member this month.
_ELSEWHERE = piece("registry", "shown_by_branch", day="%(month)s::date")

_STATUS_SQL = {
    "eligible": "e.eligible AND e.verified",
    "not_eligible": "e.eligible IS FALSE",
    "unverified": "p.candidate AND e.verified IS NOT TRUE",
    "covered": "p.covered_until >= %(now)s",
    "elsewhere": _ELSEWHERE,
    "uncovered": "e.eligible AND e.verified AND (p.covered_until IS NULL OR p.covered_until < %(now)s)"
    f" AND {_ELSEWHERE} IS NOT TRUE",
    "ending": "p.covered_until BETWEEN %(now)s AND %(now)s + 1",
    "double": "p.sources > 1",
    "died": "p.died_on IS NOT NULL",
}
_SORTS = {"nama": ("p.name_norm", "p.id"), "wilayah": ("p.region_code", "p.id")}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of people."""

    id: int
    name: str
    nik_last4: str
    birth_date: date | None
    region_code: str
    occupation: str
    sources: int
    covered_until: Month | None
    others_until: Month | None
    eligible: bool | None
    verified: bool
    died_on: date | None
    key: tuple[str, int]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people by key: whether there are more on either side, and how many in all up to COUNTED."""

    rows: list[PersonRow]
    more: bool
    before: bool
    count: int
    by_word: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What people are looked for: a name's beginning or a full NIK, a region, a trade, a status."""

    words: str = ""
    region: str = ""
    occupation: str = ""
    status: str = ""
    sort: str = "nama"

    @property
    def is_nik(self) -> bool:
        return niks.digits_of(self.words)[0] is not None if self.words else False


@cache
def region_names() -> dict[str, str]:
    """Name of every region of the deployment by code, from the reference data that its table is made of."""
    known = regions.load(settings.PAYUNG_PROVINCE)
    inside = (*known.regencies(), *known.districts(), *known.villages())
    named = {region.code: region.name for region in inside}
    return {settings.PAYUNG_PROVINCE: known.name(settings.PAYUNG_PROVINCE), **named}


@cache
def occupation_labels() -> dict[str, str]:
    """Label of every occupation by id, in the order of the labels."""
    return dict(Occupation.objects.order_by("label").values_list("id", "label"))


def people_page(
    search: Search,
    *,
    now: Month,
    after: tuple[str, int] | None = None,
    before: tuple[str, int] | None = None,
) -> PeoplePage:
    """Return a page of people after (or before) a key, in the order of the search.

    A name is looked for from its beginning by index; where nobody's name begins so, among the later words.
    A full NIK is found by its keyed hash alone. Two or three queries.
    """
    where, values = _conditions(search, now)
    found = _rows(search, where, values, after, before)
    by_word = False
    if search.words and not search.is_nik and not found and after is None and before is None:
        where, values = _conditions(search, now, by_word=True)
        found = _rows(search, where, values, after, before)
        by_word = bool(found)
    elif search.words and (after or before) and not found:
        return PeoplePage([], False, True, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*) FROM (SELECT 1 FROM registry_person p
                {"LEFT JOIN registry_eligibility e ON e.person_id = p.id" if search.status else ""}
                WHERE {where} LIMIT {COUNTED + 1}) counted""",
            values,
        )
        count = cursor.fetchall()[0][0]
    more = len(found) > PAGE
    found = found[:PAGE]
    if before is not None:
        found.reverse()
        return PeoplePage(found, True, more, count, by_word)
    return PeoplePage(found, more, after is not None, count, by_word)


def _conditions(search: Search, now: Month, *, by_word: bool = False) -> tuple[str, dict[str, Any]]:
    parts = ["p.merged_into_id IS NULL"]
    values: dict[str, Any] = {"now": now.number, "month": now.first_day}
    if search.is_nik:
        parts.append("p.nik_hash = ANY(%(nik)s)")
        values["nik"] = asked_hashes(str(niks.digits_of(search.words)[0]))
    elif search.words:
        wanted = names.normalise(search.words)
        if by_word:
            parts.append("p.name_norm LIKE %(word)s")
            values["word"] = "% " + wanted.replace("%", "").replace("_", "") + "%"
        else:
            # A range, not LIKE: row-level security lets only leakproof operators reach an index.
            parts.append("p.name_norm >= %(from)s AND p.name_norm < %(to)s")
            values |= {"from": wanted, "to": wanted + "\uffff"}
    if search.region:
        parts.append("p.region_code >= %(region)s AND p.region_code < %(region_end)s")
        values["region"], values["region_end"] = regions.span(search.region)
    if search.occupation:
        parts.append("p.occupation_id = %(occupation)s")
        values["occupation"] = search.occupation
    if search.status in _STATUS_SQL:
        parts.append(f"({_STATUS_SQL[search.status]})")
    return " AND ".join(parts), values


def _rows(
    search: Search,
    where: str,
    values: dict[str, Any],
    after: tuple[str, int] | None,
    before: tuple[str, int] | None,
) -> list[PersonRow]:
    descending = search.sort.startswith("-")
    column, tie = _SORTS.get(search.sort.lstrip("-"), _SORTS["nama"])
    backwards = before is not None
    direction = "DESC" if descending != backwards else "ASC"
    key = before if backwards else after
    if key is not None:
        sign = "<" if direction == "DESC" else ">"
        where += f" AND ({column}, {tie}) {sign} (%(key)s, %(key_id)s)"
        values = {**values, "key": key[0], "key_id": key[1]}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT p.id, p.name, p.nik_enc, p.birth_date, p.region_code, p.occupation_id, p.sources,
                       p.covered_until, p.branch_until, e.eligible, coalesce(e.verified, false), p.died_on, {column}
                FROM registry_person p LEFT JOIN registry_eligibility e ON e.person_id = p.id
                WHERE {where} ORDER BY {column} {direction}, {tie} {direction} LIMIT {PAGE + 1}""",
            values,
        )
        rows = cursor.fetchall()
    labels = occupation_labels()
    return [
        PersonRow(
            person,
            name,
            last_digits(nik),
            born,
            region,
            labels.get(trade or "", ""),
            sources,
            None if covered is None else Month(covered),
            None if branch is None else Month.containing(branch),
            eligible,
            verified,
            died,
            (key_value, person),
        )
        for (
            person,
            name,
            nik,
            born,
            region,
            trade,
            sources,
            covered,
            branch,
            eligible,
            verified,
            died,
            key_value,
        ) in rows
    ]


@dataclass(frozen=True, slots=True)
class Source:
    """One record that says something: which list, of which kind (in words), which row, when it came.

    `rank` is how far down the trust order its kind stands: 1 is believed first.
    """

    intake_id: int
    file_name: str
    kind: str
    rank: int
    sheet: str
    row_no: int
    loaded_at: datetime
    undone: bool


@dataclass(frozen=True, slots=True)
class FactValue:
    """One value of a fact, who says it, whether it is the one that holds, and why.

    `why` is 'only' (nobody says otherwise), 'trust' (its source is believed before the others'), 'newest' (of
    sources believed alike), 'detail' (a village says more than a regency), 'support' (most rows say so),
    'clerk' (no row says it any more), or '' for a value that does not hold.
    """

    value: Any
    sources: list[Source]
    holds: bool
    why: str = ""


#: Facts shown on a person's page, in order: the column of person and record.
FACTS = (
    *("name", "nik_last4", "sex", "birth_date", "birth_place", "mother_name", "address", "region_code"),
    *("phone", "occupation_id", "income", "wage_worker", "heir_name", "heir_relation", "heir_phone"),
)


def person(person_id: int) -> Person | None:
    """Return a person, if the reader may see them."""
    return Person.objects.select_related("merged_into", "occupation").filter(pk=person_id).first()


def facts_of(someone: Person) -> list[tuple[str, list[FactValue]]]:
    """Each fact with every value ever sent, the one that holds first, and the rows that say it. Two queries."""
    records = list(
        Record.objects.filter(person=someone)
        .select_related("intake")
        .defer("raw_enc", "intake__returned_enc", "intake__passed_enc", "intake__mapping", "intake__findings")
        .order_by("-intake__loaded_at", "-id")
    )
    ranks = trust_order()
    found = []
    for name in FACTS:
        said: dict[Any, list[Source]] = {}
        for record in records:
            value = getattr(record, name)
            if value not in (None, ""):
                said.setdefault(value, []).append(_source(record, ranks))
        held = getattr(someone, name)
        values = [FactValue(value, sources, value == held) for value, sources in said.items()]
        if held not in (None, "") and held not in said:
            values.append(FactValue(held, [], True))
        values.sort(key=lambda value: not value.holds)
        if values and values[0].holds:
            values[0] = replace(values[0], why=_why(name, values[0], values[1:]))
        found.append((name, values))
    return found


def _why(name: str, held: FactValue, others: list[FactValue]) -> str:
    """Why this value holds and not one of the others, by the rules of `facts.refresh_people`."""

    def standing(value: FactValue) -> list[Source]:
        return [source for source in value.sources if not source.undone]

    if not standing(held):
        return "clerk"
    rivals = [value for value in others if standing(value)]
    if not rivals:
        return "only"
    if name == "region_code" and len(held.value) > max(len(value.value) for value in rivals):
        return "detail"
    if name == "nik_last4" and len(standing(held)) > max(len(standing(value)) for value in rivals):
        return "support"
    best = min(source.rank for source in standing(held))
    return "trust" if best < min(s.rank for value in rivals for s in standing(value)) else "newest"


def _source(record: Record, ranks: dict[str, int]) -> Source:
    return Source(
        record.intake_id,
        record.intake.file_name,
        str(record.intake.get_kind_display()),
        ranks.get(record.intake.kind, len(ranks) + 1),
        record.sheet,
        record.row_no,
        record.intake.loaded_at,
        record.intake.status == Intake.Status.UNDONE,
    )


def open_pairs_of(person_id: int) -> Sequence[Pair]:
    """Return the records that may be this person and wait for a clerk."""
    return list(
        Pair.objects.filter(person_id=person_id, state__in=(*Pair.UNDECIDED, Pair.State.PROPOSED))
        .select_related("record")
        .defer("record__raw_enc")[:10]
    )


def open_nik(actor: Actor, *, person_id: int) -> str:
    """Return a person's full NIK, after recording who opens it.

    Raises NotAllowed without the permission in the person's region, Refused where there is none to open.
    """
    someone = person(person_id)
    if someone is None or someone.nik_enc is None:
        raise Refused(_("Orang ini belum mempunyai NIK yang sah."))
    record_reading(actor, Act.OPEN_NIK, person_id, region_code=someone.region_code)
    return decrypt(someone.nik_enc, NIK)


def intakes(kind: str = "") -> QuerySet[Intake]:
    """Return the lists that came in, newest first, without their contents; `mended` counts rows come back since."""
    found = with_mended(
        Intake.objects.select_related("loaded_by").defer("mapping", "findings", "returned_enc", "passed_enc")
    )
    return (found.filter(kind=kind) if kind else found).order_by("-loaded_at", "-id")


def intake(actor: Actor, intake_id: int) -> Intake | None:
    """One list, if it lies within the actor's regions."""
    lists = Intake.objects.select_related("loaded_by", "settled_by").defer("returned_enc", "passed_enc")
    found = with_mended(lists).filter(pk=intake_id).first()
    if found is None or not actor.may(Permission.INTAKE, found.region_code):
        return None
    return found


def unfinished(intake_id: int) -> tuple[bool, bool]:
    """Whether accepted rows of a list have no person yet, and whether candidates of it were not judged yet."""
    rows = Record.objects.filter(intake_id=intake_id, accepted=True)
    people = rows.filter(person__candidate=True, person__merged_into=None, person__eligibility=None)
    return rows.filter(person=None).exists(), people.exists()


def senders() -> list[str]:
    """Names of senders used before, for the form."""
    return list(
        Intake.objects.exclude(sender_name="")
        .order_by("sender_name")
        .values_list("sender_name", flat=True)
        .distinct()[:200]
    )
