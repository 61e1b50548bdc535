"""One team's publication: of each statistic what may be shown, in which tier, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from surveyapp.anonymity.atoms import FINE_CONTRIBUTORS, Group, is_fine
from surveyapp.anonymity.overlap import too_close
from surveyapp.anonymity.rounding import (
    FEWEST_FOR_ALL_BANDS,
    participation,
    rounded_agreement,
    rounded_item,
    rounded_part,
    rounded_position,
    rounded_scale,
)
from surveyapp.core.analysis import ABOUT_THE_LEADER, SCALE_ITEMS, seen_alike
from surveyapp.core.coarse_region import coarse_radius
from surveyapp.core.fit import hands_off_reading, rule_verdict, target, tolerance
from surveyapp.core.position import Zone, square_point
from surveyapp.core.publication import (
    Publication,
    PublishedFit,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.questionnaire import COMMENTS, RATED
from surveyapp.core.region import Ellipse, fine_region

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from surveyapp.core.agreement import AgreementWord
    from surveyapp.core.analysis import Analysis
    from surveyapp.core.fit import HandsOffKind, Verdict
    from surveyapp.core.publication import Participation
    from surveyapp.core.questionnaire import Answers, Person

EXPERIENCE, PEOPLE, HANDS_OFF = "e", "people", "hands_off"
PERSONAL: Final = (EXPERIENCE, PEOPLE, HANDS_OFF)
"""About the person: somebody with two leaders tells it twice, and two results could be set
against each other."""
Word = TypeVar("Word")
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


def about_themselves(
    teams: Sequence[CountedTeam], threshold: int
) -> dict[str, dict[str, Group | Withheld]]:
    """Say of every team how each of `PERSONAL` may be shown: finely, coarsely or not at all.

    Returned are, by team and statistic, the groups and reasons. If teams share people, both may
    be too close to each other. That is decided once for all of `PERSONAL`: one of these in one
    team beside another in the other would tell of the same few.
    """
    counts = {team.id: {name: _contributors(name, team) for name in PERSONAL} for team in teams}
    overlapping = too_close(
        {team.id: team.people for team in teams if max(counts[team.id].values()) >= threshold},
        threshold,
    )
    many = {
        team.id: team.people
        for team in teams
        if team.id not in overlapping
        and is_fine(max(counts[team.id].values()), team.invited, threshold)
    }
    fine = many.keys() - too_close(many, max(FINE_CONTRIBUTORS, threshold))

    def group(team: CountedTeam, count: int) -> Group | Withheld:
        if team.id in overlapping:
            return OVERLAP
        if count < threshold:
            return TOO_FEW
        shown_finely = team.id in fine and is_fine(count, team.invited, threshold)
        return Group((team.id,), count, team.invited, shown_finely)

    return {
        team.id: {name: group(team, count) for name, count in counts[team.id].items()}
        for team in teams
    }


def team_publication(
    team: CountedTeam,
    analysis: Analysis,
    personal: Mapping[str, Group | Withheld],
    *,
    threshold: int,
    comment_threshold: int,
) -> Publication:
    """Publish what a team tells by itself; each statistic needs `threshold` contributors.

    `personal` are the team's entries of `about_themselves`.
    """
    answered = participation(len(team.persons), team.invited)
    enough = len(team.persons) >= threshold
    fine = is_fine(analysis.team.positioned, team.invited, threshold)
    agreement = _agreement(team, threshold, fine=fine) if enough else TOO_FEW
    position = _position(analysis, answered, agreement, threshold, fine=fine)
    scales = {
        name: _scale(name, analysis, group)
        for name, group in _scale_groups(team, analysis, personal, threshold).items()
    }
    return Publication(
        participation=answered if enough else TOO_FEW,
        position=position if enough else TOO_FEW,
        scales=scales,
        comments=_comments(team, comment_threshold),
        items=_items(team, personal[EXPERIENCE], threshold),
        agreement=agreement,
        fit=_fit(
            analysis,
            position,
            personal,
            _rule(scales, position, all_bands=threshold >= FEWEST_FOR_ALL_BANDS),
        ),
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


def _position(
    analysis: Analysis,
    answered: Participation,
    alike: AgreementWord | Withheld,
    threshold: int,
    *,
    fine: bool,
) -> PublishedPosition | Withheld:
    score, certainty = analysis.team, analysis.certainty
    if score.positioned < threshold or certainty is None or score.shares is None:
        return Withheld(Reason.NO_POSITION)
    if fine:
        shown = fine_region(certainty.region.covariance, certainty.region.quantile)
    else:
        word = None if isinstance(alike, Withheld) else alike
        radius = coarse_radius(word, answered)
        shown = Ellipse(radius, radius, 0)
    zones = analysis.finding.zones
    probability = certainty.probabilities[zones[0]] if zones else 0.0
    return rounded_position(score.shares, analysis.finding, probability, shown, fine=fine)


def _scale_groups(
    team: CountedTeam,
    analysis: Analysis,
    personal: Mapping[str, Group | Withheld],
    threshold: int,
) -> dict[str, Group | Withheld]:
    found: dict[str, Group | Withheld] = {}
    for name in ABOUT_THE_LEADER:
        count = analysis.team.contributors[name]
        fine = is_fine(count, team.invited, threshold)
        found[name] = (
            Group((team.id,), count, team.invited, fine) if count >= threshold else TOO_FEW
        )
    return found | {EXPERIENCE: personal[EXPERIENCE]}


def _scale(name: str, analysis: Analysis, group: Group | Withheld) -> PublishedScale | Withheld:
    mean = analysis.team.scales[name]
    if isinstance(group, Withheld) or mean is None:
        return group if isinstance(group, Withheld) else TOO_FEW
    half_width = analysis.half_widths[name]
    return rounded_scale(mean, group.contributors, fine=group.fine, half_width=half_width)


def _agreement(team: CountedTeam, threshold: int, *, fine: bool) -> AgreementWord | Withheld:
    """Say how far people see alike what is about the leader; each item needs `threshold` ratings.

    One word for the whole questionnaire, of many people too: of one scale, a word and a mean
    would leave few sets of answers possible. `fine` as the place on the map is shown.
    """
    items = [item for scale in ABOUT_THE_LEADER for item in SCALE_ITEMS[scale]]
    seen = seen_alike(team.answers, items, threshold)
    return rounded_agreement(seen.word, fine=fine) if seen else TOO_FEW


def _fit(
    analysis: Analysis,
    position: PublishedPosition | Withheld,
    personal: Mapping[str, Group | Withheld],
    rule: Verdict | Withheld,
) -> PublishedFit:
    fit, people = analysis.fit, personal[PEOPLE]
    bars = None
    if isinstance(people, Group) and people.fine and fit.people:
        below, above, n = fit.people.below, fit.people.above, fit.people.contributors
        too_little, right, too_much = (
            rounded_part(count / n) for count in (below, n - below - above, above)
        )
        bars = too_little, right, too_much
    hands_off: HandsOffKind | Withheld | None = None
    if isinstance(position, PublishedPosition) and position.zone is Zone.HANDS_OFF:
        hands_off = _shown(personal[HANDS_OFF], fit.hands_off.kind if fit.hands_off else None)
    return PublishedFit(
        people=_shown(people, fit.people.verdict if fit.people else None),
        bars=bars,
        rule=rule,
        hands_off=hands_off,
    )


def _rule(
    scales: Mapping[str, PublishedScale | Withheld],
    position: PublishedPosition | Withheld,
    *,
    all_bands: bool,
) -> Verdict | Withheld:
    """Say what the rule of thumb gives for what is displayed: so it tells nothing more."""
    middles = []
    for scale in (scales["s"], scales[EXPERIENCE]):
        if isinstance(scale, Withheld):
            return scale
        middles.append(scale.middle(all_bands=all_bands))
    closeness, experience = middles
    meant = [] if isinstance(position, Withheld) else [square_point(position.shares)[1]]
    return rule_verdict(closeness - target(experience), tolerance(meant))


def _shown(group: Group | Withheld, word: Word | None) -> Word | Withheld:
    if isinstance(group, Withheld):
        return group
    return TOO_FEW if word is None else word


def _comments(team: CountedTeam, threshold: int) -> dict[str, tuple[str, ...] | Withheld]:
    return {
        question.id: published_comments(
            team.comments.get(question.id, ()), asked=team.asks_comments, threshold=threshold
        )
        for question in COMMENTS
    }


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


def _contributors(statistic: str, team: CountedTeam) -> int:
    """Return how many people's answers are in one of `PERSONAL`."""
    if statistic == HANDS_OFF:
        return hands_off_reading(team.persons).contributors
    score = {EXPERIENCE: "e", PEOPLE: "b"}[statistic]
    return sum(getattr(one, score) is not None for one in team.persons)
