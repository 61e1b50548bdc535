"""The quality of a round's answers: all that is shown of it, of the whole organisation.

Machine words and displayed values only, already rounded, and sums that are kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from surveyapp.core.moments import Moments
from surveyapp.core.publication import Withheld, as_plain, or_withheld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = 1
COMPARED: Final = ("s", "t", "p")
LEVELS: Final = ("s", "m")
CONSISTENT: Final = ("s", "t", "p", "e", "a")
"""What is said of which scores, in the order in which they are read."""
FEWEST_ANSWERS, FEWEST_TEAMS = 50, 10
"""Of fewer answers nothing is said, and of fewer teams not how they differ."""
MOST_SHOWN: Final = 0.75
"""How many answered ends at this part of the invited: that nearly all did is nobody's business."""
LOWEST_HUNDREDTH, HIGHEST_HUNDREDTH = 0, 95
"""Ends of reliabilities are merged: 0 means "nothing or less", 95 "0.95 or more". With 1.00
everybody in a team would have said the same."""


class StraightLining(StrEnum):
    """Part of the answers in which all rated items are the same, and not in between."""

    UNDER_5_PERCENT = "under_5_percent"
    UNDER_10_PERCENT = "under_10_percent"
    UNDER_25_PERCENT = "under_25_percent"
    OVER_25_PERCENT = "over_25_percent"


class Sensitivity(StrEnum):
    """Whether the organisation's result is another one without the straight-lined answers."""

    STABLE = "stable"
    DEPENDS = "depends_on_unusual_answers"


class Spread(StrEnum):
    """How far teams differ once chance is taken out."""

    HARDLY = "hardly"
    SOMEWHAT = "somewhat"
    CLEARLY = "clearly"


@dataclass(frozen=True)
class Reliability:
    """How much of what people say on a scale is their team's, in hundredths; ends are merged."""

    icc1: int | None
    """ICC(1) with k = N/K; None if nothing varies."""
    icc2: int | None
    """ICC(2), the reliability of a team's mean; None if the means do not vary."""


@dataclass(frozen=True)
class Level:
    """Where the organisation's teams lie on a scale."""

    twentieths: int
    """The mean of the shrunken team means, from 0 to 1; ends are merged."""
    spread: Spread


@dataclass(frozen=True)
class Consistency:
    """How well the items of a scale belong together, in hundredths; ends are merged."""

    alpha: int | None
    omega: int | None
    """None if undefined, as for two items."""


@dataclass(frozen=True)
class Quality:
    """All that is said of a round's answers as such."""

    answers: int | Withheld
    """At least so many, in tens."""
    teams: int | Withheld
    """They come from at least so many teams, in tens."""
    straight_lining: StraightLining | Withheld
    sensitivity: Sensitivity | Withheld
    reliabilities: dict[str, Reliability | Withheld]
    """By score, as in `COMPARED`."""
    levels: dict[str, Level | Withheld]
    """As in `LEVELS`."""
    consistencies: dict[str, Consistency | Withheld]
    """As in `CONSISTENT`."""
    moments: Moments | Withheld
    """Kept, and shown to nobody."""

    def to_json(self) -> str:
        """Write as JSON with sorted keys: the same quality is always the same bytes."""
        document = {"format": FORMAT} | asdict(self, dict_factory=as_plain)
        return json.dumps(document, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Quality:
        """Read what `to_json` wrote."""
        read = json.loads(text)
        return cls(
            answers=or_withheld(read["answers"], int),
            teams=or_withheld(read["teams"], int),
            straight_lining=or_withheld(read["straight_lining"], StraightLining),
            sensitivity=or_withheld(read["sensitivity"], Sensitivity),
            reliabilities=_read_each(COMPARED, read["reliabilities"], lambda x: Reliability(**x)),
            levels=_read_each(
                LEVELS, read["levels"], lambda x: Level(x["twentieths"], Spread(x["spread"]))
            ),
            consistencies=_read_each(CONSISTENT, read["consistencies"], lambda x: Consistency(**x)),
            moments=or_withheld(
                read["moments"],
                lambda x: Moments(x["n"], tuple(x["sums"]), tuple(map(tuple, x["products"]))),
            ),
        )


def _read_each(
    names: Sequence[str],
    values: Mapping[str, Any],
    reader: Any,  # noqa: ANN401
) -> dict[str, Any]:
    return {name: or_withheld(values[name], reader) for name in names}
