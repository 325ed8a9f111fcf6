"""From a list to people who are judged, in the background: nobody presses anything in between."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, everyone_visible
from payung.jobs import uploads
from payung.jobs.kinds import Made, Outcome, Tell, job, watch
from payung.jobs.queries import must_wait
from payung.registry import actions, linking
from payung.registry.eligibility import judge_everyone
from payung.registry.models import MatchRun, Record

#: Waiting jobs of one of these kinds are one: a run takes all that waits.
_ALL = "all"
#: Until what failed by itself is tried again by itself.
_PAUSE = timedelta(minutes=10)
#: The steps of matching, as `linking.match` names them.
_STEPS = {
    "reading known people": (gettext_noop("Membaca orang yang dikenal"), 0),
    "comparing": (gettext_noop("Membandingkan"), 1),
    "writing": (gettext_noop("Menulis hasil"), 2),
}


@job("registry.preview", gettext_lazy("Membaca daftar"))
def preview_list(
    actor: Actor, tell: Tell, *, kept: dict[str, Any], mappings: dict[str, Any], token: str
) -> Outcome:
    """Read a long uploaded file and show what it would give, on the page that `token` opens; nothing is loaded."""
    with uploads.opened(kept, actor.user) as path:
        if path is None:
            raise _gone()
        shown = actions.preview(
            path,
            kept["name"],
            kind=kept["kind"],
            sender_name=kept["sender"],
            mappings=mappings,
            today=timezone.localdate(),
            most_rows=settings.PAYUNG_MAX_PAGE_ROWS,
        )
    place = reverse("web:registry-preview", args=[token])
    content = json.dumps(shown).encode()
    return Outcome(
        path=f"{place}?hasil={tell.job_id}", file=Made("pratinjau.json", content, "application/json")
    )


@job("registry.load", gettext_lazy("Memuat daftar"))
def load_list(
    actor: Actor,
    tell: Tell,
    *,
    kept: dict[str, Any],
    mappings: dict[str, Any],
    remember: list[dict[str, Any]],
) -> Outcome:
    """Load an uploaded file; what follows is queued with it.

    `kept`: what `jobs.uploads` and the page know of the file. `mappings`: column mappings by sheet. `remember`:
    those (with `headers`) to be kept for the sender. A file that is refused is kept, so that it can be tried again.
    """
    done = uploads.done_before(kept, tell)
    if done is not None:
        return done
    with uploads.opened(kept, actor.user) as path:
        if path is None:
            raise _gone()
        for one in remember:
            actions.save_mapping(
                actor, sender_name=kept["sender"], headers=one["headers"], mapping=one["mapping"]
            )
        tell(gettext_noop("Membaca dan memeriksa setiap baris"))
        intake, new = actions.load_file(
            actor,
            path=path,
            file_name=kept["name"],
            kind=kept["kind"],
            sender_name=kept["sender"],
            region_code=kept["region"],
            mappings=mappings,
            today=timezone.localdate(),
            most_rows=settings.PAYUNG_MAX_PAGE_ROWS,
        )
    # A worker that is killed before the transaction ends must find the file again.
    transaction.on_commit(lambda: uploads.forget(kept))
    place = reverse("web:registry-intake", args=[intake.pk])
    if not new:
        return Outcome(
            gettext_noop("Berkas yang sama sudah pernah dimuat; tidak ada yang berubah."), path=place
        )
    match_waiting.queue(actor, key=_ALL)
    return Outcome(
        gettext_noop("%(rows)s baris dibaca: %(accepted)s diterima, %(returned)s dikembalikan."),
        {"rows": intake.rows, "accepted": intake.accepted, "returned": intake.returned},
        place,
    )


@job("registry.match", gettext_lazy("Mencocokkan baris"), by_itself=True)
def match_waiting(actor: Actor, tell: Tell) -> Outcome:
    """Match every row of the deployment that waits; everybody is judged afterwards."""
    run = linking.match(actor, progress=_telling(tell))
    judge_all.queue(tell.owner, key=_ALL)
    return _matched(run)


@job("registry.match_as_asked", gettext_lazy("Mencocokkan baris"))
def match_as_asked(actor: Actor, tell: Tell, *, learn: bool) -> Outcome:
    """Match what waits where the owner may match, with a model learned anew where asked."""
    run = linking.match(actor, learn=learn, progress=_telling(tell))
    judge_all.queue(tell.owner, key=_ALL)
    return _matched(run)


def _gone() -> Refused:
    return Refused(_("Berkas ini tidak lagi tersimpan. Pilih dan muat lagi."))


def _telling(tell: Tell) -> Any:
    def progress(step: str) -> None:
        words, done = _STEPS.get(step, (step, 0))
        tell(words, done, len(_STEPS))

    return progress


def _matched(run: MatchRun | None) -> Outcome:
    place = reverse("web:matching-runs")
    if run is None:
        return Outcome(gettext_noop("Tidak ada baris yang menunggu."), path=place)
    return Outcome(
        gettext_noop(
            "%(rows)s baris dicocokkan: %(new)s orang baru, %(same)s sudah dikenal, %(doubtful)s meragukan."
        ),
        {"rows": run.rows, "new": run.new, "same": run.same, "doubtful": run.doubtful},
        place,
    )


@job("registry.judge", gettext_lazy("Menilai kelayakan"), by_itself=True)
def judge_all(actor: Actor, tell: Tell) -> Outcome:
    """Judge everybody by today's law."""
    answer = judge_everyone(actor, on=timezone.localdate())
    return Outcome(
        gettext_noop("%(eligible)s layak dari %(people)s calon."),
        {"eligible": answer["eligible"], "people": answer["people"]},
    )


@watch(every=30.0)
def look() -> None:
    """Queue matching where rows wait that no page brought: of a list that a command loaded."""
    if must_wait(match_waiting.name, timezone.now() - _PAUSE) or must_wait(load_list.name, timezone.now()):
        return
    with transaction.atomic(), everyone_visible():
        waiting = Record.objects.filter(person__isnull=True, accepted=True).exists()
    if waiting:
        match_waiting.queue(None, key=_ALL)
