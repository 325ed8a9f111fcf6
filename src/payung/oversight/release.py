"""The sheet as it leaves the office: every count of people on it rounded, or exact where that tells of nobody.

A sheet that was not released holds true counts and shows no region, trade or payer. Everything that a page, paper, file
or interface shows is taken from a released one, so that none of them can tell what another keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from payung.disclosure import ladder
from payung.disclosure.lines import withheld
from payung.disclosure.rounding import LEAST, Rounding, is_small, widest
from payung.oversight.kept import COUNTS, WIDTHS, MonthCount, Payer, Place, Trade, together
from payung.oversight.shown import Shown
from payung.values import Month

#: Rungs of a place as the ladder knows them.
_RUNGS = ladder.RUNGS
#: Rupiah that stand for one person where money is rounded like people: about a month's contribution.
_ONE = 20_000
_DEATHS = (("full", "partial", "accident"), ("lapsed", "waiting", "never"))


@dataclass(frozen=True, slots=True)
class Released:
    """What a sheet shows of its regions, trades and payers."""

    total: Place
    regencies: list[Shown]
    districts: dict[str, list[Shown]]
    villages: dict[str, list[Shown]]
    trades: list[Shown]
    payers: list[tuple[Payer, list[Payer]]]
    #: People decreed this month, rounded as those of the months beside it.
    now: int
    #: The last month for which anybody's cover is decreed.
    last: Month | None


def cell_name(code: str, chosen: Mapping[str, str], measure: str) -> str:
    """Name a cell for its rounding: the same on the sheet and in every cut."""
    return f"{code}|{','.join(f'{name}={chosen[name]}' for name in sorted(chosen))}|{measure}"


def placed(code: str, level: str) -> str:
    """Return the code of a region of a level; people of whom no more is known stand in one numbered zero."""
    for width, last in ((5, ".00"), (8, ".00"), (13, ".0000")):
        if len(code) < width <= WIDTHS[level]:
            code += last
    return code


class Places:
    """The true counts of every level, and how each place is rounded."""

    def __init__(self, root: Place, by_level: Mapping[str, Mapping[str, Place]], rounding: Rounding) -> None:
        self.root, self.by_level, self.rounding = root, by_level, rounding

    def draw(self, level: str, place: Place) -> ladder.Draw:
        """Return the rounding of a place's measures."""
        above: list[tuple[str, Place]] = []
        for wider in [name for name in ("district", "regency") if WIDTHS[name] < WIDTHS[level]]:
            other = self.by_level[wider].get(place.code[: WIDTHS[wider]])
            if other is not None:
                above.append((placed(other.code, wider), other))
        if level != "province":
            above.append((self.root.code, self.root))
        own = placed(place.code, level)

        def draw(measure: str, people: int) -> int:
            chain = ((cell_name(code, {}, measure), _people(one, measure)) for code, one in above)
            return self.rounding.of(widest(cell_name(own, {}, measure), people, chain), people)

        return draw

    def shown(self, level: str, place: Place, kept: frozenset[str] | None = None) -> Shown:
        """Return a place for publication; `kept` are the rungs that may be exact."""
        draw = self.draw(level, place)
        found = ladder.rounded(rungs(place), draw) if kept is None else ladder.exact(rungs(place), kept, draw)
        between = found["verified"] - found["eligible"]
        return Shown(
            place.code,
            place.name,
            **found,
            covered=found["decreed"],
            ending=ladder.part("ending", place.ending, place.decreed, found["decreed"], draw),
            other_payer=ladder.part(
                "other_payer", place.other_payer, place.verified - place.eligible, between, draw
            ),
        )

    def whole(self) -> Place:
        """Return the whole deployment: exact, unless it differs by 1 to 4 from another number of it."""
        root = self.root
        draw = self.draw("province", root)
        found = ladder.exact(rungs(root), ladder.exact_rungs([rungs(root)]), draw)

        def part(name: str, whole: int, shown: int) -> int:
            return ladder.part(name, getattr(root, name), whole, shown, draw, keep=True)

        return Place(
            root.code,
            root.name,
            **found,
            covered=found["decreed"],
            ending=part("ending", root.decreed, found["decreed"]),
            ineligible=part("ineligible", root.decreed, found["decreed"]),
            other_payer=part(
                "other_payer", root.verified - root.eligible, found["verified"] - found["eligible"]
            ),
        )


