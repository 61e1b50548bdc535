"""One team's publication: of each statistic what may be shown, in which tier, or why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from surveyapp.anonymity.atoms import Group, is_fine
from surveyapp.anonymity.personal import EXPERIENCE, HANDS_OFF, OVERLAP, PEOPLE, TOO_FEW
from surveyapp.anonymity.rounding import (
    participation,
    rounded_agreement,
    rounded_item,
    rounded_part,
    rounded_position,
    rounded_scale,
)
from surveyapp.anonymity.thresholds import FEWEST_FOR_ALL_BANDS
from surveyapp.core.analysis import ABOUT_THE_LEADER, SCALE_ITEMS, seen_alike
from surveyapp.core.checkin import ABOUT_AGREEMENT
from surveyapp.core.coarse_region import coarse_radius
from surveyapp.core.fit import rule_verdict, target, tolerance
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
    from collections.abc import Mapping, Sequence

    from surveyapp.core.agreement import AgreementWord
    from surveyapp.core.analysis import Analysis
    from surveyapp.core.counted import CountedTeam
    from surveyapp.core.fit import HandsOffKind, Verdict
    from surveyapp.core.publication import Participation

Word = TypeVar("Word")


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
    return group if isinstance(group, Withheld) else TOO_FEW if word is None else word


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
    for item in (*RATED, *(ABOUT_AGREEMENT if team.asks_agreement else ())):
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
