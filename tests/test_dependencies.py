"""What the program imports it asks for itself: nothing works only because a tool of the developers brought it along."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import payung

PACKAGE = Path(payung.__file__).parent
ROOT = PACKAGE.parents[1]
#: Asked for by an extra, and imported within the function that needs it.
BY_AN_EXTRA = {"pyspark", "splink"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> set[str]:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return {canonical(re.split(r"[\[<>=~! ;]", one)[0]) for one in listed}


def imported() -> dict[str, str]:
    """Each outside module that the program imports, with a file that does."""
    found: dict[str, str] = {}
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        typing_only = {
            id(inner)
            for block in ast.walk(tree)
            if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
            for inner in ast.walk(block)
        }
        for node in ast.walk(tree):
            if id(node) in typing_only:
                continue
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            for name in names:
                found.setdefault(name.split(".")[0], str(path.relative_to(PACKAGE)))
    return {
        name: where
        for name, where in found.items()
        if name != "payung" and name not in sys.stdlib_module_names
    }


def test_every_import_is_of_a_library_that_is_asked_for():
    libraries, listed = packages_distributions(), asked_for()
    missing = {
        f"{name} ({where})"
        for name, where in imported().items()
        if name not in BY_AN_EXTRA and not {canonical(one) for one in libraries.get(name, [])} & listed
    }
    assert missing == set()


def test_every_library_asked_for_is_in_the_lock_and_has_its_reason():
    pinned = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.M)
    reasons = (ROOT / "docs/explanation/dependencies.md").read_text("utf-8").lower()
    assert asked_for() <= {canonical(one) for one in pinned}
    assert {one for one in asked_for() if one not in reasons} == set()
