from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from surveyapp.rounds import opening
from surveyapp.rounds.boxes import SLOT_BYTES
from surveyapp.rounds.opening import OpeningError
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import (
    MAX_MEMBERS,
    Box,
    BoxKind,
    Channel,
    Invite,
    Organisation,
    Person,
    Round,
    RoundTeam,
    State,
    Team,
)
from surveyapp.web.pages import keys, today
from tests import factories
from tests.rounds.inside import contents

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient


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
    for invite in db.session.scalars(select(Invite)):
        by_mail = invite.person.email is not None
        assert invite.channel == (Channel.MAIL if by_mail else Channel.SLIP)
        assert len(invite.random_id or b"") == (16 if by_mail else 0)


def test_the_key_of_a_round_lies_outside_the_database_for_its_owner_alone(
    sqlite_app: Flask,
) -> None:
    opened = db.session.get_one(Round, factories.open_teams(Dana=5))
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
        ({"threshold": 2}, "Results need at least 3"),
        ({"comment_threshold": 4}, "at least 5"),
        ({"threshold": 12}, "no fewer than results do"),
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


def test_a_second_round_waits_until_the_first_is_closed(organisation: int) -> None:
    """Two results of almost the same people tell what one of them said."""
    first = factories.open_round(organisation, "Spring")
    with pytest.raises(opening.OpeningError, match="“Spring” is still open"):
        factories.open_round(organisation, "Summer")
    factories.open_teams("Contoso", Eve=5)
    factories.close_and_release(first)
    factories.open_round(organisation, "Summer")


def test_the_roster_of_an_open_round_does_not_change_with_the_organisation(
    organisation: int,
) -> None:
    round_id = factories.open_round(organisation)
    factories.make_team(organisation, "Late", 5)
    names = select(RoundTeam.leader_name).where(RoundTeam.round_id == round_id)
    assert list(db.session.scalars(names)) == ["Dana"]


def hire(team: int, *emails: str | None) -> None:
    with writing() as session:
        found = session.get_one(Team, team)
        for place, email in enumerate(emails):
            owner = found.organisation_id
            made = Person(organisation_id=owner, name=f"Late {place}", email=email)
            session.add(made)
            found.members.append(made)


def test_late_joiners_make_the_boxes_larger_and_change_nothing_else(
    app: Flask, client: PageClient
) -> None:
    organisation = factories.make_organisation()
    team = factories.make_team(organisation, "Dana", 9, mail=True)
    factories.make_team(organisation, "Bo", 3)
    round_id = factories.open_round(organisation)
    factories.answer_by_link(client, factories.draw_links(round_id)["Dana"][0])
    before = contents()
    hire(team, "late@demo.example", None)
    with writing() as session:
        opened = session.get_one(Round, round_id)
        assert opening.invite_late(session, opened, keys(), today()) == 2
    with writing() as session:
        opened = session.get_one(Round, round_id)
        assert opening.invite_late(session, opened, keys(), today()) == 0
        dana, bo = opened.teams
        assert (dana.invited, dana.joined_late, bo.invited) == (11, 2, 3)
        assert not dana.asks_comments
        for box in session.scalars(select(Box)):
            team_size = 11 if box.round_team_id == dana.id else 3
            assert len(box.blob) == 28 + team_size * SLOT_BYTES[BoxKind(box.kind)]
    assert contents() == before
    codes = factories.draw_codes(round_id)
    assert {leader: len(drawn) for leader, drawn in codes.items()} == {"Dana": 1, "Bo": 3}
    factories.answer_by_slip(client, codes["Dana"][0])
    factories.answer_by_link(client, factories.draw_links(round_id)["Dana"][-1])


def test_nobody_joins_a_round_that_is_over_or_a_team_that_is_full(app: Flask) -> None:
    organisation = factories.make_organisation()
    team = factories.make_team(organisation, "Dana", MAX_MEMBERS)
    round_id = factories.open_round(organisation)
    hire(team, None)
    with writing() as session, pytest.raises(OpeningError, match="250 is the most"):
        opening.invite_late(session, session.get_one(Round, round_id), keys(), today())
    later = today() + dt.timedelta(days=11)
    with writing() as session, pytest.raises(OpeningError, match="takes no answers"):
        opening.invite_late(session, session.get_one(Round, round_id), keys(), later)
    factories.close_and_release(round_id)
    with writing() as session, pytest.raises(OpeningError, match="takes no answers"):
        opening.invite_late(session, session.get_one(Round, round_id), keys(), today())


def test_no_round_opens_before_somebody_accepted_what_results_are_for(organisation: int) -> None:
    with writing() as session:
        session.get_one(Organisation, organisation).purpose_accepted_on = None
    with pytest.raises(OpeningError, match="for development only"):
        factories.open_round(organisation)
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        for who in ("first", "second"):
            opening.accept_purpose(owner, who, today())
        assert owner.purpose_accepted_by == "first"
    factories.open_round(organisation)


def test_a_round_keeps_the_tree_as_it_was_when_it_opened(app: Flask) -> None:
    organisation = factories.make_organisation()
    above, below = (factories.make_team(organisation, name, 5) for name in ("Dana", "Bo"))
    with writing() as session:
        session.get_one(Team, below).parent_id = above
    round_id = factories.open_round(organisation)
    with writing() as session:
        session.get_one(Team, below).parent_id = None
    with writing() as session:
        dana, bo = session.get_one(Round, round_id).teams
        assert (dana.parent_id, bo.parent_id) == (None, dana.id)


def test_a_newcomer_where_somebody_left_is_asked_about(app: Flask) -> None:
    """With another name or address the same person would answer twice."""
    organisation = factories.make_organisation()
    team = factories.make_team(organisation, "Dana", 5, mail=True)
    round_id = factories.open_round(organisation)
    with writing() as session:
        found = session.get_one(Team, team)
        found.members.pop(0)
    hire(team, "married@demo.example")
    with writing() as session, pytest.raises(OpeningError, match=r"Late 0 came .* Dana 1 left"):
        opening.invite_late(session, session.get_one(Round, round_id), keys(), today())
    with writing() as session:
        opened = session.get_one(Round, round_id)
        joined = opening.invite_late(session, opened, keys(), today(), others_than_left=True)
        assert (joined, opened.teams[0].invited) == (1, 6)
