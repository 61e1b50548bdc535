from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from surveyapp.storage.models import RoleName
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient


@pytest.fixture
def closed(client: PageClient) -> int:
    """Close a round in which Dana's ten answered and Bo's four; released to nobody yet."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 10)
    factories.make_team(organisation, "Bo", 4)
    for leader in ("Dana", "Bo"):
        factories.make_leader_account(organisation, leader)
    factories.make_coach_account(organisation, "Coach", ["Dana", "Bo"])
    factories.make_coach_account(organisation, "Other", ["Bo"])
    factories.make_account(organisation, "Admin", RoleName.ADMIN)
    round_id = factories.open_round(organisation)
    for leader, codes in factories.draw_codes(round_id).items():
        for place, code in enumerate(codes):
            # Followed closely and as help to grow: agrees with all that is not reversed.
            form = {name: "2" if name.endswith("r") else "4" for name in factories.answers()}
            comment = {"C1": f"comment {place}"} if leader == "Dana" else {}
            factories.answer_by_slip(client, code, form | {"F1": "0"} | comment)
    factories.close_and_release(round_id, release=False)
    return round_id


def figures(page: str) -> dict[str, dict[str, object]]:
    found = re.findall(
        r'<script type="application/json" id="([\w-]+)">(.*?)</script>', page, re.DOTALL
    )
    return {name: json.loads(text) for name, text in found}


def test_a_leader_sees_sentence_maps_table_scales_and_comments(
    client: PageClient, closed: int
) -> None:
    factories.release_round(closed)
    factories.sign_in(client, "dana@demo.example")
    page = client.get(f"/leader/results/{factories.public_id(closed)}").text
    assert 'Mostly <b class="ml">micro-leading</b>' in page
    assert "more than three quarters of the team answered" in page
    assert set(figures(page)) == {"map-triangle-figure", "map-square-figure", "palette"}
    assert re.search(r"<th scope=\"row\">your team</th><td>[^<]+</td><td>about 0\.7</td>", page)
    for text in (
        "On average: People feel followed rather closely. People feel rather trusted. People feel",
        "checks are mostly meant to help them grow. People find check-ins mostly agreed.",
        "What they feel checks of their work are for.",
        "not validated yet",
    ):
        assert text in page
    assert [f"comment {place}" for place in range(10)] == re.findall(r"comment \d", page)


def test_a_leader_sees_nothing_before_the_release(client: PageClient, closed: int) -> None:
    factories.sign_in(client, "dana@demo.example")
    page = client.get("/leader/").text
    assert "Nothing to see yet" in page
    assert "A coach who works with you may see it before." in page
    assert client.get(f"/leader/results/{factories.public_id(closed)}").status_code == 404


def test_a_withheld_result_says_why_and_holds_no_number_of_it(
    client: PageClient, closed: int
) -> None:
    factories.release_round(closed)
    factories.sign_in(client, "bo@demo.example")
    assert "Too few answered" in client.get("/leader/").text
    page = client.get(f"/leader/results/{factories.public_id(closed)}").text
    assert "Too few people answered" in page
    assert "fewer than 5 people answered this" in page
    assert figures(page) == {}
    assert "What the place is made of" not in page


def test_a_coach_previews_what_is_closed_and_sees_who_sees_it(
    client: PageClient, closed: int
) -> None:
    factories.sign_in(client, "coach@demo.example")
    page = client.get("/coach/").text
    assert "2 leaders, Spring" in page
    assert "Mostly micro-leading" in page
    assert page.count("not released</span>") == 2
    assert "to twentieths if 10 or more answered, in a team of 12 or more" in page
    mark = figures(page)["portfolio-figure"]["data"]
    assert "Dana" in json.dumps(mark)
    assert "Bo" not in json.dumps(mark)
    one = client.get(f"/coach/results/{factories.team_ids(closed)['Dana']}").text
    assert "preview: not released to the leader yet" in one


def test_a_coach_sees_only_their_own_leaders(client: PageClient, closed: int) -> None:
    factories.sign_in(client, "other@demo.example")
    assert "Bo" in client.get("/coach/").text
    for view in ("", "/departments", "/movement", "/release", "/reports"):
        page = client.get(f"/coach/rounds/{factories.public_id(closed)}{view}").text
        assert "Dana" not in page
        assert factories.team_ids(closed)["Dana"] not in page


def test_nobody_sees_a_round_of_another_organisation(client: PageClient, closed: int) -> None:
    factories.release_round(closed)
    contoso = factories.make_organisation("Contoso")
    factories.make_account(contoso, "Stranger", RoleName.LEADER, RoleName.COACH, RoleName.ADMIN)
    factories.sign_in(client, "stranger@demo.example")
    for path in ("/leader/", "/coach/", "/admin/"):
        assert ">Spring<" not in client.get(path).text


def test_an_administrator_sees_who_is_asked_and_no_result(client: PageClient, closed: int) -> None:
    factories.release_round(closed)
    factories.sign_in(client, "admin@demo.example")
    page = client.get("/admin/").text
    assert "Spring" in page
    assert "14 people asked, in 2 teams" in page
    for path in (f"/leader/results/{factories.public_id(closed)}", "/coach/"):
        assert client.get(path).status_code == 404


def test_no_page_of_an_open_round_changes_with_a_ballot(client: PageClient, app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 6)
    factories.make_leader_account(organisation, "Dana")
    factories.make_coach_account(organisation)
    factories.make_account(organisation, "Admin", RoleName.ADMIN)
    codes = factories.draw_codes(factories.open_round(organisation))["Dana"]
    paths = {"dana": "/leader/", "coach": "/coach/", "admin": "/admin/"}

    def pages() -> list[str]:
        seen = [client.get(path).text for path in ("/", "/slip")]
        for who, path in paths.items():
            visitor = app.test_client()
            factories.sign_in(visitor, f"{who}@demo.example")
            seen.append(re.sub(r'name="csrf_token" value="[^"]+"', "", visitor.get(path).text))
        return seen

    before = pages()
    factories.answer_by_slip(client, codes[0])
    assert pages() == before
