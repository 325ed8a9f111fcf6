"""The law of JKK and JKM for non-wage members: dated, cited parameters and the formulas that use them.

Every answer carries `.because`, a tree of steps that names each article, source and confidence. Tables
(`contribution_table`, `eligible_table`, `clock_table`) need Polars, which is imported only when they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payung.law.accident import Accident, jkk
from payung.law.benefit import Benefit, Child
from payung.law.claims import Deadlines, deadlines, documents, heirs, late_payment
from payung.law.death import jkm
from payung.law.disability import Loss, disability_rows
from payung.law.enrolment import CriterionAnswer, Eligibility, age_limit, eligible
from payung.law.errors import LawError, LawFileError
from payung.law.membership import Clock, Renewal, clock, first_day
from payung.law.pricing import PAYERS, SECTORS, Contribution, contribution, due_date
from payung.law.reference import Change, changes, reference
from payung.law.steps import CONFIDENCE, Cited, OtherReading, Step, Text, render_text
from payung.law.store import Law, Parameter, national_law

if TYPE_CHECKING:
    from payung.law.clock_tables import clock_table
    from payung.law.months import month_prices, price_readings
    from payung.law.tables import contribution_table, eligible_table

_LAZY = {
    "contribution_table": "payung.law.tables",
    "eligible_table": "payung.law.tables",
    "clock_table": "payung.law.clock_tables",
    "month_prices": "payung.law.months",
    "price_readings": "payung.law.months",
}

__all__ = [
    "CONFIDENCE",
    "PAYERS",
    "SECTORS",
    "Accident",
    "Benefit",
    "Change",
    "Child",
    "Cited",
    "Clock",
    "Contribution",
    "CriterionAnswer",
    "Deadlines",
    "Eligibility",
    "Law",
    "LawError",
    "LawFileError",
    "Loss",
    "OtherReading",
    "Parameter",
    "Renewal",
    "Step",
    "Text",
    "age_limit",
    "changes",
    "clock",
    "clock_table",
    "contribution",
    "contribution_table",
    "deadlines",
    "disability_rows",
    "documents",
    "due_date",
    "eligible",
    "eligible_table",
    "first_day",
    "heirs",
    "jkk",
    "jkm",
    "late_payment",
    "month_prices",
    "national_law",
    "price_readings",
    "reference",
    "render_text",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
