"""The instance: people and funds as arrays, sorted by id so that the order of rows can never matter.

A *signature* is the set of funds a person may be paid from (and the sector, where the price of a month
depends on it). Two people with one signature are alike to every fund.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payung.allocation.funds import Fund, Problem, read_funds
from payung.allocation.terms import FundTerms
from payung.identity.regions import contains
from payung.values import Month

#: priorities are held as whole ten-thousandths, so that goals are sums of integers
PRIORITY_SCALE = 10_000

#: how many people with one fault are named
_NAMED = 20

#: people in a month where a fund sets no limit
NO_LIMIT = 1 << 40

#: why a person takes no part in the choice at all
ON_HOLD, BAD_ROW, ALREADY_COVERED, NOT_ELIGIBLE, TOO_SHORT, NO_FUND, FUNDS_TOO_SHORT = (
    "on_hold",
    "bad_row",
    "already_covered",
    "not_eligible",
    "too_few_months_left",
    "no_fund",
    "funds_too_short",
)


@dataclass(slots=True)
class Instance:
    """Everything the solvers need. Months are indices 0..months-1 from `start`; money is whole rupiah."""

    start: Month
    months: int
    keep_months: int
    seed: int
    funds: list[Fund]
    ids: NDArray[Any]  # person ids, ascending
    regions: NDArray[Any]
    trades: NDArray[Any]
    due: NDArray[np.int64]  # rupiah a month at the full price
    priority: NDArray[np.int64]  # 0..PRIORITY_SCALE
    first: NDArray[np.int64]  # first month that needs a payer
    last: NDArray[np.int64]  # last month the person may be covered, inside the horizon
    covered: NDArray[np.bool_]  # protected until the month before `first`
    ever: NDArray[np.bool_]  # protected at any time before
    sexes: NDArray[Any]  # as the terms of funds write them, '' where not known
    ages: NDArray[np.int64]  # whole years, -1 where not known
    current: NDArray[np.int64]  # index of the fund that pays now, -1 if none of these
    sector: NDArray[np.int64]
    lottery: NDArray[np.uint64]
    signature: NDArray[np.int64]  # -1: takes no part
    signature_funds: list[NDArray[np.int64]]  # fund indices by signature, ascending
    signature_sector: NDArray[np.int64]
    reasons: NDArray[Any]  # reason code of those who take no part, '' otherwise
    cash: NDArray[np.int64]  # fund x month: cumulative, what is already committed taken off
    open: NDArray[np.bool_]  # fund x month
    percent: NDArray[np.int64]  # fund x sector x month: price of a month in percent of `due`
    committed: NDArray[np.int64]  # fund x month: people already fixed on the fund
    fixed: pl.DataFrame  # the fixed assignments, as given
    problems: list[Problem]
    floors: dict[str, float]

    @property
    def people(self) -> int:
        return len(self.ids)

    @property
    def package(self) -> NDArray[np.int64]:
        return np.array([fund.package for fund in self.funds], dtype=np.int64)

    @property
    def min_people(self) -> NDArray[np.int64]:
        return np.array([fund.min_people for fund in self.funds], dtype=np.int64)

    def places(self) -> NDArray[np.int64]:
        """Fund x month: people whom the fund may still pay for; a large number where it counts no heads."""
        most = np.array([fund.max_people or NO_LIMIT for fund in self.funds], dtype=np.int64)
        return np.asarray(np.maximum(most[:, None] - self.committed, 0))

    def price(self, person: Any, fund: Any, month: Any) -> Any:
        """Rupiah that `fund` pays for `person` in `month` (integers or arrays), rounded half up."""
        return (self.due[person] * self.percent[fund, self.sector[person], month] + 50) // 100


class Holders:
    """Who may be paid by which fund: the signatures that hold a fund, and their people."""

    def __init__(self, instance: Instance) -> None:
        self.signatures: list[list[int]] = [[] for _ in instance.funds]
        for s, members in enumerate(instance.signature_funds):
            for f in members.tolist():
                self.signatures[f].append(s)
        self._order = np.argsort(instance.signature, kind="stable")
        count = np.arange(len(instance.signature_funds) + 1)
        self._at = np.searchsorted(instance.signature[self._order], count)

    def people(self, fund: int) -> NDArray[np.int64]:
        """Those whom the fund may pay, ascending."""
        found = [self._order[self._at[s] : self._at[s + 1]] for s in self.signatures[fund]]
        return np.sort(np.concatenate(found)) if found else self._order[:0]


def lottery_numbers(ids: Sequence[str], seed: int) -> NDArray[np.uint64]:
    """Return the published draw: 64 bits of BLAKE2b keyed by the seed over the person's id. Lower goes first."""
    key = str(seed).encode()
    draws = b"".join(hashlib.blake2b(str(i).encode(), digest_size=8, key=key).digest() for i in ids)
    return np.frombuffer(draws, dtype=">u8").astype(np.uint64)


