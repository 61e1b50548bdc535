"""The exact test of what sums over groups tell of few people, which the auditor is held against."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Mapping, Sequence


def isolated(
    groups: Sequence[Collection[Hashable]], weights: Mapping[Hashable, int], least: int
) -> set[Hashable]:
    """Return columns of fewer than `least` people whom the groups' sums tell of alone, if any.

    The exact test, for small cases: a combination of the sums that is about some columns alone
    exists just if the matrix of memberships loses rank without them. Combinations are constant
    on classes, hence unions of classes are tried. To compare groups two by two is not enough:
    of P (6 people), Q (6) and P, Q, R together (13), three are needed to tell of R.
    """
    classes: dict[tuple[bool, ...], set[Hashable]] = defaultdict(set)
    for column in {column for group in groups for column in group if weights[column]}:
        classes[tuple(column in group for group in groups)].add(column)
    sizes = {each: sum(weights[column] for column in classes[each]) for each in classes}
    full = rank(list(classes))
    small = [each for each in classes if sizes[each] < least]
    for count in range(1, least):
        for chosen in combinations(small, count):
            if sum(sizes[each] for each in chosen) < least and full > rank(
                [each for each in classes if each not in chosen]
            ):
                return {column for each in chosen for column in classes[each]}
    return set()


def rank(vectors: Sequence[Sequence[int]]) -> int:
    """Return the rank of vectors of equal length, by elimination in exact fractions."""
    rows = [[Fraction(int(entry)) for entry in vector] for vector in vectors]
    found = 0
    for place in range(len(rows[0]) if rows else 0):
        at = next((at for at in range(found, len(rows)) if rows[at][place]), None)
        if at is None:
            continue
        pivot = rows[at]
        rows[at], rows[found] = rows[found], pivot
        found += 1
        for row in rows[found:]:
            factor = row[place] / pivot[place]
            row[:] = [x - factor * y for x, y in zip(row, pivot, strict=True)]
    return found
