"""How a leader shares a result with the team, and takes the link back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from surveyapp.storage.database import writing
from surveyapp.storage.models import Round, TeamSees
from tests import factories, followups
from tests.factories import send
from tests.followups import AGREED
from tests.page_checks import parse, text_of

if TYPE_CHECKING:
    from tests.installation import PageClient

LINK = re.compile(r'value="http://[^"]+(/share/[\w-]{43})"')


@pytest.fixture
def spring(client: PageClient) -> int:
    """Release a round of Dana's team and Eve's; Dana is signed in."""
    organisation = factories.make_organisation()
    for leader in ("Dana", "Eve"):
        factories.make_team(organisation, leader, 6)
        factories.make_leader_account(organisation, leader)
    made = factories.open_round(organisation)
    for code in factories.draw_codes(made)["Dana"]:
        factories.answer_by_slip(client, code)
    factories.close_and_release(made)
    factories.sign_in(client, "dana@demo.example")
    return made


def path(round_id: int, page: str = "") -> str:
    return f"/leader/results/{factories.public_id(round_id)}/share{page}"


def press(client: PageClient, round_id: int, button: str) -> str:
    """Press a button of the page; returns the page that comes."""
    reply = send(client, path(round_id, button), carried=path(round_id))
    assert reply.status_code == 302
    return client.get(reply.location).text


def new_link(client: PageClient, round_id: int) -> str:
    found = LINK.search(press(client, round_id, "/new"))
    assert found
    return found[1]


def test_a_new_link_is_shown_once_and_opens_for_anybody(client: PageClient, spring: int) -> None:
    link = new_link(client, spring)
    assert LINK.search(client.get(path(spring)).text) is None
    assert link not in client.get(path(spring)).text
    with client.application.test_client() as stranger:
        page = stranger.get(link).text
    assert "How your team feels led" in page


def test_a_withdrawn_link_says_what_happened(client: PageClient, spring: int) -> None:
    link = new_link(client, spring)
    assert "The link is withdrawn" in press(client, spring, "/withdraw")
    reply = client.get(link)
    assert reply.status_code == 404
    assert "The leader withdrew this link" in reply.text
    assert "No link works at the moment" in client.get(path(spring)).text


def test_a_new_link_takes_the_place_of_the_old_one(client: PageClient, spring: int) -> None:
    old, new = new_link(client, spring), new_link(client, spring)
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_the_secret_is_not_left_in_the_session(client: PageClient, spring: int) -> None:
    link = new_link(client, spring)
    with client.session_transaction("/leader/") as kept:
        assert link.rpartition("/")[2] not in str(dict(kept))


def test_the_team_sees_the_agreement_and_questions_once_it_is_agreed(
    client: PageClient, spring: int
) -> None:
    link = f"/share/{followups.share(spring)}"
    assert AGREED.what not in client.get(link).text
    followups.agree(spring)
    page = text_of(parse(client.get(link).text))
    assert AGREED.what in page
    assert "Questions" in page
    assert "rests on" not in page


@pytest.mark.parametrize("sees", TeamSees)
def test_page_promise_and_questionnaire_say_when_the_team_sees_it(
    client: PageClient, spring: int, sees: TeamSees
) -> None:
    with writing() as session:
        session.get_one(Round, spring).team_sees = sees
    summer = factories.open_round(1, "Summer")
    with writing() as session:
        session.get_one(Round, summer).team_sees = sees
    answering = client.get(f"/answer/{factories.team_ids(summer)['Dana']}").text
    pages = (
        client.get(path(spring)).text,
        client.get(f"/promise/{factories.public_id(summer)}").text,
        answering,
    )
    by_itself = ("from ", "seven days after your leader", "seven days after Dana")
    shared = ("only if you share it", "only if your leader shares it", "only if Dana shares it")
    said = by_itself if sees is TeamSees.AFTER_SEVEN_DAYS else shared
    for page, words in zip(pages, said, strict=True):
        assert words in text_of(parse(page))
    assert ("/results/" in answering) is (sees is TeamSees.AFTER_SEVEN_DAYS)
