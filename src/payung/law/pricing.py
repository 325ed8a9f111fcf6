"""What a month of protection costs: JKK, JKM and the optional JHT of a non-wage member.

The formula is here once. `contribution` asks it for one worker; `tables.contribution_table` asks it for
every distinct case of a table and joins the answers back, so that the two can never differ.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from payung.law.errors import LawError
from payung.law.readings import other_readings
from payung.law.steps import OtherReading, Step, Text, from_to, sum_step
from payung.law.store import Law, law_or_default
from payung.values import Month

#: Who pays: province or regency budget, state budget, village budget, palm-oil revenue share, company
#: social responsibility, donor, the worker.
PAYERS = ("apbd", "apbn", "apbdes", "dbh", "csr", "donor", "self")
SECTORS = ("transport", "other")


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution in whole rupiah, with its reasons.

    `base` is the base income of the band (rupiah a month). `months` holds the single months where several
    were asked at once, and is otherwise empty. `readings` says what another reading of the law would charge.
    """

    jkk: int
    jkm: int
    jht: int
    total: int
    month: Month
    base: int
    because: Step
    months: tuple[Contribution, ...] = ()
    readings: tuple[OtherReading, ...] = ()

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        months = self.months or (self,)
        return {
            "jkk": self.jkk,
            "jkm": self.jkm,
            "jht": self.jht,
            "total": self.total,
            "base": self.base,
            "months": [
                {"month": str(m.month), "jkk": m.jkk, "jkm": m.jkm, "jht": m.jht, "total": m.total}
                for m in months
            ],
            "readings": [reading.as_data(lang) for reading in self.readings],
            "because": [self.because.as_data(lang)],
        }


def contribution(
    income: int | None,
    payer: str,
    sector: str,
    month: Month,
    jht: bool = False,
    *,
    months: int = 1,
    registered: Month | None = None,
    law: Law | None = None,
) -> Contribution:
    """Return the contribution for `months` months from `month`, in whole rupiah.

    `income` is the declared income in rupiah a month; None means not declared and takes the lowest band.
    `payer` is one of PAYERS, `sector` one of SECTORS. `registered` is the month of registration, which only
    the relief of 2020 looks at. Each month is charged by its own law ("periode iuran"), also when several are
    paid in advance. Sources: PP 44/2015 Lampiran II, PP 49/2020, PP 50/2025, PP 46/2015 (JHT).
    Raises LawError for an unknown payer or sector, a negative income, a month before registration or before the
    law begins.
    """
    law = law_or_default(law)
    if payer not in PAYERS:
        raise LawError(f"payer {payer!r} is not known; use one of {', '.join(PAYERS)}")
    if sector not in SECTORS:
        raise LawError(f"sector {sector!r} is not known; use one of {', '.join(SECTORS)}")
    if income is not None and income < 0:
        raise LawError(f"income {income} is below zero; give rupiah a month, or leave it out")
    if registered is not None and registered > month:
        raise LawError(f"registered {registered} lies after the month {month}; nothing is charged before it")
    if months < 1:
        raise LawError(f"months {months} is not allowed; ask for one month or more")

    def ask(law: Law) -> Contribution:
        each = []
        for one in (month + n for n in range(months)):
            since = months_since(law, registered, one) if registered is not None else None
            each.append(price(law, income, payer, sector, one, jht, since))
        return each[0] if months == 1 else _several(each)

    answers: list[Contribution] = []

    def amounts(other: Law) -> dict[str, int]:
        answers.append(ask(other))
        return {name: getattr(answers[-1], name) for name in ("jkk", "jkm", "jht", "total")}

    readings = other_readings(law, month, amounts)
    return replace(answers[0], readings=readings)


def _several(each: Sequence[Contribution]) -> Contribution:
    title = Text(f"Iuran {len(each)} bulan", f"Contribution for {len(each)} months")
    because = sum_step("contribution", title, _runs(each))
    return Contribution(
        sum(one.jkk for one in each),
        sum(one.jkm for one in each),
        sum(one.jht for one in each),
        because.value,
        each[0].month,
        each[0].base,
        because,
        tuple(each),
    )


def _runs(each: Sequence[Contribution]) -> list[Step]:
    """Return the months in order, those that cost the same for the same reasons told once."""
    runs: list[list[Contribution]] = []
    for one in each:
        if runs and _same(runs[-1][0].because, one.because):
            runs[-1].append(one)
        else:
            runs.append([one])
    return [run[0].because if len(run) == 1 else _run(run) for run in runs]


def _run(run: Sequence[Contribution]) -> Step:
    first, last, count = run[0].month, run[-1].month, len(run)
    return Step(
        "contribution",
        Text(
            f"Iuran {count} bulan, {first.in_words()} sampai {last.in_words()}",
            f"Contribution for {count} months, {first.in_words('en')} to {last.in_words('en')}",
        ),
        count * run[0].total,
        "rupiah",
        "months × monthly",
        {"months": count, "monthly": run[0].total},
        steps=(run[0].because,),
    )


def _same(one: Step, other: Step) -> bool:
    """Return whether two months' steps stand on the same amounts and the same values of the law."""
    return one.value == other.value and list(one.sources()) == list(other.sources())


def band_index(starts: list[int], income: int | None) -> int:
    """Return the row (0 is the first) whose lower bound is the highest not above `income`; None takes row 0."""
    return 0 if income is None else bisect_right(starts, income) - 1