def _people(place: Place, measure: str) -> int:
    return place.eligible - place.decreed if measure == "gap" else int(getattr(place, measure))


def rungs(place: Place) -> dict[str, int]:
    """Return the rungs of a place, each at least the one below it."""
    counts: dict[str, int] = {}
    least = 0
    for name in _RUNGS:
        least = counts[name] = max(least, getattr(place, name))
    return counts


def regions(
    root: Place,
    by_level: Mapping[str, Mapping[str, Place]],
    rounding: Rounding,
    before: Sequence[Mapping[str, Sequence[int | None]]],
) -> tuple[Place, list[Shown], dict[str, list[Shown]], dict[str, list[Shown]]]:
    """Return the whole, its regencies, districts by regency and villages by district."""
    places = Places(root, by_level, rounding)
    kept = _exact_regencies(list(by_level["regency"].values()), before)
    regencies = [places.shown("regency", one, kept) for one in by_level["regency"].values()]
    districts: dict[str, list[Shown]] = {one.code: [] for one in regencies}
    villages: dict[str, list[Shown]] = {}
    for one in by_level["district"].values():
        districts[one.code[:5]].append(places.shown("district", one))
        villages[one.code] = []
    for one in by_level["village"].values():
        villages.setdefault(one.code[:8], []).append(places.shown("village", one))
    return places.whole(), regencies, districts, villages


def _exact_regencies(
    regencies: Sequence[Place], before: Sequence[Mapping[str, Sequence[int | None]]]
) -> frozenset[str]:
    """Return the rungs that every regency may show exactly; none where earlier months are unknown."""
    if not before:
        return frozenset()
    tables = [rungs(one) for one in regencies]
    olds = [
        [_known(month.get(one.code), table) for one, table in zip(regencies, tables, strict=True)]
        for month in before
    ]
    return ladder.exact_rungs(tables, olds)


def _known(counts: Sequence[int | None] | None, table: Mapping[str, int]) -> dict[str, int]:
    named = dict(zip(COUNTS, counts or (), strict=False))
    return {name: people for name in table if (people := named.get(name)) is not None}


def month(one: MonthCount, root: str, rounding: Rounding) -> MonthCount:
    """Return a month's people, rounded as every cut by month; its rupiah too where they are few people's."""
    counts = {name: getattr(one, name) for name in ("active", "registered", "decreed")}
    found = ladder.rounded(counts, lambda measure, people: rounding.of(cell_name(root, {}, measure), people))
    billed, paid = one.billed, one.paid
    if max(counts.values()) < 10 * LEAST:
        billed, paid = (
            rupiah(f"{root}|{one.month}|{name}", amount, rounding)
            for name, amount in (("billed", billed), ("paid", paid))
        )
    return MonthCount(one.month, found["decreed"], found["registered"], found["active"], billed, paid)


def rupiah(name: str, amount: int, rounding: Rounding) -> int:
    """Rupiah to about the nearest Rp100,000, by chance as people are rounded: about five people's month."""
    return _ONE * rounding.of(f"{name}|rupiah", round(amount / _ONE))


def trades(found: Iterable[Trade], root: Place, rounding: Rounding) -> list[Shown]:
    """Return the trades of the whole deployment, those with most people left out first."""

    def shown(trade: Trade) -> Shown:
        def draw(measure: str, people: int) -> int:
            name = cell_name(root.code, {"trade": trade.code}, measure)
            wider = [(cell_name(root.code, {}, measure), _people(root, measure))]
            return rounding.of(widest(name, people, wider), people)

        counts = {"decreed": trade.covered, "eligible": trade.eligible, "candidates": trade.candidates}
        made = ladder.rounded(counts, draw)
        return Shown(trade.code, trade.name, covered=made["decreed"], **made)

    return sorted(map(shown, found), key=lambda row: (-row.gap, row.name))


