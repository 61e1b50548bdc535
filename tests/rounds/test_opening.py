from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from surveyapp.rounds import opening
from surveyapp.rounds.boxes import SLOT_BYTES
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Box, Channel, Invite, Organisation, Round, RoundTeam, State
from surveyapp.web.pages import keys, today
from tests import factories

if TYPE_CHECKING:
    from flask import Flask


def draft(organisation: int, **decisions: Any) -> int:  # noqa: ANN401  (any option of a round)
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        closes = decisions.pop("closes_on", today() + dt.timedelta(days=3))
        name = decisions.pop("name", "Spring")
        return opening.create_round(session, owner, name, closes, **decisions).id


def test_opening_freezes_the_teams_with_members_and_makes_constant_boxes(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 7)
    factories.make_team(organisation, "Bo", 3, mail=True)
    factories.make_team(organisation, "Nobody", 0)
    opened = db.session.get_one(Round, factories.open_round(organisation))
    assert opened.state == State.OPEN
    assert {team.leader_name: team.invited for team in opened.teams} == {"Dana": 7, "Bo": 3}
    for team in opened.teams:
        boxes = db.session.scalars(select(Box).where(Box.round_team_id == team.id)).all()
        assert {box.kind: len(box.blob) for box in boxes} == {
            kind: 28 + team.invited * size for kind, size in SLOT_BYTES.items()
        }
        assert team.private_key
        assert len(team.fingerprint.split()) == 4
    assert db.session.scalar(select(func.count()).select_from(Invite)) == 10
    assert set(db.session.scalars(select(Invite.channel))) == {Channel.SLIP}


def test_the_key_of_a_round_lies_outside_the_database_for_its_owner_alone(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    opened = db.session.get_one(Round, factories.open_round(organisation))
    file = keys().path / f"round-{opened.public_id}.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    database = db.engine.url.database
    assert database
    with open(database, "rb") as stored:  # noqa: PTH123
        assert file.read_bytes() not in stored.read()


@pytest.mark.parametrize(
    ("decisions", "complaint"),
    [
        ({"threshold": 2}, "at least 3"),
        ({"comment_threshold": 4}, "at least 5"),
        ({"threshold": 12}, "no fewer than"),
        ({"name": "  "}, "needs a name"),
    ],
)
def test_a_round_with_unsafe_decisions_is_not_made(
    app: Flask, decisions: dict[str, Any], complaint: str
) -> None:
    organisation = factories.make_organisation()
    with pytest.raises(opening.OpeningError, match=complaint):
        draft(organisation, **decisions)


def test_two_rounds_of_an_organisation_have_two_names(app: Flask) -> None:
    organisation = factories.make_organisation()
    draft(organisation)
    with pytest.raises(opening.OpeningError, match="another name"):
        draft(organisation)
    draft(factories.make_organisation("Contoso"))


def test_a_round_opens_once_before_its_last_day_and_with_somebody_to_ask(app: Flask) -> None:
    organisation = factories.make_organisation()
    empty = draft(organisation)
    late = draft(organisation, name="Late", closes_on=today() - dt.timedelta(days=1))
    for round_id, complaint in ((empty, "on the roster"), (late, "is past")):
        with writing() as session, pytest.raises(opening.OpeningError, match=complaint):
            opening.open_round(session, session.get_one(Round, round_id), keys(), today())
    factories.make_team(organisation, "Dana", 5)
    with writing() as session:
        opening.open_round(session, session.get_one(Round, empty), keys(), today())
    with writing() as session, pytest.raises(opening.OpeningError, match="only a draft"):
        opening.open_round(session, session.get_one(Round, empty), keys(), today())


def test_a_second_round_waits_until_the_first_is_closed(app: Flask) -> None:
    """Two results of almost the same people tell what one of them said."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    first = factories.open_round(organisation, "Spring")
    with pytest.raises(opening.OpeningError, match="“Spring” is still open"):
        factories.open_round(organisation, "Summer")
    contoso = factories.make_organisation("Contoso")
    factories.make_team(contoso, "Eve", 5)
    factories.open_round(contoso, "Spring")
    factories.close_and_release(first)
    factories.open_round(organisation, "Summer")


def test_the_roster_of_an_open_round_does_not_change_with_the_organisation(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5)
    round_id = factories.open_round(organisation)
    factories.make_team(organisation, "Late", 5)
    names = select(RoundTeam.leader_name).where(RoundTeam.round_id == round_id)
    assert list(db.session.scalars(names)) == ["Dana"]
