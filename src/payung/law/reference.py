"""The law as a reference: every parameter with its history, what changed between two dates, and Markdown pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from payung.law.errors import LawError
from payung.law.schema import safe_loader
from payung.law.steps import CONFIDENCE, Text, plain, show
from payung.law.store import HERE, Law, Parameter, Value, law_or_default
from payung.values import date_in_words


@dataclass(frozen=True, slots=True)
class Change:
    """One value that came into force on `on`; `before` is None where there was none."""

    parameter: str
    title: Text
    unit: str
    on: date
    before: Any
    after: Any
    citation: Text
    source: Text
    confidence: str
    draft: bool

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        return {
            "parameter": self.parameter,
            "title": self.title.read(lang),
            "on": self.on.isoformat(),
            "before": plain(self.before),
            "after": plain(self.after),
            "article": self.citation.read(lang),
            "source": self.source.read(lang),
            "confidence": self.confidence,
            "draft": self.draft,
        }


def changes(start: date, end: date, *, law: Law | None = None) -> list[Change]:
    """List the values that came into force after `start` and up to `end`, oldest first, unchanged drafts included.

    Raises LawError if `end` is before `start`.
    """
    if end < start:
        raise LawError(f"the last day {end} lies before the first {start}; give them in order")
    found = []
    for parameter in law_or_default(law).parameters.values():
        previous: Value | None = None
        for value in parameter.values:
            before = previous.value if previous else None
            new = previous is None or before != value.value or value.draft
            if start < value.since <= end and new:
                found.append(
                    Change(
                        parameter.name,
                        parameter.title,
                        parameter.unit,
                        value.since,
                        before,
                        value.value,
                        value.citation,
                        value.source,
                        value.confidence,
                        value.draft,
                    )
                )
            previous = value
    return sorted(found, key=lambda change: (change.on, change.parameter))


def reference(*, law: Law | None = None, lang: str = "id", on: date | None = None) -> list[dict[str, Any]]:
    """Every parameter as plain values for a page: title, unit, history with article, source and confidence.

    `current` is the value in force on `on` (where none is given or none holds, the last one). A contested rule also
    carries its `question` and its `options`, each with its text.
    """
    return [_parameter_data(parameter, lang, on) for parameter in law_or_default(law).parameters.values()]


def _parameter_data(parameter: Parameter, lang: str, on: date | None) -> dict[str, Any]:
    history = [_value_data(value, parameter, lang) for value in parameter.values]
    now = parameter.at(on) if on is not None and parameter.holds(on) else parameter.values[-1]
    return {
        "name": parameter.name,
        "title": parameter.title.read(lang),
        "unit": parameter.unit,
        "layer": parameter.layer,
        "rules": list(parameter.rules),
        "note": parameter.note.read(lang) if parameter.note else None,
        "question": parameter.question.read(lang) if parameter.question else None,
        "options": [
            {"name": option.name, "title": option.title.read(lang)} for option in parameter.options.values()
        ],
        "history": history,
        "current": history[parameter.values.index(now)],
    }


def _value_data(value: Value, parameter: Parameter, lang: str) -> dict[str, Any]:
    chosen = parameter.options[value.value].title if parameter.options else value.value
    return {
        "from": value.since.isoformat(),
        "from_text": date_in_words(value.since, lang),
        "until": value.until.isoformat() if value.until else None,
        "until_text": date_in_words(value.until, lang) if value.until else None,
        "value": plain(value.value),
        "text": show(chosen, parameter.unit, lang),
        "article": value.citation.read(lang),
        "source": value.source.read(lang),
        "confidence": value.confidence,
        "note": value.note.read(lang) if value.note else None,
        "draft": value.draft,
    }


@dataclass(frozen=True, slots=True)
class Rule:
    """One numbered rule of the legal research: where it is modelled, or why it is not, and what is left out.

    `confidence` is the lowest of the parameters that hold it, None where none does.
    """

    rule: str
    what: Text
    parameters: tuple[str, ...]
    by: str
    not_modelled: Text | None
    left_out: Text | None
    confidence: str | None


#: The columns of the units whose value is a table: field, unit, Indonesian and English heading.
_COLUMNS: dict[str, list[tuple[str, str, str, str]]] = {
    "bands": [
        ("from", "rupiah", "Penghasilan mulai", "Income from"),
        ("base", "rupiah", "Dasar upah", "Base income"),
    ],
    "ladder": [
        ("level", "code", "Jenjang", "Level"),
        ("yearly", "rupiah", "Setahun", "A year"),
        ("years", "years", "Paling lama", "At longest"),
    ],
    "tiers": [
        ("from_month", "number", "Mulai bulan ke-", "From month"),
        ("percent", "percent", "Bagian upah", "Share of the wage"),
    ],
    "losses": [
        ("", "text", "Cacat", "Loss"),
        ("percent", "percent", "Persen", "Per cent"),
        ("confidence", "confidence", "Keyakinan", "Confidence"),
    ],
    "items": [("", "text", "Isi", "Item")],
}


def rows_in_words(value: Any, unit: str, lang: str = "id") -> tuple[list[str], list[list[str]]] | None:
    """Return the headings and rows of a value that is a table, as a person reads it in `lang`; None for other units."""
    if unit not in _COLUMNS:
        return None
    columns = _COLUMNS[unit]
    rows = [[_cell_in_words(row, field, kind, lang) for field, kind, _, _ in columns] for row in value]
    return [english if lang == "en" else indonesian for _, _, indonesian, english in columns], rows


def _cell_in_words(row: dict[str, Any], field: str, kind: str, lang: str) -> str:
    if kind == "confidence":
        return CONFIDENCE[row[field]][1 if lang == "en" else 0]
    return show(row[field or lang], kind, lang)


@cache
def _register() -> list[dict[str, Any]]:
    text = (HERE / "rules.yaml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = yaml.load(text, Loader=safe_loader())["rules"]  # noqa: S506 (a safe loader)
    return entries


def rules(*, law: Law | None = None) -> list[Rule]:
    """Return the register of numbered rules, in their order."""
    known = law_or_default(law).parameters.values()
    order = list(CONFIDENCE)
    found = []
    for entry in _register():
        of_rule = [one for one in known if entry["rule"] in one.rules]
        marks = [value.confidence for one in of_rule for value in one.values]
        found.append(
            Rule(
                entry["rule"],
                Text(**entry["what"]),
                tuple(one.name for one in of_rule),
                entry.get("by", ""),
                Text(**entry["not_modelled"]) if "not_modelled" in entry else None,
                Text(**entry["left_out"]) if "left_out" in entry else None,
                max(marks, key=order.index) if marks else None,
            )
        )
    return found


_PAGES = {
    "contribution": "Contributions (iuran)",
    "eligible": "Who may enrol",
    "cover": "Start, arrears and end of cover",
    "jkm": "JKM: death not caused by work",
    "scholarship": "Children's scholarship",
    "jkk": "JKK: work accident",
    "heirs": "Heirs",
}
_MADE = "<!-- Made by `payung law reference`; change the parameter files instead. -->\n"


def write_reference(out: Path, *, law: Law | None = None) -> list[Path]:
    """Write the reference as Markdown pages into the folder `out` and return their paths."""
    law = law_or_default(law)
    out.mkdir(parents=True, exist_ok=True)
    pages = {f"{key}.md": "".join(_page(law, key, title)) for key, title in _PAGES.items()}
    pages["readings.md"] = "".join(_readings_page(law))
    pages["rules.md"] = "".join(_rules_page(law))
    pages["not-modelled.md"] = "".join(_not_modelled_page())
    pages["README.md"] = "".join(_index(law))
    written = []
    for name, text in pages.items():
        path = out / name
        path.write_text(_MADE + text.rstrip() + "\n", encoding="utf-8")
        written.append(path)
    return written


def _of_page(law: Law, key: str) -> Iterator[Parameter]:
    return (one for one in law.parameters.values() if one.name.split(".")[0] == key)


def _index(law: Law) -> Iterator[str]:
    yield "# The law of JKK and JKM, as Payung knows it\n\n"
    yield (
        "Every number that Payung uses is a dated parameter with its article, where it was read and how sure that "
        "is. These pages are made from the parameter files; [format.md](format.md) says how to mend them. Payung "
        "is not legal advice: what is marked `unverified` was never read in the regulation. A value whose first day "
        "was not read begins on 2015-07-01, the start of PP 44/2015 (itself not verified).\n\n"
    )
    yield "| page | parameters |\n|---|---|\n"
    for key, title in _PAGES.items():
        yield f"| [{title}]({key}.md) | {sum(1 for _ in _of_page(law, key))} |\n"
    yield f"| [Contested rules and their readings](readings.md) | {len(law.contested())} |\n"
    yield "| [Every numbered rule and where it is](rules.md) | |\n"
    yield "| [What is not modelled, and why](not-modelled.md) | |\n\n"
    yield "## Confidence\n\n| mark | meaning | values |\n|---|---|---|\n"
    marks = [value.confidence for one in law.parameters.values() for value in one.values]
    for mark, (_, meaning) in CONFIDENCE.items():
        yield f"| `{mark}` | {meaning} | {marks.count(mark)} |\n"


def _page(law: Law, key: str, title: str) -> Iterator[str]:
    yield f"# {title}\n\n"
    for parameter in _of_page(law, key):
        yield from _section(parameter)


def _section(parameter: Parameter) -> Iterator[str]:
    yield f"## `{parameter.name}`\n\n{parameter.title.en} (*{parameter.title.id}*)."
    yield f" Unit: {parameter.unit}." + (f" Rules: {', '.join(parameter.rules)}." if parameter.rules else "")
    if parameter.criterion:
        yield f" Fact: `{parameter.criterion.fact}`, test: `{parameter.criterion.test}`."
    yield f"\n\n{parameter.note.en}\n\n" if parameter.note else "\n\n"
    yield "| from | value | article | source | confidence |\n|---|---|---|---|---|\n"
    for value in parameter.values:
        short = _short(value.value, parameter.unit)
        until = f" to {value.until} (exclusive)" if value.until else ""
        draft = " DRAFT" if value.draft else ""
        mark = f"`{value.confidence}`{draft}"
        yield f"| {value.since}{until} | {short} | {_cell(value.citation.en)} | {_cell(value.source.en)} | {mark} |\n"
    yield "\n"
    for value in parameter.values:
        if value.note:
            yield f"{value.since}: {value.note.en}\n\n"
        yield from _table(value.value, parameter.unit)


def _short(value: Any, unit: str) -> str:
    if unit in {"bands", "ladder", "losses", "items", "tiers"}:
        return f"{len(value)} rows, below"
    return _cell(f"`{value}`" if unit == "reading" else show(value, unit, "en"))


def _table(value: Any, unit: str) -> Iterator[str]:
    """Yield a table's own rows, where the value is one."""
    if unit not in {"bands", "ladder", "losses", "items", "tiers"}:
        return
    columns = list(dict.fromkeys(key for row in value for key in row))
    yield "| " + " | ".join(columns) + " |\n|" + "---|" * len(columns) + "\n"
    for row in value:
        yield "| " + " | ".join(_cell(str(row.get(column, ""))) for column in columns) + " |\n"
    yield "\n"


