"""The catalogue of findings: what can be wrong with a row, how serious it is, and what to do about it.

A finding that `blocks` sends the row back to its sender; one that `warns` lets it go on.
The sentences are public text: Indonesian first, English second. They hold no personal data;
`{column}` and `{value}` are filled in only for the person who sent the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from payung.identity.catalogue.entry import Severity
from payung.identity.catalogue.lives import LIVES
from payung.identity.catalogue.people import PEOPLE

Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue: a stable code, its severity, what is wrong and what to do, twice."""

    code: str
    severity: Severity
    message_id: str
    message_en: str
    todo_id: str
    todo_en: str

    @property
    def blocks(self) -> bool:
        return self.severity == "blocks"

    def message(self, language: Language = "id") -> str:
        """Say in one sentence what is wrong."""
        return self.message_id if language == "id" else self.message_en

    def todo(self, language: Language = "id") -> str:
        """Say in one sentence what the sender has to do."""
        return self.todo_id if language == "id" else self.todo_en


_ALL: tuple[FindingKind, ...] = tuple(
    FindingKind(code, severity, *message, *todo) for code, severity, message, todo in (*PEOPLE, *LIVES)
)

#: Every finding by its code.
CATALOGUE: dict[str, FindingKind] = {kind.code: kind for kind in _ALL}

#: Codes whose severity is `blocks`.
BLOCKING: frozenset[str] = frozenset(kind.code for kind in _ALL if kind.blocks)


def kind(code: str) -> FindingKind:
    """Return the catalogue entry of `code`. Raises KeyError for a code that is not in the catalogue."""
    return CATALOGUE[code]
