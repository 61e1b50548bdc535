from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from surveyapp.storage.database import writing
from surveyapp.storage.models import Round, State, TeamSees
from tests import factories
from tests.factories import send
from tests.web.coached import closed_round

if TYPE_CHECKING:
    from tests.installation import PageClient

LEADERS = ("Dana", "Bo", "Eve")


@pytest.fixture
def closed(client: PageClient) -> int:
    """Close a round of three teams; a coach of Dana and Bo signs in."""
    organisation = factories.make_organisation()
    for leader in LEADERS:
        factories.make_team(organisation, leader, 5)
        factories.make_leader_account(organisation, leader)
    factories.sign_in(client, factories.make_coach_account(organisation, leaders=["Dana", "Bo"]))
    return closed_round(organisation)


def released(round_id: int) -> set[str]:
    with writing() as session:
        teams = session.get_one(Round, round_id).teams
        return {team.leader_name for team in teams if team.released}


def one(round_id: int, leader: str = "Dana") -> str:
    return f"/coach/results/{factories.team_ids(round_id)[leader]}/release"


def every(round_id: int) -> str:
    return f"/coach/rounds/{factories.public_id(round_id)}/release"


def test_a_page_asks_first_says_who_sees_what_and_that_nothing_takes_it_back(
    client: PageClient, closed: int
) -> None:
    page = client.get(one(closed)).text
    assert "Release the result of Dana?" in page
    for said in (
        "This cannot be taken back, by you or by anybody else.",
        "A leader sees their own result, as you see it in the preview",
        "Their own view is locked: ask first whether they have filled it in.",
        "From now on you see how they see themselves",
        "are seen by the team in seven days, or before if the leader shares them.",
        f"/promise/{factories.public_id(closed)}",
    ):
        assert said in page
    with writing() as session:
        session.get_one(Round, closed).team_sees = TeamSees.IF_SHARED
    assert "only if the leader shares them." in client.get(one(closed)).text
    assert released(closed) == set()


def test_one_result_is_released_to_its_leader_alone(client: PageClient, closed: int) -> None:
    assert send(client, one(closed)).status_code == 302
    assert released(closed) == {"Dana"}
    page = client.get(one(closed).removesuffix("/release")).text
    assert "Released to 1 leader." in page
    assert "Release this result" not in page
    dana = factories.signed_in("dana@demo.example")
    result = f"/leader/results/{factories.public_id(closed)}"
    assert dana.get(result).status_code == 200
    assert (
        "You did not fill in your own view before the release."
        in dana.get(f"/leader/rounds/{factories.public_id(closed)}/own").text
    )


def test_all_releases_what_waits_of_ones_own_leaders_and_names_them(
    client: PageClient, closed: int
) -> None:
    assert "Release 2 results" in client.get("/coach/").text
    page = client.get(every(closed)).text
    assert "Release 2 results?" in page
    assert ">Dana</a>" in page
    assert ">Eve<" not in page
    assert send(client, every(closed)).status_code == 302
    assert released(closed) == {"Dana", "Bo"}
    page = client.get("/coach/").text
    assert "Released to 2 leaders." in page
    assert "/release" not in page
    with writing() as session:
        assert session.get_one(Round, closed).state == State.CLOSED


def test_releasing_once_more_says_that_there_is_nothing_to_release(
    client: PageClient, closed: int
) -> None:
    send(client, every(closed))
    for path in (one(closed), every(closed)):
        assert client.get(path).status_code == 302
    assert "Everything here is released already." in client.get("/coach/").text
