"""The public ledger: who pays for how many people, how many months, where. Small cells withheld, donors by choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.funding.models import Payer
from payung.oversight.models import Refreshed
from payung.oversight.suppress_table import NOTHING, Counts, fold, total, withheld
from payung.registry.queries import region_names
from payung.values import Month

#: Payers who are not named: people who did not ask to be, and those with fewer than five people.
UNNAMED = "donatur"
REST = "lainnya"

_ROWS = """
SELECT coalesce(CASE WHEN d.id IS NULL THEN CASE WHEN p.public THEN p.name END
                     WHEN d.listed THEN d.name END, ''),
       CASE WHEN d.id IS NULL AND p.public OR d.listed THEN p.kind ELSE 'donors' END,
       left(c.region_code, 5), c.month,
       sum(c.decreed)::int, sum(c.active)::int, sum(c.paid)::bigint
  FROM oversight_covercount c
  JOIN funding_fund f ON f.id = c.fund_id
  JOIN funding_payer p ON p.id = f.payer_id
  LEFT JOIN funding_donation d ON d.fund_id = f.id
 WHERE c.month BETWEEN %(january)s AND %(december)s
 GROUP BY 1, 2, 3, 4
"""

_DISTRICTS = """
SELECT left(region_code, 8), max(decreed), sum(decreed)::int, sum(active)::int, sum(paid)::bigint FROM (
    SELECT CASE WHEN length(region_code) < 8 THEN left(region_code, 5) || '.00' ELSE left(region_code, 8) END
           AS region_code, month, sum(decreed)::int AS decreed, sum(active) AS active, sum(paid) AS paid
      FROM oversight_covercount WHERE month BETWEEN %(january)s AND %(december)s GROUP BY 1, 2
) months GROUP BY 1 HAVING sum(decreed) > 0
"""


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
        "disembunyikan",
        _("1 bila angkanya tidak ditampilkan: 1 sampai 4 orang, atau dapat membuka angka seperti itu."),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One payer: what it does in all, and in each regency (None where withheld)."""

    who: Who
    total: Counts
    places: dict[str, Counts | None]


@dataclass(slots=True)
class Ledger:
    """One year of the public ledger. `regencies` is code -> name in order; `sums` the totals of the regencies.

    `districts` are all payers together in each district of a regency ('' for those too small to stand alone).
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
    """This year's ledger up to the counts kept last; None before the first count. Three statements."""
    state = Refreshed.objects.first()
    if state is None:
        return None
    month: Month = state.month  # type: ignore[assignment]
    january = Month.of(month.year, 1)
    with connection.cursor() as cursor:
        year = {"january": january.number, "december": (january + 11).number}
        cursor.execute(_ROWS, year)
        rows = cursor.fetchall()
        cursor.execute(_DISTRICTS, year)
        districts = {code: Counts(*map(int, counts)) for code, *counts in cursor.fetchall()}
    names = region_names()
    regencies = {code: name for code, name in sorted(names.items()) if len(code) == 5}
    regencies |= {row[2]: names.get(row[2], row[2]) for row in rows if row[2] not in regencies}
    made = fill(Ledger(month.year, month, state.as_of, regencies), cells_of(rows))
    made.districts = districts_of(made, districts)
    return made


def districts_of(made: Ledger, found: Mapping[str, Counts]) -> dict[str, dict[str, Counts]]:
    """The districts of each regency that the ledger shows; small ones, and what would tell them, as one.

    Nothing is said of a regency whose districts would all be one.
    """
    shown = {}
    for regency in made.regencies if made.lines else ():
        lines = {code: counts for code, counts in sorted(found.items()) if regency and code[:5] == regency}
        merged = fold(lines)
        kept = {code: counts for code, counts in lines.items() if code not in merged}
        if kept and merged:
            kept[""] = total(lines[code] for code in merged)
        if kept:
            shown[regency] = kept
    return shown


def cells_of(rows: list[tuple[Any, ...]]) -> dict[Who, dict[str, Counts]]:
    """The counts of each payer and regency from rows (name, kind, regency, month, decreed, active, paid)."""
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


