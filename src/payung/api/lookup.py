"""Is this worker already known, for programs: one question, ranked answers with reasons."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from payung.access.actor import Actor
from payung.access.roles import Permission
from payung.access.trail import looked_up
from payung.api.answers import answers, body_of
from payung.registry import lookup, queries

FIELDS = ("nik", "name", "birth_date", "region")


@answers(Permission.SEE_PEOPLE, "GET", "POST")
def lookup_view(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """POST asks; GET tells what may be asked.

    A question holds names and NIKs, which must not stand in an address that servers log.
    """
    if request.method == "GET":
        return {
            "ask": "POST a JSON object with any of the fields; names and NIKs never go into the address",
            "fields": {
                "nik": "16 digits; spaces and dots are ignored",
                "name": "as it is written, at least three letters unless a NIK or a birth date with region is given",
                "birth_date": "1985-08-17, 17-08-1985 or 17 Agustus 1985",
                "region": "Kemendagri code of a village, district or regency, such as 65.71.01.1001",
            },
            "regions": list(actor.regions),
        }
    sent = body_of(request, FIELDS)
    asked = lookup.read(
        nik=sent["nik"],
        name=sent["name"],
        birth_date=sent["birth_date"],
        region=sent["region"] if sent["region"] in queries.region_names() else "",
        today=timezone.localdate(),
    )
    answer = lookup.lookup(actor, asked)
    looked_up(actor.user, [known.id for known in answer.found])
    return {
        "enough": asked.enough,
        "known_elsewhere": answer.elsewhere,
        "found": [_told(known) for known in answer.found],
    }


def _told(known: lookup.Known) -> dict[str, Any]:
    return {
        "id": known.id,
        "name": known.name,
        "nik_last4": known.nik_last4,
        "birth_date": known.birth_date,
        "region": known.region_code,
        "sources": known.sources,
        "candidate": known.candidate,
        "covered_until": None if known.covered_until is None else str(known.covered_until),
        "branch_until": known.branch_until,
        "died_on": known.died_on,
        "probability": known.probability,
        "verdict": known.verdict,
        "because": [
            {"field": step.field, "bits": step.bits, "message": step.indonesian, "message_en": step.english}
            for step in known.because
        ],
    }
