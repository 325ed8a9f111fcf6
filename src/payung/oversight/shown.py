"""A region or trade as pages, papers and files show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """The counts of a region or trade, rounded together."""

    code: str
    name: str
    candidates: int = 0
    verified: int = 0
    eligible: int = 0
    covered: int = 0
    decreed: int = 0
    gap: int = 0
    registered: int = 0
    active: int = 0
    ending: int = 0
    other_payer: int = 0

    @property
    def coverage(self) -> float | None:
        """Share covered of those who are covered or could be; None where nobody is shown."""
        people = self.covered + self.gap
        return self.covered / people if people else None
