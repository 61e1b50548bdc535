"""What a round promises to whoever is asked, and how they check it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from surveyapp.anonymity.tickets import fingerprint
from surveyapp.rounds import opening
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, RoleName, Round
from surveyapp.web.pages import today
from tests import factories
from tests.factories import send

if TYPE_CHECKING:
    from tests.installation import PageClient


@pytest.fixture
def organisation(client: PageClient) -> int:
    made = factories.make_organisation()
    factories.make_team(made, "Dana", 7, mail=True)
    factories.make_team(made, "Bo", 12)
    return made


def test_the_promise_carries_the_rounds_own_numbers(client: PageClient, organisation: int) -> None:
    round_id = factories.open_round(organisation, threshold=6, comment_threshold=11)
    page = client.get(f"/promise/{factories.public_id(round_id)}").text
    assert "only groups of 6 or more are shown" in page
    assert "Asked in teams of 11 or more" in page
    assert "19 people asked" in page
    assert "finer if 10 or more answered, in a team of 12 or more" in page
    assert "unless the administration closes it earlier" in page
    assert "What it cannot protect you from" in page


def test_the_promise_names_who_accepted_the_purpose_and_whom_to_turn_to(
    client: PageClient, organisation: int
) -> None:
    path = f"/promise/{factories.public_id(factories.open_round(organisation))}"
    assert "No contact was named" in client.get(path).text
    with writing() as session:
        session.get_one(Organisation, organisation).contact = "Works council, 123"
    page = client.get(path).text
    assert "turn to Works council, 123" in page
    assert re.search("Accepted for Northwind on [^.]+ by: admin@demo.example", page)


def test_the_keys_of_all_teams_are_public(client: PageClient, organisation: int) -> None:
    round_id = factories.open_round(organisation)
    page = client.get(f"/keys/{factories.public_id(round_id)}").text
    with writing() as session:
        for team in session.get_one(Round, round_id).teams:
            assert team.leader_name in page
            assert team.fingerprint in page
            assert fingerprint(team.public_key) in page


def test_a_draft_promises_nothing_yet(client: PageClient, organisation: int) -> None:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        public_id = opening.create_round(session, owner, "Draft", today()).public_id
    for what in ("promise", "keys"):
        assert client.get(f"/{what}/{public_id}").status_code == 404


def accept(client: PageClient, **sent: str) -> str:
    reply = send(client, "/admin/purpose", carried="/admin/", **sent)
    return client.get(reply.location).text if reply.location else reply.text


def test_an_administrator_accepts_the_purpose_once(client: PageClient, organisation: int) -> None:
    with writing() as session:
        session.get_one(Organisation, organisation).purpose_accepted_on = None
    factories.sign_in(client, factories.make_account(organisation, "Ruth", RoleName.ADMIN))
    assert "Before the first round" not in client.get("/admin/").text  # there is no round yet
    assert "Please accept this before the first round" in accept(client)
    page = accept(client, accepted="y")
    assert "Accepted by ruth@demo.example" in page
    assert 'name="accepted"' not in page
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        assert owner.purpose_accepted_by == "ruth@demo.example"
