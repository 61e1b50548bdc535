"""Attack 19: somebody tries links to results, and reads every byte of those that open.

They hold a link that was withdrawn, one that was replaced, one of another organisation, what the
database keeps of a link, and the address at which a team will see its result.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import pytest

from surveyapp.anonymity import base64url
from surveyapp.charts.reading import Reading
from surveyapp.core.questionnaire import ITEMS
from surveyapp.followup import selfform, sharing
from surveyapp.reports import results
from surveyapp.storage.database import writing
from surveyapp.storage.models import Round, SharedLink, State
from surveyapp.web.pages import today
from tests import factories, followups
from tests.page_checks import parse, text_of

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.installation import PageClient

COMMENT: Final = "Only we know about the red folder."
OWN: Final = (0.13, 0.87)
"""The leader's guess: no other number on the page looks like it."""
FIGURE: Final = re.compile(
    r'<script type="application/json" id="[\w-]+-figure">(.*?)</script>', re.DOTALL
)


@dataclass
class World:
    """Two organisations with a released result of a team of twelve each."""

    client: PageClient
    rounds: dict[str, int]


@pytest.fixture
def world(client: PageClient) -> World:
    rounds = {}
    for name, place in (("Northwind", 3), ("Contoso", 0)):
        organisation = factories.make_organisation(name)
        factories.make_team(organisation, "Dana", 12)
        made = factories.open_round(organisation)
        for code in factories.draw_codes(made)["Dana"]:
            factories.answer_by_slip(client, code, factories.answers(place) | {"C1": COMMENT})
        factories.close_and_release(made, release=False)
        with writing() as session:
            own = {item.id: 2 for item in ITEMS}
            selfform.save(session, followups.round_team(session, made), own, OWN)
        factories.release_round(made)
        rounds[name] = made
    return World(client, rounds)


def get(world: World, secret: str) -> TestResponse:
    return world.client.get(f"/share/{secret}")


def withdraw(round_id: int) -> None:
    with writing() as session:
        sharing.withdraw(session, followups.round_team(session, round_id))


def guesses(kept: bytes) -> list[str]:
    """Return the links that somebody tries who has read what the database keeps of one."""
    return [kept.hex(), base64url.encode(kept), kept.decode("ascii", "replace")]


def opened_with_the_database(world: World) -> list[str]:
    """Share a result, read the database, and return the links that open."""
    followups.share(world.rounds["Northwind"])
    with writing() as session:
        kept = session.query(SharedLink).one().secret_hash
    return [guess for guess in guesses(kept) if get(world, guess).status_code == 200]


def of_the_leader(page: str) -> list[str]:
    """Return what a page tells of the leader's own view."""
    told = {"text": text_of(parse(page)), "figures": "".join(FIGURE.findall(page))}
    return [
        f"{place}: {word}"
        for place, said in told.items()
        for word in ("guess", "see yourself", "leader sees it")
        if word in said.lower()
    ]


def test_what_the_database_keeps_of_a_link_opens_nothing(world: World) -> None:
    assert opened_with_the_database(world) == []


def test_a_secret_kept_as_it_is_would_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "_hash", str.encode)
    assert len(opened_with_the_database(world)) == 1


def test_every_link_that_does_not_open_reads_the_same(world: World) -> None:
    northwind = world.rounds["Northwind"]
    replaced = followups.share(northwind)
    withdrawn = followups.share(northwind)
    withdraw(northwind)
    unknown = "x" * 43
    replies = {get(world, secret).data for secret in (replaced, withdrawn, unknown)}
    assert len(replies) == 1
    assert {get(world, secret).status_code for secret in (withdrawn, unknown)} == {404}
    headers = [
        [pair for pair in get(world, secret).headers if pair[0] != "Date"]
        for secret in (withdrawn, unknown)
    ]
    assert headers[0] == headers[1]
    assert "The leader withdrew this link" in replies.pop().decode()


def test_a_link_opens_its_own_organisations_result_alone(world: World) -> None:
    pages = {name: get(world, followups.share(made)).text for name, made in world.rounds.items()}
    for name, page in pages.items():
        (other,) = set(world.rounds) - {name}
        assert name in page
        assert other not in page
    withdraw(world.rounds["Contoso"])
    assert get(world, followups.share(world.rounds["Northwind"])).status_code == 200


def test_no_byte_of_a_shared_page_tells_of_the_leader_s_view_or_of_comments(world: World) -> None:
    page = get(world, followups.share(world.rounds["Northwind"])).text
    assert "red folder" not in page
    assert len(FIGURE.findall(page)) == 2
    assert of_the_leader(page) == []


def test_the_leader_s_view_is_found_on_a_page_that_shows_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {item.id: 2 for item in ITEMS}
    monkeypatch.setattr(results, "Reading", partial(Reading, own=own, guessed=OWN))
    page = get(world, followups.share(world.rounds["Northwind"])).text
    found = of_the_leader(page)
    assert {"text: guess", "figures: guess", "figures: leader sees it"} <= set(found)


def test_every_number_on_a_shared_page_is_one_that_the_publication_displays(world: World) -> None:
    """Nothing finer: shares in twentieths, and neither scales nor items in numbers."""
    page = get(world, followups.share(world.rounds["Northwind"])).text
    said = text_of(parse(FIGURE.sub("", page)).find("body/main"))  # type: ignore[arg-type]
    numbers = {float(number) for number in re.findall(r"\d+\.\d+", said)}
    assert numbers
    assert all(round(number * 20, 6).is_integer() for number in numbers), numbers


def test_it_carries_no_cookie_no_referrer_and_stays_out_of_caches_and_indexes(
    app: Flask, world: World
) -> None:
    secret = followups.share(world.rounds["Northwind"])
    factories.sign_in(world.client, factories.make_leader_account(1, "Dana"))
    team_id = factories.team_ids(world.rounds["Northwind"])["Dana"]
    for path in (f"/share/{secret}", f"/share/{'x' * 43}", f"/results/{team_id}"):
        signed_in, stranger = world.client.get(path), app.test_client().get(path)
        assert "Set-Cookie" not in signed_in.headers
        assert "Cookie" not in signed_in.headers.get("Vary", "")
        assert signed_in.headers["Referrer-Policy"] == "no-referrer"
        assert signed_in.headers["Cache-Control"] == "no-store"
        assert "noindex" in signed_in.headers["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex' in signed_in.text
        assert signed_in.data == stranger.data


def test_a_team_s_own_address_shows_nothing_before_its_day(world: World) -> None:
    northwind = world.rounds["Northwind"]
    path = f"/results/{factories.team_ids(northwind)['Dana']}"
    for days_ago, is_shown in ((0, False), (6, False), (7, True)):
        with writing() as session:
            followups.round_team(session, northwind).released_on = today() - dt.timedelta(days_ago)
        page = world.client.get(path).text
        assert ("-figure" in page) is is_shown
        assert ("will appear here" in page) is not is_shown


@pytest.mark.parametrize("change", [{"team_sees": "if_shared"}, {"state": State.DISCARDED}])
def test_where_nothing_was_promised_there_is_no_such_address(
    world: World, change: dict[str, str]
) -> None:
    northwind = world.rounds["Northwind"]
    with writing() as session:
        found = session.get_one(Round, northwind)
        for name, value in change.items():
            setattr(found, name, value)
        found.teams[0].released_on = today() - dt.timedelta(days=30)
    path = f"/results/{factories.team_ids(northwind)['Dana']}"
    assert world.client.get(path).status_code == 404
    assert world.client.get("/results/aaaaaaaaaaaaaaaa").status_code == 404
