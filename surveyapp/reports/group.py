"""What a sponsor may know of leaders as a group: never one leader's result.

Think as the sponsor, who knows all leaders and the size of their teams, and perhaps how one of
them came out: nothing here may settle where another one lies.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from surveyapp.core.errors import DomainError
from surveyapp.core.publication import (
    BAND_BORDERS,
    COARSE_STEPS,
    PublishedPosition,
    PublishedScale,
    Withheld,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from surveyapp.core.publication import Publication
    from surveyapp.core.quality import Quality
    from surveyapp.reports.results import LeaderResult, Survey

FEWEST_LEADERS: Final = 5
"""From here on leaders are shown without their names, and counted; never fewer."""
FEWEST_UNLIKE: Final = 2
"""So many places, at least, must read unlike the most frequent reading: somebody who knows one
leader's result could otherwise tell all the others'."""
MIDDLE_BAND: Final = len(BAND_BORDERS) // 2 + 1


class FewLeadersError(DomainError):
    """Too few leaders for a report about all of them."""


@dataclass(frozen=True)
class Group:
    """Leaders without names, in an order that comes from their results alone."""

    survey: Survey
    publications: tuple[Publication, ...]
    total: Publication | None = None
    """All teams together, where the group is everybody in the round and a total is published."""
    quality: Quality | None = None
    """Of the round's answers, where the group is everybody in the round."""


def group_of(
    results: Sequence[LeaderResult],
    total: Publication | None = None,
    quality: Quality | None = None,
) -> Group:
    """Make a group of leaders of one round.

    Raises `FewLeadersError`.
    """
    if len(results) < FEWEST_LEADERS:
        message = (
            f"A report about all leaders together needs {FEWEST_LEADERS} or more of them, and"
            f" these are {len(results)}: it would tell of single leaders."
        )
        raise FewLeadersError(message)
    found = (result.reading.publication for result in results)
    ordered = sorted(found, key=lambda publication: publication.to_json())
    return Group(results[0].survey, tuple(ordered), total, quality)


def places(group: Group) -> tuple[PublishedPosition, ...]:
    """Return the places that may be shown without names, all rounded alike; none if too few.

    Large teams are published more finely than small ones: shown as they are, a place would tell
    the size of the team, and so whose it is.
    """
    found = [
        publication.position
        for publication in group.publications
        if isinstance(publication.position, PublishedPosition)
    ]
    named = Counter(position.zone for position in found)
    alike = max(named.values(), default=0)
    if len(found) < FEWEST_LEADERS or len(found) - alike < FEWEST_UNLIKE:
        return ()
    coarse = (_in_tenths(position) for position in found)
    return tuple(sorted(coarse, key=lambda position: (position.parts, position.zones)))


def _in_tenths(position: PublishedPosition) -> PublishedPosition:
    """Round a place to tenths, away from the border to its neighbours."""
    parts = position.parts
    if position.steps != COARSE_STEPS:
        largest = parts.index(max(parts))
        halves = [(part + (place == largest)) // 2 for place, part in enumerate(parts)]
        parts = (max(halves[0], 1), max(halves[1], 1), max(halves[2], 1))
    return replace(position, parts=parts, steps=COARSE_STEPS, tenths=None, region=None)


def counted(values: Iterable[str | None]) -> dict[str | None, int]:
    """Count leaders by a published value, in groups of five or more; empty if that says too much.

    None stands for all others: another value, or one that is not shown. No count and no
    difference of counts is of fewer than five leaders, and no value is shown as everybody's.
    """
    count = Counter(values)
    others = count.pop(None, 0)
    shown = {
        value: number
        for value, number in sorted(count.items(), key=lambda item: str(item[0]))
        if number >= FEWEST_LEADERS
    }
    others += sum(number for value, number in count.items() if value not in shown)
    while shown and 0 < others < FEWEST_LEADERS:
        least = min(shown, key=lambda value: shown[value])
        others += shown.pop(least)
    if len(shown) + (others > 0) < FEWEST_UNLIKE:
        return {}
    return shown | ({None: others} if others else {})


def third(scale: PublishedScale | Withheld | None) -> str | None:
    """Return which part of a scale a mean lies in: low, middle, high; None if it is not shown.

    Thirds, because with few people the outer bands are merged with their neighbours.
    """
    if not isinstance(scale, PublishedScale):
        return None
    if scale.band == MIDDLE_BAND:
        return "middle"
    return "low" if scale.band < MIDDLE_BAND else "high"
