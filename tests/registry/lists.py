"""Small lists as villages send them, for the registry's tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl

HEADERS = ["No", "NIK", "Nama Lengkap", "L/P", "Tgl Lahir", "Desa/Kelurahan", "Kecamatan", "Pekerjaan"]
#: Four people of Tarakan whose NIKs agree with their birth dates and sexes.
ANDI = ["6571010508680001", "Andi Baso", "L", "05-08-1968", "Karang Anyar", "Tarakan Barat", "Nelayan"]
SITI = ["6571014508700002", "Siti Aminah", "P", "05-08-1970", "Karang Anyar", "Tarakan Barat", "Pedagang"]
YOHANES = ["6571021203850003", "Yohanes Laing", "L", "12-03-1985", "Karang Anyar", "Tarakan Barat", "Petani"]
MARTHA = ["6571025203900004", "Martha Lawai", "P", "12-03-1990", "Karang Anyar", "Tarakan Barat", "Petani"]


def bears(*people: Sequence[str]) -> dict[str, list[bytes]]:
    """What a person or row is found by who has the NIK of one of these: `Person.objects.get(**bears(ANDI))`."""
    from payung.access.crypto import nik_hash

    return {"nik_hash__in": [nik_hash(person[0]) for person in people]}


def write_list(path: Path, people: Iterable[Sequence[str]], title: str = "DAFTAR PEKERJA RENTAN") -> Path:
    """An .xlsx with a title over the header row, as villages write it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append([])
    sheet.append(HEADERS)
    for number, person in enumerate(people, start=1):
        sheet.append([number, *person])
    book.save(path)
    return path
