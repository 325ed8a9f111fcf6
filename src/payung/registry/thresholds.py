"""Thresholds of probability: from which the matcher decides by itself, and from which a clerk sees a pair.

They are set by a person, with the evidence, and kept for good. Never moved silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.database.locks import Lock, one_at_a_time
from payung.matching.link import DOUBTFUL, KEPT, SAME
from payung.registry.models import MatchThresholds


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities in use. `version` 0 is what the package ships with."""

    same: float = SAME
    doubtful: float = DOUBTFUL
    version: int = 0
    set_by: str = ""
    at: datetime | None = None
    reason: str = ""


def current() -> Thresholds:
    """Return the thresholds the next run uses."""
    newest = MatchThresholds.objects.select_related("set_by").order_by("-pk").first()
    return Thresholds() if newest is None else _read(newest)


def versions() -> list[Thresholds]:
    """Every version that was in use, newest first."""
    return [_read(row) for row in MatchThresholds.objects.select_related("set_by").order_by("-pk")[:50]]


def _read(row: MatchThresholds) -> Thresholds:
    return Thresholds(row.same, row.doubtful, row.pk, str(row.set_by), row.at, row.reason)


def set_thresholds(
    actor: Actor,
    *,
    same: float,
    doubtful: float,
    reason: str,
    replaces: int,
    because: dict[str, Any] | None = None,
) -> Thresholds:
    """Put new thresholds in use from the next run on; earlier decisions stay as they are.

    `replaces` is the version the person saw; `because` the labels and estimates it rests on. Repeating it changes
    nothing. Raises NotAllowed unless the actor may match in the whole deployment; Refused without a reason, for
    thresholds out of order, and where somebody else set them in between.
    """
    if not reason.strip():
        raise Refused(_("Tulis alasan perubahan ambang."))
    if not KEPT <= doubtful < same <= 1:
        raise Refused(
            _("Ambang tidak berurutan: %(kept)s ≤ ditinjau < sama ≤ 1, diberi %(doubtful)s dan %(same)s."),
            kept=KEPT,
            doubtful=doubtful,
            same=same,
        )
    with action(actor, Act.SET_THRESHOLDS, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.THRESHOLDS)
        now = current()
        if (now.same, now.doubtful) == (same, doubtful):
            deed.unchanged()
            return now
        if now.version != replaces:
            raise Refused(_("Ambang sudah diubah orang lain sejak halaman ini dibuka. Periksa lagi."))
        row = MatchThresholds.objects.create(
            same=same, doubtful=doubtful, reason=reason.strip(), because=because or {}, set_by=actor.user
        )
        deed.subject_id = row.pk
        deed.reason = reason
        deed.data = {"same": same, "doubtful": doubtful, "before": [now.same, now.doubtful]}
    return current()
