"""Finds the village that a row means: by code in either code system, by name, by variant, by hints.

District outlines differ between sources in the interior, so a place is only ever decided by codes
and names, never by coordinates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from payung.identity import reference, split_codes
from payung.identity.regions import CodeSystem, Regions, contains, load

_KIND = re.compile(
    r"^(?:(?:desa|ds|kelurahan|kel|kecamatan|kec|kabupaten|kab|kota madya|kotamadya|kota"
    r"|provinsi|prov|propinsi)\b[\s.:]*)+"
)
_TRAILING = re.compile(r"\b(?:rt|rw)\b.*$")
_WORDS = {
    "sei": "sungai",
    "s": "sungai",
    "sg": "sungai",
    "sungei": "sungai",
    "tg": "tanjung",
    "tj": "tanjung",
    "tjg": "tanjung",
    "tanjong": "tanjung",
    "gn": "gunung",
    "gng": "gunung",
    "kp": "kampung",
    "kpg": "kampung",
    "kampong": "kampung",
    "lg": "long",
    "kr": "karang",
    "krg": "karang",
    "bt": "batu",
    "mr": "muara",
    "ma": "muara",
    "tlk": "teluk",
    "tl": "teluk",
    "satu": "1",
    "dua": "2",
    "tiga": "3",
    "empat": "4",
    "lima": "5",
    "enam": "6",
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
    "hlr": "hilir",
    "tgh": "tengah",
    "sel": "selatan",
    "utr": "utara",
    "tim": "timur",
    "bar": "barat",
    "slt": "selatan",
    "tmr": "timur",
    "brt": "barat",
}
_NAMED_DISTRICT = re.compile(r"(?i)\b(?:kecamatan|kec\b\.?)\s*:?\s*([^\d(:]{3,60})")
_NAMED_VILLAGE = re.compile(
    r"(?i)\b(?:desa\s*/\s*kel\w*\.?|kel\w*\.?\s*/\s*desa|desa|ds\.|kelurahan|kel\b\.?|kampung)\s*:?\s*([^\d(:]{3,60})"
)
#: Spelling distance (0 to 100) from which two names count as one where the district is known, and not.
_NEAR_IN_DISTRICT = 82
_NEAR_ANYWHERE = 88


@dataclass(frozen=True, slots=True)
class Hints:
    """What a row says about where its person lives, as sent; empty text where it says nothing.

    `system` is the code system of the code columns where it is known (DTSEN uses BPS).
    """

    village: str = ""
    village_code: str = ""
    district: str = ""
    district_code: str = ""
    regency: str = ""
    regency_code: str = ""
    province: str = ""
    province_code: str = ""
    system: CodeSystem | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row's person lives, as deep as it is known (dotted Kemendagri codes), and finding codes."""

    village: str | None
    district: str | None
    regency: str | None
    findings: tuple[str, ...]


def key(name: str) -> str:
    """Return the spelling-blind key of a place name: 'Kel. Kampung I Skip' and 'kampung satu-skip' are one."""
    return "".join(_WORDS.get(word, word) for word in _name_words(name))


def _name_words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = _TRAILING.sub("", _KIND.sub("", plain.strip()).strip()).strip()
    # An apostrophe is a glottal stop inside a name (Pa' Padi), so it joins; other signs separate.
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"['`]", "", plain)).split()


