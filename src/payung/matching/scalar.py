"""The comparisons for one pair at a time, in Python, made from the same SQL that the engines run.

A data base needs tens of milliseconds to plan a statement; a look-up must answer within that time. So each level's
condition is translated once into Python code. Unknown counts as false, as it does in a CASE; `not` stands only
before conditions that are never unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import sqlglot
from rapidfuzz.distance import Hamming, JaroWinkler, Levenshtein
from sqlglot import expressions as exp

from payung.matching.comparisons import COMPARISONS, Comparison

Row = Mapping[str, Any]


def _known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function so that it gives None where an argument is None."""

    def call(*values: Any) -> Any:
        return None if any(value is None for value in values) else function(*values)

    return call


def _like(text: str, pattern: str) -> bool:
    if pattern != "_ %":
        raise ValueError(f"pattern {pattern!r} is not translated")
    return len(text) >= 2 and text[1] == " "


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "eq": _known(lambda a, b: a == b),
    "neq": _known(lambda a, b: a != b),
    "gt": _known(lambda a, b: a > b),
    "gte": _known(lambda a, b: a >= b),
    "lt": _known(lambda a, b: a < b),
    "lte": _known(lambda a, b: a <= b),
    "add": _known(lambda a, b: a + b),
    "sub": _known(lambda a, b: a - b),
    "mod": _known(math.fmod),
    "div": _known(lambda a, b: a / b),
    "abs": _known(abs),
    "floor": _known(math.floor),
    "length": _known(len),
    "substring": _known(lambda text, start, size: text[int(start) - 1 : int(start) - 1 + int(size)]),
    "contains": _known(lambda text, part: part in text),
    "concat": lambda *parts: "".join("" if part is None else part for part in parts),
    "hamming": _known(lambda a, b: Hamming.distance(a, b)),
    "levenshtein": _known(lambda a, b: Levenshtein.distance(a, b)),
    "jaro_winkler_similarity": _known(JaroWinkler.similarity),
    "like": _known(_like),
}
_BINARY: dict[type[exp.Expression], str] = {
    exp.EQ: "eq", exp.NEQ: "neq", exp.GT: "gt", exp.GTE: "gte", exp.LT: "lt", exp.LTE: "lte",
    exp.Add: "add", exp.Sub: "sub", exp.Mod: "mod", exp.Div: "div", exp.Like: "like",
}  # fmt: skip


def _python(node: Any) -> str:
    kind = type(node)
    if kind in _BINARY:
        return f"{_BINARY[kind]}({_python(node.this)}, {_python(node.expression)})"
    if isinstance(node, exp.And | exp.Or):
        word = "and" if isinstance(node, exp.And) else "or"
        return f"({_python(node.this)} {word} {_python(node.expression)})"
    if isinstance(node, exp.Paren):
        return _python(node.this)
    if isinstance(node, exp.Not):
        return f"(not {_python(node.this)})"
    if isinstance(node, exp.Is):
        return f"({_python(node.this)} is None)"
    if isinstance(node, exp.In):
        return f"({_python(node.this)} in ({', '.join(_python(item) for item in node.expressions)},))"
    if isinstance(node, exp.Column):
        name, side = node.name[:-2], node.name[-1]
        return f"{side}[{name!r}]"
    if isinstance(node, exp.Literal):
        return repr(node.this) if node.is_string else str(node.this)
    if isinstance(node, exp.Func):
        name = node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()
        name = {"jarowinkler_similarity": "jaro_winkler_similarity", "substr": "substring"}.get(name, name)
        values = node.expressions if isinstance(node, exp.Anonymous | exp.Concat) else [
            value for value in node.args.values() if isinstance(value, exp.Expression)
        ]  # fmt: skip
        if name not in _FUNCTIONS:
            raise ValueError(f"function {name!r} is not translated")
        return f"{name}({', '.join(_python(value) for value in values)})"
    raise ValueError(f"{node.sql()!r} is not translated")


def _condition(sql: str) -> Callable[[Row, Row], Any]:
    source = f"lambda l, r: {_python(sqlglot.parse_one(sql, read='duckdb'))}"
    # only text that this package wrote in `comparisons` is compiled
    return eval(source, dict(_FUNCTIONS))  # type: ignore[no-any-return]  # noqa: S307


@cache
def _ladders() -> list[tuple[Comparison, Callable[[Row, Row], Any], list[Callable[[Row, Row], Any]]]]:
    return [
        (c, _condition(c.null), [_condition(level.sql) for level in c.levels if level.sql != "else"])
        for c in COMPARISONS
    ]


def rungs(left: Row, right: Row) -> dict[str, int]:
    """Return the rung of each comparison for two clean rows: 0 says nothing, 1 is 'else', the best is the highest."""
    out = {}
    for comparison, null, ladder in _ladders():
        if null(left, right):
            out[comparison.name] = 0
            continue
        rung = 1
        for place, condition in enumerate(ladder):
            if condition(left, right):
                rung = len(comparison.levels) - place
                break
        out[comparison.name] = rung
    return out
