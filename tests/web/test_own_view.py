from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.core.questionnaire import UNCHECKED
from surveyapp.core.selfview import OWN_FORM, own_choices
from surveyapp.followup import selfform
from surveyapp.followup.selfform import SelfView
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round, RoundTeam, SelfForm, State
from tests import factories
from tests.factories import token
from tests.page_checks import parse, text_of

if TYPE_CHECKING:
    from tests.installation import PageClient

SLIDERS = {"closeness": "80", "meant": "75"}
LEADING = "Your guess: nearest to micro-leading."


@pytest.fixture
def opened(client: PageClient) -> int:
    """Open a round of Dana's team and Eve's; Dana is signed in."""
    organisation = factories.make_organisation()
    for leader in ("Dana", "Eve"):
        factories.make_team(organisation, leader, 5)
        factories.make_leader_account(organisation, leader)
    factories.sign_in(client, "dana@demo.example")
    return factories.open_round(organisation)


def path(round_id: int) -> str:
    return f"/leader/rounds/{factories.public_id(round_id)}/own"


def send(client: PageClient, round_id: int, **form: str) -> str:
    """Send the form as a browser without a script does; returns the page that follows."""
    reply = factories.send(client, path(round_id), **form)
    assert reply.status_code == 302
    assert reply.location == path(round_id)
    return client.get(path(round_id)).text


def saved(round_id: int, leader: str = "Dana") -> SelfView | None:
    with writing() as session:
        query = select(RoundTeam).where(RoundTeam.round_id == round_id)
        team = session.scalars(query.where(RoundTeam.leader_name == leader)).one()
        return selfform.read(session, team)


def checked(page: str) -> set[str]:
    return set(re.findall(r'id="([\w-]+)" [^>]*checked', page))


def test_the_form_asks_the_closed_questions_in_the_leaders_words(
    client: PageClient, opened: int
) -> None:
    root = parse(client.get(path(opened)).text)
    legends = [text_of(legend) for legend in root.iter("legend")]
    assert legends == [item.own_text for item in OWN_FORM]
    assert len(legends) == 17
    values = {field.get("value") for field in root.iter("input") if field.get("type") == "radio"}
    assert values == {choice for item in OWN_FORM for choice in own_choices(item)}
    assert UNCHECKED not in values
    assert list(root.iter("textarea")) == []


def test_a_part_of_the_form_is_kept_and_comes_back_to_be_changed(
    client: PageClient, opened: int
) -> None:
    assert "not yet" in client.get("/leader/").text
    page = send(client, opened, S1="4", T3r="na", F1="-2", keep_guess="y", **SLIDERS)
    assert "Saved. You can change it until your result is released." in page
    assert checked(page) == {"S1-4", "T3r-na", "F1--2", "keep_guess"}
    assert LEADING in page
    assert all(
        f'name="{name}" min="0" max="100" value="{at}"' in page for name, at in SLIDERS.items()
    )
    assert saved(opened) == SelfView({"S1": 4, "T3r": None, "F1": -2}, (0.8, 0.75))
    listed = client.get("/leader/").text
    assert path(opened) in listed
    assert "filled in" in listed
    page = send(client, opened, S1="2", **SLIDERS)
    assert saved(opened) == SelfView({"S1": 2}, None)
    assert checked(page) == {"S1-2"}


def test_sliders_without_the_tick_are_no_guess(client: PageClient, opened: int) -> None:
    page = send(client, opened, **SLIDERS)
    assert saved(opened) == SelfView({}, None)
    assert re.search(r'id="guess-said" role="status">\s*No guess\.\s*</p>', page)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("S1", "6", "Please choose one of these answers, or none."),
        ("P1", UNCHECKED, "Please choose one of these answers, or none."),
        ("F1", "4", "Please choose one of these answers, or none."),
        ("closeness", "101", "Please put this between the two ends of the line."),
        ("meant", "far", "Not a valid integer value"),
    ],
)
def test_what_no_form_of_ours_sends_is_named_and_nothing_is_kept(
    client: PageClient, opened: int, field: str, value: str, problem: str
) -> None:
    form = {"S2": "3", "keep_guess": "y"} | SLIDERS | {field: value}
    reply = factories.send(client, path(opened), **form)
    assert reply.status_code == 422
    assert f'id="{field}-problem">{problem}' in reply.text
    assert "1 question needs another look" in reply.text
    assert checked(reply.text) == {"S2-3", "keep_guess"}
    assert saved(opened) is None


def test_the_release_locks_the_form_and_what_was_said_stays_to_be_read(
    client: PageClient, opened: int
) -> None:
    page = send(client, opened, S1="4", F1="0", keep_guess="y", **SLIDERS)
    factories.close_and_release(opened)
    late = {"csrf_token": token(page), "S1": "1", "keep_guess": "y", "closeness": "5", "meant": "5"}
    assert client.post(path(opened), data=late).status_code == 302
    page = client.get(path(opened)).text
    assert "Not saved: your result was released before you sent this." in page
    assert "This is locked, because your result has been released." in page
    assert "csrf_token" not in page.partition("<main")[2].partition("</main>")[0]
    cells = re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', page)
    assert [answer for _question, answer in cells] == ["Agree", "Just right"]
    assert LEADING in page
    assert 'id="cross" class="cross" transform="translate(0.7222 0.0962)"' in page
    assert saved(opened) == SelfView({"S1": 4, "F1": 0}, (0.8, 0.75))
    assert "not yet" not in client.get("/leader/").text


def test_a_leader_who_left_it_empty_is_told_so_after_the_release(
    client: PageClient, opened: int
) -> None:
    page = client.get(path(opened)).text
    factories.close_and_release(opened)
    client.post(path(opened), data={"csrf_token": token(page), "S1": "1"})
    page = client.get(path(opened)).text
    assert "You did not fill in your own view before the release." in page
    assert saved(opened) is None


def test_a_form_is_about_ones_own_team_and_nobody_elses(client: PageClient, opened: int) -> None:
    send(client, opened, S1="4")
    eve = factories.signed_in("eve@demo.example")
    assert checked(eve.get(path(opened)).text) == set()
    send(eve, opened, S1="1")
    assert saved(opened) == SelfView({"S1": 4}, None)
    assert saved(opened, "Eve") == SelfView({"S1": 1}, None)


@pytest.mark.parametrize("state", [State.DRAFT, State.DISCARDED])
def test_a_round_that_never_gives_a_result_has_no_form(
    client: PageClient, opened: int, state: State
) -> None:
    with writing() as session:
        session.get_one(Round, opened).state = state
    assert client.get(path(opened)).status_code == 404
    assert "not yet" not in client.get("/leader/").text


def test_a_form_that_was_tampered_with_reaches_no_other_row(
    client: PageClient, opened: int
) -> None:
    send(client, opened, S1="4", C1="a comment", round_team_id="2", S99="5")
    with writing() as session:
        rows = session.scalars(select(SelfForm)).all()
        assert [(row.answers, row.guess_closeness) for row in rows] == [('{"S1": 4}', None)]
