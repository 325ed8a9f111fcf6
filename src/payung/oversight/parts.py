"""The named parts of the ladder: who stands on a rung and not on the next, and why. They add up to the difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from payung.oversight.written import public


class Counts(Protocol):
    """The counts of one place that the parts are taken from."""

    candidates: int
    verified: int
    eligible: int
    gap: int
    decreed: int
    registered: int
    active: int
    other_payer: int
    ineligible: int


@dataclass(frozen=True, slots=True)
class Part:
    """So many people of a rung, in words."""

    id: str
    label: str
    people: int


def parts_below(rung: str, place: Counts, branch: Mapping[str, Any]) -> tuple[Part, ...]:
    """Who stands on the rung before `rung` and not on it; parts with nobody are left out."""
    found: dict[str, list[tuple[str, str, int]]] = {
        "verified": [("unverified", _("belum terverifikasi"), place.candidates - place.verified)],
        "eligible": [
            ("other_payer", other_payer_words(branch), place.other_payer),
            (
                "not_eligible",
                _("tidak layak atau belum dinilai"),
                place.verified - place.eligible - place.other_payer,
            ),
        ],
        "decreed": [("gap", _("layak, belum terlindungi"), place.eligible - place.decreed)],
        "registered": _unregistered(place, branch.get("standing", {})),
        "active": [("unpaid", _("terdaftar, iuran bulan ini belum lunas"), place.registered - place.active)],
    }
    return tuple(Part(*one) for one in found.get(rung, ()) if one[2] > 0)


def parts_within(rung: str, place: Counts) -> tuple[Part, ...]:
    """Who stands on a rung though no longer eligible: the decree still covers them."""
    if rung != "decreed" or not place.ineligible:
        return ()
    return (Part("ineligible", _("dalam SK, tidak lagi layak"), place.ineligible),)


def parts_words(below: Iterable[Part], within: Iterable[Part]) -> str:
    """Say the parts of a rung in a sentence or two, for paper and commands; '' where there are none."""
    said = []
    for words, parts in ((_("Tidak ikut:"), below), (_("Termasuk:"), within)):
        named = "; ".join(f"{public(part.people)} {part.label}" for part in parts)
        said += [f"{words} {named}."] if named else []
    return " ".join(said)


def other_payer_words(branch: Mapping[str, Any]) -> str:
    """By whose data, and of which day, others pay."""
    as_of = branch.get("extract")
    if not as_of:
        return _("dibayar pihak lain menurut data cabang")
    day = date_format(date.fromisoformat(as_of), "j F Y")
    return _("dibayar pihak lain menurut data cabang per %(day)s") % {"day": day}


def _unregistered(place: Counts, standing: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Decreed and not registered, by what the branch said; in one where its answers are not of this moment."""
    named = [
        ("unsent", _("ditetapkan, belum dikirim ke cabang"), standing.get("unsent", 0)),
        ("unanswered", _("ditetapkan, belum dijawab cabang"), standing.get("unanswered", 0)),
        ("later", _("diterima cabang mulai bulan berikutnya"), standing.get("later", 0)),
        ("refused", _("ditetapkan, ditolak cabang"), standing.get("refused", 0)),
    ]
    people = place.decreed - place.registered
    if sum(one[2] for one in named) == people:
        return named
    return [("unregistered", _("ditetapkan, belum terdaftar"), people)]
