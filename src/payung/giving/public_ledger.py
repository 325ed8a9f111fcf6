"""The public ledger: who pays for how many people, how many months, where. Places rounded, donors by choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.database.statements import Statement
from payung.disclosure.lines import fold
from payung.disclosure.rounding import Rounding, is_small
from payung.funding.models import Payer
from payung.oversight.models import Refreshed
from payung.oversight.release import rupiah
from payung.oversight.rounding import rounding
from payung.registry.queries import region_names
from payung.values import Month

#: Payers who are not named: people who did not ask to be, and those with fewer than five people.
UNNAMED = "donatur"
REST = "lainnya"

_ROWS = Statement("giving", "ledger_rows")

_DISTRICTS = """
SELECT left(region_code, 8), max(decreed), sum(decreed)::int, sum(active)::int, sum(paid)::bigint FROM (
    SELECT CASE WHEN length(region_code) < 8 THEN left(region_code, 5) || '.00' ELSE left(region_code, 8) END
           AS region_code, month, sum(decreed)::int AS decreed, sum(active) AS active, sum(paid) AS paid
      FROM oversight_covercount WHERE month BETWEEN %(january)s AND %(december)s GROUP BY 1, 2
) months GROUP BY 1 HAVING sum(decreed) > 0
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What one payer does in one place in a year. `people` is the most covered in any one month."""

    people: int = 0
    months: int = 0
    paid_months: int = 0
    rupiah: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Counts)))


NOTHING = Counts()


def total(cells: Iterable[Counts]) -> Counts:
    """Add up counts."""
    return sum(cells, NOTHING)


class Who(NamedTuple):
    """A payer as the ledger names one; `name` is empty for those who are not named."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the ledger as data: its name, what it holds, in both languages."""

    name: str
    meaning: str | Promise


