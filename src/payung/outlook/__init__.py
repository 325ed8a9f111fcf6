"""What lies ahead: how long the money lasts, whose cover ends when, what another decision would change."""

from payung.outlook.runway import (
    BOUND,
    CASH,
    NEED,
    Runway,
    WhatIf,
    ageing_out,
    apply_what_if,
    balances,
    covered_by_month,
    lapses,
    runway,
    scaled,
    sentence,
    side_by_side,
    unused_months,
)

__all__ = [
    "BOUND",
    "CASH",
    "NEED",
    "Runway",
    "WhatIf",
    "ageing_out",
    "apply_what_if",
    "balances",
    "covered_by_month",
    "lapses",
    "runway",
    "scaled",
    "sentence",
    "side_by_side",
    "unused_months",
]
