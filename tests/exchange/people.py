"""Made-up people for lists of every shape: their NIKs fit their birth dates, their villages exist."""

from __future__ import annotations

from datetime import date

from payung.exchange import intake, passed, tables

TODAY = date(2026, 11, 22)
HEAD = ["No", "NIK", "Nama Lengkap", "Tanggal Lahir", "JK", "Desa/Kelurahan", "Kecamatan", "Pekerjaan"]
_NAMES = (
    "Arbain Enggang",
    "Asmawati Mering",
    "Basuki Tandiling",
    "Bertha Jalung",
    "Kasmir Ibung",
    "Kartini Pebulan",
)
_MORE = ("Lahuddin Yalung", "Lusiana Gambut", "Markus Abdi", "Maryam Lencau", "Njau Kilat", "Obet Lawai")


def person(n: int, **changes: str) -> list[str]:
    """The cells of person `n` under HEAD; women are odd."""
    day, woman = 1 + n % 27, n % 2
    born = f"{day:02d}-08-19{60 + n % 30}"
    nik = f"657101{day + 40 * woman:02d}08{60 + n % 30}{9000 + n:04d}"
    cells = [
        str(n + 1),
        nik,
        (_NAMES + _MORE)[n % 12],
        born,
        "LP"[woman],
        "Karang Anyar",
        "Tarakan Barat",
        "Nelayan",
    ]
    return [changes.get(head, cell) for head, cell in zip(HEAD, cells, strict=True)]


def people(*numbers: int) -> list[list[str]]:
    """The rows of these people."""
    return [person(n) for n in numbers]


def judged(content: bytes, name: str = "daftar.xlsx") -> tuple[tables.SentFile, list[intake.Judged]]:
    """A file read and judged."""
    sent = tables.read_file(content, name=name)
    return sent, intake.judge_file(sent, today=TODAY)


def names_of(content: bytes, name: str = "daftar.xlsx") -> list[str]:
    """The names of everybody in a file, accepted or returned."""
    return [who for one in judged(content, name)[1] for who in one.rows["name"].to_list()]


def accepted(content: bytes, name: str = "daftar.xlsx") -> list[str]:
    """The names of those who go on, in the order of the tables."""
    return [who for one in judged(content, name)[1] for who in one.accepted["name"].to_list()]


def reasons(content: bytes, name: str = "daftar.xlsx") -> list[str]:
    """Why rows were passed over, in the order of the rows."""
    return [one.reason for one in passed.of(*judged(content, name))]
