"""The auditor: looks at what a round is about to publish as somebody would who wants to know more.

It shares no code with what builds atoms: it takes the publications, works out which results they
hold and about whom, and asks what they tell of few people (groups) or of somebody (display).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache, partial
from typing import TYPE_CHECKING

from surveyapp.anonymity.permitted import FINE_LEAST, contributors, is_permitted
from surveyapp.anonymity.rounding import rounded_item, rounded_part, rounded_scale
from surveyapp.core.checkin import EVERY_ITEM
from surveyapp.core.publication import (
    FINE_STEPS,
    PublishedPosition,
    PublishedScale,
    Withheld,
)
from surveyapp.core.questionnaire import LABELS, RATED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence

    from surveyapp.anonymity.disclosure import RoundPublication
    from surveyapp.core.counted import CountedTeam
    from surveyapp.core.publication import Publication

ABOUT_A_PERSON = {"e", "people", "bars", "rule", "hands_off"} | {
    item.id for item in RATED if item.scale == "e"
}
"""Told twice by somebody with two leaders: the audit's columns are people, not ballots, and of all
these statistics together, since one tells of another."""
COMMENTS = "comments"


@dataclass(frozen=True)
class Result:
    """One statistic of one published group."""

    statistic: str
    leader: str
    """The id of the leader's team."""
    is_total: bool
    teams: tuple[str, ...]
    """Whose answers are in it."""
    shown: object
    fine: bool

    def in_words(self, names: Mapping[str, str]) -> str:
        """Name the group; `names` are leaders' names by the ids of their teams."""
        name = names.get(self.leader, self.leader)
        return f"all teams of {name}" if self.is_total else f"the team of {name}"


class Problem(StrEnum):
    """What is wrong with results."""

    FEW_PEOPLE = "too few people are in just these results"
    NOT_PERMITTED = "what is displayed tells more than may be told of so few people"
    CERTAIN = "with what is displayed, one's own answer would tell what everybody else said"


@dataclass(frozen=True)
class Finding:
    """Results that must not be published together as they are."""

    problem: Problem
    results: tuple[Result, ...]

    def in_words(self, names: Mapping[str, str]) -> str:
        """Say what is wrong and where; not of which question, which could tell an answer."""
        groups = ", ".join(dict.fromkeys(result.in_words(names) for result in self.results))
        return f"{groups[0].upper()}{groups[1:]}: {self.problem}."


def audit(
    teams: Sequence[CountedTeam],
    published: RoundPublication,
    *,
    threshold: int,
    comment_threshold: int,
) -> list[Finding]:
    """Return what is wrong with publishing a round; nothing if it may be published.

    Linear in the number of teams over all published results.
    """
    by_statistic: dict[str, list[Result]] = defaultdict(list)
    of_a_person: list[Result] = []
    for result in results_of(published):
        by_statistic[result.statistic].append(result)
        if result.statistic in ABOUT_A_PERSON:
            of_a_person.append(result)
    by_id = {team.id: team for team in teams}
    teams_of = Counter(person for team in teams for person in team.people)
    several = {team.id: sum(teams_of[person] > 1 for person in team.people) for team in teams}
    found = [*_unpermitted_comments(published, comment_threshold)]
    for statistic, results in by_statistic.items():
        counts = {team: contributors(statistic, by_id[team]) for r in results for team in r.teams}
        if statistic not in ABOUT_A_PERSON:
            columns: dict[str, Collection[Hashable]] = {team: (team,) for team in counts}
            weights: dict[Hashable, tuple[int, int]] = {
                team: (count, several[team]) for team, count in counts.items()
            }
            found += _about_few(results, columns, weights, threshold)
        found += _telling(statistic, results, by_id, counts, threshold)
    people: dict[str, Collection[Hashable]] = {
        team: by_id[team].people for result in of_a_person for team in result.teams
    }
    single: dict[Hashable, tuple[int, int]] = {
        person: (1, 0) for members in people.values() for person in members
    }
    return [*found, *_about_few(of_a_person, people, single, threshold)]


def _about_few(
    results: Sequence[Result],
    columns: Mapping[str, Collection[Hashable]],
    weights: Mapping[Hashable, tuple[int, int]],
    threshold: int,
) -> Iterator[Finding]:
    yield from small_classes(results, columns, weights, threshold)
    fine = [result for result in results if result.fine]
    yield from small_classes(fine, columns, weights, max(FINE_LEAST, threshold))


def _telling(
    statistic: str,
    results: Sequence[Result],
    teams: Mapping[str, CountedTeam],
    counts: Mapping[str, int],
    threshold: int,
) -> Iterator[Finding]:
    """Yield each result of too few contributors, of a forbidden value, or that makes certain."""
    certain: dict[tuple[object, int], bool] = {}
    for result in results:
        count = sum(counts[team] for team in result.teams)
        invited = sum(teams[team].invited for team in result.teams)
        display = result.shown, count
        least = max(FINE_LEAST, threshold) if result.fine else threshold
        if statistic in ABOUT_A_PERSON and count < least:  # whose columns are the invited
            yield Finding(Problem.FEW_PEOPLE, (result,))
        if not is_permitted(statistic, result.shown, count, invited, threshold):
            yield Finding(Problem.NOT_PERMITTED, (result,))
        if display not in certain:
            certain[display] = _tells(statistic, *display)
        if certain[display]:
            yield Finding(Problem.CERTAIN, (result,))


