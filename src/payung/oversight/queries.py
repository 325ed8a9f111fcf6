"""What the sheet, the map, the public page and the history read: the kept sheet, never people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from payung.oversight import release
from payung.oversight.definitions import DEFINITIONS, from_words
from payung.oversight.models import Refreshed, Snapshot
from payung.oversight.rounding import rounding
from payung.oversight.sheet import COVERS, PEOPLE, MonthCount, Sheet
from payung.registry.queries import region_names
from payung.values import Month

#: The sheet last read in this process, with the moment it is of.
_held: tuple[datetime, Sheet] | None = None


def state() -> Refreshed | None:
    """When the counts were made; None before the first count."""
    return Refreshed.objects.defer("figures").first()


def as_of() -> str:
    """Return the moment of the newest figures, as a text that changes with them; '' before the first count."""
    moment = Refreshed.objects.values_list("as_of", flat=True).first()
    return moment.isoformat() if moment else ""


def sheet() -> Sheet | None:
    """Return the sheet of the whole deployment as it may be shown; None before the first count. At most two queries."""
    global _held
    as_of = Refreshed.objects.values_list("as_of", flat=True).first()
    if as_of is None:
        return None
    held = _held
    if held is None or held[0] != as_of:
        row = Refreshed.objects.get()
        held = (row.as_of, Sheet.from_data(row.figures, row.as_of).release(rounding()))
        _held = held
    return held[1]


def sheet_of(snapshot: Snapshot) -> Sheet:
    """Return the sheet as it was published, in the words of its time."""
    words = from_words(snapshot.figures.get("words", {}), get_language() or "id")
    return Sheet.from_data(snapshot.figures, snapshot.taken_at, words).release(rounding())


def published(month: Month) -> list[Snapshot]:
    """Return the publications of a month, newest first: the first is in force, the others it corrected."""
    return list(Snapshot.objects.filter(month=month).defer("figures").order_by("-id")[:10])


def snapshots() -> list[list[Snapshot]]:
    """Everything ever published, by month, newest first; within a month the newest holds."""
    months: dict[Month, list[Snapshot]] = {}
    for one in Snapshot.objects.defer("figures").select_related("by").order_by("-month", "-id"):
        months.setdefault(one.month, []).append(one)
    return list(months.values())


def snapshot(number: int) -> Snapshot | None:
    return Snapshot.objects.select_related("by").filter(pk=number).first()


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two sheets; None where it is withheld or the sheet has none."""

    label: str | Promise
    unit: str
    before: int | None
    after: int | None

    @property
    def difference(self) -> int | None:
        return None if self.before is None or self.after is None else self.after - self.before


_MONTH_WORDS: tuple[tuple[str, str | Promise, str], ...] = (
    ("decreed", _("Ditetapkan SK"), "people"),
    ("registered", _("Terdaftar"), "people"),
    ("active", _("Aktif"), "people"),
    ("billed", _("Iuran ditagih"), "rupiah"),
    ("paid", _("Iuran lunas"), "rupiah"),
)
_CLAIMS = (
    ("paid", "claims_paid", "people"),
    ("paid_rupiah", "claims_paid", "rupiah"),
    ("unclaimed", "unclaimed", "people"),
    ("unclaimed_rupiah", "unclaimed", "rupiah"),
)


def changes(before: Sheet, after: Sheet) -> list[Change]:
    """Every figure of the two sheets that differs, small counts withheld in both."""
    return [one for one in _pairs(before, after) if one.before != one.after]


def compared(before: Sheet, after: Sheet) -> int:
    """How many figures `changes` compares."""
    return sum(1 for _one in _pairs(before, after))


def _pairs(before: Sheet, after: Sheet) -> Iterator[Change]:
    for old, new in zip(before.ladder, after.ladder, strict=True):
        yield Change(new.definition.label, "people", old.value, new.value)
    for name in ("gap", "ending"):
        yield Change(
            after.words[name].label, "people", getattr(before.total, name), getattr(after.total, name)
        )
    yield Change(after.words["gap_monthly"].label, "rupiah", before.gap_monthly, after.gap_monthly)
    for name, amount in after.money.items():
        yield Change(after.words[name].label, "rupiah", before.money.get(name), amount)
    for name, word, unit in _CLAIMS:
        yield Change(after.words[word].label, unit, before.claims.get(name), after.claims.get(name))
    yield from month_changes(before.count_of(before.month), after.count_of(after.month))
    places = {row.code: row for row in before.shown_at("regency", "")}
    for row in after.shown_at("regency", ""):
        place = places.get(row.code)
        for name in (*PEOPLE, *COVERS):
            label = f"{row.name}: {DEFINITIONS[name].label}" if name in DEFINITIONS else f"{row.name}: {name}"
            if name != "covered":
                yield Change(label, "people", getattr(place, name, 0), getattr(row, name))


def month_changes(before: MonthCount, after: MonthCount) -> Iterator[Change]:
    """Yield the figures that differ between two counts of one month."""
    for name, label, unit in _MONTH_WORDS:
        yield Change(label, unit, getattr(before, name), getattr(after, name))


def since_published(month: Month, live: Sheet) -> list[Change]:
    """Return the figures of a published month that are counted otherwise today (covers and bills alone)."""
    newest = Snapshot.objects.filter(month=month).order_by("-id").first()
    if newest is None:
        return []
    # Of the month it was published in a sheet may show exact numbers; here both are of a month that has ended.
    then = Sheet.from_data(newest.figures, newest.taken_at).count_of(month)
    kept = release.month(then, settings.PAYUNG_PROVINCE, rounding())
    return [one for one in month_changes(kept, live.count_of(month)) if one.before != one.after]


__all__ = [
    "changes",
    "compared",
    "published",
    "region_names",
    "sheet",
    "sheet_of",
    "since_published",
    "state",
]
