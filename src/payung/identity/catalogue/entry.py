"""The form of an entry in the catalogue of findings."""

from __future__ import annotations

from typing import Literal

Severity = Literal["blocks", "warns"]
#: code, severity, what is wrong and what to do, each in Indonesian and English
Entry = tuple[str, Severity, tuple[str, str], tuple[str, str]]
