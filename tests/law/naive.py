"""A second, deliberately naive reading of the rules, written from the legal research alone.

It shares no code and no file with `payung.law`: amounts are typed in again, months are walked one by one.
It knows the cautious reading only.
"""

from __future__ import annotations

from datetime import date

#: income from, base income, JKK, JKK + JKM, the same at half, JHT, JKK + JKM + JHT
ANNEX = [
    (0, 1_000_000, 10_000, 16_800, 8_400, 20_000, 36_800),
    (1_100_000, 1_200_000, 12_000, 18_800, 9_400, 24_000, 42_800),
    (1_300_000, 1_400_000, 14_000, 20_800, 10_400, 28_000, 48_800),
    (1_500_000, 1_600_000, 16_000, 22_800, 11_400, 32_000, 54_800),
    (1_700_000, 1_800_000, 18_000, 24_800, 12_400, 36_000, 60_800),
    (1_900_000, 2_000_000, 20_000, 26_800, 13_400, 40_000, 66_800),
    (2_100_000, 2_200_000, 22_000, 28_800, 14_400, 44_000, 72_800),
    (2_300_000, 2_400_000, 24_000, 30_800, 15_400, 48_000, 78_800),
    (2_500_000, 2_600_000, 26_000, 32_800, 16_400, 52_000, 84_800),
    (2_700_000, 2_950_000, 29_500, 36_300, 18_150, 59_000, 95_300),
    (3_200_000, 3_450_000, 34_500, 41_300, 20_650, 69_000, 110_300),
    (3_700_000, 3_950_000, 39_500, 46_300, 23_150, 79_000, 125_300),
    (4_200_000, 4_450_000, 44_500, 51_300, 25_650, 89_000, 140_300),
    (4_700_000, 4_950_000, 49_500, 56_300, 28_150, 99_000, 155_300),
    (5_200_000, 5_450_000, 54_500, 61_300, 30_650, 109_000, 170_300),
    (5_700_000, 5_950_000, 59_500, 66_300, 33_150, 119_000, 185_300),
    (6_200_000, 6_450_000, 64_500, 71_300, 35_650, 129_000, 200_300),
    (6_700_000, 6_950_000, 69_500, 76_300, 38_150, 139_000, 215_300),
    (7_200_000, 7_450_000, 74_500, 81_300, 40_650, 149_000, 230_300),
    (7_700_000, 7_950_000, 79_500, 86_300, 43_150, 159_000, 245_300),
    (8_200_000, 8_700_000, 87_000, 93_800, 46_900, 174_000, 267_800),
    (9_200_000, 9_700_000, 97_000, 103_800, 51_900, 194_000, 297_800),
    (10_200_000, 10_700_000, 107_000, 113_800, 56_900, 214_000, 327_800),
    (11_200_000, 11_700_000, 117_000, 123_800, 61_900, 234_000, 357_800),
    (12_200_000, 12_700_000, 127_000, 133_800, 66_900, 254_000, 387_800),
    (13_200_000, 13_700_000, 137_000, 143_800, 71_900, 274_000, 417_800),
    (14_200_000, 14_700_000, 147_000, 153_800, 76_900, 294_000, 447_800),
    (15_200_000, 15_700_000, 157_000, 163_800, 81_900, 314_000, 477_800),
    (16_200_000, 16_700_000, 167_000, 173_800, 86_900, 334_000, 507_800),
    (17_200_000, 17_700_000, 177_000, 183_800, 91_900, 354_000, 537_800),
    (18_200_000, 18_700_000, 187_000, 193_800, 96_900, 374_000, 567_800),
    (19_200_000, 19_700_000, 197_000, 203_800, 101_900, 394_000, 597_800),
    (20_200_000, 20_700_000, 207_000, 213_800, 106_900, 414_000, 627_800),
]


def base(income):
    chosen = ANNEX[0]
    for row in ANNEX:
        if income is not None and income >= row[0]:
            chosen = row
    return chosen[1]


def price(income, payer, sector, year, month, jht, registered=None):
    """(jkk, jkm, jht) of one month; `registered` is (year, month)."""
    wage = base(income)
    jkk, jkm = wage // 100, 6_800
    at = (year, month)
    if (2020, 8) <= at <= (2021, 1):
        new = registered is not None and registered > (2020, 7) and at in (registered, after(registered))
        if not new:
            jkk, jkm = jkk // 100, 68
    window = (2026, 1) <= at <= (2027, 3) if sector == "transport" else (2026, 4) <= at <= (2026, 12)
    if window and payer == "self":
        jkk, jkm = jkk // 2, jkm // 2
    return jkk, jkm, wage * 2 // 100 if jht else 0


