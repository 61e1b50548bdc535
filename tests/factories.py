"""A small cast and what they do, through the doors that people use; needs the `app` fixture.

Everything is named by the leader's first name. Functions return ids, so that nothing of a
finished transaction is carried into a test.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from flask import current_app
from flask_security import hash_password
from sqlalchemy import select

from surveyapp.anonymity import change_code
from surveyapp.core.questionnaire import ITEMS
from surveyapp.demo.doors import doors_by_mail
from surveyapp.rounds import closing, opening, releasing, slips
from surveyapp.storage import accounts
from surveyapp.storage.coaching import coach_leaders
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Organisation,
    Person,
    RoleName,
    Round,
    RoundTeam,
    Team,
)
from surveyapp.web.pages import keys, today
from surveyapp.web.starting import starting_link
from tests import papers
from tests.installation import page_client

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.installation import PageClient

PASSWORD = "for-these-tests-only"


def address(name: str) -> str:
    """Return somebody's e-mail address."""
    return f"{name.lower().replace(' ', '.')}@demo.example"


def make_organisation(name: str = "Northwind") -> int:
    """Make an organisation without people."""
    with writing() as session:
        made = Organisation(slug=name.lower(), name=name)
        opening.accept_purpose(made, address("Admin"), today())
        session.add(made)
        session.flush()
        return made.id


def make_team(organisation: int, leader: str, size: int, *, mail: bool = False) -> int:
    """Make a leader and as many members, who have mail or answer by slip."""
    with writing() as session:
        made = Team(
            organisation_id=organisation,
            name=f"Team {leader}",
            leader=Person(organisation_id=organisation, name=leader, email=address(leader)),
        )
        names = [f"{leader} {number}" for number in range(1, size + 1)]
        made.members = [
            Person(organisation_id=organisation, name=name, email=address(name) if mail else None)
            for name in names
        ]
        session.add(made)
        session.flush()
        return made.id


def make_account(organisation: int, name: str, *roles: RoleName) -> str:
    """Make an account that can sign in, with these roles; returns its address."""
    with writing() as session:
        made = accounts.ensure_account(session, address(name), name)
        made.password = _hashed(current_app.extensions["security"].pwd_context.to_string())
        for role in roles:
            accounts.grant(session, made, session.get_one(Organisation, organisation), role)
        return made.email


def starting_path(email: str) -> str:
    """Return where an account's first password is chosen."""
    with writing() as session:
        return urlsplit(starting_link(accounts.find_account(session, email))).path


def make_leader_account(organisation: int, leader: str) -> str:
    """Let a leader sign in; returns the address."""
    return make_account(organisation, leader, RoleName.LEADER)


def make_coach_account(
    organisation: int, name: str = "Coach", leaders: Sequence[str] | None = None
) -> str:
    """Make a coach of these leaders, or of all that there are by now; returns the address."""
    email = make_account(organisation, name, RoleName.COACH)
    emails = None if leaders is None else [address(leader) for leader in leaders]
    with writing() as session:
        found = accounts.find_account(session, email)
        coach_leaders(session, found, session.get_one(Organisation, organisation), emails)
    return email


def token(page: str) -> str:
    """Return the token that a signed-in form carries."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def new_client() -> PageClient:
    """Open a browser without cookies in the application at hand."""
    return page_client(cast("Any", current_app)._get_current_object())  # noqa: SLF001  (Flask's own way)


def signed_in(email: str, agent: str = "") -> PageClient:
    """Open another browser, and sign in there."""
    client = new_client()
    sign_in(client, email, agent)
    return client


def send(client: FlaskClient, path: str, /, *, carried: str = "", **form: object) -> TestResponse:
    """Send a form with the token that a page carries: its own, or that of `carried`."""
    page = client.get(carried or path).text
    return client.post(path, data={"csrf_token": token(page), **form})


def sign_in(client: FlaskClient, email: str, agent: str = "") -> None:
    """Sign in through the form, with a browser that calls itself so."""
    page = client.get("/account/login").text
    form = {"email": email, "password": PASSWORD, "csrf_token": token(page)}
    reply = client.post("/account/login", data=form, headers={"User-Agent": agent})
    assert reply.status_code == 302, reply.text


def open_round(organisation: int, name: str = "Spring", **thresholds: int) -> int:
    """Open a round of all teams that there are; it closes in ten days."""
    with writing() as session:
        made = opening.create_round(
            session,
            session.get_one(Organisation, organisation),
            name,
            today() + dt.timedelta(days=10),
            **thresholds,
        )
        opening.open_round(session, made, keys(), today())
        return made.id


def open_teams(name: str = "Northwind", *, mail: bool = False, **sizes: int) -> int:
    """Open a first round of a new organisation's teams, by the names of their leaders."""
    organisation = make_organisation(name)
    for leader, size in sizes.items():
        make_team(organisation, leader, size, mail=mail)
    return open_round(organisation)


