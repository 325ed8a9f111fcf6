"""Counting in the background: what changed, soon after it did; everything, where somebody asks for it."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from payung.access.actor import Actor
from payung.jobs.kinds import Lane, Outcome, Tell, job, watch
from payung.jobs.queries import must_wait
from payung.oversight import actions, cuts

#: Seconds between two looks, and until what failed is tried again.
EVERY, PAUSE = 5.0, timedelta(minutes=1)


@job(
    "oversight.count",
    gettext_lazy("Menghitung angka yang berubah"),
    lane=Lane.FIGURES,
    whole=False,
    by_itself=True,
)
def count_changed(actor: Actor, tell: Tell) -> Outcome:
    """Count the sheet, then the cuts. Not whole: what one has counted may be shown while the other is counted."""
    today = timezone.localdate()
    tell(gettext_noop("Lembar pengawasan"), 0, 2)
    actions.refresh_if_changed(today)
    tell(gettext_noop("Rincian tiap bulan"), 1, 2)
    months = cuts.recount(today)
    return Outcome(gettext_noop("%(months)s bulan dihitung ulang."), {"months": len(months)})


@watch(every=EVERY)
def look() -> None:
    """Queue a count where something was done since the last, or the day turned."""
    today = timezone.localdate()
    if must_wait(count_changed.name, timezone.now() - PAUSE):
        return
    if actions.is_stale(today) or cuts.is_stale(today):
        count_changed.queue(None, key="all")


@job("oversight.rebuild", gettext_lazy("Menghitung semua angka"), lane=Lane.FIGURES)
def rebuild(actor: Actor, tell: Tell) -> Outcome:
    """Count everything again from the base tables."""
    refreshed = actions.rebuild(actor, today=timezone.localdate())
    return Outcome(
        gettext_noop("Angka dihitung ulang dalam %(s).1f detik."),
        {"s": refreshed.seconds},
        reverse("web:oversight-sheet"),
    )
