"""Disclosure control: what of a round's answers may be shown, and how coarsely.

Two tiers: a coarse one from the threshold on, since from a finer one five people's answers could
be worked out, and a fine one for many people. Which groups are shown is in `atoms`, how their
values are displayed in `rounding`, from how many people on in `thresholds`; `auditor` looks at
what came out.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveyapp.anonymity.atoms import Counted, Group, bottom_up, totals
from surveyapp.anonymity.personal import TOO_FEW, about_themselves
from surveyapp.anonymity.rounding import participation, rounded_position, rounded_scale
from surveyapp.anonymity.team_publication import team_publication
from surveyapp.core.analysis import ABOUT_THE_LEADER, analyse
from surveyapp.core.position import position, score_team
from surveyapp.core.publication import (
    Publication,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.statement import find
from surveyapp.core.uncertainty import generator, together, zone_probabilities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from surveyapp.core.analysis import Analysis
    from surveyapp.core.counted import CountedTeam
    from surveyapp.core.position import Team
    from surveyapp.core.questionnaire import Person

PARTICIPATION, POSITION = "participation", "position"
POOLED = (PARTICIPATION, POSITION, *ABOUT_THE_LEADER)
"""The statistics that totals have."""


@dataclass(frozen=True)
class RoundPublication:
    """All that is shown of a round."""

    teams: dict[str, Publication]
    totals: dict[str, Publication]
    """By the team of the leader whose total it is."""
    inside: dict[str, dict[str, Group]]
    """Statistic -> leader's team -> what that total consists of; for the audit, not to be shown."""


def publish_round(
    teams: Sequence[CountedTeam], *, threshold: int, comment_threshold: int, seed: int
) -> RoundPublication:
    """Turn a counted round into what may be shown of it.

    Each statistic of a team is shown if at least `threshold` people contributed to it, and of a
    leader's total as far as it is a union of atoms; a question's comments from
    `comment_threshold` writers on. The order of ballots and of teams leaves no trace. `seed` is
    the simulation's, as secret as the answers: with it, candidates could be replayed.
    """
    scores = {team.id: score_team(team.persons) for team in teams}
    inside = _inside_totals(teams, scores, threshold)
    personal = about_themselves(teams, threshold)
    pooled = _Pooled(inside[POSITION])
    single = {}
    for team in sorted(teams, key=lambda team: team.id):  # sums of draws depend on their order
        analysis = analyse(team.persons, team.invited, generator(seed, team.id))
        pooled.add(team, analysis)
        single[team.id] = team_publication(
            team,
            analysis,
            personal[team.id],
            threshold=threshold,
            comment_threshold=comment_threshold,
        )
    by_id = {team.id: team for team in teams}
    published = {}
    for leader in inside[PARTICIPATION]:
        groups = {name: found[leader] for name, found in inside.items() if leader in found}
        placed = groups[POSITION].teams if POSITION in groups else ()
        persons = [person for team in placed for person in by_id[team].persons]
        published[leader] = _total(groups, scores, pooled.place(leader, persons))
    return RoundPublication(teams=single, totals=published, inside=inside)


class _Pooled:
    """The draws of the teams in each total: too many to be kept team by team."""

    def __init__(self, totals_of: Mapping[str, Group]) -> None:
        self._groups = totals_of
        self._leaders: dict[str, list[str]] = defaultdict(list)
        self._means: dict[str, NDArray[np.float64]] = {}
        for leader, group in totals_of.items():
            for team in group.teams:
                self._leaders[team].append(leader)

    def add(self, team: CountedTeam, analysis: Analysis) -> None:
        """Add a team to each total that it is in, as heavy as its invited are many."""
        if analysis.certainty is None:
            return
        for leader in self._leaders[team.id]:
            weight = team.invited / self._groups[leader].invited
            means = weight * analysis.certainty.draws.means
            self._means[leader] = self._means.get(leader, 0.0) + means

    def place(self, leader: str, persons: Sequence[Person]) -> PublishedPosition | Withheld:
        """Say where a total lies; `persons` are all who answered in its teams."""
        dot = position(persons)
        if dot is None or leader not in self._groups:
            return Withheld(Reason.NO_POSITION)
        group = self._groups[leader]
        probabilities = zone_probabilities(together(self._means[leader], dot))
        finding = find(persons, group.invited, probabilities)
        likely = probabilities[finding.zones[0]] if finding.zones else 0.0
        return rounded_position(dot, finding, likely, None, fine=group.fine)


def contributors_to(statistic: str, team: Team) -> int:
    """Return how many people contribute to one of `POOLED`."""
    if statistic == PARTICIPATION:
        return team.n
    return team.positioned if statistic == POSITION else team.contributors[statistic]


def _inside_totals(
    teams: Sequence[CountedTeam], scores: Mapping[str, Team], threshold: int
) -> dict[str, dict[str, Group]]:
    tree = bottom_up({team.id: team.parent for team in teams})
    memberships = Counter(person for team in teams for person in team.people)
    several = {person for person, count in memberships.items() if count > 1}
    shared = {team.id: len(several.intersection(team.people)) for team in teams}
    found = {}
    for statistic in POOLED:
        counts = {team.id: contributors_to(statistic, scores[team.id]) for team in teams}
        counted = [
            Counted(team.id, counts[team.id], team.invited, shared[team.id])
            for team in teams
            if counts[team.id]
        ]
        found[statistic] = totals(tree, counted, threshold)
    return found


def _total(
    groups: Mapping[str, Group],
    scores: Mapping[str, Team],
    place: PublishedPosition | Withheld,
) -> Publication:
    """Publish the statistics of a leader's total that have a group."""
    everybody = groups[PARTICIPATION]
    return Publication(
        participation=participation(everybody.contributors, everybody.invited),
        position=place,
        scales={name: _scale(name, groups.get(name), scores) for name in ABOUT_THE_LEADER},
        comments={},
    )


def _scale(name: str, group: Group | None, scores: Mapping[str, Team]) -> PublishedScale | Withheld:
    if group is None:
        return TOO_FEW
    sums = [
        (scores[team].scales[name] or 0.0) * scores[team].contributors[name] for team in group.teams
    ]
    return rounded_scale(math.fsum(sums) / group.contributors, group.contributors, fine=group.fine)
