"""Months whose covers, bills or people changed since they were counted, noted by the database, whoever writes.

What is kept per month is so counted again only where it may be different, however many months and people there are.
Each count has notes of its own, and takes them away in the transaction that counts: none waits for another.
"""

from __future__ import annotations

from django.db import models

from payung import database
from payung.access.fields import MonthField


class Touched(models.Model):
    """One month that one count must do again. Triggers write these rows; whoever counts takes them away."""

    class Count(models.TextChoices):
        #: covers and bills by place and fund
        FIGURES = "figures"
        #: the same by who the people are
        CUTS = "cuts"
        #: time under paid cover, by sex and age
        LIVED = "lived"
        #: whoever is covered next, by income, age and end of cover
        AHEAD = "ahead"
        #: people decreed in each month
        MONTHS = "months"
        #: how everybody stands on a day
        STAND = "stand"
        #: people as they stand, and who waits for a payer; of no month (0)
        PEOPLE = "people"

    month = MonthField("bulan")
    count = models.CharField(max_length=7, choices=Count.choices)

    def __str__(self) -> str:
        return f"{self.month} {self.count}"


def months_touched(count: str) -> set[int]:
    """Return the months that must be counted again."""
    noted = database.rows("SELECT DISTINCT month FROM coverage_touched WHERE count = %s", [count])
    return {month for (month,) in noted}


def take_touched(count: str, months: list[int] | None = None) -> set[int]:
    """Return the months (of `months`, else all) to count again, and forget them: the caller counts them now.

    What another transaction writes meanwhile stays noted, for the next time.
    """
    taken = database.rows(
        "DELETE FROM coverage_touched WHERE count = %(count)s"
        " AND (%(months)s::int[] IS NULL OR month = ANY(%(months)s)) RETURNING month",
        {"count": count, "months": months},
    )
    return {month for (month,) in taken}
