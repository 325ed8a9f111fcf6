"""Regions and their codes: Kemendagri inside, BPS translated at the door.

The two systems use the same digits for different regencies (Kemendagri 65.01 is Bulungan, BPS 6501
is Malinau), so a code never travels without its system. Inside Payung a region is always its dotted
Kemendagri code: '65', '65.71', '65.71.01', '65.71.01.1001'; a prefix means containment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from payung.identity import reference

CodeSystem = Literal["kemendagri", "bps"]
Level = Literal["province", "regency", "district", "village"]

_LEVELS: tuple[Level, ...] = ("province", "regency", "district", "village")
_WIDTHS = (2, 2, 2, 4)
#: The province whose villages, BPS codes, spellings and neighbours are known in detail.
DETAILED = "65"


@dataclass(frozen=True, slots=True)
class Region:
    """One region: its dotted Kemendagri code, official name and kind (kabupaten, kota, desa, ...)."""

    code: str
    name: str
    kind: str

    @property
    def level(self) -> Level:
        return level_of(self.code)

    @property
    def parent(self) -> str | None:
        """The code of the region around it; None for a province."""
        return self.code.rpartition(".")[0] or None


def level_of(code: str) -> Level:
    """Return the level of a dotted Kemendagri code. Raises ValueError for anything else."""
    depth = code.count(".")
    if depth > 3:
        raise ValueError(f"not a Kemendagri region code: {code!r}")
    return _LEVELS[depth]


def contains(outer: str, inner: str) -> bool:
    """Tell whether region `outer` is `inner` or lies around it; '' is the whole country.

    In SQL this is `payung_contains(outer, inner)`.
    """
    return not outer or inner == outer or inner.startswith(f"{outer}.")


def span(outer: str) -> tuple[str, str]:
    """Give the range of codes (from, before) within `outer`: what `contains` says, as an index can look it up.

    For statements under row-level security, which lets only leakproof comparisons reach an index. '/' follows '.' in
    the order of codes, so the range ends behind everything below the region and before what is beside it.
    """
    return outer, f"{outer}/"


def within(code: str, regions: Iterable[str]) -> bool:
    """Tell whether a region lies in one of `regions` or is one of them."""
    return any(contains(outer, code) for outer in regions)


def dotted(digits: str) -> str | None:
    """Kemendagri digits with dots: '6571011001' -> '65.71.01.1001'. None unless 2, 4, 6 or 10 digits."""
    bare = re.sub(r"\D", "", digits)
    parts, at = [], 0
    for width in _WIDTHS:
        if at < len(bare):
            parts.append(bare[at : at + width])
            at += width
    return ".".join(parts) if at == len(bare) and bare else None


class Regions:
    """The region table of one province, with provinces, regencies and districts of the whole country."""

    def __init__(self, province: str = DETAILED) -> None:
        self.province = province
        self._national: dict[str, Region] = {}
        for row in reference.rows("provinces.csv"):
            self._add(row["code"], row["name"], "provinsi")
        for row in reference.rows("regencies.csv"):
            self._add(row["code"], row["name"], row["type"])
        for row in reference.rows("districts.csv"):
            self._add(row["code"], row["name"], "kecamatan")
        if province not in self._national:
            raise ValueError(f"no province has the code {province!r}")

    def _add(self, code: str, name: str, kind: str) -> None:
        self._national[code] = Region(code, name, kind)

    @cached_property
    def _villages(self) -> dict[str, Region]:
        if self.province == DETAILED:
            source = reference.rows("kaltara_villages.csv")
        else:
            source = reference.rows("villages_national.csv.gz")
        return {
            row["code"]: Region(row["code"], row["name"], row["type"])
            for row in source
            if contains(self.province, row["code"])
        }

    @cached_property
    def _children(self) -> dict[str, list[Region]]:
        tree: dict[str, list[Region]] = {}
        for region in (*self._national.values(), *self._villages.values()):
            tree.setdefault(region.parent or "", []).append(region)
        return {parent: sorted(regions, key=lambda r: r.code) for parent, regions in tree.items()}

    @cached_property
    def _bps(self) -> dict[str, str]:
        """Kemendagri code of each BPS code known (province, regency, district, village)."""
        pairs = {code: code for code, region in self._national.items() if region.parent is None}
        if self.province == DETAILED:
            for row in reference.rows("bps_kemendagri_regency_xwalk.csv"):
                pairs[row["bps"]] = row["kemendagri"]
            for row in reference.rows("kaltara_districts.csv"):
                pairs[row["bps_code"]] = row["code"]
            for row in reference.rows("kaltara_villages.csv"):
                pairs[row["bps_code_2020"]] = row["code"]
        return pairs

    @cached_property
    def _bps_of(self) -> dict[str, str]:
        return {kemendagri: bps for bps, kemendagri in self._bps.items()}

    @cached_property
    def _now(self) -> dict[str, str]:
        """Today's code of each code that an earlier edition used and today's no longer does."""
        if self.province != DETAILED:
            return {}
        steps = {
            row["old_code"]: row["new_code"]
            for row in reference.rows("kaltara_code_changes.csv")
            if row["change"] == "recoded"
        }
        now = {}
        for old in steps:
            new, seen = steps[old], {old}
            while new in steps and not self.has(new) and new not in seen:
                seen.add(new)
                new = steps[new]
            if not self.has(old) and self.has(new):
                now[old] = new
        return now

    @cached_property
    def _neighbours(self) -> dict[str, list[str]]:
        pairs: dict[str, list[str]] = {}
        if self.province == DETAILED:
            for row in reference.rows("kaltara_neighbours.csv"):
                pairs.setdefault(row["code"], []).append(row["neighbour"])
                pairs.setdefault(row["neighbour"], []).append(row["code"])
        return {code: sorted(others) for code, others in pairs.items()}

    def has(self, code: str) -> bool:
        """Return whether `code` (dotted Kemendagri) exists today; villages only of this province."""
        return code in self._national or (len(code) == 13 and code in self._villages)

    def get(self, code: str) -> Region | None:
        """Return the region with this dotted Kemendagri code, or None."""
        return self._national.get(code) or self._villages.get(code)

    def name(self, code: str) -> str:
        """Return the official name. Raises KeyError for an unknown code."""
        region = self.get(code)
        if region is None:
            raise KeyError(code)
        return region.name

    def children(self, code: str) -> list[Region]:
        """Return the regions one level below, by code; '' gives the provinces."""
        return self._children.get(code, [])

    def ancestors(self, code: str) -> list[str]:
        """Return the codes around `code`, province first, without itself."""
        parts = code.split(".")
        return [".".join(parts[:depth]) for depth in range(1, len(parts))]

    def regencies(self) -> list[Region]:
        """Return the regencies of this province."""
        return self.children(self.province)

    def districts(self, within: str | None = None) -> list[Region]:
        """Return the districts of this province, or of one regency of it."""
        around = [within] if within else [r.code for r in self.regencies()]
        return [district for code in around for district in self.children(code)]

    def villages(self, within: str | None = None) -> list[Region]:
        """Return the villages of this province, or of the region `within`."""
        found = sorted(self._villages.values(), key=lambda r: r.code)
        return [v for v in found if contains(within, v.code)] if within else found

    def neighbours(self, code: str) -> list[str]:
        """Codes of the same level whose outlines touch this one's (as drawn; see DATA-LICENCES.md)."""
        return self._neighbours.get(code, [])

    def current(self, code: str) -> str | None:
        """Today's code of a Kemendagri code of any edition since 2015; None if it is not known."""
        return code if self.has(code) else self._now.get(code)

    def from_code(self, text: str, system: CodeSystem) -> str | None:
        """Return the dotted Kemendagri code of a code written in `system`, with or without dots; None if unknown."""
        digits = re.sub(r"\D", "", text)
        if system == "bps":
            return self._bps.get(digits)
        code = dotted(digits)
        return self.current(code) if code else None

    def to_bps(self, code: str) -> str | None:
        """Return the BPS code (2020 edition) of a Kemendagri code; None where it is not known."""
        return self._bps_of.get(code)


@lru_cache(maxsize=4)
def load(province: str = DETAILED) -> Regions:
    """Return the region table of `province` (two digits), read once. Raises ValueError for an unknown province."""
    return Regions(province)
