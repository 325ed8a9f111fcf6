"""Name the functions, methods, classes and imports that nothing uses; run by `make check`.

vulture reads the source, the benches and the generator of the docs, not the tests: what they alone use serves nobody.
What it cannot see counts as a use as well: words of the templates, and names within strings, such as
"payung.web.middleware.Traced" in the settings or "payung.exchange.bank:read_here" for the sandbox. Variables and
attributes are not judged: fields of tables, forms and settings are read by name.
"""

from __future__ import annotations

import ast
import re
import sys
from fnmatch import fnmatch
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "payung"
JUDGED = {"class", "function", "import", "method", "property", "unreachable_code"}
#: What is called by a name that stands nowhere, and by whom.
REASONS = {
    "KeyNote": "a table that statements in SQL alone read and write",
    "Meta": "Django reads a model's options from it",
    "*Config": "Django finds a room's application by its class",
    "clean_*": "Django cleans a form's field with it",
    "process_view": "Django calls it on a middleware",
    "process_exception": "Django calls it on a middleware",
    "from_db_value": "Django calls it on a field of a table",
    "get_prep_value": "Django calls it on a field of a table",
    "value_to_string": "Django calls it on a field of a table",
    "get_internal_type": "Django calls it on a field of a table",
    "validate": "Django calls it on a validator of passwords",
    "get_help_text": "Django calls it on a validator of passwords",
    "get_default_redirect_url": "Django's page to sign in calls it",
    "format_commands": "click calls it to write the help",
    "__class_getitem__": "Python calls it for type arguments",
    "__getattr__": "Python calls it for a name that a module lacks",
}


def named_elsewhere() -> set[str]:
    """Return the words of templates, and the last names of dotted paths in strings."""
    words: set[str] = set()
    for path in SOURCE.rglob("*"):
        if path.suffix in {".html", ".svg", ".txt"}:
            words.update(re.findall(r"\w+", path.read_text("utf-8")))
        elif path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    words.update(re.findall(r"(?:\w+\.)+(?:\w+:)?(\w+)", node.value))
                    words.update(re.findall(r"\w:(\w+)", node.value))
    return words


def unused() -> list[str]:
    """Return one line for each thing that nothing uses and no reason excuses."""
    vulture = Vulture(
        ignore_decorators=["@*.command*", "@*.callback*", "@register.*", "@receiver*", "@pytest.*"]
    )
    vulture.scavenge([str(ROOT / part) for part in ("src/payung", "bench", "docs/generate.py")])
    elsewhere = named_elsewhere()
    return [
        f"{item.filename.relative_to(ROOT)}:{item.first_lineno}: unused {item.typ} {item.name}"
        for item in vulture.get_unused_code(min_confidence=60)
        if item.typ in JUDGED
        and item.filename.is_relative_to(SOURCE)
        and item.name not in elsewhere
        and not any(fnmatch(item.name, pattern) for pattern in REASONS)
    ]


if __name__ == "__main__":
    found = unused()
    print("\n".join(found))
    sys.exit(bool(found))
