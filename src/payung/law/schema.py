"""The schema of the parameter files, enforced whenever one is read.

A file holds `parameters:` (a list) and may hold `sources:` (short name -> name and address) and `layer:`.
Every parameter has a name, a title in both languages, a unit and dated values; every value has a citation,
a source and a confidence. Values follow each other without overlap and without gap. The field-by-field
description for those who mend the files is docs/reference/law/format.md.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from payung.law.errors import LawFileError
from payung.law.steps import CONFIDENCE, Text
from payung.law.store import Criterion, Option, Parameter, Value
from payung.law.units import CHECKS, CHOSEN, LIMITS, is_day, is_text, is_texts

TESTS = tuple(LIMITS)
_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*")
_FILE_KEYS = {"parameters", "sources", "layer", "title"}
_PARAMETER_KEYS = {"name", "title", "unit", "rules", "note", "values", "question", "options", "choices"} | {
    "fact",
    "test",
    "needs",
    "presume",
    "reading",
}
_VALUE_KEYS = {"from", "to", "value", "citation", "source", "confidence", "note"}
_OPTION_KEYS = {"id", "en", "value", "add", "waive"}


class _At:
    """Where in which file we are, so that every complaint says it."""

    def __init__(self, path: Path, name: str = "") -> None:
        self.path, self.name = path, name

    def wrong(self, what: str) -> LawFileError:
        where = f"{self.path.name}: {self.name}" if self.name else self.path.name
        return LawFileError(f"{where}: {what}")


def read_files(
    path: Path, *, draft: bool = False, known: Mapping[str, Parameter] | None = None
) -> list[Parameter]:
    """Every parameter in the YAML file, or in the `*.yaml` files of the folder, at `path`.

    `known` are parameters already loaded, which a draft may amend by name alone.
    Raises LawFileError, naming file, parameter and remedy, where the schema is broken.
    """
    if not path.exists():
        raise LawFileError(f"{path}: there is no such file or folder; give a .yaml file or a folder of them")
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise LawFileError(f"{path}: the folder holds no .yaml file")
    loader = _OnceLoader if draft or known else safe_loader()
    documents = [(file, _read_yaml(file, loader)) for file in files]
    sources: dict[str, Text] = {}
    for file, document in documents:
        given = document.get("sources") or {}
        if not isinstance(given, dict):
            raise _At(file).wrong("'sources' must map short names to a name and an address")
        for key, source in given.items():
            sources[str(key)] = _said(source, _At(file), f"source {key!r}")
    found: dict[str, Parameter] = {}
    for file, document in documents:
        layer = document.get("layer", "national")
        if not isinstance(layer, str) or not _NAME.fullmatch(layer):
            raise _At(file).wrong(f"layer {layer!r} must be a name in small letters, for example kaltara")
        entries = document.get("parameters") or []
        if not isinstance(entries, list):
            raise _At(file).wrong("'parameters' must be a list, each beginning with '- name:'")
        for entry in entries:
            parameter = _parameter(entry, _At(file), sources, layer, draft, known or {})
            if parameter.name in found:
                raise _At(file, parameter.name).wrong("is defined twice; keep one and merge their values")
            found[parameter.name] = parameter
    _check_references(found, known or {}, path)
    return list(found.values())


def safe_loader() -> Any:
    """Return the fast safe loader of PyYAML where libyaml is there, else the slow one."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OnceLoader(safe_loader()):  # type: ignore[misc]
    """Refuses a field given twice in one mapping, of which the last would win in silence; for files from outside."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = [key.value for key, _ in node.value]
        if len(set(map(str, names))) < len(names):
            twice = next(key for key, _ in node.value if names.count(key.value) > 1)
            raise yaml.MarkedYAMLError(problem=f"{twice.value} is given twice", problem_mark=twice.start_mark)
        return super().construct_mapping(node, deep)


def _slip(problem: yaml.MarkedYAMLError, text: str) -> str:
    """Describe the error in the YAML in one line."""
    if problem.problem_mark is None:
        return str(problem.problem)
    lines, at = text.splitlines(), problem.problem_mark.line
    tab = at < len(lines) and "\t" in lines[at]
    return f"line {at + 1}: {problem.problem}" + ("; indent with spaces, not tabs" if tab else "")


def _read_yaml(file: Path, loader: Any) -> dict[str, Any]:
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        document = yaml.load(text, Loader=loader)  # noqa: S506 (a safe loader)
    except (OSError, UnicodeDecodeError) as problem:
        raise _At(file).wrong(f"cannot be read: {problem}") from None
    except yaml.MarkedYAMLError as problem:
        raise _At(file).wrong(f"is not YAML: {_slip(problem, text)}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise _At(file).wrong(f"is not YAML: {' '.join(str(problem).split())}") from None
    if not isinstance(document, dict) or not set(document) <= _FILE_KEYS:
        raise _At(file).wrong("must hold 'parameters' and optionally 'sources', 'layer', 'title'")
    return document


def _parameter(
    entry: Any,
    at: _At,
    sources: Mapping[str, Text],
    layer: str,
    draft: bool,
    known: Mapping[str, Parameter],
) -> Parameter:
    if not isinstance(entry, dict) or not is_text(entry.get("name")):
        raise at.wrong("every parameter is a mapping with a 'name'")
    name = entry["name"] if layer == "national" else f"{layer}.{entry['name']}"
    at = _At(at.path, name)
    if not _NAME.fullmatch(name):
        raise at.wrong("a name is in small letters, digits, '_' and '-', its parts set apart by dots")
    _no_other_fields(entry, _PARAMETER_KEYS, at, "")
    base = known.get(name) if draft else None
    if draft and base is None and "unit" not in entry:
        near = difflib.get_close_matches(name, known, 1)
        perhaps = f" (perhaps {near[0]})" if near else ""
        raise at.wrong(
            f"no parameter of the law has this name{perhaps}; a new one needs its own 'unit' and 'title'"
        )
    unit = entry.get("unit", base.unit if base else None)
    if not isinstance(unit, str) or (unit not in CHECKS and unit not in CHOSEN):
        raise at.wrong(f"unit {unit!r} is not allowed; use one of {', '.join(sorted([*CHECKS, *CHOSEN]))}")
    if base and base.unit != unit:
        raise at.wrong(f"is {base.unit} in the law in force, and cannot be {unit} in a draft")
    if "title" not in entry and not base:
        raise at.wrong("needs a 'title' with 'id' and 'en'")
    options = _options(entry.get("options"), at) or (dict(base.options) if base else {})
    if (unit == "reading") != bool(options):
        raise at.wrong("a 'reading', and only a reading, has 'options'")
    criterion = None
    if unit == "criterion":
        criterion = base.criterion if base else _criterion(entry, at)
    shape = _Shape(unit, options, criterion, _choices(entry, at) or (base.choices if base else ()))
    return Parameter(
        name=name,
        title=_text(entry["title"], at, "title") if base is None or "title" in entry else base.title,
        unit=unit,
        values=_values(entry.get("values"), shape, sources, at, draft),
        rules=_rules(entry, at) or (base.rules if base else ()),
        note=_text(entry["note"], at, "note") if "note" in entry else None,
        question=_text(entry["question"], at, "question") if "question" in entry else None,
        options=options,
        choices=shape.choices,
        criterion=criterion,
        layer=layer,
    )


def _no_other_fields(given: Mapping[Any, Any], known: set[str], at: _At, where: str) -> None:
    if strange := [key for key in given if key not in known]:
        raise at.wrong(f"{where}unknown field {strange[0]!r}; known are {', '.join(sorted(known))}")


def _text(given: Any, at: _At, field: str) -> Text:
    if not is_texts(given):
        raise at.wrong(f"{field} must hold both 'id' and 'en'")
    return Text(given["id"], given["en"])


def _said(given: Any, at: _At, field: str) -> Text:
    """Return a name or address that is the same in both languages, or a text in each."""
    if isinstance(given, dict):
        return _text(given, at, field)
    if not is_text(given):
        raise at.wrong(f"{field} must be a text, or hold both 'id' and 'en'")
    return Text(given, given)


def _rules(entry: Mapping[str, Any], at: _At) -> tuple[str, ...]:
    given = entry.get("rules", [])
    if not isinstance(given, list) or not all(map(is_text, given)):
        raise at.wrong("'rules' must be a list of rule numbers in quotes, for example [\"4.1\"]")
    return tuple(given)


def _choices(entry: Mapping[str, Any], at: _At) -> tuple[str, ...]:
    given = entry.get("choices", [])
    if not isinstance(given, list) or not all(map(is_text, given)):
        raise at.wrong("'choices' must be a list of the codes that a value may hold")
    return tuple(given)


def _options(given: Any, at: _At) -> dict[str, Option]:
    if given is None:
        return {}
    if not isinstance(given, dict) or len(given) < 2 or not all(map(is_text, given)):
        raise at.wrong("'options' must name at least two readings")
    options = {}
    for name, body in given.items():
        if not isinstance(body, dict) or not set(body) <= _OPTION_KEYS:
            raise at.wrong(f"option {name!r} must hold 'id' and 'en' and may hold 'value', 'add', 'waive'")
        title = _text({key: body.get(key) for key in ("id", "en")}, at, f"option {name!r}")
        value, add, waive = body.get("value"), body.get("add", 0), body.get("waive", False)
        if value is not None and not is_day(value):
            raise at.wrong(f"option {name!r}: 'value' must be a date")
        if type(add) is not int or not -100 <= add <= 100 or type(waive) is not bool:
            raise at.wrong(f"option {name!r}: 'add' must be a small whole number, 'waive' true or false")
        options[name] = Option(name, title, value, add, waive)
    return options


def _criterion(entry: Mapping[str, Any], at: _At) -> Criterion:
    test, presume, reading = entry.get("test"), entry.get("presume", False), entry.get("reading")
    if not isinstance(test, str) or test not in TESTS:
        raise at.wrong(f"test {test!r} is not allowed; use one of {', '.join(TESTS)}")
    if not is_text(entry.get("fact")):
        raise at.wrong("a criterion names the 'fact' it judges")
    if type(presume) is not bool or not (reading is None or is_text(reading)):
        raise at.wrong("'presume' must be true or false, and 'reading' the name of a reading")
    return Criterion(
        fact=entry["fact"],
        test=test,
        needs=_text(entry.get("needs"), at, "needs"),
        presume=presume,
        reading=reading,
    )


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the values of a parameter may be."""

    unit: str
    options: Mapping[str, Option]
    criterion: Criterion | None
    choices: tuple[str, ...]

    def problem(self, value: Any) -> str | None:
        if self.unit == "reading":
            good = isinstance(value, str) and value in self.options
            return None if good else f"value {value!r} is not one of its options: {', '.join(self.options)}"
        if self.criterion:
            return LIMITS[self.criterion.test](value)
        if found := CHECKS[self.unit](value):
            return found
        strange = [code for code in value if code not in self.choices] if self.choices else []
        return f"{strange[0]!r} is not one of {', '.join(self.choices)}" if strange else None