def closed_round(organisation: int, name: str = "Spring", *, release: bool = True) -> int:
    """Hold a round of all teams that there are, in which nobody answers."""
    round_id = open_round(organisation, name)
    close_and_release(round_id, release=release)
    return round_id


def draw_codes(round_id: int) -> dict[str, list[str]]:
    """Draw the round's slips; returns the codes by leader."""
    with writing() as session:
        drawn = slips.draw(session, session.get_one(Round, round_id), keys())
        return {team.leader_name: codes for team, codes in drawn.items()}


def draw_links(round_id: int) -> dict[str, list[str]]:
    """Return the links of the round's invitations, from the "/" on, by leader."""
    with writing() as session:
        opened = session.get_one(Round, round_id)
        return {
            team.leader_name: [
                door.link for door in doors_by_mail(session, team, keys()) if door.link
            ]
            for team in opened.teams
        }


def split_link(link: str) -> tuple[str, str]:
    """Return the path of a link and its token."""
    path, _, fragment = link.partition("#")
    return path, fragment.partition(".")[0]


def public_key(path: str) -> bytes:
    """Return the public key of the team that an answering path names."""
    with writing() as session:
        query = select(RoundTeam).where(RoundTeam.public_id == path.rpartition("/")[2])
        return session.scalars(query).one().public_key


def answer_by_link(client: FlaskClient, link: str, choices: Mapping[str, str] | None = None) -> str:
    """Answer as the script of the page does; returns the twelve words."""
    path, token = split_link(link)
    assert client.get(path).status_code == 200
    key = public_key(path)
    paper = papers.new_paper(key)
    stamped = client.post(f"{path}/ticket", json=paper.ticket_request(token))
    assert stamped.status_code == 200, stamped.text
    form = paper.credential(key, stamped.get_json()["signature"]) | dict(choices or answers())
    cast = client.post(f"{path}/ballot", data=form)
    assert cast.status_code == 201, cast.text
    return change_code.to_words(paper.code)


def team_ids(round_id: int) -> dict[str, str]:
    """Return the public ids of a round's teams by leader."""
    with writing() as session:
        teams = session.get_one(Round, round_id).teams
        return {team.leader_name: team.public_id for team in teams}


def person_id(organisation: int, name: str) -> str:
    """Return the number by which addresses name a person."""
    with writing() as session:
        query = select(Person.id).where(Person.organisation_id == organisation, Person.name == name)
        return str(session.scalars(query).one())


def public_id(round_id: int) -> str:
    """Return the id by which addresses name a round."""
    with writing() as session:
        return session.get_one(Round, round_id).public_id


def answers(place: int = 3) -> dict[str, str]:
    """Return a whole form, with the same place in the row of choices for every item."""
    return {item.id: item.choices[place] for item in ITEMS}


def carried_code(page: str) -> str:
    """Return the change code that a questionnaire carries."""
    found = re.search(r'name="change_code" value="(\w+)"', page)
    assert found, page
    return found[1]


def answer_by_slip(client: FlaskClient, code: str, choices: Mapping[str, str] | None = None) -> str:
    """Answer through the web form, comments included; returns the twelve words."""
    asked = client.post("/slip", data={"slip": code})
    assert asked.status_code == 200, asked.text
    form = {"slip": code, "change_code": carried_code(asked.text), **(choices or answers())}
    thanks = client.post("/slip/answers", data=form)
    assert thanks.status_code == 200, thanks.text
    words = re.search(r'class="code"[^>]*>([^<]+)<', thanks.text)
    assert words
    return words[1]


def close_and_release(round_id: int, *, release: bool = True) -> None:
    """Count a round, destroy its answers, and show leaders their results."""
    assert closing.close(round_id, keys())
    if release:
        release_round(round_id)


def release_round(round_id: int) -> None:
    """Show all leaders their results."""
    with writing() as session:
        releasing.release(session.get_one(Round, round_id))


@cache
def _hashed(_how: str) -> str:
    """Hash the one password once for each way to do so."""
    return str(hash_password(PASSWORD))
