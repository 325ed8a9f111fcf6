"""What can go wrong when the law is read or asked."""

from __future__ import annotations


class LawError(ValueError):
    """A question the law cannot answer: an unknown name, an amount below zero, a date before any rule."""


class LawFileError(LawError):
    """A parameter file that breaks the schema. The message names the file, the parameter and the remedy."""
