"""What matching says of itself: findings about a list, and the report of a run."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Finding(TypedDict):
    """One thing that is wrong with a list, for its sender.

    column: matching's name of the column ('' for the whole list); value: the value or key in question; rows: how many
    it concerns. `shared_by` and `left_out` (rows) stand with a key that is too wide.
    """

    code: str
    column: str
    value: str | None
    rows: int
    message_id: str
    message_en: str
    shared_by: NotRequired[int]
    left_out: NotRequired[int]


class Report(TypedDict):
    """The figures of one run: rows, pairs compared and kept, clusters, thresholds (probabilities), seconds by stage.

    prior_bits: log2 odds that two rows drawn at random are one person. Lists of any columns have no `refused_joins`,
    `block_scale` and `copies`.
    """

    rows: int
    new: int
    pairs: int
    compared: int
    clusters: int
    model: str
    threshold: float
    same: float
    doubtful: float
    prior_bits: float
    answers: int
    findings: list[Finding]
    seconds: dict[str, float]
    refused_joins: NotRequired[int]
    block_scale: NotRequired[float]
    copies: NotRequired[int]
