"""Personal codes: made when a paper that bears one is printed, shown to nobody else, made anew when one is lost.

A NIK contains the birth date and both stand on leaked lists, with mothers' names and family cards; membership numbers
run on within a batch and open the branch's own application. So the second factor of the public answer is a code that
only Payung's papers bear. It is kept encrypted, and nobody has one before a paper was made for them or their family.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access.actor import Actor, Refused, action
from payung.access.acts import Act
from payung.access.crypto import decrypt, encrypt
from payung.claims.code_models import CODE, PersonalCode
from payung.database.statements import Statement
from payung.documents.paper import make_paper
from payung.documents.qr import public_address
from payung.identity.personal_code import COUNT, code_of, written
from payung.registry.models import Person
from payung.registry.queries import region_names
from payung.values import Month

#: Slips in one file; a larger village has several.
PART = 400

#: Who stands in this programme's decrees, of one village. Codes are handed to these; to others one by one.
_OF_PROGRAMME = "p.merged_into_id IS NULL AND p.covered_until IS NOT NULL"
_VILLAGE = f"""
SELECT p.id, p.name, p.birth_date, p.died_on, coalesce(o.label, '') AS trade
  FROM registry_person p LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE p.region_code = %(village)s AND {_OF_PROGRAMME}
 ORDER BY p.name, p.id LIMIT {PART} OFFSET %(skip)s
"""
_COUNTS = f"""
SELECT p.region_code, count(*) AS people, count(c.person_id) AS codes
  FROM registry_person p LEFT JOIN claims_personalcode c ON c.person_id = p.id
 WHERE {_OF_PROGRAMME} AND payung_contains(%(within)s, p.region_code)
 GROUP BY p.region_code ORDER BY p.region_code
