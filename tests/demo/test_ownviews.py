from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.core.selfview import OwnView, own_views
from surveyapp.demo import cast, truths
from surveyapp.followup import selfform
from tests.demo.closed import CLOSED, DANA, asked, published, rounds, with_plan

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def compared(session: Session, email: str) -> list[dict[str, OwnView]]:
    """Set a leader's own view beside the team's, in each closed round that has one."""
    teams = [team for team in asked(session, email) if team.publication]
    return [
        own_views(saved.answers, shown.scales, all_bands=True)
        for team, shown in zip(teams, published(session, email), strict=True)
        if (saved := selfform.read(session, team))
    ]


def test_most_leaders_said_how_they_see_themselves_before_the_newest_release(
    session: Session,
) -> None:
    leaders = cast.NORTHWIND.leaders()
    saved = {
        str(team.leader.email): own
        for team in rounds(session)[len(CLOSED) - 1].teams
        if (own := selfform.read(session, team))
    }
    assert set(saved) == {email for email, leader in leaders.items() if leader.fills_in}
    assert 0 < len(leaders) - len(saved) < len(leaders) / 5
    guesses = [own.guess for own in saved.values()]
    assert 0 < guesses.count(None) < len(guesses) / 2


def test_dana_said_so_in_each_closed_round_and_not_in_the_open_one_yet(session: Session) -> None:
    own = [selfform.read(session, team) for team in asked(session, DANA)]
    assert [each is not None for each in own] == [True, True, True, False]
    last = asked(session, DANA)[-1]
    assert selfform.is_open(last)


def test_what_dana_took_for_trust_is_felt_as_such_in_the_end(session: Session) -> None:
    first, _, last = compared(session, DANA)
    assert (first["t"], last["t"]) == (OwnView.HIGHER, OwnView.SIMILAR)


@pytest.mark.parametrize(
    ("plan", "scale"), [(truths.MANAGED, "t"), (truths.LEFT_ALONE, "e"), (truths.LEFT_ALONE, "t")]
)
def test_a_planted_gap_is_found(session: Session, plan: truths.Plan, scale: str) -> None:
    found = [views[scale] for email in with_plan(plan) for views in compared(session, email)]
    assert found == [OwnView.HIGHER] * 2


def test_who_sees_it_as_the_team_does_is_told_so(session: Session) -> None:
    for plan in (truths.LED, truths.GUIDED, truths.TALKATIVE, truths.EARNED_FREEDOM):
        views = [view for email in with_plan(plan) for view in compared(session, email)]
        told = [word for view in views for word in view.values()]
        assert told.count(OwnView.SIMILAR) > len(told) * 0.75