def fill(made: Ledger, table: Mapping[Who, Mapping[str, Counts]]) -> Ledger:
    """`made` with the lines of `table` as they may be published; none while all of them are fewer than five people."""
    if total(counts for line in table.values() for counts in line.values()).small:
        return made
    small = fold({who: total(line.values()) for who, line in table.items()})
    kept = _merged(table, small)
    columns = {place: total(line.get(place, NOTHING) for line in kept.values()) for place in made.regencies}
    merged = fold(columns)
    if merged:
        kept = {who: _without(line, merged) for who, line in kept.items()}
        made.regencies = {code: name for code, name in made.regencies.items() if code not in merged}
        made.regencies[""] = str(_("Kabupaten/kota lain"))
    hidden, alone = withheld(kept)
    while alone is not None and len(kept) > 1:
        smallest = min(
            (who for who in kept if who != alone), key=lambda who: total(kept[who].values()).people
        )
        small += [who for who in (alone, smallest) if who.kind != REST]
        kept = _merged(kept, [alone, smallest])
        hidden, alone = withheld(kept)
    made.folded = sorted(who.name for who in small if who.name)
    made.sums = {place: total(line.get(place, NOTHING) for line in kept.values()) for place in made.regencies}
    for who, line in kept.items():
        places = {
            place: None if (who, place) in hidden else line.get(place, NOTHING) for place in made.regencies
        }
        made.lines.append(Line(who, total(line.values()), places))
    made.lines.sort(key=lambda line: (line.who.kind == REST, -line.total.months, line.who))
    return made


def _merged(table: Mapping[Who, Mapping[str, Counts]], these: list[Who]) -> dict[Who, dict[str, Counts]]:
    """`table` with the lines of `these` added to that of the other payers."""
    kept = {who: dict(line) for who, line in table.items() if who not in these}
    if these:
        rest = kept.setdefault(Who(REST, ""), {})
        for who in these:
            for place, counts in table[who].items():
                rest[place] = rest.get(place, NOTHING) + counts
    return kept


def _without(line: Mapping[str, Counts], merged: list[str]) -> dict[str, Counts]:
    others = total(line.get(place, NOTHING) for place in merged)
    kept = {place: counts for place, counts in line.items() if place not in merged}
    return {**kept, "": others} if others != NOTHING else kept


def kind_label(who: Who) -> str:
    """The kind of a payer in the language of the page."""
    if who.kind == REST:
        return str(_("Pembayar lain"))
    return str(_("Donatur")) if who.kind == UNNAMED else str(_(Payer.Kind(who.kind).label))


def name_of(who: Who) -> str:
    """The payer as the ledger names it, in the language of the page."""
    return who.name or kind_label(who)


def records(made: Ledger) -> list[dict[str, Any]]:
    """The ledger as data: one record per payer and regency, and one per payer in all (see COLUMNS)."""
    everywhere = str(_("Seluruh provinsi"))
    found = []
    for line in made.lines:
        for code, counts in [("", line.total), *line.places.items()]:
            if counts == NOTHING:
                continue
            place = everywhere if counts is line.total else made.regencies[code]
            values = (None,) * 4 if counts is None else _values(counts)
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
                            int(counts is None),
                        ),
                        strict=True,
                    )
                )
            )
    names, everybody = [column.name for column in COLUMNS], str(_("Semua pembayar"))
    for regency, districts in made.districts.items():
        for code, counts in districts.items():
            where = (code or f"{regency}.*", district_name(code))
            found.append(
                dict(zip(names, (made.year, "", everybody, *where, *_values(counts), 0), strict=True))
            )
    return found


def district_name(code: str) -> str:
    """A district as the ledger names it; '' stands for those too small to stand alone."""
    return region_names().get(code) or str(_("Kecamatan belum diketahui") if code else _("Kecamatan lain"))


def _values(counts: Counts) -> tuple[int, ...]:
    return counts.people, counts.months, counts.paid_months, counts.rupiah
