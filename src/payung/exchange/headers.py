"""Finds the header of a sheet wherever it stands, in one row or in several, and names its columns.

Forms put titles over titles ('KEMATIAN' over 'Tanggal', 'Tempat'), merged or only drawn so, and a row that
counts the columns below. Rows are lists of cell texts; merged ranges are ((row, column), (row, column)), both
ends included, counted from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from payung.exchange import columns
from payung.exchange.headings import UNDER, header_key, is_of_another

Range = tuple[tuple[int, int], tuple[int, int]]
Rows = Sequence[Sequence[str]]

#: How many rows at the top may stand above the header row.
SEARCH = 250
#: Three titles over each other are the most that forms have.
_ABOVE, _BELOW = 2, 2
#: Nobody lists where an heir lives, or what he earns, and not the worker's own.
_NEVER_ANOTHERS = frozenset(
    (*columns.PLACE_FIELDS, "occupation", "income", "wage_worker", "rt", "rw", "rt_rw")
)
_LONG_NUMBER = re.compile(r"(?:\d\D?){6}")
_ROMAN = (
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
)
#: What stands around the number of a column: '(3)', 'Kolom 3', '<3>'.
_WRAPPED = re.compile(r"(?i)^[\W_]*(?:(?:kolom|kol|column|col)[\W_]*(?=\d))?|[\W_]+$")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
#: How to fill a column in, standing in a row of its own under the names.
_MANNER = re.compile(
    r"(?i)^(?:\(.*\)|\[.*\]|\d{1,2} (?:digit|angka)|l ?[/&] ?p|lk ?/ ?pr|dd.mm.yyyy|hh.bb.tttt|tgl.bln.th\w*"
    r"|wajib\b.*|(?:diisi|isi|contoh|format|sesuai|text|teks|angka|opsional|rp\.?)\b.*)$"
)


@dataclass(frozen=True, slots=True)
class Header:
    """A header: its first and last row (0-based), and a name for each column, empty text where it has none."""

    first: int
    last: int
    names: tuple[str, ...]


def find(rows: Rows, merged: Iterable[Range] = ()) -> Header | None:
    """Return the first header among `rows`; None where no row names a NIK or name column beside another field."""
    at = _header_row(rows)
    return None if at is None else at_row(rows, at, merged)


def at_row(rows: Rows, at: int, merged: Iterable[Range] = ()) -> Header:
    """Return the header whose telling row is `at`: with the titles over it, their parts below, and column numbers."""
    near = [one for one in merged if one[0][0] <= at + _BELOW and one[1][0] >= at - _ABOVE]
    width = max((len(row) for row in rows[max(at - _ABOVE, 0) : at + _BELOW + 2]), default=0)
    block = {n: _padded(rows[n], width) for n in range(max(at - _ABOVE, 0), min(at + _BELOW + 4, len(rows)))}
    first = at
    while first > max(at - _ABOVE, 0) and _is_above(block[first - 1], block[first], first - 1, near):
        first -= 1
    last = at
    while last + 1 in block and last < at + _BELOW and _is_below(block[last], block[last + 1], last, near):
        last += 1
    names = _joined([_spread(block[n], n, near, n < last) for n in range(first, last + 1)])
    while last + 1 in block and (is_numbering(block[last + 1]) or _is_manner(block[last + 1], names)):
        last += 1
    return Header(first, last, tuple(names))


def is_numbering(row: Sequence[str]) -> bool:
    """Return whether a row only counts the columns: 1 2 3, (1) (2), -1 -2 (as Excel reads it), 1. 2., [1], a b c, I II.

    The first cell may be a word ('KOLOM'), two columns may share a number, and one may say '5=3x4'.
    """
    bare = [_WRAPPED.sub("", cell).lower() for cell in row]
    filled = [cell for cell in bare if cell]
    placed = [number - at for at, cell in enumerate(bare) if (number := _number(cell)) is not None]
    if len(placed) == len(filled) > 2 and len(set(placed)) == 1 and filled[0] in ("1", "2"):
        return True
    return any(_counts([count(cell) for cell in filled]) for count in (_number, _letter, _roman))


def _counts(numbers: list[int | None]) -> bool:
    if numbers and numbers[0] is None:
        numbers = numbers[1:]
    known = [number for number in numbers if number is not None]
    if len(known) < 3 or len(known) < len(numbers) - 1:
        return False
    steps = [after - before for before, after in pairwise(known)]
    return known[0] <= 3 and all(0 <= step <= 2 for step in steps) and sum(steps) >= max(2, len(steps) - 2)


def _number(text: str) -> int | None:
    found = re.match(r"^(\d{1,3})(?:\.0|[a-c]|\s*=.*)?$", text)
    return int(found[1]) if found else None


def _letter(text: str) -> int | None:
    return _LETTERS.index(text) + 1 if len(text) == 1 and text in _LETTERS else None


def _roman(text: str) -> int | None:
    return _ROMAN.index(text) + 1 if text in _ROMAN else None


def _header_row(rows: Rows) -> int | None:
    """Return the first row that is a header: half as telling as the most telling, or three fields and no data in it."""
    scores: dict[int, int] = {}
    for at, row in enumerate(rows[:SEARCH]):
        # Near spellings are looked for only where one name is known: they cost much, and data hardly looks alike.
        if any(columns.exact_field(cell) for cell in row if cell and len(cell) <= 80):
            fields = columns.recognised(row)
            if len(fields) > 1 and fields & {"nik", "name"}:
                scores[at] = len(fields)
    if not scores:
        return None
    most = max(scores.values())
    for at, score in scores.items():
        said = [cell for cell in rows[at] if cell.strip()]
        data = any(_LONG_NUMBER.search(cell) or cell.strip().startswith(":") for cell in said)
        if score == most or (not data and (2 * score >= most or score >= 3)):
            return at
    return None


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [" ".join(cell.split()) for cell in row] + [""] * (width - len(row))


def _spread(row: list[str], at: int, merged: Iterable[Range], is_parent: bool) -> list[str]:
    """Repeat the text of a merged cell in all its columns; a title drawn over gaps stands over them too."""
    out, covered = list(row), set()
    for (top, left), (bottom, right) in merged:
        if top <= at <= bottom and right > left and left < len(row):
            covered |= set(range(left, min(right + 1, len(row))))
            if top == at:
                out[left : right + 1] = [row[left]] * (min(right + 1, len(row)) - left)
    if is_parent and not covered:
        said = ""
        for column, cell in enumerate(row):
            said = cell or said
            out[column] = said
    return out


def _joined(titles: list[list[str]]) -> list[str]:
    """One name a column: its titles from the top, those over nothing of their own left out."""
    names = []
    lowest = titles[-1]
    for column in range(len(lowest)):
        parts = [row[column] for row in titles if row[column]]
        own = [row[column] for row in titles]
        # A title that was drawn over a gap reaches only as far as the parts below it.
        if len(titles) > 1 and not own[-1]:
            parts = [text for at, text in enumerate(own) if text and _starts(titles[at], column)]
        names.append(UNDER.join(dict.fromkeys(parts)))
    told = {found[0] for found in map(columns.field_of, names) if found}
    return [_own(name, told) for name in names]


def _own(name: str, told: set[str]) -> str:
    """Return the name without a title of another column that was drawn too far left."""
    titles, _, last = name.rpartition(UNDER)
    if not titles or not is_of_another(titles) or columns.field_of(name):
        return name
    found = columns.field_of(last)
    return last if found and found[0] in _NEVER_ANOTHERS and found[0] not in told else name


def _starts(row: list[str], column: int) -> bool:
    return column == 0 or row[column] != row[column - 1]


def _is_above(row: list[str], header: list[str], at: int, merged: Iterable[Range]) -> bool:
    """Return whether `row` holds titles over the columns of `header`, the row below it."""
    filled = [column for column, cell in enumerate(row) if cell]
    if any(_LONG_NUMBER.search(row[c]) or row[c].startswith(":") or row[c].isdecimal() for c in filled):
        return False
    for (top, left), (bottom, right) in merged:
        if top == at < bottom and right - left + 1 < len(row) and left < len(row) and row[left]:
            # Merged into the header's own row, but not a title over the whole sheet.
            return True
        if top == bottom == at and right > left and right - left + 1 < len(header) - 1 and len(filled) > 1:
            return True
    if not filled:
        return False
    over_gaps = [column for column in filled if not header[column]]
    if over_gaps:
        return all(columns.field_of(row[column]) or len(filled) > 2 for column in over_gaps)
    if len(filled) == 1:
        return filled[0] > 1 and not columns.field_of(row[filled[0]]) and _is_group_title(row[filled[0]])
    places = any(columns.field_of(row[c]) for c in filled) and len(filled) <= 2
    return not places and filled[0] > 0 and len(filled) < sum(1 for cell in header if cell)


def _is_group_title(title: str) -> bool:
    words = set(header_key(title).split())
    return len(title) <= 30 and bool(words & {"kematian", "meninggal"} or is_of_another(title))


def _is_below(header: list[str], row: list[str], at: int, merged: Iterable[Range]) -> bool:
    """Return whether `row` names the parts of titles in `header` above it: under gaps and group titles only."""
    filled = [column for column, cell in enumerate(row) if cell]
    if (
        not filled
        or any(_LONG_NUMBER.search(row[c]) or len(row[c]) > 60 for c in filled)
        or is_numbering(row)
    ):
        return False
    if any(not re.search(r"[A-Za-z]", row[c]) for c in filled):
        return False
    groups, alone = set(), set()
    for (top, left), (bottom, right) in merged:
        if top <= at <= bottom and right > left:
            groups |= set(range(left, right + 1))
        if top <= at and bottom > at:
            alone.add(left)
    if groups or alone:
        return bool(groups) and all((c in groups and c not in alone) or _MANNER.match(row[c]) for c in filled)
    gaps = {column for column in filled if not header[column]}
    starts = {c for c in filled if header[c] and c + 1 < len(header) and not header[c + 1]}
    if not gaps or set(filled) - gaps - starts:
        return False
    # Every gap's group has a title somewhere to its left; a lone text in a column without a name is a remark.
    titled = all(any(header[left] for left in range(column)) for column in gaps)
    whose = [(columns.field_of(_under(header, c)) or ("", 0))[0] for c in filled]
    known = [columns.field_of(_under(header, c) + UNDER + row[c]) for c in filled]
    person = any(
        field in ("nik", "name", "no") and not columns.field_of(row[c])
        for field, c in zip(whose, filled, strict=True)
    )
    return titled and not person and (len(filled) > 1 or bool(known[0]))


def _under(header: list[str], column: int) -> str:
    return next((header[left] for left in range(column, -1, -1) if header[left]), "")


def _is_manner(row: list[str], names: list[str]) -> bool:
    """Return whether a row under the names tells only how to fill them in: '(16 digit)', 'dd/mm/yyyy', 'L/P'."""
    filled = [cell for cell in row if cell]
    return (
        len(filled) > 1
        and len(filled) <= sum(map(bool, names))
        and all(_MANNER.match(cell) for cell in filled)
    )
