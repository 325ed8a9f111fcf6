"""Measures the sheets of a workbook before its reader opens them: how far their cells reach, by a real XML reader.

A reader holds a sheet's bounding box in memory whole, and one stray cell at XFD1048576 asks for seventeen thousand
million of them. XML has many spellings of that cell. Nearly all sheets are spelt in the one plain way that programs
write, which is looked through quickly; whatever is not certainly of that spelling is read by expat, without document
types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

#: Every tag of a sheet in the plain spelling; a cell begins with its reference, in capitals. No prefixes, no comments.
_NOT_PLAIN = re.compile(
    rb'<(?!c r="[A-Z]{1,3}[0-9]{1,7}"[ />]|/|[abd-zA-Z][A-Za-z0-9]*[ />]|c[A-Za-z][A-Za-z0-9]*[ />])'
)
_HEAD = re.compile(rb"\s*<\?xml[^>]{0,200}\?>\s*")
_UTF_8 = re.compile(rb"""encoding=(?:"(?:utf-8|us-ascii)"|'(?:utf-8|us-ascii)')""", re.IGNORECASE)
#: Cells that are not empty (`<c r="AB7" s="3"/>`): beyond column Z, in any row, beyond row 99,999.
_BEYOND_Z = re.compile(rb'<c r="([A-Z]{2,3})[0-9]{1,7}"[^>]*(?<!/)>')
_DOWN = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"[^>]*(?<!/)>')
_FAR_DOWN = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{6,7})"[^>]*(?<!/)>')
#: What `_FAR_DOWN` does not see.
_NEAR = 99_999
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
#: Longest piece of XML without the beginning of a tag that the quick look carries along.
_CARRIED = 65_536
_MOST_DEPTH = 200


class NotXml(Exception):
    """A part that is no XML, declares a document type, or refers to cells that no sheet has."""


class TooFar(Exception):
    """A sheet whose cells reach too far."""


@dataclass(slots=True)
class Reach:
    """How far the filled cells of one sheet reach, and how many there are. Raises TooFar over `most` cells."""

    most: int
    rows: int = 0
    columns: int = 0
    cells: int = 0

    def reach(self, rows: int, columns: int, cells: int = 1) -> None:
        """Extend to further cells, of which the last stands in row `rows` and column `columns` (from 1)."""
        self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
        self.cells += cells
        if self.rows * self.columns > self.most or self.cells > self.most:
            raise TooFar


def measure(pieces: Callable[[], Iterable[bytes]], most: int) -> None:
    """Look through one sheet of an .xlsx, which `pieces` gives from its beginning each time it is called.

    Raises NotXml, and TooFar where its bounding box or its cells come to more than `most`.
    """
    for exact in (False, True):
        try:
            plain = _is_plain(pieces(), Reach(most), exact)
        except TooFar:
            if exact:
                raise
        else:
            break
    if not plain:
        _Cells(Reach(most)).read(pieces())


def _is_plain(pieces: Iterable[bytes], reach: Reach, exact: bool) -> bool:
    """Return whether a sheet is all in the plain spelling; then it has been measured.

    Unless `exact`, rows up to a hundred thousand are not told apart, which is quicker.
    """
    carried, first = b"", True
    for piece in _ended(pieces):
        text = carried + piece
        if first:
            head = _HEAD.match(text.removeprefix(b"\xef\xbb\xbf"))
            if head and b"encoding" in head[0] and not _UTF_8.search(head[0]):
                return False
            text, first = text.removeprefix(b"\xef\xbb\xbf")[head.end() if head else 0 :], False
        # A tag that goes on in the next piece is looked at there.
        cut = text.rfind(b"<") if piece else len(text)
        looked, carried = text[:cut], text[cut:]
        if cut < 0 or len(carried) > _CARRIED or b"\0" in looked or _NOT_PLAIN.search(looked):
            return False
        cells = looked.count(b"<v") + looked.count(b"<is")
        if cells:
            rows = max(map(int, set((_DOWN if exact else _FAR_DOWN).findall(looked))), default=_NEAR)
            columns = max(
                (_column(letters.decode()) for letters in set(_BEYOND_Z.findall(looked))), default=26
            )
            reach.reach(rows, columns, cells)
    return True


def _ended(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces, and one that is empty after the last."""
    yield from (piece for piece in pieces if piece)
    yield b""


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _Reader:
    """An expat reader that refuses document types, and what is nested as no program nests it."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.depth = 0
        self.names: dict[str, str] = {}

    def read(self, pieces: Iterable[bytes]) -> None:
        """Read to the end. Raises NotXml."""
        try:
            for piece in pieces:
                self.parser.Parse(piece, False)
            self.parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise NotXml(type(error).__name__) from error

    def _refuse(self, *_: Any) -> None:
        raise NotXml("document type")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _MOST_DEPTH:
            raise NotXml("depth")
        self.begins(self._local(name), attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.ends(self._local(name))

    def _local(self, name: str) -> str:
        """Return a name without its prefix."""
        known = self.names.get(name)
        if known is None:
            known = self.names[name] = name.rpartition(":")[2]
        return known

    def told(self, attributes: dict[str, str], name: str) -> str | None:
        """Return the attribute of that name, whatever its prefix."""
        return next((text for key, text in attributes.items() if self._local(key) == name), None)

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element; `name` is without its prefix, those of the attributes are not."""

    def ends(self, name: str) -> None:
        """Close an element."""