class Gazetteer:
    """Names of one province's places, indexed by spelling-blind key with every known variant."""

    def __init__(self, regions: Regions) -> None:
        self.regions = regions
        self._villages: dict[str, set[str]] = {}
        for village in regions.villages():
            self._learn(self._villages, village.name, village.code)
        if regions.province == "65":
            for row in reference.rows("kaltara_village_name_variants.csv"):
                for spelling in {row["variant"], *row["variant"].split("/")}:
                    self._learn(self._villages, spelling, row["code"])
        self._keys_of: dict[str, set[str]] = {}
        for spelling_key, codes in self._villages.items():
            for code in codes:
                self._keys_of.setdefault(code, set()).add(spelling_key)
        self._districts: dict[str, set[str]] = {}
        for district in regions.districts():
            self._learn(self._districts, district.name, district.code)
        self._regencies = {key(r.name): r.code for r in regions.regencies()}
        self._elsewhere = {
            key(regency.name)
            for province in regions.children("")
            if province.code != regions.province
            for regency in regions.children(province.code)
        } - set(self._regencies)
        self._provinces = {key(p.name): p.code for p in regions.children("")}

    @staticmethod
    def _learn(index: dict[str, set[str]], name: str, code: str) -> None:
        # Written in one word ('KampungISkip') the parts can no longer be told, so both keys are known.
        for spelling_key in {key(name), "".join(_name_words(name))}:
            if spelling_key:
                index.setdefault(spelling_key, set()).add(code)

    def find(self, hints: Hints) -> Place:
        """Return the place that `hints` mean. Never raises; what cannot be settled comes as findings."""
        hints = self._joined(hints)
        regency = self._regency(hints)
        if regency is None and self._is_elsewhere(hints):
            return Place(None, None, None, ("outside_province",))
        district = self._district(hints, regency)
        by_code, notes = self._village_by_code(hints, district, regency)
        if hints.village.strip() and key(hints.village):
            village, found = self._village_by_name(hints.village, district, regency)
            if by_code and village and village != by_code and not self._named(by_code, hints.village):
                notes = (*found, "village_code_differs")
            elif by_code:
                village, notes = by_code, ()
            else:
                notes = (*notes, *found)
        else:
            village = by_code
            if village is None and district is not None and not notes:
                notes = ("village_empty",)
        if village is not None:
            if district is not None and not contains(district, village):
                notes = (*notes, "village_elsewhere")
            parents = self.regions.ancestors(village)
            return Place(village, parents[2], parents[1], _once(notes))
        if district is not None:
            return Place(None, district, self.regions.ancestors(district)[1], _once(notes))
        if "village_ambiguous" in notes or "village_code_ambiguous" in notes:
            notes = tuple(n for n in notes if n != "village_unknown")
        else:
            notes = ()
        return Place(None, None, regency, (*_once(notes), "village_missing"))

    def _joined(self, hints: Hints) -> Hints:
        """Return the hints with a code of the village made of the parts that stand in columns of their own.

        Where the name beside the code is another village's, the parts are left as they are.
        """
        for system, code in split_codes.joined(hints, self.regions.province):
            if hints.system not in (None, system):
                continue
            found = self.regions.from_code(code, system)
            if found and len(found) == 13 and contains(self.regions.province, found):
                if key(hints.village) and not self._named(found, hints.village):
                    continue
                regency, district = split_codes.above(code, system)
                return replace(
                    hints, village_code=code, district_code=district, regency_code=regency, system=system
                )
        return hints

    def context(self, texts: Iterable[str]) -> Hints:
        """Return the place that a sheet's file name, sheet name and title rows name, for rows that do not say.

        A district or village counts where a word such as 'Kec.' or 'Desa' stands before it or it is
        the whole text; a regency wherever it stands. What is named twice differently counts for nothing.
        """
        regencies: set[str] = set()
        districts: set[str] = set()
        villages: set[str] = set()
        whole: set[str] = set()
        for text in texts:
            words = _name_words(text)
            for at in range(len(words)):
                for size in (2, 1):
                    found = self._regencies.get(key(" ".join(words[at : at + size])))
                    if found:
                        regencies.add(found)
                        break
            for named in _NAMED_DISTRICT.finditer(text):
                districts |= self._longest(named[1], self._districts)
            for named in _NAMED_VILLAGE.finditer(text):
                villages |= self._longest(named[1], self._villages)
            whole.add(key(text))
        regency = regencies.pop() if len(regencies) == 1 else None
        if not districts:
            districts = {c for k in whole for c in self._districts.get(k, ())}
            districts = {c for c in districts if regency is None or contains(regency, c)}
        district = districts.pop() if len(districts) == 1 else None
        around = district or regency
        villages |= {c for k in whole for c in self._villages.get(k, ())}
        villages = {c for c in villages if around and contains(around, c)}
        village = villages.pop() if district and len(villages) == 1 else None
        regency = self.regions.ancestors(district)[1] if district else regency
        return Hints(village=self._name(village), district=self._name(district), regency=self._name(regency))

    def _name(self, code: str | None) -> str:
        return self.regions.name(code) if code else ""

    @staticmethod
    def _longest(text: str, index: dict[str, set[str]]) -> set[str]:
        """Return the regions named by the longest run of first words of `text`; several where ' dan ' joins names."""
        found: set[str] = set()
        for part in re.split(r"\s+dan\s+|[,&;/]", text):
            words = part.split()
            for size in range(min(4, len(words)), 0, -1):
                codes = index.get(key(" ".join(words[:size])))
                if codes:
                    found |= codes
                    break
        return found

    def find_within(self, hints: Hints, context: Hints) -> Place:
        """As `find`; what the row leaves open is asked again with what its sheet says about itself."""
        place = self.find(hints)
        if place.village or "outside_province" in place.findings:
            return place
        if not (context.district or context.regency):
            return place
        filled = replace(
            hints,
            district=hints.district or ("" if hints.district_code else context.district),
            regency=hints.regency or ("" if hints.regency_code else context.regency),
        )
        again = self.find(filled)
        if again.village is None and context.village and not (hints.village or hints.village_code):
            again = self.find(replace(filled, village=context.village))
            if again.village:
                return replace(again, findings=(*again.findings, "village_from_title"))
        return again if again.village or again.district else place

    def _is_elsewhere(self, hints: Hints) -> bool:
        """Return whether the row plainly names another province: its regency, its codes, or only its province."""
        if key(hints.regency) in self._elsewhere:
            return True
        for text, least in ((hints.village_code, 10), (hints.district_code, 6), (hints.regency_code, 4)):
            digits = re.sub(r"\D", "", text)
            if len(digits) >= least:
                return digits[:2] != self.regions.province and self.regions.has(digits[:2])
        coded = re.sub(r"\D", "", re.sub(r"[.,]0+$", "", hints.province_code.strip()))
        if self.regions.has(coded) and not key(hints.province):
            return coded != self.regions.province
        named = self._provinces.get(key(hints.province))
        return named is not None and named != self.regions.province and not key(hints.regency)

    def _regency(self, hints: Hints) -> str | None:
        wanted = key(hints.regency)
        if wanted in self._regencies:
            return self._regencies[wanted]
        if wanted and wanted not in self._elsewhere:
            near = _nearest(wanted, self._regencies, _NEAR_IN_DISTRICT)
            if near:
                return self._regencies[near]
        return self._coded(hints.regency_code, 4, 4, hints.system)

    def _coded(self, text: str, kemendagri: int, bps: int, system: CodeSystem | None) -> str | None:
        """Return the region of a code whose digits count tells its system; None where both are possible."""
        digits = re.sub(r"\D", "", text)
        if len(digits) == kemendagri != bps or "." in text:
            found = self.regions.from_code(digits, "kemendagri")
        elif len(digits) == bps != kemendagri:
            found = self.regions.from_code(digits, "bps")
        elif len(digits) == kemendagri and system:
            found = self.regions.from_code(digits, system)
        else:
            both = {self.regions.from_code(digits, "kemendagri"), self.regions.from_code(digits, "bps")}
            found = both.pop() if len(both) == 1 else None
        return found if found and contains(self.regions.province, found) else None

    def _district(self, hints: Hints, regency: str | None) -> str | None:
        wanted = key(hints.district)
        if wanted:
            near: str | None = wanted
            if wanted not in self._districts:
                within = [k for k, c in self._districts.items() if regency is None or _any_in(c, regency)]
                near = _nearest(wanted, within, _NEAR_IN_DISTRICT)
            codes = self._districts.get(near, set()) if near else set()
            codes = {c for c in codes if regency is None or contains(regency, c)} or codes
            if len(codes) == 1:
                return next(iter(codes))
        coded = self._coded(hints.district_code, 6, 7, None)
        return coded if coded and coded.count(".") == 2 else None

    def _named(self, code: str, name: str) -> bool:
        """Return whether the village with this code is called `name`, or nearly."""
        wanted = key(name)
        return any(fuzz.ratio(wanted, k) >= _NEAR_IN_DISTRICT for k in self._keys_of.get(code, ()))

    def _village_by_code(
        self, hints: Hints, district: str | None, regency: str | None
    ) -> tuple[str | None, tuple[str, ...]]:
        text = hints.village_code.strip()
        digits = re.sub(r"\D", "", re.sub(r"\.0$", "", text))
        if len(digits) != 10:
            return None, ()
        kemendagri = self.regions.from_code(digits, "kemendagri")
        bps = self.regions.from_code(digits, "bps")
        if re.fullmatch(r"\d\d\.\d\d\.\d\d\.\d{4}", text):
            bps = None
        ordered = (bps, kemendagri) if hints.system == "bps" else (kemendagri, bps)
        found = [code for code in dict.fromkeys(ordered) if code]
        if len(found) > 1:
            sure = [c for c in found if district and contains(district, c)]
            sure = sure or [c for c in found if hints.village and self._named(c, hints.village)]
            sure = sure or [c for c in found if regency and contains(regency, c)]
            if not sure and hints.system:
                sure = found[:1]
            if len(sure) != 1:
                return None, ("village_code_ambiguous",)
            found = sure
        return (found[0] if found else None), ()

    def _village_by_name(
        self, name: str, district: str | None, regency: str | None
    ) -> tuple[str | None, tuple[str, ...]]:
        """Return the village called `name`: where it is said to be first, then farther off; then by spelling."""
        wanted = key(name)
        exact = self._villages.get(wanted, set())
        for around in (district, regency):
            inside = {c for c in exact if around and contains(around, c)}
            if len(inside) == 1:
                return inside.pop(), ()
            if around == district and district and not inside:
                near = self._near_village(wanted, district, _NEAR_IN_DISTRICT)
                if near:
                    return near, ("village_guessed",)
        if len(exact) == 1:
            return next(iter(exact)), ()
        if exact:
            return None, ("village_ambiguous",)
        near = self._near_village(wanted, regency or self.regions.province, _NEAR_ANYWHERE)
        if near and (district is None or contains(district, near)):
            return near, ("village_guessed",)
        return None, ("village_unknown",)

    def _near_village(self, wanted: str, around: str, least: int) -> str | None:
        """Return the one village within `around` whose spelling is nearest to `wanted`, if no other is as near."""
        if len(wanted) < 4:
            return None
        keys = [k for k, codes in self._villages.items() if _any_in(codes, around)]
        found = process.extract(wanted, keys, scorer=fuzz.ratio, score_cutoff=least, limit=2)
        # A trailing number tells villages apart (Mara 1, Mara 2), however near the spelling is.
        found = [f for f in found if _number(f[0]) == _number(wanted)]
        if not found or (len(found) > 1 and found[0][1] - found[1][1] < 3):
            return None
        codes = {c for c in self._villages[found[0][0]] if contains(around, c)}
        return codes.pop() if len(codes) == 1 else None


def _number(spelling_key: str) -> str:
    return re.sub(r"\D", "", spelling_key)


def _any_in(codes: Iterable[str], around: str) -> bool:
    return any(contains(around, code) for code in codes)


def _nearest(wanted: str, keys: Iterable[str], least: int) -> str | None:
    if len(wanted) < 4:
        return None
    found = process.extractOne(wanted, list(keys), scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else None


def _once(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notes))


@lru_cache(maxsize=4)
def gazetteer(province: str = "65") -> Gazetteer:
    """Return the gazetteer of `province`, built once."""
    return Gazetteer(load(province))
