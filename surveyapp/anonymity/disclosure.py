"""Disclosure control: what of a team's answers may be shown, and how coarsely.

This is the coarse tier, safe for groups from the threshold on: a finer one would let five
people's answers be worked out from the published values.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from surveyapp.core.position import TOLERANCE
from surveyapp.core.publication import (
    HIGHEST_TENTH,
    LOWEST_TENTH,
    TENTHS,
    Participation,
    Publication,
    PublishedPosition,
    Reason,
    Statement,
    Withheld,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from surveyapp.core.position import Shares, Team, Zone

DEFAULT_THRESHOLD = 5
THRESHOLD_FLOOR = 3
DEFAULT_COMMENT_THRESHOLD = 10
COMMENT_THRESHOLD_FLOOR = 5
BANDS = 5
PUBLISHED_SCALES = ("s", "t", "p", "a")
"""Closeness, trust, purpose, agreed check-ins. Experience is about a person, not about a leader:
somebody with two leaders tells it twice, and two small results could be set against each other."""
ENOUGH_ANSWERED = 0.5
QUARTER, HALF, THREE_QUARTERS = 0.25, 0.5, 0.75


def publish(
    team: Team,
    *,
    invited: int,
    comments: Mapping[str, Sequence[str]],
    threshold: int,
    comment_threshold: int,
) -> Publication:
    """Turn a counted team into what may be shown of it.

    `comments` holds, for each open question, the non-blank texts of this team in any order;
    the order of the result depends on the texts alone. A statistic is shown if at least
    `threshold` people contributed to it, a question's comments from `comment_threshold` on.
    """
    too_few = Withheld(Reason.TOO_FEW)
    answered = team.n >= threshold
    positioned = team.shares is not None and team.positioned >= threshold
    return Publication(
        participation=participation(team.n, invited) if answered else too_few,
        position=(
            published_position(team.shares, team.zone, few_answered=is_few(team.n, invited))
            if positioned and team.shares is not None
            else Withheld(Reason.NO_POSITION if answered else Reason.TOO_FEW)
        ),
        scales={
            name: band(mean)
            if (mean := team.scales[name]) is not None and team.contributors[name] >= threshold
            else too_few
            for name in PUBLISHED_SCALES
        },
        comments={
            question: published_comments(texts, invited=invited, threshold=comment_threshold)
            for question, texts in comments.items()
        },
    )


def is_few(answered: int, invited: int) -> bool:
    """Whether fewer than half of the invited answered: then no zone is named."""
    return answered < ENOUGH_ANSWERED * invited


def participation(answered: int, invited: int) -> Participation:
    """Return the band that n of N falls into; 25, 50 % belong to the band above, 75 % below."""
    share = answered / invited
    if share < QUARTER:
        return Participation.UNDER_A_QUARTER
    if share < HALF:
        return Participation.UNDER_HALF
    if share <= THREE_QUARTERS:
        return Participation.OVER_HALF
    return Participation.OVER_THREE_QUARTERS


def band(value: float) -> int:
    """Return which fifth of the scale 0 to 1 a mean falls into, 1 to 5."""
    return min(int(value * BANDS + TOLERANCE) + 1, BANDS)


def published_position(
    shares: Shares, zone: Zone | None, *, few_answered: bool
) -> PublishedPosition:
    """Round a position to tenths, ends merged, without moving it into another zone.

    The nearest composition of ten tenths (least squares, which is what the largest remainder
    gives) among those that the same zone leads, or the same zones if they tie; then 0 counts as
    1 and 10 as 9. No composition of ten has three equal parts: that tie is shown as 3, 3, 3.
    """
    exact = [share * TENTHS for share in shares.as_tuple()]
    leaders = {place for place, x in enumerate(exact) if max(exact) - x <= TENTHS * TOLERANCE}
    tenths = min(
        (parts for parts in _compositions() if _leaders(parts) == leaders),
        key=lambda parts: (
            round(sum((part - x) ** 2 for part, x in zip(parts, exact, strict=True)), 9),
            parts,
        ),
    )
    if few_answered:
        statement = Statement.FEW_ANSWERED
    else:
        statement = Statement.BETWEEN if zone is None else Statement.NEAREST
    hands_off, leading, managing = (min(max(x, LOWEST_TENTH), HIGHEST_TENTH) for x in tenths)
    return PublishedPosition(
        (hands_off, leading, managing), statement, zone if statement is Statement.NEAREST else None
    )


def _compositions() -> list[tuple[int, int, int]]:
    steps = range(TENTHS + 1)
    return [(3, 3, 3)] + [
        (a, b, TENTHS - a - b) for a, b in product(steps, steps) if a + b <= TENTHS
    ]


def _leaders(parts: tuple[int, int, int]) -> set[int]:
    return {place for place, part in enumerate(parts) if part == max(parts)}


def published_comments(
    texts: Sequence[str], *, invited: int, threshold: int
) -> tuple[str, ...] | Withheld:
    """Return one question's comments, sorted by their text, if enough people wrote one.

    Sorting leaves no trace of the order of arrival: any order gives identical bytes.
    """
    if invited < threshold:
        return Withheld(Reason.NOT_ASKED)
    written = sorted(text for text in texts if text)
    return tuple(written) if len(written) >= threshold else Withheld(Reason.TOO_FEW)
