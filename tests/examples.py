"""How many examples the properties that take longest are tried on."""

from __future__ import annotations

import os


def examples(usual: int) -> int:
    """As many as an ordinary run has time for, and ten times as many in `make soak`."""
    return usual * 10 if os.environ.get("PAYUNG_SOAK") else usual
