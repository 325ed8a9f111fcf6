"""The rounding of this deployment, read from its key once in each process."""

from __future__ import annotations

from payung.disclosure.rounding import Rounding
from payung.oversight.rounding_models import RoundingKey

_held: Rounding | None = None


def rounding() -> Rounding:
    """How counts leave this deployment; the key is made by whoever asks first."""
    global _held
    if _held is None:
        RoundingKey.objects.bulk_create([RoundingKey()], ignore_conflicts=True)
        _held = Rounding(bytes(RoundingKey.objects.get().key))
    return _held
