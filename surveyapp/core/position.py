"""A team's position between hands-off, micro-leading and micro-managing, and its two pictures.

The triangle shows the three shares; the square shows the same shares as closeness s (across) and
how it is meant, m (up). The square's point is derived from the shares, not from the plain means of
s and m, so that both pictures always name the same zone.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np

from surveyapp.core.questionnaire import Person

Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = tuple[Point, ...]

# The names of a person's scores, as in `Person`.
SCORES: Final = ("s", "t", "p", "e", "a", "m", "b")

# L and C count this often against H, so that the neutral answer s = m = .5, where (H, L, C) is
# (1/2, 1/4, 1/4), lies in the centre. Uncentred, a team that answers "in between" everywhere would
# be called hands-off, and hands-off would hold 57.5 % of the square instead of 40.5 %.
CENTRING: Final = 2.0

NEUTRAL: Final = 0.5

# Design choice: from this gap between mean trust and mean purpose on, m hides more than it shows.
TRUST_PURPOSE_GAP: Final = 0.20

# Scores are sums of fractions, and .7 - .5 is a little less than .2 in floating point. Nothing
# closer than this is told apart; answers on five options differ by far more.
TOLERANCE: Final = 1e-9


class Zone(StrEnum):
    """The three poles, as machine words, in the order in which shares are listed."""

    HANDS_OFF = "hands_off"
    MICRO_LEADING = "micro_leading"
    MICRO_MANAGING = "micro_managing"


@dataclass(frozen=True)
class Shares:
    """The pull towards each pole, 0 to 1, together 1; never "x % of people"."""

    hands_off: float
    micro_leading: float
    micro_managing: float

    def as_tuple(self) -> tuple[float, float, float]:
        """Return the shares in the order of `Zone`."""
        return self.hands_off, self.micro_leading, self.micro_managing


@dataclass(frozen=True)
class Team:
    """One team's scores.

    `n` answers came in, `positioned` of them have a position. `scales` holds the mean of each of
    `SCORES` over those who have it (None if nobody has), `contributors` how many these are.
    """

    n: int
    positioned: int
    scales: dict[str, float | None]
    contributors: dict[str, int]
    shares: Shares | None
    zone: Zone | None


def placed(persons: Sequence[Person]) -> list[Point]:
    """Return the points (s, m), each 0 to 1, of the persons who have a position: both scores."""
    return [(one.s, one.m) for one in persons if one.s is not None and one.m is not None]


def scores_of(persons: Sequence[Person], name: str) -> list[float]:
    """Return one of `SCORES` of the persons who have it, in their order."""
    return [score for person in persons if (score := getattr(person, name)) is not None]


def mean(values: Collection[float]) -> float:
    """Return the mean of values, at least one of them; the same in whatever order they come."""
    return math.fsum(values) / len(values)  # rounded once, at the end


def position(persons: Sequence[Person]) -> Shares | None:
    """Return the shares of the persons who have both s and m; None if nobody has.

    H = 1 - mean(s), L = mean(s·m), C = mean(s·(1 - m)), products per person before the mean;
    shares = (H, 2L, 2C) / (H + 2L + 2C). Dividing by a reference composition (here the neutral
    answer's) and closing again is a perturbation: Aitchison (1986), The Statistical Analysis of
    Compositional Data.
    """
    points = placed(persons)
    if not points:
        return None
    s, m = np.array(points, dtype=np.float64).T
    closeness, leading, managing = (mean(x.tolist()) for x in (s, s * m, s * (1 - m)))
    return _centred(1 - closeness, leading, managing)


def zone(shares: Shares) -> Zone | None:
    """Return the zone with the largest share; None on a tie, where none can honestly be named."""
    pulls = dict(zip(Zone, shares.as_tuple(), strict=True))
    first, second, _ = sorted(Zone, key=pulls.__getitem__, reverse=True)
    return first if pulls[first] - pulls[second] > TOLERANCE else None


def score_team(persons: Sequence[Person]) -> Team:
    """Return the scores of everybody who answered for one leader; their order plays no part."""
    scores = {name: scores_of(persons, name) for name in SCORES}
    shares = position(persons)
    return Team(
        n=len(persons),
        positioned=len(placed(persons)),
        scales={name: mean(known) if known else None for name, known in scores.items()},
        contributors={name: len(known) for name, known in scores.items()},
        shares=shares,
        zone=zone(shares) if shares else None,
    )


def trust_purpose_split(team: Team) -> bool:
    """Return whether mean trust and mean purpose point in different ways (0.20 apart or more)."""
    trust, purpose = team.scales["t"], team.scales["p"]
    if trust is None or purpose is None:
        return False
    return abs(trust - purpose) >= TRUST_PURPOSE_GAP - TOLERANCE


# The triangle has sides of length 1; y runs upwards.
TRIANGLE: Final[dict[Zone, Point]] = {
    Zone.HANDS_OFF: (0.5, math.sqrt(3) / 2),
    Zone.MICRO_LEADING: (1.0, 0.0),
    Zone.MICRO_MANAGING: (0.0, 0.0),
}


def triangle_point(shares: Shares) -> Point:
    """Return (x, y) in the triangle: the poles' mean, weighted by the shares."""
    x, y = np.array(shares.as_tuple()) @ np.array([TRIANGLE[pole] for pole in Zone])
    return float(x), float(y)


def triangle_zones() -> dict[Zone, Polygon]:
    """Return the three equal kites in which one share is the largest.

    Each runs from its pole over the middle of one side, the centre and the middle of the other.
    """
    centre = triangle_point(Shares(1 / 3, 1 / 3, 1 / 3))
    kites: dict[Zone, Polygon] = {}
    for pole, corner in TRIANGLE.items():
        middle, other_middle = (
            ((corner[0] + x) / 2, (corner[1] + y) / 2)
            for other, (x, y) in TRIANGLE.items()
            if other is not pole
        )
        kites[pole] = (corner, middle, centre, other_middle)
    return kites


def square_point(shares: Shares) -> Point:
    """Return (s, m) of the one person who would have these shares.

    With no closeness at all nothing is meant by it either: m is then the neutral .5.
    """
    h, led, managed = shares.as_tuple()
    m = led / (led + managed) if led + managed > 0 else NEUTRAL
    return (1 - h) / (1 + (CENTRING - 1) * h), m


def square_shares(s: float, m: float) -> Shares:
    """Return the shares of a point of the square, both 0 to 1: the inverse of `square_point`."""
    return _centred(1 - s, s * m, s * (1 - m))


def square_zone(s: float, m: float) -> Zone | None:
    """Return the zone of a point of the square; None on a border, as in the triangle."""
    return zone(square_shares(s, m))


def square_border(m: float) -> float:
    """Return the closeness s below which a point at height m (0 to 1) is hands-off."""
    return 1 / (1 + CENTRING * max(m, 1 - m))


def square_zones(steps: int) -> dict[Zone, Polygon]:
    """Return the zones as polygons of (s, m).

    The hands-off border is curved: each half of it, below and above m = .5, is drawn with `steps`
    straight pieces, so that its corner at m = .5 is always a point. ValueError if steps < 1.
    """
    if steps < 1:
        message = "a border needs at least one piece"
        raise ValueError(message)
    lower = tuple((square_border(m), m) for m in np.linspace(0, NEUTRAL, steps + 1).tolist())
    upper = tuple((s, 1 - m) for s, m in reversed(lower))
    return {
        Zone.HANDS_OFF: ((0.0, 0.0), *lower, *upper[1:], (0.0, 1.0)),
        Zone.MICRO_LEADING: (*upper, (1.0, 1.0), (1.0, NEUTRAL)),
        Zone.MICRO_MANAGING: (*lower, (1.0, NEUTRAL), (1.0, 0.0)),
    }


def _centred(hands_off: float, leading: float, managing: float) -> Shares:
    leading, managing = CENTRING * leading, CENTRING * managing
    total = hands_off + leading + managing  # 1 + mean closeness, hence never 0
    return Shares(hands_off / total, leading / total, managing / total)