def payers(
    found: Iterable[Payer], kinds: Iterable[str], rounding: Rounding
) -> list[tuple[Payer, list[Payer]]]:
    """Each kind of payer with its funds: people and months rounded, rupiah withheld where they are few people's."""
    by_kind: dict[str, list[Payer]] = {}
    for payer in found:
        by_kind.setdefault(payer.kind, []).append(payer)
    sums = {kind: together(kind, by_kind[kind]) for kind in kinds if kind in by_kind}
    shut = withheld({kind: _counts(one) for kind, one in sums.items()})
    made = []
    for kind, one in sums.items():
        within = by_kind[kind]
        closed = withheld({payer.code: _counts(payer) for payer in within})
        made.append(
            (
                _payer(one, rounding, closed=kind in shut),
                [_payer(payer, rounding, closed=kind in shut or payer.code in closed) for payer in within],
            )
        )
    return made


def _counts(payer: Payer) -> tuple[int, int]:
    return payer.people or 0, payer.person_months or 0


def _payer(payer: Payer, rounding: Rounding, *, closed: bool) -> Payer:
    people, months = (
        rounding.of(f"payer|{payer.kind}|{payer.code}|{name}", count)
        for name, count in zip(("people", "months"), _counts(payer), strict=True)
    )
    shown = replace(payer, people=people, person_months=max(people, months))
    return replace(shown, committed=None, paid=None) if closed else shown


def claims(found: Mapping[str, Any], rounding: Rounding) -> dict[str, Any]:
    """Deaths and claims: few are not told, nor the rupiah that would tell them, nor what a sum leaves for them."""
    deaths = dict(found["deaths"])
    for group in _DEATHS:
        parts = {name: deaths.get(name, 0) for name in group}
        for name in withheld({name: (people,) for name, people in parts.items()}):
            deaths[name] = None
    made = {**found, "deaths": deaths, "known": None, "uncovered": None}
    for name, group in zip(("known", "uncovered"), _DEATHS, strict=True):
        made[name] = sum(found["deaths"].get(one, 0) for one in group)
    for name in ("paid", "unclaimed"):
        if is_small(found[name]):
            made[f"{name}_rupiah"] = None
    made["cases"] = {name: rounding.of(f"cases|{name}", people) for name, people in found["cases"].items()}
    return made


def branch(found: Mapping[str, Any], total: Place, true: Place) -> dict[str, Any]:
    """How the branch stands, part by part; only together where a part is few people or does not add up as shown."""
    standing = {name: people for name, people in found.get("standing", {}).items() if name != "accepted"}
    told = total.decreed - total.registered == true.decreed - true.registered == sum(standing.values())
    if not told or any(map(is_small, standing.values())):
        return {**found, "standing": {}, "refusals": {}}
    rest = withheld({reason: (people,) for reason, people in found.get("refusals", {}).items()})
    refusals = {reason: people for reason, people in found.get("refusals", {}).items() if reason not in rest}
    return {**found, "standing": standing, "refusals": refusals}


def runway(found: Mapping[str, Any], total: Place, rounding: Rounding) -> dict[str, Any]:
    """Return the end of the money: as many people covered as the ladder shows, those who lose cover among them."""
    people, losing = found.get("people", 0), found.get("losing", 0)
    kept = {**found, "people": total.decreed}
    if losing and not is_small(losing):

        def draw(measure: str, count: int) -> int:
            return max(LEAST, rounding.of(f"runway|{measure}", count))

        kept["losing"] = ladder.part("losing", losing, people, total.decreed, draw, keep=True)
        kept["missing"] = rupiah("runway", found.get("missing", 0), rounding)
    return kept
