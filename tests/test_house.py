"""The house stays small enough to be read: modules, rooms and functions have a measure."""

import ast
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "payung"
MODULES = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
ROOMS = sorted({path.parent for path in MODULES})
#: No function is longer than this, its signature and docstring aside.
MOST_LINES_OF_A_FUNCTION = 70
MOST_LINES_OF_A_MODULE = 500
MOST_MODULES_OF_A_ROOM = 15
#: What is still larger, and how large. Nothing is added, no number grows, and what came below leaves the table.
LONG_MODULES = {
    "coverage/models.py": 560,
    "registry/models.py": 525,
}
LONG_FUNCTIONS: dict[str, int] = {}
CROWDED_ROOMS = {
    "access": 27,
    "allocation": 19,
    "claims": 23,
    "cli": 42,
    "coverage": 34,
    "demo": 18,
    "exchange": 35,
    "law": 20,
    "matching": 25,
    "oversight": 29,
    "registry": 25,
}


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@cache
def lines_of_functions() -> dict[str, int]:
    """Return the lines of each function's statements by `module:name`."""
    lines: dict[str, int] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                documented = ast.get_docstring(node) is not None and len(node.body) > 1
                first = node.body[1 if documented else 0]
                lines[f"{name_of(path)}:{node.name}"] = (node.end_lineno or 0) - first.lineno + 1
    return lines


def beyond(measured: dict[str, int], most: int, table: dict[str, int]) -> dict[str, int]:
    """Return what is larger than it may be: than `most`, or than the table says."""
    return {name: size for name, size in measured.items() if size > max(most, table.get(name, 0))}


def left_over(measured: dict[str, int], most: int, table: dict[str, int]) -> list[str]:
    """Return the rows of a table that are no longer needed."""
    return [name for name in table if measured.get(name, 0) <= most]


def modules() -> dict[str, int]:
    return {name_of(path): path.read_text("utf-8").count("\n") for path in MODULES}


def rooms() -> dict[str, int]:
    return {
        name_of(room): len([path for path in room.glob("*.py") if path.name != "__init__.py"])
        for room in ROOMS
    }


MEASURES = [
    pytest.param(lines_of_functions, MOST_LINES_OF_A_FUNCTION, LONG_FUNCTIONS, id="functions"),
    pytest.param(modules, MOST_LINES_OF_A_MODULE, LONG_MODULES, id="modules"),
    pytest.param(rooms, MOST_MODULES_OF_A_ROOM, CROWDED_ROOMS, id="rooms"),
]


@pytest.mark.parametrize(("measure", "most", "table"), MEASURES)
def test_nothing_is_larger_than_it_may_be(measure, most, table):
    assert len(measure()) > 20
    assert beyond(measure(), most, table) == {}


@pytest.mark.parametrize(("measure", "most", "table"), MEASURES)
def test_the_tables_of_exceptions_shrink(measure, most, table):
    assert left_over(measure(), most, table) == []
