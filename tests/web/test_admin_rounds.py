"""A round in the browser: made, looked at, opened, joined late."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from babel.dates import format_date
from sqlalchemy import select

from surveyapp.rounds import opening
from surveyapp.rounds.reminders import reminders
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, Person, Round
from surveyapp.storage.rounds import Newcomers, newcomers
from surveyapp.web.pages import settings, today
from tests import factories
from tests.factories import send
from tests.web.administration import (
    FIRST,
    NEW_ROUND,
    actions,
    do_the_work,
    drafted,
    imported,
    logged,
    only_round,
    open_what_was_asked,
    opened,
    sign_in,
    store,
    text,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.installation import PageClient


def test_a_draft_is_made_with_what_was_chosen(client: PageClient, northwind: int) -> None:
    here = drafted(client, threshold="4", comment_threshold="12", release="closing")
    made = only_round()
    assert (made.name, made.state, str(made.closes_on)) == (
        "Spring",
        "draft",
        NEW_ROUND["closes_on"],
    )
    assert (made.threshold, made.comment_threshold) == (4, 12)
    assert (made.team_sees, made.release_on) == ("if_shared", "closing")
    assert "Nobody is asked yet." in text(client.get(here).text)
    assert logged(northwind)[-1] == ("round created", f"until {NEW_ROUND['closes_on']}")


def test_the_form_begins_with_what_the_organisation_usually_has(
    client: PageClient, northwind: int
) -> None:
    with writing() as session:
        owner = session.get_one(Organisation, northwind)
        owner.default_threshold, owner.default_comment_threshold = 7, 14
    page = client.get("/admin/rounds/new").text
    assert re.search(r'name="threshold"[^>]* value="7"', page)
    assert re.search(r'name="comment_threshold"[^>]* value="14"', page)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": " "}, "A round needs a name"),
        ({"closes_on": str(today() - dt.timedelta(days=1))}, "This day has passed."),
        ({"closes_on": "soon"}, "Please choose a day."),
        ({"threshold": "2"}, "At least 3, and at most 250."),
        ({"comment_threshold": "many"}, "Please write a number."),
        ({"comment_threshold": "4"}, "At least 5, and at most 250."),
        ({"threshold": "12"}, "No fewer than a result needs."),
        ({"team_sees": "never"}, "Please choose one of these."),
    ],
)
def test_what_no_round_can_be_is_refused(
    client: PageClient, northwind: int, fields: dict[str, str], problem: str
) -> None:
    reply = send(client, "/admin/rounds/new", **(NEW_ROUND | fields))
    assert reply.status_code == 422
    assert problem in text(reply.text)


def test_no_two_rounds_have_one_name(client: PageClient, northwind: int) -> None:
    drafted(client)
    reply = send(client, "/admin/rounds/new", **NEW_ROUND)
    assert "There is a round of this name already." in text(reply.text)


def test_before_opening_it_is_shown_who_is_asked_and_what_they_get(
    client: PageClient, northwind: int
) -> None:
    shown = text(client.get(f"{drafted(client)}/open").text)
    assert "3 people by email, 1 by printed slip; 2 teams" in shown
    assert "2 teams are too small for a result of their own" in shown
    assert "Ann 2 people Bo 2 people" in shown
    assert "How are you led? A short survey at Northwind" in shown
    assert "About Ann:" in shown
    assert "/answer/…" in shown
    assert "with https" in shown
    assert "The reminder" not in shown
    assert "Your result at Northwind is ready" in shown
    assert "Your team sees its result only if you share it." in shown
    assert "To the team" not in shown
    assert only_round().state == "draft"


def test_the_questions_are_shown_and_cannot_be_sent(client: PageClient, northwind: int) -> None:
    page = client.get(f"{drafted(client)}/questionnaire").text
    assert "My leader trusts me to do my job well." in text(page)
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    assert "<button" not in main


def test_a_round_opens_and_its_invitations_go_out(client: PageClient, northwind: int) -> None:
    opened(client)
    made = only_round()
    assert made.state == "open"
    assert made.opened_on == today()
    do_the_work()
    mails = list((settings().instance / "outbox").glob("*.eml"))
    assert len(mails) == 3
    assert logged(northwind)[-1] == ("round opened", "4 invited")


def test_what_results_are_for_is_accepted_before_the_first_round(
    client: PageClient, northwind: int
) -> None:
    with writing() as session:
        session.get_one(Organisation, northwind).purpose_accepted_on = None
    here = drafted(client)
    refused = send(client, f"{here}/open")
    assert refused.status_code == 422
    assert "Please accept this before the first round." in text(refused.text)
    assert send(client, f"{here}/open", accepted="y").location == here
    open_what_was_asked()
    with writing() as session:
        owner = session.get_one(Organisation, northwind)
        assert owner.purpose_accepted_by == factories.address("Ruth")
    assert actions(northwind)[-2:] == ["purpose accepted", "round opened"]


def test_what_keeps_a_round_from_opening_is_named(client: PageClient, northwind: int) -> None:
    here = drafted(client, name="Autumn")
    store(closes_on=today() - dt.timedelta(days=1))
    assert "Its last day has passed" in text(send(client, f"{here}/open").text)
    opened(client)
    reply = send(client, f"{here}/open", carried="/admin/")
    assert "“Spring” is still open" in text(reply.text)
    assert "round opened" in actions(northwind)


def test_without_people_nothing_opens(client: PageClient) -> None:
    sign_in(client, factories.make_organisation())
    assert "import the people first" in text(client.get(f"{drafted(client)}/open").text)


def test_late_joiners_are_named_and_invited(client: PageClient, northwind: int) -> None:
    here = opened(client)
    assert "Late joiners" not in text(client.get(here).text)
    imported(client, *FIRST, "Flo,flo@demo.example,bo@demo.example,Workshop")
    assert "In 1 team somebody came" in text(client.get(here).text)
    assert "Bo new: Flo" in text(client.get(f"{here}/join").text)
    assert send(client, f"{here}/join").location == here
    assert "1 person joined." in text(client.get(here).text)
    assert logged(northwind)[-1] == ("late joiners invited", "1 joined")
    assert "Nobody came" in text(client.get(f"{here}/join").text)


def test_every_kind_of_mail_is_shown_with_its_days(client: PageClient, northwind: int) -> None:
    last = today() + dt.timedelta(days=20)
    here = drafted(
        client, remind="y", team_sees="after_seven_days", release="closing", closes_on=str(last)
    )
    shown = text(client.get(f"{here}/open").text)
    first = reminders(only_round())[0]
    assert "The reminder Reminder: how are you led? A short survey at Northwind Hello Bo," in shown
    assert f"{(last - first).days} days are left" in shown
    sees = format_date(last + dt.timedelta(days=8), "full", locale="en")
    assert f"Your team sees where it puts you on the map from {sees} on" in shown
    assert "To the team, a week later The result of your team at Northwind Hello Bo," in shown
    assert "are examples" not in shown
    with writing() as session:
        for person in session.scalars(select(Person)):
            person.email = None
    assert "as one of them gets it" not in text(client.get(f"{here}/open").text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("closes_on", "this round takes no answers any more"),
        ("people", "a team would have more people than one round can ask"),
        ("left", "the teams have changed meanwhile"),
    ],
)
def test_late_joiners_who_cannot_be_invited_any_more_are_not_and_the_page_says_why(
    client: PageClient, northwind: int, monkeypatch: pytest.MonkeyPatch, change: str, said: str
) -> None:
    here = opened(client)
    imported(client, *FIRST, "Flo,flo@demo.example,bo@demo.example,Workshop")
    page = client.get(f"{here}/join").text
    if change == "closes_on":
        store(closes_on=today() - dt.timedelta(days=1))
    elif change == "people":
        monkeypatch.setattr(opening, "MAX_MEMBERS", 2)
    else:
        monkeypatch.setattr("surveyapp.web.admin.rounds.newcomers", seen_before)
        imported(client, *FIRST[:4], "Flo,flo@demo.example,bo@demo.example,Workshop")
    reply = client.post(f"{here}/join", data={"csrf_token": factories.token(page)})
    assert reply.location == here
    monkeypatch.undo()
    assert f"Nobody was invited: {said}" in text(client.get(here).text)
    assert "late joiners invited" not in actions(northwind)


def seen_before(session: Session, opened: Round) -> list[Newcomers]:
    """Return the newcomers as they were before somebody left."""
    return [replace(team, left=[]) for team in newcomers(session, opened)]


def test_who_may_be_the_same_person_is_asked_about_first(
    client: PageClient, northwind: int
) -> None:
    here = opened(client)
    imported(client, *FIRST[:4], "Eva,eva@demo.example,bo@demo.example,Workshop")
    assert "Bo new: Eva left: Eve" in text(client.get(f"{here}/join").text)
    unsure = send(client, f"{here}/join")
    assert unsure.status_code == 422
    assert "Please make sure of this first." in text(unsure.text)
    assert send(client, f"{here}/join", others="y").location == here