def region_groups(instance: Instance) -> NDArray[np.int64]:
    """For regional floors: which floor a person counts towards (-1: none; the longest prefix wins)."""
    group = np.full(instance.people, -1, dtype=np.int64)
    names = sorted(instance.floors, key=len)
    if not names:
        return group
    codes, inverse = np.unique(np.array([r or "" for r in instance.regions], dtype=str), return_inverse=True)
    of_code = np.full(len(codes), -1, dtype=np.int64)
    for g, prefix in enumerate(names):
        for c, code in enumerate(codes):
            if contains(prefix, code):
                of_code[c] = g
    return of_code[inverse]


def build(
    people: pl.DataFrame,
    funds: Iterable[Mapping[str, Any]],
    start: Month,
    months: int,
    keep_months: int = 6,
    seed: int = 0,
    fixed: pl.DataFrame | None = None,
    prices: pl.DataFrame | None = None,
    floors: Mapping[str, float] | None = None,
) -> Instance:
    """Arrays from tables. Raises ValueError only for what makes the whole plan meaningless."""
    if months < 1 or keep_months < 1:
        raise ValueError("months and keep_months must be at least 1")
    read, problems = read_funds(funds, start, months)
    table = _unique(_columns(people), problems)
    sectors = sorted({str(s) for s in table["sector"].unique().to_list()})
    sector = (
        table["sector"].replace_strict(sectors, list(range(len(sectors))), return_dtype=pl.Int64).to_numpy()
    )
    percent = _percent(read, sectors, start, months, prices)
    fund_index = {fund.id: j for j, fund in enumerate(read)}
    current = np.array([fund_index.get(name, -1) for name in table["current_fund"].to_list()], dtype=np.int64)
    until = (table["covered_until"].fill_null(-1).to_numpy() - start.number).astype(np.int64)
    due = table["monthly_due"].fill_null(0).to_numpy().astype(np.int64)
    fixed_table = _fixed(fixed)
    fixed_terms = _fixed_terms(fixed_table, table, fund_index, start.number, problems)
    committed, spent = _spend_fixed(fixed_terms, due, percent, sector)
    for i, j, _, end in fixed_terms:
        if end >= until[i]:
            until[i], current[i] = end, j
    opened = np.array([fund.open for fund in read], dtype=np.bool_).reshape(len(read), months)
    cash = _left(read, opened, spent, problems)
    first, last, reasons = _need(table, until, due, start.number, months, keep_months)
    # the first month of a lapsed person is the first of the plan; only the never covered count as new
    ever = table["covered_until"].is_not_null().to_numpy()
    signature, sets, set_sector = _signatures(table, read, ever, sector, percent)
    instance = Instance(
        start=start,
        months=months,
        keep_months=keep_months,
        seed=seed,
        funds=read,
        ids=np.array(table["id"].to_list(), dtype=object),
        regions=np.array(table["region"].to_list(), dtype=object),
        trades=np.array(table["trade"].to_list(), dtype=object),
        due=due,
        priority=np.rint(table["priority"].fill_null(0.0).clip(0, 1).to_numpy() * PRIORITY_SCALE).astype(
            np.int64
        ),
        first=first,
        last=last,
        covered=until >= -1,
        ever=ever,
        sexes=np.array(table["sex"].to_list(), dtype=object),
        ages=table["age"].fill_null(-1).to_numpy().astype(np.int64),
        current=current,
        sector=sector.astype(np.int64),
        lottery=lottery_numbers(table["id"].to_list(), seed),
        signature=signature,
        signature_funds=sets,
        signature_sector=set_sector,
        reasons=reasons,
        cash=cash,
        open=opened & (cash > 0),
        percent=percent,
        committed=committed,
        fixed=fixed_table,
        problems=problems,
        floors=dict(floors or {}),
    )
    _name_idle_funds(instance)
    _leave_out(instance)
    return instance


