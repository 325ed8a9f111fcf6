"""The day on which something is done: a given one, or today where Payung is used."""

from __future__ import annotations

from datetime import date

from django.utils import timezone


def today_or(day: date | None) -> date:
    """`day`, or today in the deployment's time zone (Asia/Makassar)."""
    return day or timezone.localdate()
