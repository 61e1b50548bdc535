"""A walk through an administrator's pages in every state that looks different."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from surveyapp.core.moments import FEWEST_FOR_MOMENTS
from surveyapp.rounds import opening
from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Channel,
    Invite,
    Job,
    JobKind,
    Membership,
    Organisation,
    Person,
    RoleName,
    Round,
    Slip,
    State,
)
from surveyapp.web.pages import today
from tests import factories
from tests.qualities import QUALITIES

if TYPE_CHECKING:
    from tests.every_page import Walk

FAULTY = "name,email,leader_email,extra\n=Ann,ann@,dana@demo.example,\n,,,\nBo,,,\n"
FOUND = (
    "name,email,leader_email\nDana,dana@demo.example,\nNew,new@demo.example,dana@demo.example\n"
    "Alone,alone@demo.example,\nEve,eve@demo.example,dana@demo.example\nX,,eve@demo.example\n"
)
ROUND = {"name": "", "closes_on": "2020-01-01", "threshold": "2", "comment_threshold": "x"}


def walk(going: Walk, organisation: int, marked_up: str) -> None:
    """Visit them; the rounds in every state are there already, and one is open."""
    _people(going, marked_up)
    _accounts(going)
    page = going.visit("admin: organisation", "/admin/organisation", who="everything")
    wrong = {"name": "", "time_zone": "x", "language": "x", "contact": "x" * 321, "threshold": "2"}
    form = {"csrf_token": factories.token(page), **wrong}
    going.visit("admin: organisation refused", "/admin/organisation", who="everything", **form)
    _rounds(going, organisation)
    _nobody_yet(going)


def _people(going: Walk, marked_up: str) -> None:
    with writing() as session:
        person = session.scalars(select(Person).where(Person.name == "Dana 1")).one()
        person.name, person.language, number = marked_up, "pt", person.id
        dana = session.scalars(select(Person.id).where(Person.name == "Dana")).one()
    going.visit("admin: people", "/admin/people", who="everything")
    going.visit("admin: people found", "/admin/people?name=dana", who="everything")
    going.visit("admin: teams", "/admin/teams", who="everything")
    going.visit("admin: leader", f"/admin/people/{dana}", who="everything")
    path = f"/admin/people/{number}"
    page = going.visit("admin: person", path, who="everything")
    form = {"csrf_token": factories.token(page), "name": "Dana 2", "email": "", "language": "xx"}
    going.visit("admin: person refused", path, who="everything", **form)
    page = going.visit("admin: people file", "/admin/roster", who="everything")
    token = factories.token(page)
    going.visit("admin: no people file", "/admin/roster", who="everything", csrf_token=token)
    _upload(going, token)


def _upload(going: Walk, token: str) -> None:
    faulty = {"csrf_token": token, "file": (io.BytesIO(FAULTY.encode()), "x.csv")}
    going.visit("admin: faults", "/admin/roster", who="everything", **faulty)
    data = {"csrf_token": token, "file": (io.BytesIO(FOUND.encode()), "x.csv")}
    preview = going.clients["everything"].post("/admin/roster", data=data).location
    going.visit("admin: preview", preview, who="everything")
    form = {"csrf_token": token, "digest": "another"}
    going.visit("admin: changed meanwhile", preview, who="everything", **form)


def _accounts(going: Walk) -> None:
    client = going.clients["everything"]
    page = going.visit("admin: accounts", "/admin/accounts", who="everything")
    token = factories.token(page)
    wrong = {"csrf_token": token, "email": "x", "name": "x" * 321}
    going.visit("admin: invitation refused", "/admin/accounts", who="everything", **wrong)
    right = {"csrf_token": token, "email": "coach@demo.example", "roles": ["coach", "leader"]}
    here = client.post("/admin/accounts", data=right).location
    going.visit("admin: account with its link", here, who="everything")
    here_in = {"lang": going.lang}
    client.post("/admin/accounts/leaders", data={"csrf_token": token}, query_string=here_in)
    going.visit("admin: accounts of leaders", "/admin/accounts?name=a", who="everything")
    with writing() as session:
        coach = accounts.find_account(session, "coach@demo.example")
        contoso = Organisation(slug="c", name="Zeta")
        session.add(contoso)
        session.flush()
        accounts.grant(session, coach, contoso, RoleName.COACH)
        dana = accounts.find_account(session, "dana@demo.example").id
    going.visit("admin: account of others as well", here, who="everything")
    path = f"/admin/accounts/{dana}"
    form = {"csrf_token": token, "roles": "leader", "coached": "0"}
    going.visit("admin: last administrator", path, who="everything", **form)


def _rounds(going: Walk, organisation: int) -> None:
    page = going.visit("admin: new round", "/admin/rounds/new", who="everything")
    token = factories.token(page)
    form = {"csrf_token": token, **ROUND}
    going.visit("admin: new round refused", "/admin/rounds/new", who="everything", **form)
    with writing() as session:
        rounds = {
            found.state: found.public_id
            for found in session.scalars(select(Round).order_by(Round.id))
        }
    for state, public_id in rounds.items():
        going.visit(f"admin: round, {state}", f"/admin/rounds/{public_id}", who="everything")
    for way in ("close", "discard", "join", "questionnaire"):
        path = f"/admin/rounds/{rounds[State.OPEN]}/{way}"
        going.visit(f"admin: {way}", path, who="everything")
    _draft(going, token, rounds[State.DRAFT])
    _spring(going, token)
    _unfinished(going, rounds)


def _draft(going: Walk, token: str, draft: str) -> None:
    path = f"/admin/rounds/{draft}"
    going.visit("admin: discard a draft", f"{path}/discard", who="everything")
    going.visit("admin: another is open", f"{path}/open", who="everything")
    with writing() as session:
        running = session.scalars(select(Round).where(Round.state.in_(("open", "closing")))).all()
        states = {one.id: one.state for one in running}
        for one in running:
            one.state = State.DISCARDED
        found = session.scalars(select(Round).where(Round.public_id == draft)).one()
        found.organisation.purpose_accepted_on = None
        session.scalars(
            select(Person).where(Person.name == "Dana 2")
        ).one().email = "x@demo.example"
    page = going.visit("admin: open", f"{path}/open", who="everything")
    form = {"csrf_token": factories.token(page), "x": "y"}
    going.visit("admin: purpose not accepted", f"{path}/open", who="everything", **form)
    with writing() as session:
        session.add(Job(kind=JobKind.OPEN, subject=draft, due_at=0))
    going.visit("admin: being opened", path, who="everything")
    with writing() as session:
        session.execute(delete(Job).where(Job.kind == JobKind.OPEN))
        found = session.scalars(select(Round).where(Round.public_id == draft)).one()
        found.closes_on = today() - dt.timedelta(days=1)
    going.visit("admin: draft past its day", f"{path}/open", who="everything")
    with writing() as session:
        for number, state in states.items():
            session.get_one(Round, number).state = state


def _spring(going: Walk, token: str) -> None:
    """Look at the open round once somebody has joined and somebody has left."""
    with writing() as session:
        spring = session.scalars(select(Round).where(Round.name == "Spring")).one()
        team, path = spring.teams[0].team_id, f"/admin/rounds/{spring.public_id}"
        gone = session.scalars(select(Membership).where(Membership.team_id == team)).first()
        session.delete(gone)
        session.add(late := Person(organisation_id=spring.organisation_id, name="Late"))
        session.flush()
        session.add(Membership(team_id=team, person_id=late.id))
    going.visit("admin: round that somebody joined", path, who="everything")
    going.visit("admin: who joined", f"{path}/join", who="everything")
    form = {"csrf_token": token, "x": "y"}
    going.visit("admin: who may be the same", f"{path}/join", who="everything", **form)
    with writing() as session:
        session.execute(delete(Slip))
    going.visit("admin: slips to print", path, who="everything")


def _unfinished(going: Walk, rounds: dict[str, str]) -> None:
    path = f"/admin/rounds/{rounds[State.CLOSING]}"
    with writing() as session:
        found = session.scalars(select(Round).where(Round.public_id == rounds[State.CLOSING])).one()
        found.held_for = None
    going.visit("admin: interrupted", path, who="everything")
    with writing() as session:
        for public_id in (rounds[State.CLOSING], rounds[State.CLOSED]):
            session.add(Job(kind=JobKind.CLOSE, subject=public_id, due_at=0))
    going.visit("admin: counting", path, who="everything")
    path = f"/admin/rounds/{rounds[State.CLOSED]}"
    with writing() as session:
        found = session.scalars(select(Round).where(Round.public_id == rounds[State.CLOSED])).one()
        found.destroyed = False
    going.visit("admin: destroying", path, who="everything")


def _nobody_yet(going: Walk) -> None:
    """Look at an organisation without people."""
    with writing() as session:
        nowhere = session.scalars(select(Organisation).where(Organisation.name == "Nowhere")).one()
        nobody = accounts.find_account(session, "nobody@demo.example")
        accounts.grant(session, nobody, nowhere, RoleName.ADMIN)
        draft = opening.create_round(session, nowhere, "Draft", today())
        path = f"/admin/rounds/{draft.public_id}/open"
    going.visit("admin: nobody there, people", "/admin/people", who="nobody")
    going.visit("admin: nobody there, teams", "/admin/teams", who="nobody")
    going.visit("admin: nobody there, open", path, who="nobody")


def quality(going: Walk, name: str) -> None:
    """Look at how good the answers of a round were, in each way that it can be."""
    for what, found in QUALITIES.items():
        with writing() as session:
            counted = session.scalars(select(Round).where(Round.name == name)).one()
            counted.quality = found.to_json() if found else None
            public_id = counted.public_id
        path = f"/admin/rounds/{public_id}/quality"
        going.visit(f"quality: {what}", path, who="everything")
    _invite_more(public_id, FEWEST_FOR_MOMENTS)
    going.visit("promise: what is kept", f"/promise/{public_id}")


def _invite_more(public_id: str, count: int) -> None:
    """Put so many people more into the first team of a round that was opened."""
    with writing() as session:
        team = session.scalars(select(Round).where(Round.public_id == public_id)).one().teams[0]
        session.add_all(
            Invite(
                round_team_id=team.id,
                channel=Channel.SLIP,
                person=Person(organisation_id=team.round.organisation_id, name=f"More {number}"),
            )
            for number in range(count)
        )