class _Cells(_Reader):
    """The cells of a sheet of an .xlsx, however they are spelt; one without a reference stands behind the last."""

    def __init__(self, reach: Reach) -> None:
        super().__init__()
        self.reach, self.row, self.column = reach, 0, 0
        #: Whether a cell has begun in which nothing stands yet: an empty one takes no room.
        self.within = False

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            number = self.told(attributes, "r")
            self.row = whole(number) if number else self.row + 1
            self.column = 0
        elif self.within:
            self.reach.reach(self.row, self.column)
            self.within = False
        elif name == "c":
            reference = self.told(attributes, "r")
            if reference is None:
                self.column += 1
            else:
                found = _REFERENCE.fullmatch(reference.strip())
                if found is None:
                    raise NotXml("reference")
                self.column, self.row = _column(found[1]), int(found[2])
            self.within = True

    def ends(self, name: str) -> None:
        if name == "c":
            self.within = False


class OdsCells(_Reader):
    """The cells of an OpenDocument sheet: one value may be said to fill very many cells and rows."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.reach = most, Reach(most)
        self.row = self.column = self.last = 0
        self.rows, self.filled, self.cell = 1, 0, (0, 1)

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self.reach, self.row = Reach(self.most), 0
        elif name == "table-row":
            self.rows = whole(self.told(attributes, "number-rows-repeated") or "1")
            self.column = self.last = self.filled = 0
        elif name in ("table-cell", "covered-table-cell"):
            self.cell = self.column, whole(self.told(attributes, "number-columns-repeated") or "1")
            self.column += self.cell[1]
            if self.told(attributes, "value-type") or self.told(attributes, "formula"):
                self._fills()
        elif name == "p":
            self._fills()

    def _fills(self) -> None:
        at, count = self.cell
        if self.last <= at:
            self.last, self.filled = at + count, self.filled + count

    def ends(self, name: str) -> None:
        if name == "table-row":
            self.row += self.rows
            if self.filled:
                self.reach.reach(self.row, self.last, self.filled * self.rows)


class Named(_Reader):
    """The attributes of every element of one name, of a small part such as the workbook's own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.found = name, list[dict[str, str]]()

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.name:
            self.found.append(attributes)


def whole(text: str) -> int:
    """Parse a count or a row's number of the XML. Raises NotXml for what cannot be one, before it is converted."""
    if not re.fullmatch(r"\s*[0-9]{1,10}\s*", text, re.ASCII):
        raise NotXml("number")
    return int(text)
