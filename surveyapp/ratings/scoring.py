"""One leader's answers in figures, every one of them exact: for people's own data alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from surveyapp.core.agreement import Agreement, agreement
from surveyapp.core.analysis import SCALE_ITEMS, analyse, ratings_of
from surveyapp.core.questionnaire import LABELS, score_person
from surveyapp.core.uncertainty import generator

if TYPE_CHECKING:
    from surveyapp.core.analysis import Analysis
    from surveyapp.core.fit import Fit
    from surveyapp.core.position import Team, Zone
    from surveyapp.core.statement import Finding
    from surveyapp.core.uncertainty import Region
    from surveyapp.ratings.answers_file import LeaderAnswers

Interval: TypeAlias = tuple[float, float]

AGREED_SCALES: Final = ("s", "t", "p", "e")
"""Scales that agreement is worked out for: check-ins (a) have two items."""


@dataclass(frozen=True)
class Scored:
    """One leader's figures, without the draws that they come from: those would fill the memory."""

    leader: str
    invited: int
    team: Team
    finding: Finding
    probabilities: dict[Zone, float] | None
    region: Region | None
    agreements: dict[str, Agreement | None]
    fit: Fit
    ranges: dict[str, Interval | None]
    """s, t, p, e, a -> where nine of ten likely means over all invited lie."""
    bounds: dict[str, Interval | None]
    """s, t, p, e, a -> where that mean lies for certain."""


def score_leader(given: LeaderAnswers, seed: int) -> Scored:
    """Return a leader's figures; the same for the same seed, whoever else is scored."""
    persons = [score_person(answers) for answers in given.answers]
    found = analyse(persons, given.invited, generator(seed, given.leader))
    certainty = found.certainty
    return Scored(
        leader=given.leader,
        invited=given.invited,
        team=found.team,
        finding=found.finding,
        probabilities=certainty.probabilities if certainty else None,
        region=certainty.region if certainty else None,
        agreements=_agreements(given),
        fit=found.fit,
        ranges={scale: _range(found, scale) for scale in SCALE_ITEMS},
        bounds={scale: _bounds(found.team, given.invited, scale) for scale in SCALE_ITEMS},
    )


def bounds(mean: float, n: int, invited: int) -> Interval:
    """Return the lowest and the highest mean of all N invited, whatever those without a score say.

    (n·ȳ)/N and (n·ȳ + N - n)/N, for n scores from 0 to 1. Manski (1989), Journal of Human Resources
    24.
    """
    return n * mean / invited, (n * mean + invited - n) / invited


def _bounds(team: Team, invited: int, scale: str) -> Interval | None:
    mean = team.scales[scale]
    return None if mean is None else bounds(mean, team.contributors[scale], invited)


def _range(found: Analysis, scale: str) -> Interval | None:
    mean = found.team.scales[scale]
    if mean is None:
        return None
    half = found.half_widths[scale]
    return max(0.0, mean - half), min(1.0, mean + half)


def _agreements(given: LeaderAnswers) -> dict[str, Agreement | None]:
    # Raw answers do: turning an item round changes none of the figures.
    return {
        scale: agreement(ratings_of(given.answers, SCALE_ITEMS[scale]), len(LABELS))
        for scale in AGREED_SCALES
    }
