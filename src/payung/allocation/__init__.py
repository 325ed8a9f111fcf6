"""Which fund pays for whom, in which months: an exact optimiser with an independent checker. Pure."""

from payung.allocation.checker import check
from payung.allocation.comparison import compare, next_money, queue
from payung.allocation.explain import Change, Explanation, explain_fund, explain_worker
from payung.allocation.planning import Plan, plan
from payung.allocation.terms import Barrier, Candidate, FundTerms

__all__ = [
    "Barrier",
    "Candidate",
    "Change",
    "Explanation",
    "FundTerms",
    "Plan",
    "check",
    "compare",
    "explain_fund",
    "explain_worker",
    "next_money",
    "plan",
    "queue",
]
