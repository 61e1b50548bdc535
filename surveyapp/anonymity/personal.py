"""What people say of themselves, by team: finely, coarsely or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from surveyapp.anonymity.atoms import Group, is_fine
from surveyapp.anonymity.overlap import too_close
from surveyapp.anonymity.thresholds import FINE_CONTRIBUTORS
from surveyapp.core.fit import hands_off_reading
from surveyapp.core.publication import Reason, Withheld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.core.counted import CountedTeam

EXPERIENCE, PEOPLE, HANDS_OFF = "e", "people", "hands_off"
PERSONAL: Final = (EXPERIENCE, PEOPLE, HANDS_OFF)
"""About the person: somebody with two leaders tells it twice, and two results could be set
against each other."""
TOO_FEW, OVERLAP = Withheld(Reason.TOO_FEW), Withheld(Reason.OVERLAP)


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


def _contributors(statistic: str, team: CountedTeam) -> int:
    """Return how many people's answers are in one of `PERSONAL`."""
    if statistic == HANDS_OFF:
        return hands_off_reading(team.persons).contributors
    score = {EXPERIENCE: "e", PEOPLE: "b"}[statistic]
    return sum(getattr(one, score) is not None for one in team.persons)
