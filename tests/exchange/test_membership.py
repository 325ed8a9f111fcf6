"""What the branch's extract means by its end of a membership and by its status."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from payung.exchange import extras, intake, tables
from payung.exchange.membership import with_membership

TODAY = date(2026, 11, 30)
D = date

#: What stands under STATUS and under LUNAS S/D, and the last day of the membership.
CELLS = [
    ("AKTIF", "12-2026", D(2026, 12, 31)),
    ("AKTIF", "2027-06", D(2027, 6, 30)),
    ("AKTIF", "Des 2026", D(2026, 12, 31)),
    ("AKTIF", "DESEMBER 2026", D(2026, 12, 31)),
    ("AKTIF", "s/d Feb 2028", D(2028, 2, 29)),
    ("AKTIF", "sampai dengan Mei 27", D(2027, 5, 31)),
    ("AKTIF", "12/26", D(2026, 12, 31)),
    ("AKTIF", "122026", D(2026, 12, 31)),
    ("AKTIF", "31-12-2026", D(2026, 12, 31)),
    ("", "Desember 2026", D(2026, 12, 31)),
    ("AKTIF", "", D(2026, 11, 30)),
    ("Peserta Aktif", "-", D(2026, 11, 30)),
    ("AKTIF", "09-2026", D(2026, 11, 30)),
    ("AKTIF", "09-2024", D(2024, 9, 30)),
    ("NON AKTIF", "06-2027", D(2026, 10, 31)),
    ("Tidak Aktif", "06-2027", D(2026, 10, 31)),
    ("nonaktif", "03-2026", D(2026, 3, 31)),
    ("KELUAR", "06-2027", D(2026, 10, 31)),
    ("NON AKTIF", "", None),
    ("", "", None),
]


@pytest.fixture(scope="module")
def ends(tmp_path_factory) -> list[date | None]:
    path: Path = tmp_path_factory.mktemp("extract") / "peserta.csv"
    rows = [
        f"3000000{n:04d};65710105086800{n:02d};NAMA {n};05-08-1968;L;PU;{status};{until}"
        for n, (status, until, _) in enumerate(CELLS)
    ]
    head = "NO KPJ;NIK;NAMA PESERTA;TGL LAHIR;JK;SEGMEN;STATUS;LUNAS S/D"
    path.write_text("\n".join([head, *rows]), "utf-8")
    judged = intake.judge(tables.read_file(path).tables[0], today=TODAY, province="65")
    found = with_membership(judged, extras.with_extras(judged, today=TODAY), today=TODAY)
    return found["event_until"].to_list()


@pytest.mark.parametrize("n", range(len(CELLS)), ids=[f"{status}|{until}" for status, until, _ in CELLS])
def test_the_end_of_a_membership_is_read_as_the_branch_means_it(ends, n):
    assert ends[n] == CELLS[n][2]
