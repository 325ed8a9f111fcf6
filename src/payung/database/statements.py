"""Named SQL: one statement in `ROOM/sql/NAME.sql`, with a header that says what it does and what it needs.

The header is the comment at the file's beginning. Its first lines say what the statement does; then, in any order,
one to a line (a line that begins with two more spaces continues the one before):

    -- reads: coverage_bill, funding_fund
    -- writes: coverage_billline
    -- staged: tariff (income bigint, sector text)        a temporary table, written {tariff} in the statement
    -- param: month integer                               a value, written %(month)s
    -- gives: person_id bigint, months integer            the columns of its rows
    -- piece: cost = coverage/run_cost(income=v.income)   a part shared by statements, written {cost}

A piece is a file of the same form in `ROOM/sql/pieces/`, whose header has `-- takes: income, sector`, written {income};
it may use other pieces.
Per cent signs are doubled, as everywhere in statements with placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from django.db import connection

from payung.database import query
from payung.database.staging import Staged, stage_query

T = TypeVar("T")
_KEYS = ("reads", "writes", "staged", "param", "gives", "piece", "takes")
_ENTRY = re.compile(r"^(" + "|".join(_KEYS) + r"):\s*(.*)$")
_CALL = re.compile(r"^(\w+) = (\w+)/(\w+)\((.*)\)$", re.DOTALL)
_TABLE = re.compile(r"^(\w+) \((.*)\)$", re.DOTALL)
_PLACEHOLDER = re.compile(r"(?<!%)%\((\w+)\)s")


class BadStatement(Exception):
    """A file of SQL whose header and statement do not fit each other."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file of SQL says about itself."""

    what: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    staged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    gives: Mapping[str, str] = field(default_factory=dict)
    pieces: Mapping[str, tuple[str, str, Mapping[str, str]]] = field(default_factory=dict)
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of `ROOM/sql/NAME.sql`, read when it is first used.

    `values` are its parameters by name; each staged table that its header names is given by that name. Raises
    BadStatement where its file, or what is given, does not fit its header.
    """

    room: str
    name: str

    @property
    def header(self) -> Header:
        return _read(self.room, self.name)[0]

    def text(self, **staged: Staged) -> str:
        """Return the SQL, with the names of the staged tables in their places."""
        header, text = _read(self.room, self.name)
        if staged.keys() != header.staged.keys():
            raise BadStatement(f"{self}: needs the staged {sorted(header.staged)}, got {sorted(staged)}")
        for name, table in staged.items():
            missing = header.staged[name].keys() - table.columns.keys()
            if missing:
                raise BadStatement(f"{self}: {table.name} has no {', '.join(sorted(missing))}")
            text = text.replace("{" + name + "}", table.identifier)
        return text

    def run(self, values: Mapping[str, Any] | None = None, /, **staged: Staged) -> int:
        """Run it; how many rows it wrote."""
        return query.run(self.text(**staged), self._checked(values))

    def rows(self, values: Mapping[str, Any] | None = None, /, **staged: Staged) -> list[tuple[Any, ...]]:
        """Run it; its rows as tuples, for two or three columns that are unpacked at once."""
        return query.rows(self.text(**staged), self._checked(values))

    def dicts(self, values: Mapping[str, Any] | None = None, /, **staged: Staged) -> list[dict[str, Any]]:
        """Run it; its rows by column name."""
        return query.dicts(self.text(**staged), self._checked(values))

    def typed(
        self, row_type: type[T], values: Mapping[str, Any] | None = None, /, **staged: Staged
    ) -> list[T]:
        """Run it; its rows as values of a dataclass or NamedTuple with the statement's columns."""
        return query.typed(row_type, self.text(**staged), self._checked(values))

    def first(
        self, row_type: type[T], values: Mapping[str, Any] | None = None, /, **staged: Staged
    ) -> T | None:
        """Run it; its first row as such a value, None where it gives no row."""
        return next(iter(self.typed(row_type, values, **staged)), None)

    def prepared_dicts(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run it as one that is asked about one person after another: each connection plans it only once."""
        return query.prepared_dicts(self.text(), self._checked(values))

    def stream(
        self, values: Mapping[str, Any] | None = None, /, *, chunk: int = 5_000, **staged: Staged
    ) -> Iterator[dict[str, Any]]:
        """Run it; its rows by column name, `chunk` of them fetched at a time."""
        with connection.cursor() as cursor:
            cursor.execute(self.text(**staged), self._checked(values))
            names = [column[0] for column in cursor.description]
            while some := cursor.fetchmany(chunk):
                for row in some:
                    yield dict(zip(names, row, strict=True))

    def value(self, values: Mapping[str, Any] | None = None, /, **staged: Staged) -> Any:
        """Run it; the one value that it gives."""
        ((answer,),) = self.rows(values, **staged)
        return answer

    def stage(self, table: str, values: Mapping[str, Any] | None = None, /, **staged: Staged) -> Staged:
        """Make the temporary table `table` of its rows, for this transaction; an earlier one of that name goes."""
        if not self.header.gives:
            raise BadStatement(f"{self}: a statement that is staged says what it gives")
        return stage_query(table, self.header.gives, self.text(**staged), self._checked(values))

    def _checked(self, values: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """Return one value for each parameter; values that other statements of the action need are left out."""
        missing = self.header.params.keys() - (values or {}).keys()
        if missing:
            raise BadStatement(f"{self}: no value for {', '.join(sorted(missing))}")
        return values or {}

    def __str__(self) -> str:
        return f"{self.room}/sql/{self.name}.sql"


@cache
def _read(room: str, name: str) -> tuple[Header, str]:
    """Return the header and the SQL of a statement, its pieces put in their places."""
    where = f"{room}/sql/{name}.sql"
    header, text = parse(files(f"payung.{room}").joinpath("sql", f"{name}.sql").read_text(), where)
    text = _with_pieces(header, text)
    unknown = set(_PLACEHOLDER.findall(text)) ^ header.params.keys()
    if unknown:
        raise BadStatement(f"{where}: header and statement differ in {', '.join(sorted(unknown))}")
    for table in header.staged:
        if "{" + table + "}" not in text:
            raise BadStatement(f"{where}: {{{table}}} does not occur")
    return header, text


def _with_pieces(header: Header, text: str) -> str:
    """Return the text with each piece in its place; a piece's argument may be an earlier piece."""
    known: dict[str, str] = {}
    for name, (room, shared, arguments) in header.pieces.items():
        known[name] = piece(room, shared, **{key: _filled(value, known) for key, value in arguments.items()})
    return _filled(text, known)


def piece(room: str, name: str, **arguments: str) -> str:
    """Return the SQL of the piece `ROOM/sql/pieces/NAME.sql` for such arguments, each SQL. Raises BadStatement."""
    where = f"{room}/sql/pieces/{name}.sql"
    header, text = parse(files(f"payung.{room}").joinpath("sql", "pieces", f"{name}.sql").read_text(), where)
    if set(header.takes) != arguments.keys():
        raise BadStatement(f"{where} takes {', '.join(header.takes) or 'nothing'}")
    return _filled(_with_pieces(header, text), arguments)


def _filled(text: str, pieces: Mapping[str, str]) -> str:
    for name, part in pieces.items():
        text = text.replace("{" + name + "}", part)
    return text


def parse(source: str, where: str) -> tuple[Header, str]:
    """Return the header of a file of SQL, and what follows it. Raises BadStatement."""
    lines = source.splitlines()
    count = next((at for at, line in enumerate(lines) if not line.startswith("--")), len(lines))
    what: list[str] = []
    entries: list[tuple[str, str]] = []
    for line in lines[:count]:
        said = line.removeprefix("--").removeprefix(" ")
        entry = _ENTRY.match(said)
        if entry:
            entries.append((entry[1], entry[2].strip()))
        elif entries and said.startswith("  "):
            entries[-1] = (entries[-1][0], f"{entries[-1][1]} {said.strip()}")
        elif not entries:
            what.append(said.strip())
        else:
            raise BadStatement(f"{where}: {line!r} belongs to no entry of the header")
    if not any(what):
        raise BadStatement(f"{where}: the header does not say what it does")
    return _header(" ".join(what), entries, where), "\n".join(lines[count:]).strip().removesuffix(";")


def _header(what: str, entries: list[tuple[str, str]], where: str) -> Header:
    found: dict[str, list[str]] = {key: [said for name, said in entries if name == key] for key in _KEYS}
    staged, pieces = {}, {}
    for said in found["staged"]:
        table = _TABLE.match(said)
        if table is None:
            raise BadStatement(f"{where}: staged: NAME (COLUMN TYPE, ...), not {said!r}")
        staged[table[1]] = _columns(table[2])
    for said in found["piece"]:
        call = _CALL.match(said)
        if call is None:
            raise BadStatement(f"{where}: piece: NAME = ROOM/PIECE(ARGUMENT=SQL, ...), not {said!r}")
        arguments = dict(part.split("=", 1) for part in _parts(call[4]))
        pieces[call[1]] = (call[2], call[3], {name.strip(): sql for name, sql in arguments.items()})
    return Header(
        what,
        reads=_names(found["reads"]),
        writes=_names(found["writes"]),
        staged=staged,
        params={name: kind for said in found["param"] for name, kind in _columns(said).items()},
        gives={name: kind for said in found["gives"] for name, kind in _columns(said).items()},
        pieces=pieces,
        takes=_names(found["takes"]),
    )


def _names(said: list[str]) -> tuple[str, ...]:
    return tuple(name.strip() for part in said for name in part.split(",") if name.strip())


def _columns(said: str) -> dict[str, str]:
    """`name type, name type` as a dictionary."""
    return dict(part.split(" ", 1) for part in _parts(said))


def _parts(said: str) -> list[str]:
    """Return what stands between the commas that are in no parentheses."""
    parts, depth = [""], 0
    for sign in said:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]
