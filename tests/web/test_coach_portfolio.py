from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from surveyapp.core.publication import PublishedChange
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Coaching, Person, Round, Team
from surveyapp.web import listing
from surveyapp.web.pages import today
from tests import factories
from tests.publications import EARLIER, MEMBERSHIP, PUBLICATIONS, changed
from tests.web.coached import closed_round, listed, rows

if TYPE_CHECKING:
    from tests.installation import PageClient

LED, ALONE, CAMPS, TOO_FEW = (
    PUBLICATIONS[name] for name in ("micro-leading", "hands-off", "two camps", "too few")
)
RESULTS = {"Dana": LED, "Bo": ALONE, "Émile": CAMPS, "Zoë": TOO_FEW}


@pytest.fixture
def organisation(client: PageClient) -> int:
    """Let a coach of four leaders sign in."""
    made = factories.make_organisation()
    for leader in RESULTS:
        factories.make_team(made, leader, 5)
    factories.sign_in(client, factories.make_coach_account(made))
    return made


def set_follow_up(leader: str, days_ahead: int) -> dt.date:
    day = today() + dt.timedelta(days=days_ahead)
    with writing() as session:
        query = select(Coaching).join(Person, Coaching.leader_id == Person.id)
        session.scalars(query.where(Person.name == leader)).one().follow_up_on = day
    return day


def hang_below(top: str, *leaders: str) -> None:
    """Put the teams of some leaders below another one's."""
    with writing() as session:
        teams = {team.leader.name: team for team in session.scalars(select(Team))}
        for leader in leaders:
            teams[leader].parent_id = teams[top].id


def test_leaders_stand_by_name_whatever_their_results(
    client: PageClient, organisation: int
) -> None:
    round_id = closed_round(organisation, RESULTS)
    page = client.get("/coach/").text
    assert list(listed(page)) == ["Bo", "Dana", "Émile", "Zoë"]
    assert "4 leaders, Spring" in page
    factories.release_round(round_id)
    assert list(listed(client.get("/coach/").text)) == ["Bo", "Dana", "Émile", "Zoë"]


def test_a_row_says_how_a_leader_reads_why_they_need_somebody_and_whether_they_see_it(
    client: PageClient, organisation: int
) -> None:
    closed_round(organisation, RESULTS)
    found = listed(client.get("/coach/").text)
    assert found["Dana"] == "Dana Mostly micro-leading not released"
    assert found["Bo"] == (
        "Bo Mostly hands-off not released"
        " people say they get too little supervision · people look left alone"
    )
    assert found["Émile"] == (
        "Émile Two camps: the middle describes neither not released people see it very differently"
    )


def test_a_leader_with_too_few_answers_has_a_row_and_no_dot(
    client: PageClient, organisation: int
) -> None:
    closed_round(organisation, RESULTS)
    page = client.get("/coach/").text
    assert listed(page)["Zoë"].startswith("Zoë Too few answered")
    figure = re.search(r'id="portfolio-figure">(.*?)</script>', page, re.DOTALL)
    assert figure
    (dots,) = json.loads(figure[1])["data"]
    assert [told.partition("<")[0] for told in dots["hovertext"]] == ["Bo", "Dana", "Émile"]
    numbers = {row.get("data-dot") for row in rows(page)}
    assert numbers == {"0", "1", "2", None}


def test_needs_me_lists_dates_first_and_then_goes_by_name_not_by_how_many_reasons(
    client: PageClient, organisation: int
) -> None:
    round_id = closed_round(organisation, RESULTS)
    factories.release_round(round_id)
    passed, due = set_follow_up("Zoë", -3), set_follow_up("Dana", 2)
    set_follow_up("Bo", 90)
    page = client.get("/coach/?show=needs-me").text
    found = listed(page)
    assert list(found) == ["Zoë", "Dana", "Bo", "Émile"]
    assert f"follow-up was planned for {passed:%b} {passed.day}, {passed.year}" in found["Zoë"]
    assert f"follow-up on {due:%b} {due.day}, {due.year}" in found["Dana"]
    assert "Needs me <span>4</span>" in page


def test_who_gives_no_reason_is_not_among_those_who_need_somebody(
    client: PageClient, organisation: int
) -> None:
    round_id = closed_round(organisation, RESULTS)
    assert "Dana" in listed(client.get("/coach/?show=needs-me").text)
    factories.release_round(round_id)
    assert "Dana" not in listed(client.get("/coach/?show=needs-me").text)
    set_follow_up("Dana", 30)
    assert "Dana" not in listed(client.get("/coach/?show=needs-me").text)
    assert "follow-up on" in listed(client.get("/coach/").text)["Dana"]


def test_a_name_is_found_without_its_accents_and_capitals(
    client: PageClient, organisation: int
) -> None:
    closed_round(organisation, RESULTS)
    assert list(listed(client.get("/coach/?name=eMI").text)) == ["Émile"]
    page = client.get("/coach/", query_string={"name": '"><i>'}).text
    assert listed(page) == {}
    assert "No leader fits." in page


