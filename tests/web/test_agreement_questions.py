"""Two questions about an agreement, asked in the teams that have one and in no other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from surveyapp.anonymity.ballot import decode
from surveyapp.anonymity.change_code import from_words
from surveyapp.core.publication import Publication
from surveyapp.core.questionnaire import CANT_SAY, ITEMS
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round
from tests import factories, followups
from tests.followups import AGREED
from tests.page_checks import parse, text_of
from tests.web.papers import blobs, credential, kept

if TYPE_CHECKING:
    from tests.installation import PageClient

SUMMER = "Summer"
ABOUT = {"K1": "4", "K2": "5"}


@pytest.fixture
def summer(client: PageClient) -> int:
    """Open a round of Dana's team, which agreed on something, and Eve's, which did not."""
    organisation = factories.make_organisation()
    for leader in ("Dana", "Eve"):
        factories.make_team(organisation, leader, 12, mail=True)
    factories.make_team(organisation, "Finn", 12)
    spring = factories.open_round(organisation)
    factories.close_and_release(spring)
    followups.agree(spring, "Dana")
    followups.agree(spring, "Finn")
    return factories.open_round(organisation, SUMMER)


def links(round_id: int, leader: str) -> list[str]:
    return factories.draw_links(round_id)[leader]


def cast(client: PageClient, link: str, **said: str) -> tuple[int, dict[str, str]]:
    """Send a ballot by link; returns the status, and the errors by field."""
    _paper, proof = credential(client, link)
    path = factories.split_link(link)[0]
    reply = client.post(f"{path}/ballot", data=factories.answers() | said | proof)
    return reply.status_code, reply.get_json().get("errors", {})


def choices(round_id: int, leader: str) -> list[dict[str, str]]:
    return [dict(decode(packed).choices) for packed in kept(leader, round_id).ballots.values()]


def test_the_page_shows_the_agreement_and_both_questions_before_the_open_ones(
    client: PageClient, summer: int
) -> None:
    page = client.get(factories.split_link(links(summer, "Dana")[0])[0]).text
    said = text_of(parse(page))
    assert AGREED.what in said
    assert "10 or more answered, in a team of 12 or more" in said
    names = list(dict.fromkeys(re.findall(r'type="radio" name="(\w+)"', page)))
    assert names[-2:] == ["K1", "K2"]
    assert len(names) == len(ITEMS) + 2
    assert page.index(AGREED.what) < page.index('name="K1"') < page.index('name="C1"')


def test_a_team_without_an_agreement_sees_nothing_of_it(client: PageClient, summer: int) -> None:
    page = client.get(factories.split_link(links(summer, "Eve")[0])[0]).text
    assert AGREED.what not in page
    assert 'name="K1"' not in page


def test_answers_lie_in_the_ballot_beside_the_others(client: PageClient, summer: int) -> None:
    assert cast(client, links(summer, "Dana")[0], **ABOUT)[0] == 201
    assert choices(summer, "Dana") == [factories.answers() | ABOUT]


def test_left_out_they_count_as_not_answered(client: PageClient, summer: int) -> None:
    assert cast(client, links(summer, "Dana")[0], K2="1")[0] == 201
    assert choices(summer, "Dana") == [factories.answers() | {"K1": CANT_SAY, "K2": "1"}]


@pytest.mark.parametrize("forged", ["0", "6", "-1", "unchecked", "4 ", "<b>"])
@pytest.mark.parametrize("item", ["K1", "K2"])
def test_no_other_answer_is_taken(client: PageClient, summer: int, item: str, forged: str) -> None:
    before = blobs()
    status, errors = cast(client, links(summer, "Dana")[0], **{item: forged})
    assert (status, set(errors)) == (422, {item})
    assert choices(summer, "Dana") == []
    assert len(blobs()) == len(before)


@pytest.mark.parametrize("item", ["K1", "K2"])
def test_a_team_that_is_not_asked_cannot_answer(client: PageClient, summer: int, item: str) -> None:
    status, errors = cast(client, links(summer, "Eve")[0], **{item: "4"})
    assert (status, set(errors)) == (422, {item})
    assert "not asked" in errors[item]
    assert choices(summer, "Eve") == []


def test_a_slip_works_without_a_script(client: PageClient, summer: int) -> None:
    code = factories.draw_codes(summer)["Finn"][0]
    page = client.post("/slip", data={"slip": code}).text
    assert AGREED.what in text_of(parse(page))
    assert "19 short questions" in page
    factories.answer_by_slip(client, code, factories.answers() | ABOUT)
    assert choices(summer, "Finn") == [factories.answers() | ABOUT]


def test_on_a_slip_a_forged_answer_is_pointed_out_at_its_question(
    client: PageClient, summer: int
) -> None:
    code = factories.draw_codes(summer)["Finn"][0]
    page = client.post("/slip", data={"slip": code}).text
    sent = {"slip": code, "change_code": factories.carried_code(page), **factories.answers()}
    reply = client.post("/slip/answers", data=sent | {"K1": "9"})
    assert reply.status_code == 422
    assert 'href="#K1-1"' in reply.text
    assert choices(summer, "Finn") == []


def test_twelve_words_change_these_answers_too(client: PageClient, summer: int) -> None:
    code = factories.draw_codes(summer)["Finn"][0]
    words = factories.answer_by_slip(client, code, factories.answers() | ABOUT)
    team = factories.team_ids(summer)["Finn"]
    sent = {"change_code": from_words(words).hex(), **factories.answers(1), "K1": "1", "K2": "na"}
    reply = client.post(f"/answer/{team}/change/answers", data=sent)
    assert reply.status_code == 200
    assert choices(summer, "Finn") == [factories.answers(1) | {"K1": "1", "K2": "na"}]
    eve = factories.team_ids(summer)["Eve"]
    assert client.post(f"/answer/{eve}/change/answers", data=sent).status_code == 422


def test_what_was_answered_is_published_with_the_items(client: PageClient, summer: int) -> None:
    codes = factories.draw_codes(summer)["Finn"]
    for place, code in enumerate(codes):
        about = {"K1": "5" if place % 2 else "4", "K2": "2"}
        factories.answer_by_slip(client, code, factories.answers() | about)
    for link in links(summer, "Eve"):
        factories.answer_by_link(client, link)
    factories.close_and_release(summer)
    with writing() as session:
        items = {
            team.leader_name: Publication.from_json(team.publication.document).items
            for team in session.get_one(Round, summer).teams
            if team.publication
        }
    assert (items["Finn"]["K1"], items["Finn"]["K2"]) == (9, 4)
    assert items["Eve"]
    assert {"K1", "K2"}.isdisjoint(items["Eve"])
    assert items["Dana"] == {}
