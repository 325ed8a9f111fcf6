"""The key under which counts are rounded: made once, never changed, or every cell could be looked at twice."""

from __future__ import annotations

import secrets

from django.db import models


def _new() -> bytes:
    return secrets.token_bytes(32)


class RoundingKey(models.Model):
    """One row. It tells nothing that the counts beside it do not; a page never shows it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    key = models.BinaryField(default=_new)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="rounding_key_one_row")]

    def __str__(self) -> str:
        return "rounding key"
