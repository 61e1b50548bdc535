"""What a display of so many people may look like at all: a list, written apart from the publisher.

The numbers stand here once more, on purpose: an auditor who asked the publisher what is allowed
would find nothing. `docs/science.md` has them in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.change import Change
from surveyapp.core.checkin import EVERY_ITEM
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.publication import Participation, PublishedPosition, PublishedScale, Withheld
from surveyapp.core.quality import Level, Reliability

if TYPE_CHECKING:
    from collections.abc import Collection

    from surveyapp.core.counted import CountedTeam
    from surveyapp.core.quality import Quality
    from surveyapp.core.region import Ellipse

FINE_LEAST, FINE_INVITED = 10, 12
SHARES_IN: Final = {10: False, 20: True}
"""Steps of shares, and whether they are of the fine tier."""
HALF_AXES: Final = {0.05, 0.10, 0.15, 0.20}
WIDEST_CIRCLE: Final = 0.4
TURNS, BANDS = range(12), range(1, 6)
TWENTIETHS, AT_ENDS, WITHIN = range(2, 19), {2: 3, 18: 3}, range(2, 21)
TENTHS, HALF_POINTS, QUARTERS = range(10), range(3, 10), range(1, 4)
RULE: Final = {Verdict.TOO_LITTLE, Verdict.ABOUT_RIGHT, Verdict.TOO_MUCH}
LEAST_ANSWERS, LEAST_TEAMS, LEAST_SUMMED, HUNDREDTHS = 50, 10, 200, range(96)

NEEDED: Final = {"position": "sm", "change": "sm", "people": "b", "bars": "b"}
"""What a person has to have said to be in a statistic."""
EACH_NEEDED: Final = {"rule": "se", "hands_off": "set"}
"""Of what so many people have to have said each."""


def contributors(statistic: str, team: CountedTeam) -> int:
    """Count those of a team whose answers are in a statistic."""
    if statistic in {"participation", "agreement"}:
        return len(team.persons)
    if statistic in EVERY_ITEM:
        return sum(answers.get(statistic) is not None for answers in team.answers)
    if each := EACH_NEEDED.get(statistic):
        return min(_having(team, name) for name in each)
    return _having(team, NEEDED.get(statistic, statistic))


def _having(team: CountedTeam, scores: str) -> int:
    return sum(all(getattr(one, name) is not None for name in scores) for one in team.persons)


def is_permitted(statistic: str, shown: object, count: int, invited: int, threshold: int) -> bool:
    """Return whether `shown` may be displayed of `count` contributors of `invited`."""
    fine = count >= max(FINE_LEAST, threshold) and invited >= FINE_INVITED
    match shown:
        case PublishedPosition():
            permitted = _place(shown, fine=fine)
        case PublishedScale():
            permitted = _scale(shown, fine=fine)
        case AgreementWord():
            permitted = fine or shown is not AgreementWord.SPLIT
        case Verdict():
            permitted = statistic == "people" or shown in RULE
        case (int(), int(), int()):
            permitted = fine and statistic == "bars" and set(shown) <= set(QUARTERS)
        case int():
            permitted = fine and statistic in EVERY_ITEM and shown in HALF_POINTS
        case _:
            permitted = isinstance(shown, Participation | HandsOffKind | Change)
    return permitted


def _place(place: PublishedPosition, *, fine: bool) -> bool:
    is_fine = SHARES_IN.get(place.steps)
    if is_fine is None or (is_fine and not fine):
        return False
    if not set(place.parts) <= set(range(1, place.steps)):
        return False
    if place.tenths is not None and (not is_fine or place.tenths not in TENTHS):
        return False
    return place.region is None or _region(place.region, fine=is_fine)


def _region(region: Ellipse, *, fine: bool) -> bool:
    if fine:
        return {region.a, region.b} <= HALF_AXES and region.turn in TURNS
    whole = round(100 * region.a)
    is_circle = region.a == region.b and region.turn == 0
    return is_circle and whole / 100 == region.a <= WIDEST_CIRCLE


def _scale(scale: PublishedScale, *, fine: bool) -> bool:
    if scale.band not in BANDS:
        return False
    if scale.twentieths is None:
        return scale.within is None
    if not fine or scale.twentieths not in TWENTIETHS:
        return False
    allowed: Collection[int] = WITHIN
    if (at_end := AT_ENDS.get(scale.twentieths)) is not None:
        allowed = {at_end}
    return scale.within is None or scale.within in allowed


def is_permitted_quality(quality: Quality) -> bool:
    """Return whether this may be said of a round's answers as such."""
    levels = [found.twentieths for found in quality.levels.values() if isinstance(found, Level)]
    hundredths = [
        value
        for found in (*quality.reliabilities.values(), *quality.consistencies.values())
        if not isinstance(found, Withheld)
        for value in (
            (found.icc1, found.icc2)
            if isinstance(found, Reliability)
            else (found.alpha, found.omega)
        )
        if value is not None
    ]
    counts = ((quality.answers, LEAST_ANSWERS), (quality.teams, LEAST_TEAMS))
    return (
        all(value in TWENTIETHS for value in levels)
        and all(value in HUNDREDTHS for value in hundredths)
        and all(
            isinstance(count, Withheld) or (count >= least and count % 10 == 0)
            for count, least in counts
        )
        and (isinstance(quality.moments, Withheld) or quality.moments.n >= LEAST_SUMMED)
    )