def _spend_fixed(
    terms: list[tuple[int, int, int, int]],
    due: NDArray[np.int64],
    percent: NDArray[np.int64],
    sector: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, by fund and month, the people that decreed terms pay for and the rupiah that they spend."""
    funds, months = percent.shape[0], percent.shape[2]
    committed = np.zeros((funds, months), dtype=np.int64)
    spent = np.zeros((funds, months), dtype=np.int64)
    for i, j, begin, end in terms:
        lo, hi = max(begin, 0), min(end, months - 1)
        if lo <= hi:
            spent[j, lo : hi + 1] += (due[i] * percent[j, sector[i], lo : hi + 1] + 50) // 100
            committed[j, lo : hi + 1] += 1
    return committed, spent


def _unique(table: pl.DataFrame, problems: list[Problem]) -> pl.DataFrame:
    """One row per person, by id; names those listed more than once."""
    doubled = table.filter(pl.col("id").is_duplicated())["id"].unique().sort().to_list()
    for person in doubled[:_NAMED]:
        problems.append(
            Problem(
                "person_twice",
                person,
                f"pekerja {person} tertulis lebih dari sekali; baris pertama menurut isi yang dipakai",
                f"worker {person} is listed more than once; the first row by content is used",
                left_out=False,
            )
        )
    keys = ["id", *[name for name in table.columns if name != "id"]]
    return table.sort(keys, nulls_last=True).unique(subset="id", keep="first", maintain_order=True)


def _fixed_terms(
    fixed: pl.DataFrame,
    table: pl.DataFrame,
    fund_index: Mapping[str, int],
    start: int,
    problems: list[Problem],
) -> list[tuple[int, int, int, int]]:
    """Return the decreed terms (person, fund, first month, last month) as indices; report rows of unknown people."""
    person_index = {person: i for i, person in enumerate(table["id"].to_list())}
    found = []
    for person, fund, first, last in fixed.iter_rows():
        i, j = person_index.get(person), fund_index.get(fund)
        if i is None or j is None or last < first:
            problems.append(
                Problem(
                    "fixed_unknown",
                    str(person),
                    f"ketetapan {person}/{fund} tidak dikenal atau terbalik bulannya",
                    f"the fixed assignment {person}/{fund} is unknown or its months are reversed",
                )
            )
            continue
        found.append((i, j, first - start, last - start))
    return found


def _left(
    funds: list[Fund], opened: NDArray[np.bool_], spent: NDArray[np.int64], problems: list[Problem]
) -> NDArray[np.int64]:
    """Cumulative cash by fund and month that no later commitment needs; names funds that are overdrawn."""
    given = np.array([fund.cash for fund in funds], dtype=np.int64).reshape(spent.shape)
    cash: NDArray[np.int64] = given - np.cumsum(spent, axis=1)
    for j, fund in enumerate(funds):
        if (cash[j][opened[j]] < 0).any():
            problems.append(
                Problem(
                    "fixed_overdraws",
                    fund.id,
                    f"ketetapan yang ada melebihi uang {fund.id}",
                    f"what is already fixed exceeds the cash of {fund.id}",
                    left_out=False,
                )
            )
    return np.maximum(np.minimum.accumulate(cash[:, ::-1], axis=1)[:, ::-1], 0) if funds else cash


def _need(
    table: pl.DataFrame,
    until: NDArray[np.int64],
    due: NDArray[np.int64],
    start: int,
    months: int,
    keep_months: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
    """Return the first and last month that each person needs a payer for, and the reason of those who take no part."""
    reasons = np.full(table.height, "", dtype=object)
    eligible_until = table["eligible_until"].fill_null(start + months - 1).to_numpy() - start
    covered = until >= -1
    first = np.where(covered, np.maximum(until + 1, 0), 0).astype(np.int64)
    last = np.minimum(eligible_until, months - 1).astype(np.int64)
    reasons[(last < first) & (until >= last)] = ALREADY_COVERED
    reasons[(last < first) & (until < last)] = NOT_ELIGIBLE
    reasons[(last < 0)] = NOT_ELIGIBLE
    reasons[(until >= months - 1)] = ALREADY_COVERED
    reasons[(reasons == "") & ~covered & (last - first + 1 < keep_months)] = TOO_SHORT
    reasons[table["hold"].to_numpy()] = ON_HOLD
    reasons[(due <= 0) | table["region"].is_null().to_numpy()] = BAD_ROW
    return first, last, reasons


def _leave_out(instance: Instance) -> None:
    """Take out of the choice whoever has a reason, and whom no fund may pay for."""
    signature, sets = instance.signature, instance.signature_funds
    signature[instance.reasons != ""] = -1
    empty = np.array([len(s) == 0 for s in sets], dtype=np.bool_)
    nobody = (signature >= 0) & empty[np.maximum(signature, 0)] if len(sets) else signature >= 0
    instance.reasons[nobody] = NO_FUND
    signature[nobody] = -1


def _columns(people: pl.DataFrame) -> pl.DataFrame:
    missing = {"id", "region", "monthly_due"} - set(people.columns)
    if missing:
        raise ValueError(f"people lack the column(s) {', '.join(sorted(missing))}")
    defaults = {
        "trade": pl.lit("", pl.String),
        "priority": pl.lit(0.0, pl.Float64),
        "eligible_until": pl.lit(None, pl.Int32),
        "covered_until": pl.lit(None, pl.Int32),
        "current_fund": pl.lit(None, pl.String),
        "sector": pl.lit("", pl.String),
        "sex": pl.lit("", pl.String),
        "age": pl.lit(None, pl.Int32),
        "hold": pl.lit(False, pl.Boolean),
    }
    table = people.with_columns(
        [value.alias(name) for name, value in defaults.items() if name not in people.columns]
    )
    for name in ("eligible_until", "covered_until"):
        if table[name].dtype == pl.String:
            months = {text: Month.parse(text).number for text in table[name].drop_nulls().unique()}
            table = table.with_columns(
                pl.col(name).replace_strict(months, default=None, return_dtype=pl.Int32)
            )
    return table.select(
        pl.col("id").cast(pl.String),
        pl.col("region").cast(pl.String),
        pl.col("trade").cast(pl.String).fill_null(""),
        pl.col("priority").cast(pl.Float64),
        pl.col("monthly_due").cast(pl.Int64),
        pl.col("eligible_until").cast(pl.Int32),
        pl.col("covered_until").cast(pl.Int32),
        pl.col("current_fund").cast(pl.String),
        pl.col("sector").cast(pl.String).fill_null(""),
        pl.col("sex").cast(pl.String).fill_null(""),
        pl.col("age").cast(pl.Int32),
        pl.col("hold").cast(pl.Boolean).fill_null(False),
    )


def _fixed(fixed: pl.DataFrame | None) -> pl.DataFrame:
    schema = {"person": pl.String, "fund": pl.String, "first_month": pl.Int32, "last_month": pl.Int32}
    if fixed is None:
        return pl.DataFrame(schema=schema)
    return fixed.select([pl.col(name).cast(kind) for name, kind in schema.items()]).sort(list(schema))


def _percent(
    funds: list[Fund], sectors: list[str], start: Month, months: int, prices: pl.DataFrame | None
) -> NDArray[np.int64]:
    """Price of a month by fund, sector and month; rows of `prices` are kind|null, sector|null, month, percent."""
    percent = np.full((len(funds), len(sectors), months), 100, dtype=np.int64)
    if prices is None:
        return percent
    for kind, sector, month, value in prices.select("kind", "sector", "month", "percent").iter_rows():
        t = int(month) - start.number
        if not 0 <= t < months:
            continue
        for j, fund in enumerate(funds):
            for k, name in enumerate(sectors):
                if kind in (None, fund.kind) and sector in (None, name):
                    percent[j, k, t] = int(value)
    return percent


def _signatures(
    table: pl.DataFrame,
    funds: list[Fund],
    ever: NDArray[np.bool_],
    sector: NDArray[np.int64],
    percent: NDArray[np.int64],
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]], NDArray[np.int64]]:
    """Which funds may pay for whom: evaluated once per distinct value of each attribute, joined by bits."""
    if not funds or not table.height:
        return (
            np.zeros(table.height, dtype=np.int64),
            [np.zeros(0, dtype=np.int64)],
            np.zeros(1, dtype=np.int64),
        )
    bits = np.full((table.height, (len(funds) + 7) // 8), 255, dtype=np.uint8)

    distinct = sorted({fund.terms for fund in funds}, key=repr)
    column = [distinct.index(fund.terms) for fund in funds]

    def narrow(values: pl.Series, allows: Callable[[FundTerms, Any], bool]) -> None:
        kinds = values.unique().sort()
        allowed = np.array(
            [[allows(terms, value) for terms in distinct] for value in kinds.to_list()], dtype=np.bool_
        )[:, column]
        packed = np.packbits(allowed, axis=1)
        codes = values.to_frame("v").join(
            kinds.to_frame("v").with_row_index("code"),
            on="v",
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )["code"]
        bits[:] &= packed[codes.to_numpy()]

    narrow(table["region"], lambda terms, code: terms.allows_region(code))
    narrow(table["trade"], lambda terms, trade: terms.allows_trade(trade))
    narrow(pl.Series(ever), lambda terms, past: terms.allows_history(past))
    narrow(table["sex"], lambda terms, sex: terms.allows_sex(sex))
    narrow(table["age"], lambda terms, age: terms.allows_age(age))
    if any(fund.terms.named for fund in funds):
        everyone = frozenset().union(*(fund.terms.named for fund in funds))
        narrow(
            table.select(pl.when(pl.col("id").is_in(list(everyone))).then(pl.col("id")))["id"],
            lambda terms, person: terms.allows_name(person),
        )
    by_sector = bool((percent != percent[:, :1, :]).any())
    tail = sector.astype(np.uint8)[:, None] if by_sector else np.zeros((table.height, 1), dtype=np.uint8)
    rows = np.ascontiguousarray(np.hstack([bits, tail]))
    keys = rows.view(np.dtype((np.void, rows.shape[1]))).ravel()
    _, index, inverse = np.unique(keys, return_index=True, return_inverse=True)
    masks = np.unpackbits(bits[index], axis=1)[:, : len(funds)]
    sets = [np.flatnonzero(mask).astype(np.int64) for mask in masks]
    return inverse.astype(np.int64).ravel(), sets, tail[index, 0].astype(np.int64)


def _name_idle_funds(instance: Instance) -> None:
    """Names funds that nobody can use, and head counts that cannot be met however the money is spent."""
    counts = np.bincount(instance.signature, minlength=len(instance.signature_funds))
    able = np.zeros(len(instance.funds), dtype=np.int64)
    takes_part = np.bincount(instance.signature[instance.reasons == ""], minlength=len(counts))
    for members, part in zip(instance.signature_funds, takes_part, strict=True):
        able[members] += part
    for j, fund in enumerate(instance.funds):
        if able[j] == 0:
            instance.problems.append(
                Problem(
                    "finds_nobody",
                    fund.id,
                    f"{fund.id} tidak menemukan satu pun pekerja yang memenuhi syaratnya",
                    f"{fund.id} finds no worker who meets its restrictions",
                )
            )
        elif able[j] + instance.committed[j].max() < fund.min_people:
            instance.problems.append(
                Problem(
                    "head_count_impossible",
                    fund.id,
                    f"{fund.id} meminta sedikitnya {fund.min_people} orang, hanya {int(able[j])} memenuhi syarat",
                    f"{fund.id} asks for at least {fund.min_people} people, only {int(able[j])} qualify",
                )
            )
            instance.open[j] = False
        elif fund.min_people and _affordable(instance, j) < fund.min_people:
            instance.problems.append(
                Problem(
                    "head_count_unaffordable",
                    fund.id,
                    f"uang {fund.id} tidak cukup untuk {fund.min_people} orang satu bulan pun",
                    f"the cash of {fund.id} does not pay {fund.min_people} people for even one month",
                )
            )
            instance.open[j] = False


def _affordable(instance: Instance, fund: int) -> int:
    months = max(1, int(instance.package[fund]))
    cheapest = int(instance.due[instance.due > 0].min()) * int(instance.percent[fund].min()) // 100
    return int(instance.committed[fund].max() + instance.cash[fund].max() // max(1, cheapest * months))
