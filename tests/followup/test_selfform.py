from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.followup import selfform
from surveyapp.followup.selfform import LockedError, SelfView
from surveyapp.rounds import releasing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round, RoundTeam, State
from tests import factories

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from surveyapp.core.position import Point

SAID = {"S1": 4, "T3r": 1, "F1": -2, "P1": None}
PATIENCE = 10


@pytest.fixture
def opened(app: Flask) -> int:
    """Open a round of Dana's and Eve's teams."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    factories.make_team(organisation, "Eve", 5)
    return factories.open_round(organisation)


def team_of(session: Session, round_id: int, leader: str = "Dana") -> RoundTeam:
    query = select(RoundTeam).where(RoundTeam.round_id == round_id)
    return session.scalars(query.where(RoundTeam.leader_name == leader)).one()


def save(round_id: int, guess: Point | None = (0.25, 0.8)) -> None:
    with writing() as session:
        selfform.save(session, team_of(session, round_id), SAID, guess)


def read(round_id: int, leader: str = "Dana") -> SelfView | None:
    with writing() as session:
        return selfform.read(session, team_of(session, round_id, leader))


def test_a_form_is_kept_as_it_was_saved_for_its_own_team_alone(opened: int) -> None:
    assert read(opened) is None
    save(opened)
    assert read(opened) == SelfView(SAID, (0.25, 0.8))
    assert read(opened, "Eve") is None


@pytest.mark.parametrize("guess", [(0.0, 0.0), (1.0, 1.0), (0.29, 0.57), None])
def test_saving_again_replaces_the_form_and_every_guess_comes_back(
    opened: int, guess: Point | None
) -> None:
    save(opened)
    with writing() as session:
        selfform.save(session, team_of(session, opened), {}, guess)
    assert read(opened) == SelfView({}, guess)


def test_a_form_is_taken_until_the_release_and_locked_from_then_on(opened: int) -> None:
    with writing() as session:
        session.get_one(Round, opened).state = State.CLOSING
    save(opened)
    factories.close_and_release(opened, release=False)
    save(opened, (0.5, 0.5))
    with writing() as session:
        releasing.release(session.get_one(Round, opened), "dana@demo.example")
    with pytest.raises(LockedError):
        save(opened)
    assert read(opened) == SelfView(SAID, (0.5, 0.5))
    with writing() as session:
        assert selfform.is_open(team_of(session, opened, "Eve"))
        assert not selfform.is_open(team_of(session, opened))


@pytest.mark.parametrize("state", [State.DRAFT, State.RELEASED, State.DISCARDED])
def test_no_form_is_taken_by_a_round_that_does_not_wait_for_its_release(
    opened: int, state: State
) -> None:
    with writing() as session:
        session.get_one(Round, opened).state = state
    with pytest.raises(LockedError):
        save(opened)
    assert read(opened) is None


def test_a_form_that_meets_a_release_on_its_way_is_refused(app: Flask, opened: int) -> None:
    factories.close_and_release(opened, release=False)
    looks_open: list[bool] = []
    refused: list[LockedError] = []
    loaded = threading.Event()

    def fill_in() -> None:
        with app.app_context(), writing() as session:
            team = team_of(session, opened)
            looks_open.append(selfform.is_open(team))
            loaded.set()
            with pytest.raises(LockedError) as error:
                selfform.save(session, team, SAID, None)
            refused.append(error.value)

    with writing() as session:
        # PostgreSQL lets the other one read what was before; SQLite's writers wait at the door.
        reads_before = session.get_bind().dialect.name == "postgresql"
        releasing.release(session.get_one(Round, opened))
        session.flush()
        filling = threading.Thread(target=fill_in)
        filling.start()
        loaded.wait(PATIENCE if reads_before else 0)
    filling.join(PATIENCE)
    assert looks_open == [reads_before]
    assert len(refused) == 1
    assert read(opened) is None
