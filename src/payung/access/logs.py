"""Lines of the log: when and in which time zone, in which request, by whom and from where; never a NIK."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

from payung.access.context import caller

#: Sixteen digits, in any usual grouping: a NIK, or as long as one. A database quotes values in its errors.
_NIK = re.compile(r"(?<![\d.])\d{2}(?:[ .\-]?\d){14}(?!\d)")
#: Where an error of the database quotes what was sent to it: lines of their own, or behind a colon.
_QUOTING_LINE = re.compile(r"\n(?:DETAIL|CONTEXT|QUERY|LINE \d+):.*(?:\n\s*\^)?")
_QUOTED = re.compile(r'((?:invalid input|out of range|malformed|invalid byte)[^:\n]*: )"[^\n]*"')
#: Signs that would begin a line of their own, or colour a terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


class Line(logging.Formatter):
    """One line for each record; a traceback follows it, indented, so that nobody's text can pass for a line."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).astimezone()
        who = caller()
        head = (
            f"{at.isoformat(timespec='milliseconds')} {record.levelname} {record.name} "
            f"[request={who.request or '-'} user={_one_line(who.user) or '-'} address={who.address or '-'}]"
        )
        line = f"{head} {_one_line(_unquoted(record.getMessage()))}"
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        for more in (record.exc_text, record.stack_info and self.formatStack(record.stack_info)):
            if more:
                line += "".join(f"\n    {_one_line(part)}" for part in _unquoted(more).splitlines())
        return masked(line)


def masked(text: str) -> str:
    """`text` with all but the first six digits of each NIK in it taken out; those say the district and no more."""
    return _NIK.sub(lambda found: re.sub(r"\D", "", found[0])[:6] + "…", text)


def _unquoted(text: str) -> str:
    """Without what a database's error quotes: a cell, a whole row, the statement with its values."""
    return _QUOTED.sub(r'\1"…"', _QUOTING_LINE.sub("", text))


def _one_line(text: str) -> str:
    return _CONTROL.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)