def _values(
    given: Any, shape: _Shape, sources: Mapping[str, Text], at: _At, draft: bool
) -> tuple[Value, ...]:
    if not isinstance(given, list) or not given:
        raise at.wrong("needs 'values': a list with at least one dated value")
    values = [_value(body, shape, sources, at, draft) for body in given]
    for earlier, later in pairwise(values):
        if later.since <= earlier.since:
            raise at.wrong(
                f"the value from {later.since} overlaps the one from {earlier.since}; put oldest first"
            )
        if earlier.until is not None and earlier.until > later.since:
            raise at.wrong(
                f"the values from {earlier.since} and {later.since} overlap; end the first earlier"
            )
        if earlier.until is not None and earlier.until < later.since and not draft:
            raise at.wrong(f"there is a gap between {earlier.until} and {later.since}; say what held then")
    return tuple(values)


def _value(body: Any, shape: _Shape, sources: Mapping[str, Text], at: _At, draft: bool) -> Value:
    if not isinstance(body, dict) or not is_day(body.get("from")):
        raise at.wrong("every value is a mapping with 'from: YYYY-MM-DD'")
    since, last = body["from"], body.get("to")
    where = f"value from {since}"
    _no_other_fields(body, _VALUE_KEYS, at, f"{where}: ")
    for field in ("citation", "source", "confidence"):
        if not body.get(field):
            raise at.wrong(f"{where} needs a {field}")
    if not isinstance(body["confidence"], str) or body["confidence"] not in CONFIDENCE:
        raise at.wrong(f"confidence {body['confidence']!r} is not allowed; use {', '.join(CONFIDENCE)}")
    if last is not None and (not is_day(last) or not since <= last < date.max):
        raise at.wrong(f"{where}: 'to' must be a date not before 'from'")
    if "value" not in body:
        raise at.wrong(f"{where} has no 'value'")
    if problem := shape.problem(body["value"]):
        raise at.wrong(f"{where}: {problem}")
    return Value(
        since=since,
        value=body["value"],
        citation=_said(body["citation"], at, f"{where}: citation"),
        source=_source(body["source"], sources, at, where),
        confidence=body["confidence"],
        until=last + timedelta(days=1) if last else None,
        note=_text(body["note"], at, "note") if "note" in body else None,
        draft=draft,
    )


def _source(given: Any, sources: Mapping[str, Text], at: _At, where: str) -> Text:
    """Return the sources named by their keys in `given`, in full; what is no key is a source itself."""
    if not is_text(given):
        return _said(given, at, f"{where}: source")
    named = [sources.get(key, Text(key, key)) for key in given.split(", ")]
    return Text("; ".join(one.id for one in named), "; ".join(one.en for one in named))


def _check_references(found: Mapping[str, Parameter], known: Mapping[str, Parameter], path: Path) -> None:
    for parameter in found.values():
        name = parameter.criterion.reading if parameter.criterion else None
        reading = (found.get(name) or known.get(name)) if name else None
        if name and (reading is None or reading.unit != "reading"):
            raise _At(path, parameter.name).wrong(f"names the reading {name!r}, which no file defines")
