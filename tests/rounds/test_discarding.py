"""Giving a round up: it is destroyed with its answers, and the next one may open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from surveyapp.rounds import closing, opening
from surveyapp.rounds.closing import ClosingError
from surveyapp.storage.database import writing
from surveyapp.storage.models import Box, Invite, Round, Slip, State
from surveyapp.web.pages import keys, today
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient


@pytest.fixture
def round_id(client: PageClient) -> int:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5, mail=True)
    factories.make_team(organisation, "Bo", 5)
    made = factories.open_round(organisation)
    factories.answer_by_slip(client, factories.draw_codes(made)["Bo"][0])
    factories.answer_by_link(client, factories.draw_links(made)["Dana"][0])
    return made


def test_a_discarded_round_leaves_no_answer_and_no_key_and_makes_room(round_id: int) -> None:
    assert closing.discard(round_id, keys())
    with writing() as session:
        found = session.get_one(Round, round_id)
        assert (found.state, found.destroyed) == (State.DISCARDED, True)
        for table in (Box, Slip):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        assert set(session.scalars(select(Invite.random_id))) == {None}
    assert not keys().exists(factories.public_id(round_id))
    factories.open_round(1, "Autumn")


def test_a_round_whose_key_is_lost_is_discarded_and_others_go_on(
    client: PageClient, round_id: int
) -> None:
    keys().destroy(factories.public_id(round_id))
    assert "No open round has this code" in client.post("/slip", data={"slip": "0" * 12}).text
    with pytest.raises(Exception, match="key of this round is missing"):
        closing.close(round_id, keys())
    assert closing.discard(round_id, keys())
    factories.open_round(1, "Autumn")


def test_a_discarded_round_is_neither_opened_nor_counted_nor_answered(
    client: PageClient, app: Flask, round_id: int
) -> None:
    link = factories.draw_links(round_id)["Dana"][1]
    closing.discard(round_id, keys())
    with pytest.raises(ClosingError, match="nothing to count"):
        closing.close(round_id, keys())
    assert client.get(link.partition("#")[0]).status_code == 410
    with writing() as session:
        found = session.get_one(Round, round_id)
        found.state = State.DRAFT  # a copy was put back
        with pytest.raises(opening.OpeningError, match="only a draft can be opened"):
            opening.open_round(session, found, keys(), today())


def test_a_counted_round_is_not_discarded(round_id: int) -> None:
    factories.close_and_release(round_id)
    with pytest.raises(ClosingError, match="nothing left to discard"):
        closing.discard(round_id, keys())
