"""Partial permanent disability: the rows of Lampiran III of PP 44/2015, and what a loss counts for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from payung.law.errors import LawError
from payung.law.steps import CONFIDENCE, Step, Text, plain, show
from payung.law.store import Law, law_or_default


@dataclass(frozen=True, slots=True)
class Loss:
    """One row of the disability table.

    `percent` is how much of the function is lost (100 where the part itself is lost); for a row counted by
    steps the quantity measured (decibels, per cent of sight); for a row with a range the per cent set by the doctor.
    """

    code: str
    percent: float | None = None


def disability_rows(on: date, *, law: Law | None = None) -> list[dict[str, Any]]:
    """Return the disability table in force on `on`, rows of code, id, en, percent, confidence, and step or range."""
    return list(law_or_default(law).value("jkk.disability_table", on))


def check_losses(law: Law, losses: Sequence[Loss], on: date) -> None:
    """Raise LawError where one part of the body is given twice, as itself or as a part of another.

    Left and right are different parts; where the table does not name the side, a body has two.
    """
    table = {row["code"]: row for row in disability_rows(on, law=law)}
    taken: dict[str, tuple[int, str]] = {}
    for loss in losses:
        if loss.code not in table:
            continue
        both = table[loss.code].get("both")
        if both and sum((loss.code, _given(loss)) == (other.code, _given(other)) for other in losses) > 1:
            raise LawError(f"{loss.code} is given twice; for both sides give {both} once")
        for part, count in _takes(table, loss.code).items():
            before, by = taken.get(part, (0, ""))
            if before + count > _in_body(table[part]):
                raise LawError(_twice(loss.code, by, part, table[part]))
            taken[part] = (before + count, loss.code)


def _given(loss: Loss) -> float:
    return 100 if loss.percent is None else loss.percent


def _twice(code: str, other: str, part: str, row: Mapping[str, Any]) -> str:
    if code == other and part == code:
        often = "twice" if _in_body(row) == 1 else f"more than {_in_body(row)} times"
        return f"{code} is given {often}; one part of the body counts once"
    return f"{code} and {other} are of one part of the body ({part}); give the larger alone, it includes the other"


def _in_body(row: Mapping[str, Any]) -> int:
    return 2 if "both" in row else int(row.get("in_body", 1))


def _takes(table: Mapping[str, Mapping[str, Any]], code: str) -> dict[str, int]:
    """Return the parts that are gone with the row `code`, itself among them, and how many of each."""
    gone = {code: 1}
    waiting = [code]
    for whole in waiting:
        for part, row in table.items():
            if part not in gone and whole in (*row.get("part_of", ()), row.get("both")):
                gone[part] = -(-_in_body(row) * gone[whole] // _in_body(table[whole]))
                waiting.append(part)
    return gone


def partial(law: Law, losses: Sequence[Loss], on: date, wage: int) -> Step:
    """Return the benefit (rupiah) of the losses together: their per cents added, up to the limit, of 80 wages."""
    rows = tuple(loss_percent(law, loss, on) for loss in losses)
    cap = law.value("jkk.partial_disability_cap_percent", on)
    percent = sum((row.value for row in rows), Fraction(0))
    cited = [law.cite("jkk.partial_disability_cap_percent", on)]
    if percent > Fraction(str(cap)):
        cited.append(law.cite("reading.disability_cap", on))
        if law.choose("reading.disability_cap", on).name == "capped":
            percent = Fraction(str(cap))
    percents = Step(
        "percent",
        Text("Jumlah persen cacat", "Sum of disability"),
        plain(percent),
        "percent",
        "min(sum, cap)",
        {"cap": cap},
        tuple(cited),
        tuple(replace(row, value=plain(row.value)) for row in rows),
    )
    multiple = law.value("jkk.wage_multiple", on)
    return Step(
        "disability",
        Text("Santunan cacat sebagian", "Partial disability"),
        int(percent / 100 * multiple * wage + Fraction(1, 2)),
        "rupiah",
        "percent × wage_multiple × wage",
        {"percent": plain(percent), "wage_multiple": multiple, "wage": wage},
        (law.cite("jkk.wage_multiple", on),),
        (percents,),
    )


def loss_percent(law: Law, loss: Loss, on: date) -> Step:
    """Return the per cent of 80 times the wage that one loss counts for, as an exact fraction.

    Raises LawError for a code that is not in the table, a row nobody has verified, or a per cent it cannot have.
    """
    rows = {row["code"]: row for row in disability_rows(on, law=law)}
    row = rows.get(loss.code)
    if row is None:
        raise LawError(f"loss {loss.code!r} is not in the disability table; use one of {', '.join(rows)}")
    unread = row["confidence"] == "unverified"
    if unread and law.choose("reading.disability_rows", on).name != "provisional":
        usable = ", ".join(code for code, each in rows.items() if each["confidence"] != "unverified")
        raise LawError(
            f"loss {loss.code!r} stands on a row of Lampiran III that nobody has verified; choose the reading "
            f"disability_rows=provisional for an estimate, or use one of {usable}"
        )
    if "step" in row:
        found = _by_steps(loss, row, rows[row["whole"]])
    elif "from" in row:
        found = _in_range(loss, row)
    else:
        found = _by_function(loss, row)
    cited = [law.cite("jkk.disability_table", on, row["code"], _row_in_words(row))]
    if unread:
        note = Text("baris ini BELUM DIPERIKSA: perkiraan", "this row is NOT VERIFIED: an estimate")
        return replace(found, note=note, cited=(*cited, law.cite("reading.disability_rows", on)))
    return replace(found, cited=tuple(cited))


def _row_in_words(row: Mapping[str, Any]) -> Text:
    percent, sure = row["percent"], CONFIDENCE[row["confidence"]]
    return Text(
        f"{row['id']} {show(percent, 'percent')} ({sure[0]})",
        f"{row['en']} {show(percent, 'percent', 'en')} ({sure[1]})",
    )


def _by_function(loss: Loss, row: Mapping[str, Any]) -> Step:
    function = Fraction(str(_given(loss)))
    if not 0 < function <= 100:
        raise LawError(f"loss {loss.code}:{loss.percent} is not possible; give more than 0 and at most 100")
    value = Fraction(str(row["percent"])) * function / 100
    inputs = {"function_lost": plain(function), "table_percent": row["percent"]}
    return _step(row, value, "function_lost × table_percent", inputs)


def _by_steps(loss: Loss, row: Mapping[str, Any], whole: Mapping[str, Any]) -> Step:
    """Count the per cent once for each full step measured, never above that of the whole loss."""
    if loss.percent is None or not row["step"] <= loss.percent <= row["most"]:
        raise LawError(
            f"loss {loss.code} needs the measured quantity, {row['step']} to {row['most']}: {loss.code}:30"
        )
    steps = int(Fraction(str(loss.percent)) // row["step"])
    value = min(Fraction(str(row["percent"])) * steps, Fraction(str(whole["percent"])))
    inputs = {
        "measured": plain(Fraction(str(loss.percent))),
        "step": row["step"],
        "steps": steps,
        "table_percent": row["percent"],
        "full_row": whole["percent"],
    }
    return _step(row, value, "min(steps × table_percent, full_row)", inputs)


def _in_range(loss: Loss, row: Mapping[str, Any]) -> Step:
    if loss.percent is None or not row["from"] <= loss.percent <= row["to"]:
        raise LawError(
            f"loss {loss.code} needs the per cent set by the doctor, {row['from']} to {row['to']}: "
            f"{loss.code}:{row['from']}"
        )
    return _step(row, Fraction(str(loss.percent)), "per cent set by the doctor", {})


def _step(row: Mapping[str, Any], value: Fraction, formula: str, inputs: Mapping[str, Any]) -> Step:
    return Step(row["code"], Text(row["id"], row["en"]), value, "percent", formula, inputs)
