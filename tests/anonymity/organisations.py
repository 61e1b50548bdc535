"""Random organisations, counted: what disclosure control has to stand."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from surveyapp.anonymity.auditor import Finding, Result, audit
from surveyapp.anonymity.disclosure import RoundPublication, publish_round
from surveyapp.anonymity.permitted import contributors
from surveyapp.core.counted import CountedTeam
from surveyapp.core.questionnaire import ITEMS, LABELS, RATED, score_person

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    from surveyapp.core.questionnaire import Answers

MOST_INVITED = 30
AGREED = {item.id: 2 if item.reversed else 4 for item in RATED}
STATISTICS = ("participation", "position", "s", "t", "p", "a")


def organisation(seed: int, most_teams: int = 24) -> list[CountedTeam]:
    """Draw trees of one to four levels, skewed sizes, skipped questions, several leaders each."""
    chance = random.Random(seed)
    deepest, share_elsewhere = chance.randint(1, 4), chance.choice((0, 0.1, 0.5))
    depths: dict[str, int] = {}
    employed: list[int] = []
    teams = []
    for number in range(chance.randint(1, most_teams)):
        above = [team for team, depth in depths.items() if depth < deepest]
        parent = chance.choice(above) if above and chance.random() < 0.95 else None
        depths[f"T{number}"] = depths[parent] + 1 if parent else 1
        invited = 1 + int(MOST_INVITED * chance.random() ** 2.5)
        people = set(chance.sample(employed, min(len(employed), invited)))
        people = {person for person in people if chance.random() < share_elsewhere}
        while len(people) < invited:
            people.add(len(employed))
            employed.append(len(employed))
        teams.append(drawn_team(chance, f"T{number}", parent, people, chance.choice((0.4, 0.8, 1))))
    return teams


def drawn_team(
    chance: random.Random, name: str, parent: str | None, people: set[int], answering: float
) -> CountedTeam:
    """Draw one team's answers around a tendency; everybody skips some, a few a whole scale."""
    tendency, skipping = chance.randint(0, 4), chance.choice((0, 0.1, 0.4))
    ballots: list[Answers]
    ballots = [_answers(chance, tendency, skipping) for _ in people if chance.random() < answering]
    said = random.Random(name)  # apart, so that teams without an agreement are what they were
    asks_agreement = len(people) % 2 == 0
    if asks_agreement:
        ballots = [
            {**b, "K1": said.choice((*LABELS, None)), "K2": said.choice((4, 5))} for b in ballots
        ]
    return replace(
        counted(ballots, len(people), name, people),
        parent=parent,
        asks_comments=len(people) >= 10,
        asks_agreement=asks_agreement,
    )


def says(fit: int | None = 0, **scales: int | None) -> Answers:
    """Answer all items of a scale alike: 1 (its low end) to 5; 5 if not named."""
    given: dict[str, int | None] = {"F1": fit}
    for item in RATED:
        score = scales.get(item.scale, 5)
        given[item.id] = 6 - score if item.reversed and score else score
    return given


def counted(
    ballots: Sequence[Answers], invited: int, name: str = "A", people: Collection[int] = ()
) -> CountedTeam:
    """Count a team of its own, which is not asked for comments."""
    return CountedTeam(
        id=name,
        parent=None,
        invited=invited,
        persons=[score_person(ballot) for ballot in ballots],
        answers=ballots,
        comments={},
        people=people or range(ord(name[0]) * 100, ord(name[0]) * 100 + invited),
        asks_comments=False,
    )


def agreeing_team(
    name: str,
    answered: int,
    parent: str | None = None,
    people: Collection[int] = (),
    **answers: int | None,
) -> CountedTeam:
    """Count a team of which two did not answer, and all others agreed, except for `answers`."""
    invited = max(answered + 2, len(people))
    return replace(
        counted([AGREED | answers] * answered, invited, name, people),
        parent=parent,
        comments={"C1": [f"{name} {number}" for number in range(answered)]},
        asks_comments=answered >= 8,
    )


def _answers(chance: random.Random, tendency: int, skipping: float) -> Answers:
    silent = chance.choice("stpea") if chance.random() < skipping else ""
    return {
        item.id: None
        if item.scale == silent or chance.random() < skipping / 2
        else item.values[min(4, max(0, tendency + chance.randint(-1, 1)))]
        for item in ITEMS
    }


def round_of(*teams: CountedTeam, threshold: int = 5) -> RoundPublication:
    return publish_round(teams, threshold=threshold, comment_threshold=10, seed=1)


def audited(
    teams: Sequence[CountedTeam], found: RoundPublication, threshold: int = 5
) -> list[Finding]:
    return audit(teams, found, threshold=threshold, comment_threshold=10)


def totals_over_everybody(
    teams: Sequence[CountedTeam], statistic: str, threshold: int
) -> list[Result]:
    """Publish what a plain threshold would: teams that reach it, and totals over all below."""
    counts = {each.id: contributors(statistic, each) for each in teams}
    below: dict[str, list[str]] = {each.id: [each.id] for each in teams}
    for each in reversed(teams):  # the draw puts leaders first
        if each.parent:
            below[each.parent] += below[each.id]
    groups: list[tuple[str, tuple[str, ...]]] = [(each.id, (each.id,)) for each in teams]
    groups += [(leader, tuple(found)) for leader, found in below.items() if len(found) > 1]
    return [
        Result(statistic, leader, len(found) > 1, found, shown=None, fine=False)
        for leader, found in groups
        if sum(counts[name] for name in found) >= threshold
    ]


def ballots_of(statistic: str, teams: Sequence[CountedTeam]) -> dict[Hashable, int]:
    """Count contributors by team."""
    return {each.id: contributors(statistic, each) for each in teams}
