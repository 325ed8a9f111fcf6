"""Figures by which a resolution is measured: by month where the month is kept, else as they stand today."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.access.actor import everyone_visible
from payung.disclosure.rounding import LEAST, is_small, widest
from payung.oversight.release import cell_name, rupiah
from payung.oversight.rounding import rounding
from payung.oversight.sheet import WIDTHS
from payung.values import Month, format_rupiah

#: Value of an indicator in a month and region; None where it is not known.
Read = Callable[[Month, str], int | None]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that a resolution may aim at.

    `unit` is people, rupiah or thousandths (of a whole). `rises`: the target is reached from below. `by_month`:
    past months can be read; otherwise only today. `by_region`: it can be limited to a region.
    """

    id: str
    label: str | Promise
    meaning: str | Promise
    unit: str
    read: Read
    rises: bool = True
    by_month: bool = True
    by_region: bool = True


def _told(measure: str, read: Read) -> Read:
    """People below the province as every page rounds them; those of the province as they are."""

    def told(month: Month, region: str) -> int | None:
        people = read(month, region)
        if people is None or len(region) <= WIDTHS["province"]:
            return people
        around = [region[:width] for width in (8, 5, 2) if width < len(region)]
        wider = ((cell_name(code, {}, measure), read(month, code) or 0) for code in around)
        return rounding().of(widest(cell_name(region, {}, measure), people, wider), people)

    return told


def _told_rupiah(measure: str, read: Read) -> Read:
    def told(month: Month, region: str) -> int | None:
        amount = read(month, region)
        if amount is None or len(region) <= WIDTHS["province"]:
            return amount
        return rupiah(f"{region}|{month}|{measure}", amount, rounding())

    return told


def _coverage(month: Month, region: str) -> int | None:
    """Thousandths covered of those who are covered or could be, of the counts as they are told."""
    covered, gap = (read(month, region) or 0 for read in (_COVERED, _GAP))
    return round(1000 * covered / (covered + gap)) if covered + gap else None


