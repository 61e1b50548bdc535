"""An administrator at work: signed in, with people on the roster, and forms to send."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select

from surveyapp.jobs.running import run_job, work
from surveyapp.storage import accounts
from surveyapp.storage.audit import chain, entries
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Job,
    JobKind,
    JobState,
    Organisation,
    Person,
    RoleName,
    Round,
    Team,
)
from surveyapp.web.pages import keys, settings, today
from tests import factories
from tests.factories import send

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HEADER = "name,email,leader_email,team,language"
FIRST = (
    "Ann,ann@demo.example,",
    "Bo,bo@demo.example,ann@demo.example,Management",
    "Cy,cy@demo.example,ann@demo.example,Management,de",
    "Dee,,bo@demo.example,Workshop",
    "Eve,eve@demo.example,bo@demo.example,Workshop",
)


NEW_ROUND = {
    "name": "Spring",
    "closes_on": str(today() + dt.timedelta(days=10)),
    "threshold": "5",
    "comment_threshold": "10",
    "team_sees": "if_shared",
}


def sign_in(client: FlaskClient, organisation: int, name: str = "Ruth") -> None:
    """Sign in as an administrator of an organisation."""
    factories.sign_in(client, factories.make_account(organisation, name, RoleName.ADMIN))


def uploaded(client: FlaskClient, *lines: str, content: bytes | None = None) -> TestResponse:
    """Send a people file with these rows, or these very bytes."""
    data = "\n".join([HEADER, *lines]).encode() if content is None else content
    return send(client, "/admin/roster", file=(io.BytesIO(data), "people.csv"))


def confirmed(client: FlaskClient, preview: str) -> TestResponse:
    """Confirm what a preview shows."""
    page = client.get(preview).text
    return client.post(preview, data=hidden(page))


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name not in {"next", "lang"}}


def imported(client: FlaskClient, *lines: str) -> None:
    """Import a people file with these rows."""
    reply = uploaded(client, *lines)
    assert reply.status_code == 302, reply.text
    assert confirmed(client, reply.location).status_code == 302


def text(page: str) -> str:
    """Return the words of a page, on one line."""
    body = page.partition("<main ")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def on_record(organisation: int) -> dict[str, set[str]]:
    """Return the names of everybody, and of the leaders of each."""
    with writing() as session:
        people = session.scalars(select(Person).where(Person.organisation_id == organisation))
        found: dict[str, set[str]] = {person.name: set() for person in people}
        for team in session.scalars(select(Team).where(Team.organisation_id == organisation)):
            for member in team.members:
                found[member.name].add(team.leader.name)
        return found


def person_id(name: str) -> int:
    """Return the id of the person with this name."""
    with writing() as session:
        return session.scalars(select(Person.id).where(Person.name == name)).one()


def logged(organisation: int) -> list[tuple[str, str]]:
    """Return what the log says was done, with its notes, the oldest first."""
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        assert chain(session, owner).broken is None
        return [(entry.action, entry.note) for entry in reversed(entries(session, owner))]


def drafted(client: FlaskClient, **fields: str) -> str:
    """Make a draft; returns the address of its page."""
    reply = send(client, "/admin/rounds/new", **(NEW_ROUND | fields))
    assert reply.status_code == 302, text(reply.text)
    return reply.location.removesuffix("/open")


def opened(client: FlaskClient) -> str:
    """Make a round and open it; returns the address of its page."""
    here = drafted(client)
    reply = send(client, f"{here}/open", accepted="y")
    assert reply.location == here, text(reply.text)
    open_what_was_asked()
    return here


def open_what_was_asked() -> None:
    """Let a worker open what somebody wants opened; the invitations wait."""
    with writing() as session:
        query = select(Job.id).where(Job.kind == JobKind.OPEN, Job.state == JobState.WAITING)
        waiting = session.scalars(query).all()
    for job_id in waiting:
        run_job(job_id, keys(), settings())


def only_round() -> Round:
    with writing() as session:
        found = session.scalars(select(Round)).one()
        session.expunge(found)
        return found


def store(**columns: object) -> None:
    """Change what is stored of the only round."""
    with writing() as session:
        found = session.scalars(select(Round)).one()
        for name, value in columns.items():
            setattr(found, name, value)


def do_the_work(*, well: bool = True) -> None:
    assert work(keys(), settings(), lambda _seconds: False, once=True) == well


def without_tokens(page: str) -> str:
    """Leave out what differs from one second to the next."""
    return re.sub(r'(name="csrf_token" value=)"[^"]+"', r"\1", page)


def actions(organisation: int) -> list[str]:
    return [action for action, _ in logged(organisation)]


def invited(client: FlaskClient, email: str = "coach@demo.example", *roles: str) -> str:
    """Invite somebody; returns the address of the account's page."""
    reply = send(client, "/admin/accounts", email=email, roles=list(roles or ("coach",)))
    assert reply.status_code == 302, text(reply.text)
    return reply.location


def account_page(email: str) -> str:
    with writing() as session:
        return f"/admin/accounts/{accounts.find_account(session, email).id}"


def roles(organisation: int, email: str) -> list[str]:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        return list(accounts.roles_of(session, owner, email))


def shown_link(page: str) -> str | None:
    found = re.search(r'id="link">([^<]+)<', page)
    return urlsplit(found[1]).path if found else None
