"""Attack: somebody is deleted so that what is shown afterwards tells of one person.

Against the product it fails; against a twin that deletes as one would at first, it succeeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from surveyapp.anonymity.overlap import too_close
from surveyapp.core.change import Change
from surveyapp.core.publication import Reason, Withheld
from surveyapp.storage.database import writing
from surveyapp.storage.models import Invite, Membership, Person, Round, Team
from surveyapp.storage.rounds import people_asked
from tests import factories
from tests.rounds.test_changing import LED, MANAGED, closed_round
from tests.rounds.test_forgetting import forget

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.installation import PageClient

SIZE, ANSWERING = 12, 7


def forget_at_first_sight(organisation: int, email: str) -> None:
    """Delete whatever names somebody, and bring the number of people asked up to date."""
    with writing() as session:
        query = select(Person).where(Person.email == email, Person.organisation_id == organisation)
        gone = session.scalars(query).one()
        for invite in session.scalars(select(Invite).where(Invite.person_id == gone.id)).all():
            for team in session.scalars(select(Round)).all()[0].teams:
                team.invited -= team.id == invite.round_team_id
            session.delete(invite)
        session.execute(delete(Membership).where(Membership.person_id == gone.id))
        session.flush()
        session.delete(gone)


@pytest.mark.parametrize(
    ("way", "told"), [(forget, Withheld(Reason.MEMBERSHIP)), (forget_at_first_sight, None)]
)
def test_a_change_since_the_last_round_does_not_tell_of_who_was_deleted_in_between(
    client: PageClient, way: Callable[[int, str], object], told: Withheld | None
) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", SIZE)
    with writing() as session:
        one = session.scalars(select(Person).where(Person.name == "Dana 1")).one()
        one.email = factories.address("Dana 1")
    closed_round(client, organisation, "First", MANAGED, ANSWERING)
    way(organisation, factories.address("Dana 1"))
    found = closed_round(client, organisation, "Second", LED, ANSWERING)
    assert found
    assert found.change == (told or Change.LIKELY_REAL)


@pytest.mark.parametrize(("way", "is_found"), [(forget, False), (forget_at_first_sight, True)])
def test_who_alone_is_in_two_teams_is_not_told_apart_once_deleted(
    app: Flask, way: Callable[[int, str], object], *, is_found: bool
) -> None:
    organisation = factories.make_organisation()
    for leader in ("Dana", "Eve"):
        factories.make_team(organisation, leader, SIZE, mail=True)
    with writing() as session:
        dana, eve = session.scalars(select(Team).order_by(Team.id))
        eve.members.append(dana.members[0])
    round_id = factories.open_round(organisation)
    way(organisation, factories.address("Dana 1"))
    with writing() as session:
        opened = session.get_one(Round, round_id)
        people = people_asked(session, opened)
        withheld = too_close({team.leader_name: people[team.id] for team in opened.teams}, 5)
    # With both shown, their sum counts once more whoever is in both: 1 person, whose answer it is.
    assert (withheld == set()) is is_found
