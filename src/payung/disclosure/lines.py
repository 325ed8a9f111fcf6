"""Money beside counts: which of the lines of one total must not name theirs, so that no few people's is told.

What so few people's contributions come to says how many they are and what each earns, however their number is rounded.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from payung.disclosure.rounding import LEAST, is_small

Key = TypeVar("Key", bound=Hashable)


def withheld(lines: Mapping[Key, Sequence[int]]) -> set[Key]:
    """Return the lines of one total whose money is withheld; `lines` are the counts of people behind each.

    A line with a small count is; then the smallest others, until no one line is withheld alone and those withheld
    together are of no small count: what the total leaves for them must not be few people's.
    """
    found = {key for key, counts in lines.items() if any(map(is_small, counts))}
    rest = sorted(
        (key for key, counts in lines.items() if key not in found and any(counts)),
        key=lambda key: (sum(lines[key]), str(key)),
    )
    while found and rest and (len(found) < 2 or _few(lines[key] for key in found)):
        found.add(rest.pop(0))
    return found


def _few(counts: Iterable[Sequence[int]]) -> bool:
    return any(0 < sum(column) < LEAST for column in zip(*counts, strict=True))


def fold(lines: Mapping[Key, int]) -> list[Key]:
    """Return the lines to merge into one, such that neither any line left nor the merged one stands for few people."""
    merged = [key for key, people in lines.items() if is_small(people)]
    others = sorted((key for key in lines if key not in merged), key=lambda key: lines[key])
    while merged and others and is_small(sum(lines[key] for key in merged)):
        merged.append(others.pop(0))
    return merged
