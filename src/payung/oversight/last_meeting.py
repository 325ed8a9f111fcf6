"""The last meeting and its resolutions as the sheet prints them; the room of parliament fills them in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Promise:
    """One resolution: what was decided, whose it is, until when, and how far it has come.

    `state` is done, late, open or unmeasured; `measured` says in words what the state was read from ('' if claimed).
    """

    text: str
    owner: str
    due: date | None
    state: str
    state_label: str
    measured: str = ""


@dataclass(frozen=True, slots=True)
class LastMeeting:
    """The last meeting held before the day of the sheet, with its resolutions in the order of the minutes."""

    id: int
    title: str
    held_on: date
    promises: tuple[Promise, ...]
