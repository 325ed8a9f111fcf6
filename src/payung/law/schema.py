"""The schema of the parameter files, enforced whenever one is read.

A file holds `parameters:` (a list) and may hold `sources:` (short name -> name and address) and `layer:`.
Every parameter has a name, a title in both languages, a unit and dated values; every value has a citation,
a source and a confidence. Values follow each other without overlap and without gap. The field-by-field
description for those who mend the files is docs/reference/law/format.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from payung.law.errors import LawFileError
from payung.law.steps import CONFIDENCE, Text
from payung.law.store import Criterion, Option, Parameter, Value

_WHOLE = {"rupiah", "months", "days", "working_days", "years", "hours", "age", "count", "day_of_month"}
TESTS = ("age_at_least", "age_below", "is_true", "is_false", "within_region", "one_of")
_PARAMETER_KEYS = {"name", "title", "unit", "rules", "note", "values", "question", "options"} | {
    "fact",
    "test",
    "needs",
    "presume",
    "reading",
}
_VALUE_KEYS = {"from", "to", "value", "citation", "source", "confidence", "note"}


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

    `known` are parameters already loaded, which a draft may amend by name alone and whose sources it may use.
    Raises LawFileError, naming file, parameter and remedy, where the schema is broken.
    """
    if not path.exists():
        raise LawFileError(f"{path}: there is no such file or folder; give a .yaml file or a folder of them")
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise LawFileError(f"{path}: the folder holds no .yaml file")
    documents = [(file, _read_yaml(file)) for file in files]
    sources: dict[str, str] = {}
    for file, document in documents:
        for key, source in (document.get("sources") or {}).items():
            if not isinstance(source, str) or not source.strip():
                raise _At(file).wrong(f"source {key!r} must be a text: a name and an address")
            sources[str(key)] = source
    found: dict[str, Parameter] = {}
    for file, document in documents:
        layer = str(document.get("layer", "national"))
        for entry in document.get("parameters") or []:
            parameter = _parameter(entry, _At(file), sources, layer, draft, known or {})
            if parameter.name in found:
                raise _At(file, parameter.name).wrong("is defined twice; keep one and merge their values")
            found[parameter.name] = parameter
    _check_references(found, known or {}, path)
    return list(found.values())


