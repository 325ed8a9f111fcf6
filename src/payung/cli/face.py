"""What every command does alike: answer for people or machines, and say what is wrong in one sentence.

Exit status: 0 done, 1 done but there are findings to look at, 2 the command was asked wrongly.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import Any, NoReturn

from payung.values import Month, Period

FINDINGS = 1
USAGE = 2


def refuse(option: str, value: object, allowed: str) -> NoReturn:
    """Ends the command with status 2 and one sentence naming the option, the value and what is allowed."""
    print(f"{option}: {value!r} is not allowed; {allowed}", file=sys.stderr)
    raise SystemExit(USAGE)


def print_json(answer: Any) -> None:
    """Prints one JSON object on standard output; dates and months as text, money as integers."""
    json.dump(answer, sys.stdout, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def month_option(option: str, text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        refuse(option, text, "write a month as YYYY-MM, for example 2026-11")


def periods_option(option: str, text: str) -> list[Period]:
    """Periods such as 2026-01..2026-05,2026-08 (both ends included)."""
    try:
        return [Period.parse(part) for part in text.split(",") if part.strip()]
    except ValueError:
        refuse(
            option, text, "write months as FIRST..LAST, several with commas, e.g. 2026-01..2026-05,2026-08"
        )


def date_option(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(option, text, "write a date as YYYY-MM-DD, for example 2026-11-22")