def test_leaders_are_found_by_department_which_is_the_branch_below_the_top(
    client: PageClient, organisation: int
) -> None:
    hang_below("Dana", "Bo", "Émile")
    hang_below("Émile", "Zoë")
    round_id = closed_round(organisation, RESULTS)
    page = client.get("/coach/").text
    offered = re.findall(r'<option value="([^"]*)"', page)
    assert offered == ["", "Team Bo", "Team Dana", "Team Émile"]
    found = client.get("/coach/", query_string={"department": "Team Émile"}).text
    assert list(listed(found)) == ["Émile", "Zoë"]
    address = f"/coach/rounds/{factories.public_id(round_id)}/departments"
    small = client.get(address).text
    assert re.findall(r'translate="no">(Team [^<]+)</a></h2>', small) == offered[1:]
    assert small.count('<svg class="picture"') == 3


def test_trees_that_stand_side_by_side_are_departments(
    client: PageClient, organisation: int
) -> None:
    hang_below("Dana", "Bo")
    hang_below("Émile", "Zoë")
    closed_round(organisation, RESULTS)
    found = client.get("/coach/", query_string={"department": "Team Dana"}).text
    assert list(listed(found)) == ["Bo", "Dana"]


def test_a_long_list_comes_in_pages_and_the_map_shows_everybody(
    client: PageClient, organisation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ON_A_PAGE", 3)
    closed_round(organisation, dict.fromkeys(RESULTS, LED))
    first, second = (client.get(f"/coach/?page={number}").text for number in (1, 2))
    assert list(listed(first)) == ["Bo", "Dana", "Émile"]
    assert list(listed(second)) == ["Zoë"]
    assert [row.get("data-dot") for row in rows(second)] == ["3"]
    assert "page 2 of 2" in second
    for beyond in ("0", "99", "-1", "x"):
        assert client.get(f"/coach/?page={beyond}").status_code == 200


def test_a_list_asks_the_database_no_oftener_the_longer_it_is(
    client: PageClient, organisation: int
) -> None:
    closed_round(organisation, RESULTS, "One")
    short = factories.public_id(closed_round(organisation, RESULTS, "Two"))
    for leader in ("Ann", "Ben", "Cid", "Dee"):
        factories.make_team(organisation, leader, 5)
    factories.make_coach_account(organisation)
    long = factories.public_id(closed_round(organisation, RESULTS | {"Ann": LED}, "Three"))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    def statements(address: str) -> int:
        asked.clear()
        assert client.get(address).status_code == 200
        return len(asked)

    event.listen(db.engine, "before_cursor_execute", note)
    for view in ("", "/departments", "/movement", "/release"):
        few, many = (statements(f"/coach/rounds/{one}{view}") for one in (short, long))
        assert 0 < many == few
    event.remove(db.engine, "before_cursor_execute", note)


def test_movement_says_what_the_publication_says_of_a_change_and_nothing_else(
    client: PageClient, organisation: int
) -> None:
    spring = closed_round(organisation, dict.fromkeys(RESULTS, EARLIER))
    teams = factories.team_ids(spring)
    about = {leader: changed(team) for leader, team in teams.items()}
    elsewhere = replace(LED, change=PublishedChange("aaaaaaaaaaaa", MEMBERSHIP))
    autumn = closed_round(
        organisation,
        {
            "Dana": about["Dana"]["change likely_real"],
            "Bo": about["Bo"]["change withheld"],
            "Émile": elsewhere,
            "Zoë": TOO_FEW,
        },
        "Autumn",
    )
    address = f"/coach/rounds/{factories.public_id(autumn)}/movement"
    page = client.get(address).text
    found = listed(page)
    assert found["Dana"] == "Dana Mostly micro-leading likely real Spring: Mostly micro-managing"
    assert "Not shown: a few people joined or left the team in between." in found["Bo"]
    assert "no statement" in found["Émile"]
    assert "Zoë" not in found
    assert "1 leader has no place in one of the two rounds" in page
    assert "1 leader has moved in a way that is likely real." in page
    for since in (factories.public_id(autumn), "aaaaaaaaaaaa"):
        assert client.get(f"{address}?since={since}").status_code == 404


def test_there_is_no_movement_before_the_second_round(
    client: PageClient, organisation: int
) -> None:
    round_id = closed_round(organisation, RESULTS)
    page = client.get(f"/coach/rounds/{factories.public_id(round_id)}/movement").text
    assert "There is no earlier round to compare with yet." in page


def test_whoever_leads_a_team_anew_has_not_moved(client: PageClient, organisation: int) -> None:
    closed_round(organisation, dict.fromkeys(RESULTS, EARLIER))
    with writing() as session:
        people = {person.name: person for person in session.scalars(select(Person))}
        teams = {team.leader.name: team for team in session.scalars(select(Team))}
        teams["Dana"].leader = people["Dana 1"]
        people["Dana 1"].email = "one@demo.example"
    factories.make_coach_account(organisation)
    autumn = closed_round(organisation, {"Dana 1": LED, "Bo": LED}, "Autumn")
    page = client.get(f"/coach/rounds/{factories.public_id(autumn)}/movement").text
    assert list(listed(page)) == ["Bo"]


def test_a_portfolio_says_that_its_round_was_released_by_itself(
    client: PageClient, organisation: int
) -> None:
    round_id = closed_round(organisation, RESULTS)
    factories.release_round(round_id)
    said = "Results of this round were released by themselves when it was closed."
    assert said not in client.get("/coach/").text
    with writing() as session:
        session.get_one(Round, round_id).release_on = "closing"
    assert said in client.get("/coach/").text