"""
#: The codes of a person and of whoever was found to be the same: papers handed to either still hold.
_HELD = """
WITH RECURSIVE same AS (
    SELECT %(person)s::bigint AS id
     UNION
    SELECT p.id FROM registry_person p JOIN same ON p.merged_into_id = same.id
)
SELECT c.code_enc FROM claims_personalcode c JOIN same ON same.id = c.person_id
"""
_RENEWED = Statement("claims", "codes_renewed")
#: Signs of a name, or of what else is said of somebody, on a slip.
_LONGEST = 52
#: What stands in for the code of somebody who has none, so that as much is compared.
_NOBODYS = "?" * 8


@dataclass(frozen=True, slots=True)
class VillageCodes:
    """A village with how many people stand in this programme's decrees, and how many of them have a code."""

    code: str
    name: str
    people: int
    codes: int

    @property
    def parts(self) -> range:
        """The numbers of the files of slips."""
        return range(1, -(-self.people // PART) + 1)


def villages(within: Iterable[str]) -> list[VillageCodes]:
    """Count people and codes for each village of these regions, as the session may see them."""
    return [
        VillageCodes(row["region_code"], _place(row["region_code"]), row["people"], row["codes"])
        for region in within
        for row in database.dicts(_COUNTS, {"within": region})
    ]


def _place(code: str) -> str:
    """Name a village with its district, since villages share names."""
    names = region_names()
    found = dict.fromkeys(names[part] for part in (code, code[:8]) if part in names)
    return ", ".join(found) or code


def holds(person_id: int, code: str) -> bool:
    """Tell whether this code opens the answer about a person (0: nobody); as much is compared for everybody."""
    kept = [decrypt(code, CODE) for (code,) in database.rows(_HELD, {"person": person_id})]
    right = [hmac.compare_digest(one, code) for one in [*kept, _NOBODYS]]
    return any(right)


def code_known(person_id: int) -> PersonalCode | None:
    """Find whether a person has a code, and since when; the code itself is only printed."""
    return PersonalCode.objects.select_related("made_by").filter(person_id=person_id).first()


def codes_for(actor: Actor, people: Sequence[int]) -> dict[int, str]:
    """Give the code of each person, made where there is none; within the action of whoever prints it."""
    missing = [
        PersonalCode(person_id=person, code_enc=_new(), made_by=actor.user)
        for person in sorted(set(people) - _having(people))
    ]
    # Of two who print at once both get the code that was written first.
    PersonalCode.objects.bulk_create(missing, ignore_conflicts=True, batch_size=1000)
    kept = PersonalCode.objects.filter(person_id__in=people).values_list("person_id", "code_enc")
    return {person: decrypt(code, CODE) for person, code in kept}


def village_slips(actor: Actor, *, village: str, part: int = 1) -> bytes:
    """Print the slips of a village with a list to sign, as PDF; the printing is recorded.

    `part` counts files of PART people. Raises NotAllowed; Refused where nobody of this programme lives there.
    """
    with action(actor, Act.CODE_PRINT_VILLAGE, region_code=village) as deed:
        people = database.dicts(_VILLAGE, {"village": village, "skip": (part - 1) * PART})
        if not people:
            raise Refused(_("Tidak ada orang program ini di desa atau bagian itu."))
        had = _having([row["id"] for row in people])
        codes = codes_for(actor, [row["id"] for row in people])
        deed.data = {"village": village, "part": part, "people": len(people), "new": len(people) - len(had)}
    return _typeset(village, [(row, codes[row["id"]]) for row in people], signed=True)


def person_slip(actor: Actor, *, person_id: int) -> bytes:
    """Print the slip of one person, as PDF; the printing is recorded. Raises NotAllowed, Refused."""
    person = _person(person_id)
    with action(actor, Act.CODE_PRINT, region_code=person.region_code) as deed:
        deed.subject_id = person_id
        deed.data = {"people": 1, "new": 0 if _having([person_id]) else 1}
        code = codes_for(actor, [person_id])[person_id]
    return _typeset(person.region_code, [(_row(person), code)], signed=False)


def renew_code(actor: Actor, *, person_id: int, issue: int, reason: str) -> None:
    """Make a new code in place of that of an issue: papers with the old one open nothing any more.

    Codes of people found to be the same die with it. Where the issue was replaced already nothing is done, so that a
    button pressed twice ends one code. Raises NotAllowed; Refused without a reason.
    """
    person = _person(person_id)
    if not reason.strip():
        raise Refused(_("Tulis alasannya, misalnya: slip hilang."))
    with action(actor, Act.CODE_RENEW, region_code=person.region_code) as deed:
        deed.subject_id, deed.reason = person_id, reason.strip()[:300]
        known = PersonalCode.objects.select_for_update().filter(person_id=person_id).first()
        if known is None or known.issue != issue:
            deed.unchanged()
            return
        deed.data = {
            "codes": _RENEWED.run(
                {"person": person_id, "code": _new(), "nobodys": _new(), "user": actor.user.pk}
            )
        }


def where_to_ask() -> str:
    """Find the address of the public page for papers; '' where no public address is set."""
    return public_address("/cek-perlindungan/")


def _person(person_id: int) -> Person:
    found = Person.objects.select_related("occupation").filter(pk=person_id, merged_into__isnull=True).first()
    if found is None:
        raise Refused(_("Orang ini tidak ada di wilayah Anda."))
    return found


def _row(person: Person) -> dict[str, Any]:
    trade = person.occupation.label if person.occupation else ""
    return {
        "name": person.name,
        "birth_date": person.birth_date,
        "died_on": person.died_on,
        "trade": trade,
    }


def _having(people: Sequence[int]) -> set[int]:
    return set(PersonalCode.objects.filter(person_id__in=people).values_list("person_id", flat=True))


def _new() -> bytes:
    return encrypt(code_of(secrets.randbelow(COUNT)), CODE)


def _typeset(village: str, people: list[tuple[dict[str, Any], str]], *, signed: bool) -> bytes:
    address = where_to_ask()
    facts = {
        "owner": settings.PAYUNG_PROGRAMME_OWNER,
        "place": _place(village),
        "contact": settings.PAYUNG_CONTACT,
        "address": address,
        "shown": urlsplit(address).netloc + urlsplit(address).path if address else "",
        "signed": signed,
        "slips": [[_short(row["name"]), _short(_about(row)), written(code)] for row, code in people],
    }
    return make_paper("claims", "slips.typ", {"facts": facts}, address=address)


def _short(text: str) -> str:
    """At most two lines of a slip, whatever a list called somebody."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _about(row: dict[str, Any]) -> str:
    """Tell two people of one name apart on paper: the year of birth and the trade, never the whole birth date."""
    born: date | None = row["birth_date"]
    died = (
        f"meninggal {Month.containing(row['died_on']).in_words()}: untuk ahli waris" if row["died_on"] else ""
    )
    parts = [died, f"lahir {born.year}" if born else "", row["trade"]]
    return ", ".join(part for part in parts if part)
