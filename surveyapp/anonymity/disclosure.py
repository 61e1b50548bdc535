"""Disclosure control: what of a round's answers may be shown, and how coarsely.

Two tiers: a coarse one from the threshold on, since from a finer one five people's answers could
be worked out, and a fine one for many people. Which groups are shown is in `atoms`, how their
values are displayed in `rounding`; `auditor` looks at what came out.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from surveyapp.anonymity.atoms import (
    FINE_CONTRIBUTORS,
    Counted,
    Group,
    bottom_up,
    is_fine,
    totals,
)
from surveyapp.anonymity.overlap import too_close
from surveyapp.anonymity.rounding import (
    participation,
    rounded_item,
    rounded_position,
    rounded_scale,
)
from surveyapp.core.position import position, score_team
from surveyapp.core.publication import (
    Publication,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.questionnaire import COMMENTS, RATED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from surveyapp.core.position import Shares, Team
    from surveyapp.core.questionnaire import Answers, Person

DEFAULT_THRESHOLD = 5
THRESHOLD_FLOOR = 3
DEFAULT_COMMENT_THRESHOLD = 10
COMMENT_THRESHOLD_FLOOR = 5
PUBLISHED_SCALES = ("s", "t", "p", "a")
"""Closeness, trust, purpose, agreed check-ins: about the leader, and so a ballot's own."""
EXPERIENCE = "e"
"""About the person: somebody with two leaders tells it twice, and two results could be set
against each other."""
PARTICIPATION, POSITION = "participation", "position"
POOLED = (PARTICIPATION, POSITION, *PUBLISHED_SCALES)
"""The statistics that totals have."""
TOO_FEW, OVERLAP = Withheld(Reason.TOO_FEW), Withheld(Reason.OVERLAP)


@dataclass(frozen=True)
class CountedTeam:
    """One team of a round, opened and scored; never stored."""

    id: str
    parent: str | None
    """The team to which its leader belongs."""
    invited: int
    persons: Sequence[Person]
    """One per ballot."""
    answers: Sequence[Answers]
    """One per ballot, raw, in the same order."""
    comments: Mapping[str, Sequence[str]]
    people: Collection[int]
    """Ids of the invited: people count, and some are in several teams."""
    asks_comments: bool


@dataclass(frozen=True)
class RoundPublication:
    """All that is shown of a round."""

    teams: dict[str, Publication]
    totals: dict[str, Publication]
    """By the team of the leader whose total it is."""
    inside: dict[str, dict[str, Group]]
    """Statistic -> leader's team -> what that total consists of; for the audit, not to be shown."""


def publish_round(
    teams: Sequence[CountedTeam], *, threshold: int, comment_threshold: int
) -> RoundPublication:
    """Turn a counted round into what may be shown of it.

    Each statistic of a team is shown if at least `threshold` people contributed to it, and of a
    leader's total as far as it is a union of atoms; a question's comments from
    `comment_threshold` writers on. The order of ballots and of teams leaves no trace.
    """
    by_id = {team.id: team for team in teams}
    scores = {team.id: score_team(team.persons) for team in teams}
    inside = _inside_totals(teams, scores, threshold)
    published = {}
    for leader in inside[PARTICIPATION]:
        groups = {name: found[leader] for name, found in inside.items() if leader in found}
        placed = groups[POSITION].teams if POSITION in groups else ()
        persons = [person for team in placed for person in by_id[team].persons]
        published[leader] = _publication(groups, scores, position(persons))
    experience = _experience(teams, scores, threshold)
    return RoundPublication(
        teams={
            team.id: replace(
                alone := _alone(team.id, scores[team.id], team.invited, threshold),
                scales=alone.scales | {EXPERIENCE: _scale(EXPERIENCE, experience[team.id], scores)},
                comments=_comments(team, comment_threshold),
                items=_items(team, experience[team.id], threshold),
            )
            for team in teams
        },
        totals=published,
        inside=inside,
    )


def published_comments(
    texts: Sequence[str], *, asked: bool, threshold: int
) -> tuple[str, ...] | Withheld:
    """Return one question's comments, sorted by their text, if enough people wrote one.

    Sorting leaves no trace of the order of arrival: any order gives identical bytes.
    """
    if not asked:
        return Withheld(Reason.NOT_ASKED)
    written = sorted(text for text in texts if text)
    return tuple(written) if len(written) >= threshold else TOO_FEW


