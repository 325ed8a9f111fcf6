"""Workers whom a payer or a list names, by NIK or by their number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from payung.access.actor import Refused
from payung.access.crypto import nik_hashes
from payung.registry.models import Person

_NIK_DIGITS = 16
#: how many unknown names a refusal tells
_TOLD = 5


def people_named(texts: Iterable[str]) -> list[int]:
    """Ids of the workers named by NIK (16 digits) or number. Raises Refused for those the session does not know."""
    wanted = [text.strip() for text in texts if text.strip()]
    by_nik = known_by_nik([text if len(text) == _NIK_DIGITS else None for text in wanted])
    found: list[int | None] = [
        person if len(text) == _NIK_DIGITS else int(text) if text.isdecimal() else None
        for text, person in zip(wanted, by_nik, strict=True)
    ]
    unknown = [_masked(text) for text, person in zip(wanted, found, strict=True) if person is None]
    if unknown:
        more = f" (+{len(unknown) - _TOLD})" if len(unknown) > _TOLD else ""
        names = ", ".join(unknown[:_TOLD]) + more
        raise Refused(
            _("Tidak dikenal di wilayah Anda: %(names)s. Tulis NIK 16 angka atau nomor orang."),
            names=names,
        )
    return [person for person in found if person is not None]


def _masked(text: str) -> str:
    return f"{text[:6]}…{text[-2:]}" if len(text) == _NIK_DIGITS else text[:20]


def known_by_nik(niks: Iterable[str | None]) -> list[int | None]:
    """Id of the person with each NIK, among those the session may see."""
    hashes = nik_hashes([None if nik is None else nik.strip() for nik in niks])
    wanted = [value for value in hashes if value is not None]
    people: Any = Person.objects.filter(nik_hash__in=wanted, merged_into=None)
    known = {bytes(value): pk for pk, value in people.values_list("pk", "nik_hash")}
    return [None if value is None else known.get(value) for value in hashes]