def _unpermitted_comments(published: RoundPublication, least: int) -> Iterator[Finding]:
    for team, publication in published.teams.items():
        for texts in publication.comments.values():
            if not isinstance(texts, Withheld) and len(texts) < least:
                result = Result(
                    COMMENTS, team, is_total=False, teams=(team,), shown=texts, fine=False
                )
                yield Finding(Problem.FEW_PEOPLE, (result,))


def results_of(published: RoundPublication) -> Iterator[Result]:
    """Yield everything that a round shows and does not withhold."""
    for team, publication in published.teams.items():
        for statistic, shown, fine in _shown(publication):
            yield Result(statistic, team, is_total=False, teams=(team,), shown=shown, fine=fine)
    for leader, publication in published.totals.items():
        for statistic, shown, fine in _shown(publication):
            teams = published.inside[statistic][leader].teams
            yield Result(statistic, leader, is_total=True, teams=teams, shown=shown, fine=fine)


def _shown(publication: Publication) -> Iterator[tuple[str, object, bool]]:
    place, fit = publication.position, publication.fit
    is_fine = isinstance(place, PublishedPosition) and place.steps == FINE_STEPS
    told: list[tuple[str, object, bool]] = [
        ("participation", publication.participation, False),
        ("position", place, is_fine),
        ("agreement", publication.agreement, False),
        ("change", publication.change and publication.change.change, False),
        *((name, mean, True) for name, mean in publication.items.items()),
    ]
    for name, scale in publication.scales.items():
        told.append((name, scale, isinstance(scale, PublishedScale) and bool(scale.twentieths)))
    if fit:
        told += [("people", fit.people, False), ("rule", fit.rule, False)]
        told += [("hands_off", fit.hands_off, False), ("bars", fit.bars, True)]
    for statistic, shown, fine in told:
        if shown is not None and not isinstance(shown, Withheld):
            yield statistic, shown, fine


def small_classes(
    results: Sequence[Result],
    columns: Mapping[str, Collection[Hashable]],
    weights: Mapping[Hashable, tuple[int, int]],
    least: int,
) -> Iterator[Finding]:
    """Yield a finding for each class of fewer than `least` people, none of nobody.

    Columns are what moves together, by team: its ballots (one column), or its people. Those in
    the same results form a class, which whoever combines results in any way can tell from
    others only as a whole. `weights` says how many answers a column is, and how many of its people
    may have answered in other columns too: in a class these may be the same few, but for those of
    one column.
    """
    member_of: dict[Hashable, list[int]] = defaultdict(list)
    for place, result in enumerate(results):
        for column in {column for team in result.teams for column in columns[team]}:
            member_of[column].append(place)
    alone: dict[tuple[int, ...], int] = defaultdict(int)
    several: dict[tuple[int, ...], int] = defaultdict(int)
    for column, places in member_of.items():
        answers, others = weights[column]
        together = tuple(places)
        alone[together] += max(0, answers - others)
        several[together] = max(several[together], min(answers, others))
    for together, size in alone.items():
        if 0 < size + several[together] < least:
            yield Finding(Problem.FEW_PEOPLE, tuple(results[place] for place in together))


def _tells(statistic: str, shown: object, count: int) -> bool:
    """Return whether a displayed scale or item makes answers of `count` people certain."""
    if isinstance(shown, PublishedScale):
        # The range is about all answers together, and at the ends the same for everybody.
        alone, fine = replace(shown, within=None), shown.twentieths is not None
        display: Callable[[float], object] = partial(rounded_scale, contributors=count, fine=fine)
        return is_certain(possible_scores(statistic), count, alone, display)
    if statistic == "bars" and isinstance(shown, tuple):
        return any(is_certain((0.0, 1.0), count, part, rounded_part) for part in shown)
    if statistic in EVERY_ITEM:
        return is_certain(sorted(map(float, LABELS)), count, shown, rounded_item)
    return False


def is_certain(
    values: Sequence[float], count: int, shown: object, display: Callable[[float], object]
) -> bool:
    """Return whether `shown` makes somebody's answer certain to one who gave any own answer.

    `values` are the possible answers, ascending; `display` rounds the mean of `count` of them
    and is monotone. What the others' answers can sum up to is an interval then, and they are
    certain just if all must be at one end: if that is displayed as `shown`, and one of them one
    step away from it is not. Nobody outside is certain of more: then all are at one end, and so
    is one's own answer.
    """
    for own in values:
        for end, next_to_it in ((values[0], values[1]), (values[-1], values[-2])):
            at_end = own + (count - 1) * end
            if display(at_end / count) == shown != display((at_end - end + next_to_it) / count):
                return True
    return False


@cache
def possible_scores(scale: str) -> tuple[float, ...]:
    """Return the scores, 0 to 1 and ascending, that a person may have on a scale."""
    items = sum(item.scale == scale for item in RATED)
    steps = max(LABELS) - min(LABELS)
    exact = {
        Fraction(points, steps * answered)
        for answered in range((items + 1) // 2, items + 1)
        for points in range(steps * answered + 1)
    }
    return tuple(map(float, sorted(exact)))