def _comments(team: CountedTeam, threshold: int) -> dict[str, tuple[str, ...] | Withheld]:
    return {
        question.id: published_comments(
            team.comments.get(question.id, ()), asked=team.asks_comments, threshold=threshold
        )
        for question in COMMENTS
    }


def contributors_to(statistic: str, team: Team) -> int:
    """Return how many people contribute to one of `POOLED`, or to another scale."""
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


def _alone(team: str, score: Team, invited: int, threshold: int) -> Publication:
    """Publish what a team tells by itself: a group of its own where enough contribute."""
    groups = {
        statistic: Group((team,), count, invited, is_fine(count, invited, threshold))
        for statistic in POOLED
        if (count := contributors_to(statistic, score)) >= threshold
    }
    return _publication(groups, {team: score}, score.shares)


def _publication(
    groups: Mapping[str, Group], scores: Mapping[str, Team], shares: Shares | None
) -> Publication:
    """Publish the statistics that have a group; `shares` are those of the position's group."""
    everybody, placed = groups.get(PARTICIPATION), groups.get(POSITION)
    place: PublishedPosition | Withheld = Withheld(Reason.NO_POSITION) if everybody else TOO_FEW
    if placed and shares:
        answered = sum(scores[team].n for team in placed.teams)
        place = rounded_position(
            shares, answered=answered, invited=placed.invited, fine=placed.fine
        )
    return Publication(
        participation=participation(everybody.contributors, everybody.invited)
        if everybody
        else TOO_FEW,
        position=place,
        scales={name: _scale(name, groups.get(name, TOO_FEW), scores) for name in PUBLISHED_SCALES},
        comments={},
    )


def _scale(
    name: str, group: Group | Withheld, scores: Mapping[str, Team]
) -> PublishedScale | Withheld:
    if isinstance(group, Withheld):
        return group
    sums = [
        (scores[team].scales[name] or 0.0) * scores[team].contributors[name] for team in group.teams
    ]
    return rounded_scale(math.fsum(sums) / group.contributors, group.contributors, fine=group.fine)


def _experience(
    teams: Sequence[CountedTeam], scores: Mapping[str, Team], threshold: int
) -> dict[str, Group | Withheld]:
    """Say of every team whether its experience is shown; if teams share people, coarsely or not."""
    counts = {team.id: scores[team.id].contributors[EXPERIENCE] for team in teams}
    people = {team.id: team.people for team in teams if counts[team.id] >= threshold}
    overlapping = too_close(people, threshold)
    fine = {
        team.id: team.people
        for team in teams
        if team.id not in overlapping and is_fine(counts[team.id], team.invited, threshold)
    }
    coarse = too_close(fine, max(FINE_CONTRIBUTORS, threshold))
    found: dict[str, Group | Withheld] = {}
    for team in teams:
        if team.id in people and team.id not in overlapping:
            is_shown_fine = team.id in fine and team.id not in coarse
            found[team.id] = Group((team.id,), counts[team.id], team.invited, is_shown_fine)
        else:
            found[team.id] = OVERLAP if team.id in overlapping else TOO_FEW
    return found


def _items(
    team: CountedTeam, experience: Group | Withheld, threshold: int
) -> dict[str, int | Withheld]:
    """Publish a large team's items; those of experience only if that is shown finely itself."""
    if not is_fine(len(team.answers), team.invited, threshold):
        return {}
    items: dict[str, int | Withheld] = {}
    for item in RATED:
        given = [raw for answers in team.answers if (raw := answers.get(item.id)) is not None]
        if not is_fine(len(given), team.invited, threshold):
            items[item.id] = TOO_FEW
        elif item.scale == EXPERIENCE and (reason := _not_fine(experience, threshold)):
            items[item.id] = reason
        else:
            items[item.id] = rounded_item(sum(given) / len(given))
    return items


def _not_fine(group: Group | Withheld, threshold: int) -> Withheld | None:
    """Say why experience is not shown finely, if it is not."""
    if isinstance(group, Withheld):
        return group
    enough = is_fine(group.contributors, group.invited, threshold)
    return None if group.fine else OVERLAP if enough else TOO_FEW
