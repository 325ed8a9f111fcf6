"""The walks through the code can be walked: every step is there, and is reached from another as it says."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "payung"
WALKS = ROOT / "docs" / "explanation" / "walks.md"
#: The most steps that a stranger keeps in mind.
MOST_STEPS = 12
_STEP = re.compile(r"(\d+)\. `([\w/]+\.(?:py|sql))`(?:: `(\w+)`)?(?: \(([^)]*)\))?: ")
_LINK = re.compile(r"(?:(statement|job|signal|trigger|table|asks)(?: `(\w+)`)?)?(?:,? ?(?:from )?(\d+))?")


@dataclass(frozen=True)
class Step:
    """One step: where it is, by what it is reached, what that is called, and from which step."""

    walk: str
    number: int
    file: str
    function: str
    link: str
    about: str
    origin: int

    def __str__(self) -> str:
        return f"{self.walk}, {self.number}"


def walks() -> dict[str, list[Step]]:
    """Return the steps of each walk in order; a line that begins with a number and is no step is an error."""
    found: dict[str, list[Step]] = {}
    for part in WALKS.read_text("utf-8").split("\n## ")[1:]:
        title, _, rest = part.partition("\n")
        lines = [line for line in rest.splitlines() if re.match(r"\d+\. ", line)]
        steps = []
        for line in lines:
            read = _STEP.match(line)
            assert read, f"{title}: {line}"
            link = _LINK.fullmatch(read[4] or "")
            assert link, f"{title}: {line}"
            number = int(read[1])
            steps.append(
                Step(
                    title,
                    number,
                    read[2],
                    read[3] or "",
                    link[1] or "call",
                    link[2] or "",
                    int(link[3] or number - 1),
                )
            )
        found[title] = steps
    return found


STEPS = [step for steps in walks().values() for step in steps]
PAIRS = [
    (next(one for one in steps if one.number == step.origin), step)
    for steps in walks().values()
    for step in steps[1:]
]


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((SOURCE / file).read_text("utf-8"))


def function(step: Step) -> ast.FunctionDef:
    """Return the function of a step. Raises AssertionError where its file has none of that name, or two."""
    found = [
        node
        for node in ast.walk(tree(step.file))
        if isinstance(node, ast.FunctionDef) and node.name == step.function
    ]
    assert len(found) == 1, f"{step}: {len(found)} functions {step.function} in {step.file}"
    return found[0]


def names(node: ast.AST) -> set[str]:
    """Return every name and attribute that stands in some code."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} | {
        each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)
    }


def statements(step: Step) -> list[str]:
    """Return the files of the named statements that a step runs: those that its function names."""
    if step.file.endswith(".sql"):
        return [step.file]
    named = names(function(step))
    found = []
    for node in tree(step.file).body:
        call = node.value if isinstance(node, ast.Assign) else None
        if isinstance(call, ast.Call) and names(call.func) & {"Statement"} and names(node.targets[0]) & named:
            room, name = (argument.value for argument in call.args)
            found.append(f"{room}/sql/{name}.sql")
    return found


def words(step: Step) -> str:
    """Return the text in which a step names tables: its own, and that of the module's constants and statements."""
    texts = [(SOURCE / file).read_text("utf-8") for file in statements(step)]
    if step.file.endswith(".py"):
        node = function(step)
        texts.append(ast.unparse(node))
        constants = [one for one in tree(step.file).body if isinstance(one, ast.Assign)]
        texts += [ast.unparse(one) for one in constants if names(one.targets[0]) & names(node)]
    return "\n".join(texts)


def queues(origin: Step, step: Step) -> bool:
    """Return whether a function queues a job of the kind that another function is."""
    decorated = any("job" in names(one) for one in function(step).decorator_list)
    calls = [node.func for node in ast.walk(function(origin)) if isinstance(node, ast.Call)]
    return decorated and any(
        isinstance(call, ast.Attribute) and call.attr == "queue" and step.function in names(call.value)
        for call in calls
    )


def signals(origin: Step, step: Step) -> bool:
    """Return whether a function sends a signal to which another one is connected."""
    connected = re.compile(rf"\b{step.about}\.connect\({step.function}\b")
    sent = f"{step.about}.send(" in ast.unparse(function(origin))
    return sent and any(connected.search(path.read_text("utf-8")) for path in SOURCE.glob("*/apps.py"))


def triggers(origin: Step, step: Step) -> bool:
    """Return whether the database calls a function for the rows that a step writes."""
    room, _, _ = step.file.partition("/")
    trigger = (SOURCE / room / "sql" / "triggers" / f"{step.about}.sql").read_text("utf-8")
    return step.about in words(origin) and f"EXECUTE FUNCTION {Path(step.file).stem}(" in trigger


def model_of(table: str) -> str:
    """Return the name of the class that is a table of a room, '' where no model is."""
    room, _, lower = table.partition("_")
    classes = re.findall(
        r"^class (\w+)\(",
        "\n".join(one.read_text("utf-8") for one in SOURCE.glob(f"{room}/*models.py")),
        re.MULTILINE,
    )
    return next((name for name in classes if name.lower() == lower), "")


def shares(origin: Step, step: Step) -> bool:
    """Return whether both steps name a table, by its name or by its model's."""
    known = re.compile(rf"\b(?:{step.about}|{model_of(step.about) or step.about})\b")
    return bool(known.search(words(origin)) and known.search(words(step)))


def test_there_are_six_walks_of_at_most_twelve_steps():
    assert len(walks()) == 6
    for title, steps in walks().items():
        assert [step.number for step in steps] == list(range(1, len(steps) + 1)), title
        assert len(steps) <= MOST_STEPS
        assert all(1 <= step.origin < step.number for step in steps[1:]), title


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_every_step_is_there(step):
    assert (SOURCE / step.file).is_file()
    assert bool(step.function) == step.file.endswith(".py")
    if step.function:
        function(step)


@pytest.mark.parametrize(("origin", "step"), PAIRS, ids=str)
def test_every_step_is_reached_as_it_says(origin, step):
    if step.link == "statement":
        assert step.file in statements(origin)
    elif step.link == "job":
        assert queues(origin, step)
    elif step.link == "signal":
        assert signals(origin, step)
    elif step.link == "trigger":
        assert triggers(origin, step)
    elif step.link == "table":
        assert shares(origin, step)
    elif step.link == "asks":
        assert origin.function in names(function(step))
    else:
        assert step.function in names(function(origin))


def test_the_rooms_of_a_walk_are_told_apart():
    """A walk that never leaves one file would show nothing of how the rooms hang together."""
    for title, steps in walks().items():
        assert len([room for room, _ in groupby(step.file.partition("/")[0] for step in steps)]) > 1, title