COLUMNS = (
    Column("tahun", _("Tahun kalender yang dihitung.")),
    Column("jenis_pembayar", _("Jenis pembayar: pemerintah, desa, Baznas, perusahaan, atau donatur.")),
    Column(
        "pembayar",
        _(
            "Nama pembayar. Yang tidak meminta disebut dijumlahkan sebagai Donatur; "
            "pembayar bagi kurang dari lima orang dijumlahkan sebagai Pembayar lain. Baris kecamatan: Semua pembayar."
        ),
    ),
    Column("kode_wilayah", _("Kode Kemendagri kabupaten/kota atau kecamatan; kosong pada baris jumlah.")),
    Column("wilayah", _("Nama wilayahnya; pada baris jumlah: Seluruh provinsi.")),
    Column(
        "orang",
        _(
            "Orang terbanyak yang menurut SK dilindungi dalam satu bulan tahun itu, dijumlah per kabupaten/kota."
        ),
    ),
    Column(
        "bulan_orang",
        _("Bulan perlindungan menurut SK dalam tahun itu: satu orang selama satu bulan dihitung satu."),
    ),
    Column(
        "bulan_orang_terbayar",
        _("Di antaranya: terdaftar di cabang dan iuran bulannya terbukti sudah dibayar."),
    ),
    Column(
        "rupiah_terbayar",
        _("Iuran JKK dan JKM yang terbukti sudah dibayar ke BPJS Ketenagakerjaan, dalam rupiah."),
    ),
    Column(
        "dibulatkan",
        _(
            "1 bila angkanya dibulatkan: orang dan bulan ke kelipatan 5 (0 berarti tidak ada atau beberapa), rupiah ke "
            "kelipatan 100.000. Jumlah dapat sedikit berbeda."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One payer: what it does in all, and in each regency (rounded)."""

    who: Who
    total: Counts
    places: dict[str, Counts]


@dataclass(slots=True)
class Ledger:
    """One year of the public ledger. `regencies` is code -> name in order; `sums` the totals of the regencies.

    `districts` are all payers together in each district of a regency. All but the totals of payers are rounded.
    """

    year: int
    month: Month
    as_of: datetime
    regencies: dict[str, str]
    lines: list[Line] = field(default_factory=list)
    sums: dict[str, Counts] = field(default_factory=dict)
    folded: list[str] = field(default_factory=list)
    districts: dict[str, dict[str, Counts]] = field(default_factory=dict)

    @property
    def total(self) -> Counts:
        return total(line.total for line in self.lines)


def ledger() -> Ledger | None:
    """Return this year's ledger up to the counts kept last; None before the first count. Three statements."""
    state = Refreshed.objects.first()
    if state is None:
        return None
    month: Month = state.month
    january = Month.of(month.year, 1)
    year = {"january": january.number, "december": (january + 11).number}
    rows = _ROWS.rows(year)
    districts = {code: Counts(*map(int, counts)) for code, *counts in database.rows(_DISTRICTS, year)}
    names = region_names()
    regencies = {code: name for code, name in sorted(names.items()) if len(code) == 5}
    regencies |= {code: names.get(code, code) for _, _, code, *_ in rows if code not in regencies}
    made = fill(Ledger(month.year, month, state.as_of, regencies), cells_of(rows), rounding())
    made.districts = districts_of(made, districts, rounding())
    return made


def districts_of(made: Ledger, found: Mapping[str, Counts], how: Rounding) -> dict[str, dict[str, Counts]]:
    """Return the districts of each regency, rounded; none while the ledger is empty."""
    shown: dict[str, dict[str, Counts]] = {}
    for code, counts in sorted(found.items()) if made.lines else ():
        shown.setdefault(code[:5], {})[code] = rounded(code, counts, how)
    return {regency: shown[regency] for regency in made.regencies if regency in shown}


def rounded(name: str, counts: Counts, how: Rounding) -> Counts:
    """Round the counts of one cell together: what is paid for is never more than what is decreed."""
    people, months, paid = (
        how.of(f"ledger|{name}|{measure}", getattr(counts, measure))
        for measure in ("people", "months", "paid_months")
    )
    months = people if counts.months == counts.people else max(people, months)
    paid = months if counts.paid_months == counts.months else min(months, paid)
    return Counts(people, months, paid, rupiah(f"ledger|{name}", counts.rupiah, how))


def cells_of(rows: list[tuple[Any, ...]]) -> dict[Who, dict[str, Counts]]:
    """Return the counts of each payer and regency from rows (name, kind, regency, month, decreed, active, paid)."""
    table: dict[Who, dict[str, Counts]] = {}
    for name, kind, place, _month, decreed, active, paid in rows:
        line = table.setdefault(Who(kind if name else UNNAMED, name), {})
        before = line.get(place, NOTHING)
        line[place] = Counts(
            max(before.people, decreed),
            before.months + decreed,
            before.paid_months + active,
            before.rupiah + int(paid),
        )
    return {who: line for who, line in table.items() if total(line.values()).months}


def fill(made: Ledger, table: Mapping[Who, Mapping[str, Counts]], how: Rounding) -> Ledger:
    """`made` with the lines of `table` as they may be published; none while all of them are fewer than five people."""
    if is_small(total(counts for line in table.values() for counts in line.values()).people):
        return made
    small = fold({who: total(line.values()).people for who, line in table.items()})
    kept = _merged(table, small)
    made.folded = sorted(who.name for who in small if who.name)
    for place in made.regencies:
        made.sums[place] = rounded(place, total(line.get(place, NOTHING) for line in kept.values()), how)
    for who, line in kept.items():
        whole = _whole(who, total(line.values()), how)
        live = [place for place, counts in line.items() if counts != NOTHING]
        places = {
            place: whole
            if live == [place]
            else rounded(f"{who.kind}|{who.name}|{place}", line.get(place, NOTHING), how)
            for place in made.regencies
        }
        made.lines.append(Line(who, whole, places))
    made.lines.sort(key=lambda line: (line.who.kind == REST, -line.total.months, line.who))
    return made


def _whole(who: Who, counts: Counts, how: Rounding) -> Counts:
    """Return a payer's totals: months paid, and their rupiah, rounded where few of all months are (or are not) paid."""
    if not is_small(counts.paid_months) and not is_small(counts.months - counts.paid_months):
        return counts
    about = rounded(f"{who.kind}|{who.name}", counts, how)
    paid = min(counts.months, about.paid_months)
    return Counts(counts.people, counts.months, paid, about.rupiah)


def _merged(table: Mapping[Who, Mapping[str, Counts]], these: list[Who]) -> dict[Who, dict[str, Counts]]:
    """`table` with the lines of `these` added to that of the other payers."""
    kept = {who: dict(line) for who, line in table.items() if who not in these}
    if these:
        rest = kept.setdefault(Who(REST, ""), {})
        for who in these:
            for place, counts in table[who].items():
                rest[place] = rest.get(place, NOTHING) + counts
    return kept


def kind_label(who: Who) -> str:
    """Name the kind of a payer in the language of the page."""
    if who.kind == REST:
        return str(_("Pembayar lain"))
    return str(_("Donatur")) if who.kind == UNNAMED else str(_(Payer.Kind(who.kind).label))


def name_of(who: Who) -> str:
    """Name the payer in the ledger's words, in the language of the page."""
    return who.name or kind_label(who)


def records(made: Ledger) -> list[dict[str, Any]]:
    """Return the ledger as data: one record per payer and regency, and one per payer in all (see COLUMNS)."""
    everywhere = str(_("Seluruh provinsi"))
    found = []
    for line in made.lines:
        for code, counts in [("", line.total), *line.places.items()]:
            if counts == NOTHING:
                continue
            place = everywhere if counts is line.total else made.regencies[code]
            values = _values(counts)
            found.append(
                dict(
                    zip(
                        [column.name for column in COLUMNS],
                        (
                            made.year,
                            kind_label(line.who),
                            name_of(line.who),
                            code,
                            place,
                            *values,
                            int(counts is not line.total),
                        ),
                        strict=True,
                    )
                )
            )
    names, everybody = [column.name for column in COLUMNS], str(_("Semua pembayar"))
    for districts in made.districts.values():
        for code, counts in districts.items():
            where = (made.year, "", everybody, code, district_name(code))
            found.append(dict(zip(names, (*where, *_values(counts), 1), strict=True)))
    return found


def district_name(code: str) -> str:
    """Name a district as the ledger does."""
    return region_names().get(code) or str(_("Kecamatan belum diketahui"))


def _values(counts: Counts) -> tuple[int, ...]:
    return counts.people, counts.months, counts.paid_months, counts.rupiah
