"""The matcher's model: learned without labels, stored with its id, used until a new one is asked for.

So two runs of one week judge alike, and every decision can be looked up in the model that made it.
"""

from __future__ import annotations

from functools import lru_cache

from payung.access.models import User
from payung.matching import Model, ModelError, default
from payung.matching.model import from_dict
from payung.registry.models import MatchModel


def newest() -> MatchModel | None:
    """Return the stored model in use, without its body; None while the packaged one is."""
    return MatchModel.objects.select_related("learned_by").defer("body").order_by("-pk").first()


def current() -> Model | None:
    """Return the stored model for runs and look-ups; None where none was learned, or the last is of an older kind."""
    pk = MatchModel.objects.order_by("-pk").values_list("pk", flat=True).first()
    return None if pk is None else _read(pk)


@lru_cache(maxsize=4)
def _read(pk: int) -> Model | None:
    row = MatchModel.objects.get(pk=pk)
    try:
        return from_dict(row.body, f"model {row.model_id}")
    except ModelError:
        return None


def keep(model: Model, *, rows: int, by: User) -> None:
    """Store a model that a run has learned, unless it is the packaged one or stored already as the newest."""
    last = newest()
    if model.id in (default().id, last.model_id if last else ""):
        return
    MatchModel.objects.create(model_id=model.id, body=model.as_dict(), rows=rows, learned_by=by)
