"""Two web servers, two workers, PostgreSQL and Redis carry a whole round; one of them may die."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import local
from typing import TYPE_CHECKING

import pytest
import requests
from sqlalchemy import func, select

from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import PublishedPosition
from surveyapp.rounds import boxes, opening
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import (
    Box,
    Job,
    JobKind,
    JobState,
    Organisation,
    Publication,
    RoleName,
    Round,
    Span,
    State,
)
from surveyapp.web.pages import keys, today
from tests import factories, papers
from tests.services.machines import started, until, web_server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from flask import Flask

    from tests.jobs.smtp import Server as MailServer

TEAMS, MEMBERS = 25, 20
AT_ONCE = 8
LINK = re.compile(r"http://\S+?(/answer/\S+)")
on_thread = local()


@pytest.fixture
def app(shared_app: Flask) -> Flask:
    """Install what the machines share."""
    return shared_app


def browser() -> requests.Session:
    """Return this thread's connection: without cookies, as the page's script sends."""
    if not hasattr(on_thread, "browser"):
        on_thread.browser = requests.Session()
        # Else a server that ends an idle connection may meet a request on its way.
        on_thread.browser.headers["Connection"] = "close"
    found: requests.Session = on_thread.browser
    return found


def answer(link: str, key: bytes, servers: Sequence[str]) -> str:
    """Answer by link: ticket at the first server, ballot at the last; returns the change code.

    With more than two servers each step is repeated at another one, as after a lost reply.
    """
    path, token = factories.split_link(link)
    paper = papers.new_paper(key)
    signatures = set()
    for server in servers[:-1]:
        stamped = browser().post(f"{server}{path}/ticket", json=paper.ticket_request(token))
        assert stamped.status_code == 200, stamped.text
        signatures.add(stamped.json()["signature"])
    (signature,) = signatures
    form = paper.credential(key, signature) | factories.answers()
    for server in servers[1:]:
        cast = browser().post(f"{server}{path}/ballot", data=form)
        assert cast.status_code == 201, cast.text
    return paper.code.hex()


def job(kind: JobKind) -> Job:
    with writing() as session:
        found = session.scalars(select(Job).where(Job.kind == kind)).one()
        session.expunge(found)
        return found


def in_boxes(round_id: int) -> list[tuple[int, int]]:
    """Return how many people were let in and how many ballots there are, of each team."""
    with writing() as session:
        opened = session.get_one(Round, round_id)
        key = keys().read(opened.public_id)
        found = [boxes.unseal(session, team, key) for team in opened.teams]
        return [(len(each.issuance), len(each.ballots)) for each in found]


def test_a_round_of_500_people_goes_through_two_machines(
    app: Flask, mail_server: MailServer
) -> None:
    settings = app.config["SETTINGS"]
    organisation = factories.make_organisation()
    for number in range(TEAMS):
        factories.make_team(organisation, f"Leader{number}", MEMBERS, mail=True)
    admin = factories.make_account(organisation, "Admin", RoleName.ADMIN)
    draft = make_draft(organisation)
    with ExitStack() as machines:
        servers = [machines.enter_context(web_server(settings)) for _ in range(2)]
        for _ in range(2):
            machines.enter_context(started(settings, "worker"))
        office = signed_in(servers[0], admin)
        send(office, f"{servers[1]}/admin/rounds/{factories.public_id(draft)}/open")
        until(lambda: len(mail_server.taken) == TEAMS * MEMBERS)
        until(lambda: job(JobKind.INVITE).state == JobState.DONE)
        mails = [mail for _, _, mail in mail_server.taken]

        links = [link for mail in mails for link in LINK.findall(plain(mail))]
        public_keys = {path: factories.public_key(path) for path in set(map(path_of, links))}

        def answer_one(number: int) -> str:
            turn = servers[number % 2 :] + servers[: number % 2]
            again = turn[:1] if number % 10 == 0 else []
            return answer(links[number], public_keys[path_of(links[number])], turn + again)

        with ThreadPoolExecutor(AT_ONCE) as crowd:
            acknowledged = list(crowd.map(answer_one, range(len(links))))
        assert in_boxes(draft) == [(MEMBERS, MEMBERS)] * TEAMS
        assert len(set(acknowledged)) == TEAMS * MEMBERS

        send(office, f"{servers[0]}/admin/rounds/{factories.public_id(draft)}/close")
        until(lambda: job(JobKind.CLOSE).state == JobState.DONE)
    with writing() as session:
        closed = session.get_one(Round, draft)
        assert (closed.state, closed.destroyed) == (State.CLOSED, True)
        query = select(Publication.document).where(Publication.span == Span.TEAM)
        documents = [Published.from_json(text) for text in session.scalars(query)]
    assert len(documents) == TEAMS
    assert all(isinstance(one.position, PublishedPosition) for one in documents)
    assert db.session.scalar(select(func.count()).select_from(Box)) == 0
    assert job(JobKind.INVITE).attempts == job(JobKind.CLOSE).attempts == 1
    assert set(Counter(mail_server.to()).values()) == {1}


def make_draft(organisation: int) -> int:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        last = today() + dt.timedelta(days=10)
        return opening.create_round(session, owner, "Spring", last).id


def path_of(link: str) -> str:
    return link.partition("#")[0]


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content())


def signed_in(server: str, email: str) -> requests.Session:
    office = requests.Session()
    send(office, f"{server}/account/login", email=email, password=factories.PASSWORD)
    return office


def send(office: requests.Session, address: str, **fields: str) -> None:
    """Load a page and send its form."""
    page = office.get(address)
    assert page.status_code == 200, (address, page.status_code)
    token = factories.token(page.text)
    reply = office.post(address, data={"csrf_token": token} | fields, allow_redirects=False)
    assert reply.status_code == 302, reply.text