def safe_loader() -> Any:
    """The fast safe loader of PyYAML where libyaml is there, else the slow one."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=safe_loader())  # noqa: S506 (a safe loader)
    except yaml.YAMLError as problem:
        raise _At(file).wrong(f"is not YAML: {problem}") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise _At(file).wrong(f"cannot be read: {problem}") from None
    if not isinstance(document, dict) or not set(document) <= {"parameters", "sources", "layer", "title"}:
        raise _At(file).wrong("must hold 'parameters' and optionally 'sources', 'layer', 'title'")
    return document


def _parameter(
    entry: Any,
    at: _At,
    sources: Mapping[str, str],
    layer: str,
    draft: bool,
    known: Mapping[str, Parameter],
) -> Parameter:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise at.wrong("every parameter is a mapping with a 'name'")
    name = entry["name"] if layer == "national" else f"{layer}.{entry['name']}"
    at = _At(at.path, name)
    if strange := set(entry) - _PARAMETER_KEYS:
        raise at.wrong(
            f"unknown field {sorted(strange)[0]!r}; known are {', '.join(sorted(_PARAMETER_KEYS))}"
        )
    base = known.get(name) if draft else None
    unit = entry.get("unit", base.unit if base else None)
    if unit not in _CHECKS:
        raise at.wrong(f"unit {unit!r} is not allowed; use one of {', '.join(sorted(_CHECKS))}")
    if base and base.unit != unit:
        raise at.wrong(f"is {base.unit} in the law in force, and cannot be {unit} in a draft")
    options = _options(entry.get("options"), at) or (dict(base.options) if base else {})
    if (unit == "reading") != bool(options):
        raise at.wrong("a 'reading', and only a reading, has 'options'")
    values = _values(entry.get("values"), unit, options, sources, at, draft)
    return Parameter(
        name=name,
        title=_text(entry["title"], at, "title") if "title" in entry or not base else base.title,
        unit=unit,
        values=values,
        rules=tuple(str(rule) for rule in entry.get("rules", base.rules if base else ())),
        note=_text(entry["note"], at, "note") if "note" in entry else None,
        question=_text(entry["question"], at, "question") if "question" in entry else None,
        options=options,
        criterion=_criterion(entry, at) if unit == "criterion" and not base else None,
        layer=layer,
    )


def _text(given: Any, at: _At, field: str) -> Text:
    if not isinstance(given, dict) or set(given) != {"id", "en"} or not all(given.values()):
        raise at.wrong(f"{field} must hold both 'id' and 'en'")
    return Text(str(given["id"]), str(given["en"]))


def _options(given: Any, at: _At) -> dict[str, Option]:
    if given is None:
        return {}
    if not isinstance(given, dict) or len(given) < 2:
        raise at.wrong("'options' must name at least two readings")
    options = {}
    for name, body in given.items():
        if not isinstance(body, dict) or not set(body) <= {"id", "en", "value", "add", "waive"}:
            raise at.wrong(f"option {name!r} must hold 'id' and 'en' and may hold 'value', 'add', 'waive'")
        title = _text({key: body.get(key) for key in ("id", "en")}, at, f"option {name!r}")
        options[str(name)] = Option(
            str(name), title, body.get("value"), int(body.get("add", 0)), bool(body.get("waive", False))
        )
    return options


def _criterion(entry: Mapping[str, Any], at: _At) -> Criterion:
    if entry.get("test") not in TESTS:
        raise at.wrong(f"test {entry.get('test')!r} is not allowed; use one of {', '.join(TESTS)}")
    if not isinstance(entry.get("fact"), str):
        raise at.wrong("a criterion names the 'fact' it judges")
    return Criterion(
        fact=entry["fact"],
        test=entry["test"],
        needs=_text(entry.get("needs"), at, "needs"),
        presume=bool(entry.get("presume", False)),
        reading=entry.get("reading"),
    )


def _values(
    given: Any,
    unit: str,
    options: Mapping[str, Option],
    sources: Mapping[str, str],
    at: _At,
    draft: bool,
) -> tuple[Value, ...]:
    if not isinstance(given, list) or not given:
        raise at.wrong("needs 'values': a list with at least one dated value")
    values = [_value(body, unit, options, sources, at, draft) for body in given]
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


def _value(
    body: Any,
    unit: str,
    options: Mapping[str, Option],
    sources: Mapping[str, str],
    at: _At,
    draft: bool,
) -> Value:
    if not isinstance(body, dict) or not isinstance(body.get("from"), date):
        raise at.wrong("every value is a mapping with 'from: YYYY-MM-DD'")
    since = body["from"]
    if strange := set(body) - _VALUE_KEYS:
        raise at.wrong(f"value from {since}: unknown field {sorted(strange)[0]!r}")
    for field in ("citation", "source", "confidence"):
        if not isinstance(body.get(field), str) or not body[field].strip():
            raise at.wrong(f"value from {since} needs a {field}")
    if body["confidence"] not in CONFIDENCE:
        raise at.wrong(f"confidence {body['confidence']!r} is not allowed; use {', '.join(CONFIDENCE)}")
    last = body.get("to")
    if last is not None and (not isinstance(last, date) or last < since):
        raise at.wrong(f"value from {since}: 'to' must be a date not before 'from'")
    if "value" not in body:
        raise at.wrong(f"value from {since} has no 'value'")
    if unit == "reading":
        if body["value"] not in options:
            raise at.wrong(f"value {body['value']!r} is not one of its options: {', '.join(options)}")
    elif problem := _CHECKS[unit](body["value"]):
        raise at.wrong(f"value from {since}: {problem}")
    return Value(
        since=since,
        value=body["value"],
        citation=body["citation"],
        source="; ".join(sources.get(key, key) for key in body["source"].split(", ")),
        confidence=body["confidence"],
        until=last + timedelta(days=1) if last else None,
        note=_text(body["note"], at, "note") if "note" in body else None,
        draft=draft,
    )


def _check_references(found: Mapping[str, Parameter], known: Mapping[str, Parameter], path: Path) -> None:
    for parameter in found.values():
        reading = parameter.criterion.reading if parameter.criterion else None
        if reading and reading not in found and reading not in known:
            raise _At(path, parameter.name).wrong(f"names the reading {reading!r}, which no file defines")


def _whole(value: Any) -> str | None:
    good = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return None if good else f"must be a whole number of zero or more, not {value!r}"


def _percent(value: Any) -> str | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return None if good else f"must be a number of zero or more, not {value!r}"


def _codes(value: Any) -> str | None:
    good = isinstance(value, list) and all(isinstance(code, str) for code in value)
    return None if good else "must be a list of codes"


def _items(value: Any) -> str | None:
    good = isinstance(value, list) and all(isinstance(i, dict) and set(i) == {"id", "en"} for i in value)
    return None if good else "must be a list of texts, each with 'id' and 'en'"


def _bands(value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "must be a list of bands"
    for band in value:
        if (
            not isinstance(band, dict)
            or set(band) != {"from", "base"}
            or _whole(band["from"])
            or _whole(band["base"])
        ):
            return "every band holds 'from' and 'base' in rupiah"
    starts = [band["from"] for band in value]
    if starts[0] != 0 or starts != sorted(set(starts)):
        return "bands must start at 0 and rise, so that no income falls through or into two"
    return None


def _table(value: Any) -> str | None:
    good = isinstance(value, dict) and value and not any(_whole(item) for item in value.values())
    return None if good else "must map names to whole numbers"


def _ladder(value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "must be a list of levels, lowest first"
    for level in value:
        if not isinstance(level, dict) or set(level) != {"level", "yearly", "years"}:
            return "every level holds 'level', 'yearly' (rupiah) and 'years'"
        if _whole(level["yearly"]) or _whole(level["years"]):
            return f"level {level['level']!r}: 'yearly' and 'years' must be whole numbers"
    return None


def _tiers(value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "must be a list of {from_month, percent}"
    for tier in value:
        if not isinstance(tier, dict) or set(tier) != {"from_month", "percent"}:
            return "every tier holds 'from_month' and 'percent'"
    starts = [tier["from_month"] for tier in value]
    return (
        None if starts[0] == 1 and starts == sorted(set(starts)) else "tiers must start at month 1 and rise"
    )


def _losses(value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "must be a list of rows"
    codes = set()
    for row in value:
        if not isinstance(row, dict) or not {"code", "id", "en", "percent", "confidence"} <= set(row):
            return f"row {row!r} must hold code, id, en, percent and confidence"
        if row["confidence"] not in CONFIDENCE:
            return f"row {row['code']}: confidence {row['confidence']!r} is not allowed"
        if row["code"] in codes:
            return f"row {row['code']} stands twice"
        codes.add(row["code"])
    return None


def _criterion_value(value: Any) -> str | None:
    good = isinstance(value, int) or (isinstance(value, list) and not _codes(value))
    return None if good else "must be a whole number, true, or a list of codes"


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    **dict.fromkeys(_WHOLE, _whole),
    "percent": _percent,
    "codes": _codes,
    "items": _items,
    "bands": _bands,
    "table": _table,
    "ladder": _ladder,
    "tiers": _tiers,
    "losses": _losses,
    "criterion": _criterion_value,
    "reading": lambda value: None,
}