def after(at):
    return (at[0] + 1, 1) if at[1] == 12 else (at[0], at[1] + 1)


def before(at):
    return (at[0] - 1, 12) if at[1] == 1 else (at[0], at[1] - 1)


def later(day, months):
    """The same day `months` months later, or the last day of that month."""
    at = (day.year, day.month)
    for _ in range(months):
        at = after(at)
    number = day.day
    while True:
        try:
            return date(at[0], at[1], number)
        except ValueError:
            number -= 1


def cover(paid, on, started=None):
    """(covered, 'none' | 'partial' | 'full', scholarship) of the paid months `paid`, a set of (year, month).

    Cautious: the third unpaid month is not covered; any unpaid month starts the waits anew; both three months
    and ninety days must have passed, the days counted on the calendar from the start of the unbroken months. The
    wait is of 24 February 2025, and binds earlier members too.
    """
    if started is not None and on < started:
        return False, "none", False
    here = (on.year, on.month)
    back, unpaid = here, 0
    while back not in paid:
        unpaid += 1
        if unpaid == 3:
            return False, "none", False
        back = before(back)
    run = 0
    while back in paid:
        run += 1
        first = back
        back = before(back)
    start = date(first[0], first[1], 1)
    if started is not None and first == min(paid) and started > start:
        start = started
    full = True
    if on >= date(2025, 2, 24):
        days, day = 0, start.toordinal()
        while day < on.toordinal():
            days, day = days + 1, day + 1
        full = run >= 3 and on >= later(start, 3) and days >= 90
    needed = 36 if on >= date(2019, 12, 2) else 60
    return True, "full" if full else "partial", full and run >= needed and on >= later(start, needed)


LADDER = [
    ("tk", 1_500_000, 2),
    ("sd", 1_500_000, 6),
    ("smp", 2_000_000, 3),
    ("sma", 3_000_000, 3),
    ("pt", 12_000_000, 5),
]


def child(level, left, age=None):
    """All that a child still gets; with `age` at the event, no year that begins at 23 or later."""
    total, found = 0, False
    for name, yearly, years in LADDER:
        count = years
        if name == level:
            found, count = True, left
        if not found:
            continue
        for _ in range(count):
            if age is not None and age >= 23:
                return total
            total += yearly
            age = age + 1 if age is not None else None
    return total


def children_sum(children, on):
    if on < date(2019, 12, 2):
        return 12_000_000 if children else 0
    return sum(sorted((child(*one) for one in children), reverse=True)[:2])


def jkm(paid, died, children=(), started=None):
    covered, level, scholarship = cover(paid, died, started)
    new = died >= date(2019, 12, 2)
    lump, periodic, funeral = (
        (20_000_000, 12_000_000, 10_000_000) if new else (16_200_000, 4_800_000, 3_000_000)
    )
    if not covered:
        return 0
    total = funeral
    if level == "full":
        total += lump + periodic
    if scholarship:
        total += children_sum(children, died)
    return total


def jkk(on, income, outcome, months=0, transport=None, children=(), table_percent=0):
    """The total of an accident of a covered member."""
    wage = base(income)
    new = on >= date(2019, 12, 2)
    limits = (
        {"land": 5_000_000, "sea": 2_000_000, "air": 10_000_000}
        if new
        else {"land": 1_000_000, "sea": 1_500_000, "air": 2_500_000}
    )
    total = 0
    for mode, cost in (transport or {}).items():
        total += min(cost, limits[mode])
    for month in range(1, months + 1):
        if month <= 6:
            total += wage
        elif month <= 12:
            total += wage if new else wage * 75 // 100
        else:
            total += wage // 2
    if outcome == "death":
        total += max(48 * wage, 20_000_000 if new else 16_200_000)
        total += (12_000_000 + 10_000_000) if new else (4_800_000 + 3_000_000)
    if outcome == "total":
        total += 56 * wage + (12_000_000 if new else 4_800_000)
    if outcome == "partial":
        total += round(table_percent * 80 * wage / 100)
    if outcome in ("death", "total"):
        total += children_sum(children, on)
    return total


#: Dentures and the hearing aid from memory, the glasses from one source.
AIDS = {"dentures": 5_000_000, "hearing_aid": 2_500_000, "glasses": 1_000_000}


def costs(care, limb, home, aids):
    """Care without ceiling, a limb at its price and 40%, homecare and aids up to their limits (since December 2019)."""
    total = care + limb * 140 / 100 + min(home, 20_000_000)
    for kind, cost in aids.items():
        total += min(cost, AIDS[kind])
    return total


def days_off(income, months, days):
    """A thirtieth of the wage a day, at half from the thirteenth month on."""
    a_day = base(income) / 30
    return days * (a_day if months < 12 else a_day / 2)
