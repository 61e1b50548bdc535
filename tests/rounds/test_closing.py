from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.change_code import new_code
from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import Reason, Withheld
from surveyapp.rounds import boxes, closing
from surveyapp.rounds.answering import Answering, UnknownSlipError
from surveyapp.storage import accounts
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Box, Invite, Publication, Round, RoundTeam, Slip, State
from surveyapp.storage.results import coached_rounds
from surveyapp.storage.scope import scope_of
from surveyapp.web.pages import keys, today
from tests import factories

if TYPE_CHECKING:
    from flask import Flask


def answered(size: int = 6, count: int = 6) -> tuple[int, list[str]]:
    """Open a round of one team of this size in which this many answer."""
    round_id = factories.open_teams(Dana=size)
    codes = factories.draw_codes(round_id)["Dana"]
    for place, code in enumerate(codes[:count]):
        ballot = Ballot(factories.answers(place % 5), {})
        with writing() as session:
            Answering(session, keys(), today()).submit(code, new_code(), ballot)
    return round_id, codes


def state(round_id: int) -> Round:
    db.session.rollback()
    return db.session.get_one(Round, round_id)


def publication_of(round_id: int) -> Published:
    team = state(round_id).teams[0]
    assert team.publication
    return Published.from_json(team.publication.document)


def test_closing_publishes_and_leaves_no_answer_no_box_no_slip_and_no_key(app: Flask) -> None:
    round_id, _codes = answered()
    assert closing.close(round_id, keys())
    closed = state(round_id)
    assert (closed.state, closed.destroyed) == (State.CLOSED, True)
    assert not isinstance(publication_of(round_id).position, Withheld)
    for table in (Box, Slip):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert closed.teams[0].private_key is None
    assert not keys().exists(closed.public_id)
    assert set(db.session.scalars(select(Invite.random_id))) == {None}


def test_fewer_than_the_threshold_are_withheld_by_type(app: Flask) -> None:
    round_id, _codes = answered(count=4)
    closing.close(round_id, keys())
    assert publication_of(round_id).position == Withheld(Reason.TOO_FEW)


def test_a_closed_round_does_not_close_again_and_takes_no_answer(app: Flask) -> None:
    round_id, codes = answered(count=5)
    closing.close(round_id, keys())
    before = publication_of(round_id)
    with pytest.raises(closing.ClosingError, match="no round closes twice"):
        closing.close(round_id, keys())
    with pytest.raises(UnknownSlipError):
        Answering(db.session, keys(), today()).admit(codes[5])
    assert publication_of(round_id) == before


def test_a_round_with_a_publication_does_not_close_whatever_its_state_says(app: Flask) -> None:
    """As after a restore: two closings would show what the last ballot said."""
    round_id, _codes = answered()
    with writing() as session:
        team = session.get_one(Round, round_id).teams[0]
        session.add(Publication(round_team_id=team.id, document="{}"))
    with pytest.raises(closing.ClosingError, match="no round closes twice"):
        closing.close(round_id, keys())


def test_nobody_previews_a_result_before_its_answers_are_destroyed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, _codes = answered()
    coach = factories.make_coach_account(1)
    monkeypatch.setattr(closing, "erase_deleted", lambda: False)
    closing.close(round_id, keys())
    scope = scope_of(db.session, accounts.find_account(db.session, coach))
    assert scope
    assert coached_rounds(db.session, scope) == []
    db.session.rollback()
    monkeypatch.undo()
    closing.close(round_id, keys())
    assert len(coached_rounds(db.session, scope)) == 1


def test_an_interrupted_closing_goes_on_where_it_stood(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id, codes = answered(count=5)

    class PowerCutError(Exception):
        pass

    def power_cut(_team: RoundTeam) -> None:
        raise PowerCutError

    with pytest.raises(PowerCutError):
        closing.close(round_id, keys(), progress=power_cut)
    assert state(round_id).state == State.CLOSING
    assert db.session.scalar(select(func.count()).select_from(Publication)) == 0
    with writing() as session, pytest.raises(UnknownSlipError):
        Answering(session, keys(), today()).submit(codes[5], new_code(), Ballot({}, {}))
    db.session.rollback()
    monkeypatch.setattr(closing, "erase_deleted", lambda: False)
    assert not closing.close(round_id, keys())
    monkeypatch.undo()
    assert closing.close(round_id, keys())
    assert state(round_id).destroyed


def test_more_ballots_than_people_let_in_hold_the_round(app: Flask) -> None:
    round_id, _codes = answered(count=5)
    with writing() as session:
        team = session.get_one(Round, round_id).teams[0]
        round_key = keys().read(team.round.public_id)
        forged = boxes.unseal(session, team, round_key)
        forged.ballots[b"f" * 32] = next(iter(forged.ballots.values()))
        boxes.reseal(session, team, round_key, forged)
    with pytest.raises(closing.ClosingError, match="more ballots than people were let in"):
        closing.close(round_id, keys())
    assert db.session.scalar(select(func.count()).select_from(Publication)) == 0
    assert db.session.scalar(select(func.count()).select_from(Box)) == 2


def test_a_draft_is_not_closed(app: Flask) -> None:
    round_id, _codes = answered()
    with writing() as session:
        session.get_one(Round, round_id).state = State.DRAFT
    with pytest.raises(closing.ClosingError, match="nothing to count"):
        closing.close(round_id, keys())


def test_boxes_that_were_only_resealed_are_counted_after_an_interruption(app: Flask) -> None:
    round_id, _codes = answered()
    with writing() as session:
        closing.begin(session, session.get_one(Round, round_id))

    def publish_until_the_power_fails() -> None:
        with writing() as session:
            closing.publish(session, session.get_one(Round, round_id), keys())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_until_the_power_fails()
    with writing() as session:
        team = session.get_one(Round, round_id).teams[0]
        round_key = keys().read(team.round.public_id)
        boxes.reseal(session, team, round_key, boxes.unseal(session, team, round_key))
    assert closing.close(round_id, keys())
    assert state(round_id).destroyed