def _number(sql: str, values: Sequence[str | int | date]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        value = cursor.fetchall()[0][0]
    return None if value is None else int(value)


def _covers(column: str) -> Read:
    def read(month: Month, region: str) -> int | None:
        return _number(
            f"""SELECT coalesce(sum({column}), 0) FROM oversight_covercount
                 WHERE month = %s AND payung_contains(%s, region_code)""",
            [month.number, region],
        )

    return read


def _settled(column: str) -> Read:
    """People of a month whose bills are settled: of the month before while nothing of this one is paid."""
    by_month = _covers(column)

    def read(month: Month, region: str) -> int | None:
        return by_month(month, region) or by_month(month - 1, region)

    return read


def _year_to_date(column: str) -> Read:
    def read(month: Month, region: str) -> int | None:
        return _number(
            f"""SELECT coalesce(sum({column}), 0) FROM oversight_covercount
                WHERE month BETWEEN %s AND %s AND payung_contains(%s, region_code)""",
            [Month.of(month.year, 1).number, month.number, region],
        )

    return read


def _person_months(month: Month, region: str) -> int | None:
    return _number(
        """SELECT coalesce(sum(decreed), 0) FROM oversight_covercount
           WHERE month BETWEEN %s AND %s AND payung_contains(%s, region_code)""",
        [Month.of(month.year, 1).number, Month.of(month.year, 12).number, region],
    )


def _budgeted(month: Month, region: str) -> int | None:
    return _number(
        """SELECT coalesce(sum(CASE WHEN debit = 'world' THEN amount ELSE -amount END), 0) FROM funding_entry
           WHERE (debit = 'world' OR credit = 'world') AND effective_on <= %s""",
        [month.last_day],
    )


def _people(expression: str) -> Read:
    def read(month: Month, region: str) -> int | None:
        return _number(
            f"SELECT {expression} FROM oversight_peoplecount WHERE payung_contains(%s, region_code)",
            [region],
        )

    return read


_COVERED = _told("decreed", _people("coalesce(sum(covered), 0)"))
_GAP = _told("gap", _people("coalesce(sum(gap), 0)"))


def _unclaimed(month: Month, region: str) -> int | None:
    """Deaths under cover of which no claim has gone to the branch."""
    with transaction.atomic(), everyone_visible():
        return _number(
            """SELECT count(*) FROM claims_death d
               WHERE d.standing IN ('full', 'partial') AND payung_contains(%s, d.region_code) AND NOT EXISTS (
                   SELECT FROM claims_case c WHERE c.person_id = d.person_id AND c.kind = 'jkm'
                      AND c.state NOT IN ('reported', 'checked', 'gathering'))""",
            [region],
        )


INDICATORS = (
    Indicator(
        "active",
        _("Orang aktif"),
        _("Terdaftar dan iuran bulan itu lunas; bulan sebelumnya selama bulan berjalan belum dibayar."),
        "people",
        _told("active", _settled("active")),
    ),
    Indicator(
        "registered",
        _("Orang terdaftar"),
        _("Ditetapkan SK dan diterima cabang BPJS Ketenagakerjaan pada bulan itu."),
        "people",
        _told("registered", _covers("registered")),
    ),
    Indicator(
        "decreed",
        _("Orang ditetapkan SK"),
        _("Orang yang iurannya dijamin SK untuk bulan itu."),
        "people",
        _told("decreed", _covers("decreed")),
    ),
    Indicator(
        "gap",
        _("Layak, belum terlindungi"),
        _("Orang layak tanpa perlindungan bulan berjalan; sasarannya paling banyak sekian."),
        "people",
        _GAP,
        rises=False,
        by_month=False,
    ),
    Indicator(
        "coverage",
        _("Cakupan dari yang layak"),
        _("Terlindungi SK dibagi terlindungi SK dan layak yang belum."),
        "thousandths",
        _coverage,
        by_month=False,
    ),
    Indicator(
        "person_months",
        _("Bulan-orang yang ditetapkan tahun ini"),
        _("Jumlah bulan perlindungan semua orang dalam SK, Januari sampai Desember."),
        "people",
        _told("person_months", _person_months),
        by_month=False,
    ),
    Indicator(
        "budgeted",
        _("Rupiah dianggarkan"),
        _("Jumlah semua dana yang disetujui sampai akhir bulan itu."),
        "rupiah",
        _budgeted,
        by_region=False,
    ),
    Indicator(
        "paid",
        _("Rupiah iuran lunas tahun ini"),
        _("Iuran bulan Januari sampai bulan itu yang tagihannya lunas."),
        "rupiah",
        _told_rupiah("paid", _year_to_date("paid")),
    ),
    Indicator(
        "unclaimed",
        _("Kematian terlindungi yang belum diklaim"),
        _("Kematian di bawah perlindungan yang klaimnya belum diajukan; sasarannya paling banyak sekian."),
        "people",
        _told("unclaimed", _unclaimed),
        rises=False,
        by_month=False,
    ),
)
BY_ID = {indicator.id: indicator for indicator in INDICATORS}


def written(value: int | None, aim: Indicator | None) -> str:
    """Write a value in its unit and the language at hand; small counts withheld, a dash where not known."""
    if value is None or aim is None:
        return "–"
    if aim.unit == "rupiah":
        return format_rupiah(value)
    if aim.unit == "thousandths":
        return f"{number_format(value / 10, 1, force_grouping=True)}%"
    return f"<{LEAST}" if is_small(value) else number_format(value, 0, force_grouping=True)


#: A resolution that lags its straight line by more than this share of the way is late.
SLACK = 0.1


def judge(
    *,
    baseline: int | None,
    now: int | None,
    target: int,
    rises: bool,
    start: date,
    deadline: date,
    today: date,
) -> str:
    """done, on_track, behind, missed or unknown.

    On track: as far along as a straight line from the meeting's value to the target would be today, or less than
    a tenth of the way behind it. Missed: the deadline is past and the target not reached.
    """
    if now is None:
        return "unknown"
    if now >= target if rises else now <= target:
        return "done"
    if today > deadline:
        return "missed"
    if baseline is None:
        return "unknown"
    way = target - baseline
    days = max(1, (deadline - start).days)
    elapsed = min(1.0, max(0.0, (today - start) / timedelta(days=days)))
    gone = (now - baseline) / way if way else 0.0
    return "on_track" if gone >= elapsed - SLACK else "behind"
