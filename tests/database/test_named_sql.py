"""Every statement has a name and a place, says what it does, is used, and can be planned against today's tables."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.db import connection

import payung
from payung.database.statements import BadStatement, Statement, parse, piece

SOURCE = Path(payung.__file__).parent
#: A statement longer than this has a name and a file.
LONGEST = 8
FILES = sorted(SOURCE.glob("*/sql/*.sql"))
PIECES = sorted(SOURCE.glob("*/sql/pieces/*.sql"))
INSTALLED = sorted(
    path
    for kind in ("functions", "triggers", "rights", "storage")
    for path in SOURCE.glob(f"*/sql/{kind}/*.sql")
)
_WORDS = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|WHERE|JOIN|VALUES|CREATE|SET)\b")


def named(path: Path) -> Statement:
    return Statement(path.parents[1].name, path.stem)


def said(statement: Statement) -> str:
    return str(statement)


def sources() -> dict[str, str]:
    return {
        path.relative_to(SOURCE).as_posix(): path.read_text("utf-8")
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
    }


def is_sql(text: str) -> bool:
    return len(set(_WORDS.findall(text))) > 1


def long_statements(source: str) -> list[int]:
    """The lines of a module where a statement longer than LONGEST begins, f-strings and joined strings among them."""
    tree = ast.parse(source)
    inner = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found = []
    for node in ast.walk(tree):
        if node in inner or node in docstrings:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        lines = max(
            sum(1 for line in text.splitlines() if line.strip()), node.end_lineno - node.lineno + 1 - 2
        )
        if lines > LONGEST and is_sql(text):
            found.append(node.lineno)
    return found


def test_no_module_holds_a_long_statement():
    found = {name: lines for name, text in sources().items() if (lines := long_statements(text))}
    assert found == {}


def test_long_statements_are_recognised():
    body = "\n".join(["SELECT a", "  FROM b"] + ["   AND c"] * 7)
    joined = "(\n" + "\n".join(['"SELECT a FROM b"'] + ['" WHERE c"'] * 11) + "\n)"
    for source in (f'X = """{body}"""', f'X = f"""{body} {{y}}"""', f"X = {joined}"):
        assert long_statements(source) == [source[: source.index('"')].count("\n") + 1], source
    assert long_statements(f'def f():\n    """{body}"""') == []
    assert long_statements('X = "SELECT a FROM b"') == []


def test_every_statement_is_used_and_every_use_has_its_file():
    uses = {
        (room, name)
        for text in sources().values()
        for room, name in re.findall(r'Statement\(\s*"(\w+)",\s*"(\w+)"', text)
    }
    assert uses == {(path.parents[1].name, path.stem) for path in FILES}


def test_every_piece_is_used():
    used = {
        (room, name)
        for path in [*FILES, *PIECES]
        for room, name, _ in parse(path.read_text(), str(path))[0].pieces.values()
    }
    used |= {
        (room, name)
        for text in sources().values()
        for room, name in re.findall(r'piece\(\s*"(\w+)",\s*"(\w+)"', text)
    }
    assert used == {(path.parents[2].name, path.stem) for path in PIECES}


@pytest.mark.parametrize(
    "path", [*PIECES, *INSTALLED], ids=lambda path: f"{path.parents[2].name}/{path.stem}"
)
def test_every_piece_and_whatever_is_installed_says_what_it_does(path: Path):
    header, text = parse(path.read_text(), str(path))
    assert header.what.endswith(".")
    assert text


@pytest.mark.parametrize("statement", [named(path) for path in FILES], ids=said)
def test_a_header_says_what_the_statement_reads_and_writes(statement: Statement):
    text = re.sub(r"'[^']*'", "''", statement.text(**_staged(statement)))
    tables = {name for name in re.findall(r"\w+", text) if name in _tables()}
    header = statement.header
    assert header.what.endswith(".")
    assert tables == {*header.reads, *header.writes} & _tables()
    written = {
        name for name in re.findall(r"(?:INSERT INTO|DELETE FROM|UPDATE) (\w+)", text) if name in _tables()
    }
    assert written == set(header.writes)


@cache
def _tables() -> set[str]:
    from django.apps import apps

    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def _staged(statement: Statement):
    from payung.database.staging import Staged

    return {name: Staged(f"staged_{name}", columns) for name, columns in statement.header.staged.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", [named(path) for path in FILES], ids=said)
def test_every_statement_can_be_planned(statement: Statement):
    """With empty staged tables and each parameter a null of its type; its columns are those that it gives."""
    header, staged = statement.header, _staged(statement)
    text = statement.text(**staged)
    for name, kind in header.params.items():
        text = text.replace(f"%({name})s", f"NULL::{kind}")
    text = text.replace("%%", "%")
    with connection.cursor() as cursor:
        for table in staged.values():
            columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
            cursor.execute(f"CREATE TEMP TABLE {table.identifier} ({columns}) ON COMMIT DROP")
        cursor.execute(f"EXPLAIN {text}")
        assert cursor.fetchall()
        assert _columns(text) == dict(header.gives)


def _columns(text: str) -> dict[str, str]:
    """The columns that a statement gives, by name, as the server describes them."""
    server = connection.connection.pgconn
    assert server.prepare(b"described", text.encode()).status == 1
    described = server.describe_prepared(b"described")
    columns = {described.fname(at).decode(): described.ftype(at) for at in range(described.nfields)}
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE described")
        cursor.execute(
            "SELECT oid, format_type(oid, NULL) FROM pg_type WHERE oid = ANY(%s)", [list(columns.values())]
        )
        words = dict(cursor.fetchall())
    short = {
        "character varying": "text",
        "timestamp with time zone": "timestamptz",
        "double precision": "float8",
    }
    return {
        name: re.sub("|".join(short), lambda word: short[word[0]], words[oid])
        for name, oid in columns.items()
    }


def test_a_header_that_does_not_fit_is_refused():
    for source, why in (
        ("SELECT 1", "does not say"),
        ("-- Do.\n-- reads: a\n-- and more\nSELECT 1", "belongs to no entry"),
        ("-- Do.\n-- staged: a\nSELECT 1", "staged: NAME"),
        ("-- Do.\n-- piece: a = b\nSELECT 1", "piece: NAME"),
    ):
        with pytest.raises(BadStatement, match=why):
            parse(source, "x")
    with pytest.raises(BadStatement, match="takes income"):
        piece("coverage", "run_cost", income="1")


def test_a_statement_wants_its_tables_and_its_values():
    span = Statement("coverage", "amendment_span")
    with pytest.raises(BadStatement, match="needs the staged"):
        span.text()
    with pytest.raises(BadStatement, match="no value for plan"):
        Statement("coverage", "decree_cases").rows({})
    with pytest.raises(BadStatement, match="has no"):
        span.text(**{name: type(table)(name, {}) for name, table in _staged(span).items()})


def test_arguments_may_hold_commas_in_parentheses():
    header, _ = parse("-- Do.\n-- piece: a = b/c(x=f(1, g(2, 3)), y=)\nSELECT {a}", "x")
    assert header.pieces["a"] == ("b", "c", {"x": "f(1, g(2, 3))", "y": ""})
