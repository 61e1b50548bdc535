"""In the demo one leader agrees on check-ins with the team, and the team says how it went."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from surveyapp.core.checkin import ABOUT_AGREEMENT, EVERY_ITEM
from surveyapp.core.questionnaire import ITEMS
from surveyapp.demo import agreements, truths
from surveyapp.followup import agreement, sharing
from surveyapp.storage.models import Outcome, RoundTeam, SharedLink
from tests.demo.closed import DANA, asked, published
from tests.demo.told import TODAY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_dana_agreed_after_the_second_result_and_changed_it_after_the_third(
    session: Session,
) -> None:
    written = [agreement.read(session, team) for team in asked(session, DANA)]
    outcomes = [each and each.outcome for each in written]
    assert outcomes == [None, Outcome.AGREED, Outcome.CHANGED, None]


def test_the_third_round_asked_about_it_and_the_open_one_does(session: Session) -> None:
    teams = asked(session, DANA)
    assert [team.asks_agreement for team in teams] == [False, False, True, True]
    assert teams[2].agreed != teams[3].agreed
    _first, second, third = published(session, DANA)
    assert {"K1", "K2"}.isdisjoint(second.items)
    kept, felt = third.items["K1"], third.items["K2"]
    assert isinstance(kept, int)
    assert isinstance(felt, int)
    assert min(kept, felt) > 6  # kept, and more like help


def test_nobody_else_is_asked_and_no_link_is_shared(session: Session) -> None:
    others = [team for team in session.query(RoundTeam) if team.leader.email != DANA]
    assert others
    assert not any(team.agreement for team in others)
    assert session.query(SharedLink).count() == 0


def test_teams_of_closed_rounds_see_their_results_by_now(session: Session) -> None:
    for team in asked(session, DANA)[:3]:
        day = sharing.team_sees_from(team)
        assert day
        assert day <= TODAY


def test_what_is_said_of_it_changes_no_other_answer() -> None:
    truth = truths.CHANGED.truth(2)
    plain = truths.ballots(truths.CHANGED, 2, 13, leader=DANA, is_open=False)
    asked_too = agreements.with_answers(plain, truth, DANA, 2)
    for ballot, before in zip(asked_too, plain, strict=True):
        assert {item.id: ballot.choices[item.id] for item in ITEMS} == before.choices
        assert ballot.comments == before.comments
        for item in ABOUT_AGREEMENT:
            assert ballot.choices[item.id] in EVERY_ITEM[item.id].choices


def test_an_agreement_lasts_into_the_next_round() -> None:
    found = agreements.written(1, dt.date(2026, 7, 3))
    assert found
    assert found[0].until > dt.date(2026, 10, 1)
    assert agreements.written(0, dt.date(2026, 3, 3)) is None
