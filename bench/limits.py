"""Limits of strangers and accounts, lifted for what must ask more than anybody may."""

from __future__ import annotations

import sys

ENOUGH = 10**9


def lift() -> None:
    """Let every limit be asked without end, in this process only. Call once the pages are loaded."""
    from django.urls import get_resolver

    from payung.access.limits import Limit

    assert get_resolver().url_patterns  # loads every view, and with it every limit
    for name, module in list(sys.modules.items()):
        if name.startswith("payung"):
            for value in list(vars(module).values()):
                if isinstance(value, Limit):
                    object.__setattr__(value, "times", ENOUGH)
