"""What is said of the way between two rounds, when the second one is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from surveyapp.core.change import Change
from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import PublishedChange, Reason, Withheld
from surveyapp.storage.database import writing
from surveyapp.storage.models import Invite, Membership, Person, Publication, Team
from tests import factories

if TYPE_CHECKING:
    from tests.installation import PageClient

MANAGED, LED = ({**factories.answers(4), "F1": "0"} for _ in range(2))
MANAGED |= dict.fromkeys(("T1", "T2", "P1", "P2"), "1")
MANAGED |= {"S4r": "1", "T3r": "5", "P3r": "5", "P4r": "5"}
LED |= dict.fromkeys(("S4r", "T3r", "P3r", "P4r"), "1")
SIZE = 12


@pytest.fixture
def organisation() -> int:
    made = factories.make_organisation()
    factories.make_team(made, "Dana", SIZE)
    return made


def closed_round(
    client: PageClient, organisation: int, name: str, said: dict[str, str], answering: int
) -> PublishedChange | None:
    """Hold a round in which so many answer alike; returns what is said of the change."""
    round_id = factories.open_round(organisation, name)
    for code in factories.draw_codes(round_id)["Dana"][:answering]:
        factories.answer_by_slip(client, code, said)
    factories.close_and_release(round_id)
    with writing() as session:
        newest = session.scalars(select(Publication)).all()[-1]
        return Published.from_json(newest.document).change


def replace_members(organisation: int, count: int) -> None:
    """Let so many people leave the team, and as many join it."""
    with writing() as session:
        team = session.scalars(select(Team)).one()
        for person in team.members[:count]:
            session.execute(delete(Membership).where(Membership.person_id == person.id))
        joined = [Person(organisation_id=organisation, name=f"New {n}") for n in range(count)]
        session.expire(team)
        team.members.extend(joined)


@pytest.mark.parametrize("answering", [7, 12])
def test_a_large_change_is_likely_real_and_the_same_again_is_none(
    client: PageClient, organisation: int, answering: int
) -> None:
    assert closed_round(client, organisation, "First", MANAGED, answering) is None
    moved = closed_round(client, organisation, "Second", LED, answering)
    same = closed_round(client, organisation, "Third", LED, answering)
    assert moved
    assert same
    assert (moved.change, same.change) == (Change.LIKELY_REAL, Change.NO_CLEAR_CHANGE)
    assert moved.since != same.since


@pytest.mark.parametrize(("replaced", "answering"), [(1, 7), (2, 7), (2, 12), (3, 7)])
def test_a_change_is_not_told_where_few_of_few_people_joined_or_left(
    client: PageClient, organisation: int, replaced: int, answering: int
) -> None:
    closed_round(client, organisation, "First", MANAGED, answering)
    replace_members(organisation, replaced)
    found = closed_round(client, organisation, "Second", LED, answering)
    assert found
    told = answering == SIZE or 2 * replaced >= 5
    assert found.change == (Change.LIKELY_REAL if told else Withheld(Reason.MEMBERSHIP))


def test_somebody_deleted_since_counts_as_one_who_may_have_left(
    client: PageClient, organisation: int
) -> None:
    closed_round(client, organisation, "First", MANAGED, 7)
    with writing() as session:
        first = session.scalars(select(Invite)).first()
        session.delete(first)
    found = closed_round(client, organisation, "Second", LED, 7)
    assert found
    assert found.change == Withheld(Reason.MEMBERSHIP)


def test_a_round_in_which_too_few_answered_is_passed_over(
    client: PageClient, organisation: int
) -> None:
    closed_round(client, organisation, "First", MANAGED, 12)
    assert closed_round(client, organisation, "Second", MANAGED, 4) is None
    assert closed_round(client, organisation, "Third", LED, 5) is None
    found = closed_round(client, organisation, "Fourth", LED, 12)
    assert found
    assert found.change is Change.LIKELY_REAL