def base_income(law: Law, income: int | None, on: date | Month) -> tuple[int, Step]:
    """Return the base income of the band of `income` (rupiah a month) in force on `on`, with its step."""
    bands = law.value("contribution.bands", on)
    row = band_index([band["from"] for band in bands], income)
    base: int = bands[row]["base"]
    upto = bands[row + 1]["from"] - 1 if row + 1 < len(bands) else None
    note = None
    if income is None:
        note = Text(
            "penghasilan tidak dinyatakan: dipakai baris terendah", "income not declared: lowest row used"
        )
    step = Step(
        "base",
        Text(f"Dasar upah, baris {row + 1}", f"Base income, row {row + 1}"),
        base,
        "rupiah",
        "base income of the band that holds the income",
        {"income": income, "row": row + 1},
        (
            law.cite(
                "contribution.bands",
                on,
                {"from": bands[row]["from"], "to": upto, "base": base},
                from_to(bands[row]["from"], upto, base),
            ),
        ),
        note=note,
    )
    return base, step


def part(amount: int, *percents: float) -> int:
    """`amount` times each per cent, to the whole rupiah (halves up; the amounts in force need no rounding)."""
    share = Fraction(amount)
    for percent in percents:
        share *= Fraction(str(percent)) / 100
    return int(share + Fraction(1, 2))


def price(
    law: Law,
    income: int | None,
    payer: str,
    sector: str,
    month: Month,
    jht: bool = False,
    since: int | None = None,
) -> Contribution:
    """Return the contribution for one month, its arguments already checked; `since` is that of `months_since`."""
    base, base_step = base_income(law, income, month)
    charged = _charged(law, payer, sector, month, since)
    jkk_percent = law.value("contribution.jkk_percent", month)
    jkm_full = law.value("contribution.jkm_monthly", month)
    jkk = Step(
        "jkk",
        Text("Iuran JKK", "JKK contribution"),
        part(base, jkk_percent, charged.value),
        "rupiah",
        "base × jkk_percent × charged_percent",
        {"base": base, "jkk_percent": jkk_percent, "charged_percent": charged.value},
        (law.cite("contribution.jkk_percent", month),),
        (base_step, charged),
    )
    jkm = Step(
        "jkm",
        Text("Iuran JKM", "JKM contribution"),
        part(jkm_full, charged.value),
        "rupiah",
        "jkm_monthly × charged_percent",
        {"jkm_monthly": jkm_full, "charged_percent": charged.value},
        (law.cite("contribution.jkm_monthly", month),),
    )
    parts = [jkk, jkm]
    if jht:
        percent = law.value("contribution.jht_percent", month)
        parts.append(
            Step(
                "jht",
                Text("Iuran JHT (pilihan)", "JHT contribution (optional)"),
                part(base, percent),
                "rupiah",
                "base × jht_percent",
                {"base": base, "jht_percent": percent},
                (law.cite("contribution.jht_percent", month),),
            )
        )
    title = Text(f"Iuran {month.in_words()}", f"Contribution for {month.in_words('en')}")
    because = sum_step("contribution", title, parts)
    return Contribution(
        jkk.value, jkm.value, parts[2].value if jht else 0, because.value, month, base, because
    )


def months_since(law: Law, registered: Month, month: Month) -> int | None:
    """Months from registration to `month`; None for one who was a member before the relief of that month began.

    PP 49/2020 asks two full months only of those who registered after July 2020.
    """
    relief = Month.containing(law.at("contribution.relief_full_months_for_new", month).since)
    return month.number - registered.number if registered >= relief else None


def _charged(law: Law, payer: str, sector: str, month: Month, since: int | None) -> Step:
    """Return the share of JKK and JKM that this payer is charged in this month, in per cent."""
    name = f"contribution.charged_percent.{sector}"
    percent = law.value(name, month)
    cited = [law.cite(name, month)]
    note = None
    if percent != 100:
        excluded = _full_rate_reason(law, payer, month, since, cited)
        if excluded:
            percent, note = 100, excluded
    return Step(
        "charged_percent",
        Text("Bagian yang ditagih", "Share charged"),
        percent,
        "percent",
        "100 if the payer is excluded, else the share of the sector and month",
        {"payer": payer, "sector": sector, "month": month},
        tuple(cited),
        note=note,
    )


def _full_rate_reason(law: Law, payer: str, month: Month, since: int | None, cited: list[Any]) -> Text | None:
    """Why a relief does not reach this payer, or None where it does. Adds what it read to `cited`."""
    cited.append(law.cite("contribution.relief_excluded_payers", month))
    if payer in law.value("contribution.relief_excluded_payers", month):
        return Text(
            "pembayar ini dikecualikan dari keringanan: tarif penuh",
            "this payer is excluded from the relief: full rate",
        )
    for doubtful, reading in (
        ("contribution.relief_doubtful_payers", "reading.doubtful_payers"),
        ("contribution.relief_donor_payers", "reading.donor_relief"),
    ):
        if payer in law.value(doubtful, month):
            cited += [law.cite(doubtful, month), law.cite(reading, month)]
            if law.choose(reading, month).name == "full":
                return Text(
                    "pembayar ini tidak disebut peraturan: dibaca sebagai tarif penuh",
                    "this payer is not named by the regulation: read as full rate",
                )
    new = law.value("contribution.relief_full_months_for_new", month)
    if since is not None and 0 <= since < new:
        cited.append(law.cite("contribution.relief_full_months_for_new", month))
        return Text(
            "bulan pertama pendaftar baru dibayar penuh", "a new member's first months are paid in full"
        )
    return None


def due_date(month: Month, *, law: Law | None = None) -> date:
    """Return the last day on which the contribution of `month` is paid in time (PP 44/2015; see confidence)."""
    law = law_or_default(law)
    day = law.value("contribution.due_day", month)
    last = (month + 1).last_day
    return last.replace(day=min(day, last.day))
