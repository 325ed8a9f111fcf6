"""Which six digits a NIK may begin with: the district of first registration, as codes stand today or once stood.

A prefix that never named a district shows a mistyped NIK. Old codes are known only in part, so this is generous: a
real NIK that is called mistyped could make two people one.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from payung.identity import reference

#: districts numbered beyond the last one known in a regency that are still believed: dissolved or renamed ones
_BEYOND = 5
#: provinces out of which others were formed; the old codes of those parts are not all known
_PARENTS = ("14", "16", "32", "71", "73", "81", "91", "92", "94")
#: regencies and cities of such a province, and the districts of one of them, at most
_OLD_REGENCIES = (*range(1, 31), *range(71, 80))
_MOST_DISTRICTS = 50


@cache
def prefixes() -> frozenset[str]:
    """All six-digit prefixes that are or may have been a district's code."""
    last: defaultdict[str, int] = defaultdict(int)
    for row in reference.rows("districts.csv"):
        regency, number = row["code"][:5].replace(".", ""), int(row["code"][6:])
        last[regency] = max(last[regency], number)
    for file in ("legacy_prefixes.csv", "legacy_prefixes_national.csv"):
        for row in reference.rows(file):
            old = row["legacy_prefix4"]
            last[old] = max(last[old], last[row["now_code"].replace(".", "")])
    for province in _PARENTS:
        for regency in _OLD_REGENCIES:
            last.setdefault(f"{province}{regency:02}", _MOST_DISTRICTS)
    return frozenset(
        f"{regency}{district:02}"
        for regency, known in last.items()
        for district in range(1, min(known + _BEYOND, 99) + 1)
    )
