"""JSON as others send it: bounded, and nothing in it that no table or page could hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NoReturn

#: The longest text read, in signs.
MOST = 20_000_000
#: Half a pair of surrogates, and NUL, which no database keeps as text; written as such or by their escape.
_UNKEPT = re.compile("[\\x00\\ud800-\\udfff]")
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def loads(text: str | bytes) -> Any:
    """Return the value of a JSON text.

    Raises ValueError for what is none, too long, nested too deep, not finite or unkept.
    """
    if len(text) > MOST:
        raise ValueError(f"longer than {MOST:,} signs")
    try:
        written = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        value = json.loads(written, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if (_ESCAPED.search(written) or _UNKEPT.search(written)) and _holds_unkept(value):
        raise ValueError("a sign that no text holds")
    return value


def read(path: Path) -> Any:
    """Return the value of a JSON file. Raises OSError, and ValueError as `loads` does."""
    if path.stat().st_size > MOST * 4:
        raise ValueError(f"longer than {MOST:,} signs")
    return loads(path.read_bytes())


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _holds_unkept(value: Any) -> bool:
    """Return whether a text of a value, however deep, holds a sign that no database keeps."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if _UNKEPT.search(one):
                return True
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
    return False
