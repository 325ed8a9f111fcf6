"""Which fund pays for whom, in which months: an exact optimiser with an independent checker. Pure."""

from payung.allocation.check import check
from payung.allocation.plan import Plan, plan

__all__ = ["Plan", "check", "plan"]