def _readings_page(law: Law) -> Iterator[str]:
    yield "# Contested rules and their readings\n\n"
    yield (
        "Sources contradict each other here, or say nothing. Payung answers by the cautious reading, shows what "
        "every other reading would answer where it differs, and lets a deployment choose.\n\n"
    )
    for parameter in law.contested():
        value = parameter.values[-1]
        yield f"## `{parameter.name}`\n\n"
        yield f"{parameter.question.en if parameter.question else parameter.title.en}"
        yield f" (*{parameter.question.id if parameter.question else parameter.title.id}*)"
        yield f" Rules: {', '.join(parameter.rules)}.\n\n| option | reading | |\n|---|---|---|\n"
        for option in parameter.options.values():
            default = "default" if option.name == value.value else ""
            yield f"| `{option.name}` | {_cell(option.title.en)} (*{_cell(option.title.id)}*) | {default} |\n"
        yield f"\nStands on: {_cell(value.citation.en)}. {value.source.en}. `{value.confidence}`\n\n"


def _rules_page(law: Law) -> Iterator[str]:
    yield "# Every numbered rule and where it is\n\n"
    yield "The numbers are those of the legal research that the parameters were taken from.\n\n"
    yield "| rule | what it says | parameters | formula | lowest confidence |\n|---|---|---|---|---|\n"
    for one in rules(law=law):
        names = ", ".join(f"`{name}`" for name in one.parameters)
        where = "not modelled" if one.not_modelled else one.by
        worst = f"`{one.confidence}`" if one.confidence else ""
        yield f"| {one.rule} | {_cell(one.what.en)} | {names} | {_cell(where)} | {worst} |\n"


def _not_modelled_page() -> Iterator[str]:
    yield "# What is not modelled, and why\n\n## Rules\n\n| rule | what it says | why not |\n|---|---|---|\n"
    known = rules()
    for one in known:
        if one.not_modelled:
            yield f"| {one.rule} | {_cell(one.what.en)} | {_cell(one.not_modelled.en)} |\n"
    yield "\n## Parts of rules that are modelled\n\n| rule | what it says | what is left out |\n|---|---|---|\n"
    for one in known:
        if one.left_out:
            yield f"| {one.rule} | {_cell(one.what.en)} | {_cell(one.left_out.en)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
