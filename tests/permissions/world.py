"""Two organisations alike, things of every kind in both, and a browser for each visitor."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from flask import url_for
from sqlalchemy import event, select

from surveyapp.roster import keeping
from surveyapp.roster.checking import Roster
from surveyapp.rounds import opening
from surveyapp.storage import accounts
from surveyapp.storage.coaching import coach_leaders
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Organisation, Person, RoleName, State
from surveyapp.web.pages import settings, today
from tests import factories, followups, sign_ins
from tests.installation import page_client
from tests.permissions.doors import Kind, Thing, Visitor
from tests.report_orders import order_reports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask
    from sqlalchemy import Connection
    from werkzeug.test import TestResponse

    from tests.installation import PageClient

HOME, ELSEWHERE = "Northwind", "Contoso"
LEADERS: Final = ("Dana", "Eve")
"""In both organisations, under the same addresses."""
SESSION = "session"
CHANGES = ("INSERT", "UPDATE", "DELETE")


def _at(
    place: str,
    name: str,
    *roles: RoleName,
    leads: frozenset[str] = frozenset(),
    coaches: frozenset[str] = frozenset(),
    also_in: frozenset[str] = frozenset(),
) -> Visitor:
    return Visitor(name, place, frozenset(roles), leads, coaches, also_in | {place})


_BOTH = frozenset({HOME, ELSEWHERE})
_ALL = frozenset(LEADERS)
VISITORS: Final = (
    Visitor("anonymous", signs_in=False),
    Visitor("nobody"),
    _at(HOME, "dana", RoleName.LEADER, leads=frozenset({"Dana"})),
    _at(HOME, "eve", RoleName.LEADER, leads=frozenset({"Eve"})),
    _at(HOME, "coach", RoleName.COACH, coaches=frozenset({"Dana"})),
    _at(HOME, "other coach", RoleName.COACH, coaches=frozenset({"Eve"})),
    _at(HOME, "coach of nobody", RoleName.COACH),
    _at(HOME, "admin", RoleName.ADMIN),
    _at(HOME, "everything", *RoleName, coaches=_ALL),
    _at(ELSEWHERE, "foreign admin", RoleName.ADMIN),
    _at(ELSEWHERE, "foreign everything", *RoleName, coaches=_ALL),
    _at(HOME, "both", RoleName.COACH, coaches=_ALL, also_in=_BOTH),
    _at(ELSEWHERE, "both, gone over", RoleName.ADMIN, also_in=_BOTH),
)
"""The last two are one account. Whoever coaches does so, by mistake, in the other place too."""


class World:
    """Everything that exists, and how each visitor is received."""

    def __init__(self, app: Flask) -> None:
        """Make both organisations, whatever can be named there, and sign everybody in."""
        self.app = app
        self.wrote: set[str] = set()
        """Requests that changed something, without being a form that is sent."""
        ids = {place: factories.make_organisation(place) for place in (HOME, ELSEWHERE)}
        for made in ids.values():
            for leader in LEADERS:
                factories.make_team(made, leader, 5)
        for visitor in VISITORS:
            if visitor.signs_in and "," not in visitor.name:
                self._account(visitor, ids)
        email = factories.make_account(ids[ELSEWHERE], "both", RoleName.ADMIN)
        self.things = [Thing(Kind.FILE, values={"filename": "look.css"})]
        for place, made in ids.items():
            self.things += _things(place, made)
        rosters = settings().instance / keeping.FOLDER
        self.files = {path: path.read_bytes() for path in rosters.iterdir()}
        """People files that wait to be imported: a deletion removes them, and is undone."""
        self.clients: dict[str, PageClient] = {}
        self.sessions: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        for visitor in VISITORS:
            self._enter(visitor, email)

    def _account(self, visitor: Visitor, ids: Mapping[str, int]) -> None:
        place = visitor.organisation or HOME
        email = factories.make_account(ids[place], visitor.name, *visitor.roles)
        with writing() as session:
            account = accounts.find_account(session, email)
            for made in ids.values() if visitor.coaches else ():
                emails = [factories.address(leader) for leader in visitor.coaches]
                coach_leaders(session, account, session.get_one(Organisation, made), emails)

    def _enter(self, visitor: Visitor, email_of_both: str) -> None:
        client = page_client(self.app)
        client.reads_pages = False
        page = "/account/login"
        if visitor.signs_in:
            is_both = visitor.name.startswith("both")
            factories.sign_in(client, email_of_both if is_both else factories.address(visitor.name))
            page = "/account/verify"
            if is_both:
                form = {"organisation": visitor.organisation.lower()}
                form["csrf_token"] = factories.token(client.get(page).text)
                assert client.post("/account/organisation", data=form).status_code == 302
        self.tokens[visitor.name] = factories.token(client.get(page).text)
        cookie = client.get_cookie(SESSION)
        assert cookie
        self.clients[visitor.name], self.sessions[visitor.name] = client, cookie.value

    def address(self, endpoint: str, values: Mapping[str, str]) -> str:
        """Return the address of a route."""
        with self.app.test_request_context():
            return url_for(endpoint, **values)  # type: ignore[arg-type]

    def knock(
        self,
        visitor: Visitor,
        method: str,
        address: str,
        form: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> TestResponse:
        """Send a request, forms with a valid token or this one; whatever it changes is undone."""
        client = self.clients[visitor.name]
        client.set_cookie(SESSION, self.sessions[visitor.name])
        sent = {"csrf_token": self.tokens[visitor.name] if token is None else token}
        data = sent | dict(form or {}) if method == "POST" else None
        with _undone() as changes:
            reply = client.open(address, method=method, data=data)
        for path, content in self.files.items():
            path.write_bytes(content)
        if changes and method != "POST":
            self.wrote.add(f"{method} {address}")
        return reply


def _things(place: str, made: int) -> Iterator[Thing]:
    """Make and name everything in one organisation."""
    yield Thing(Kind.ORGANISATION, place, form={"organisation": place.lower()})
    invited = factories.make_account(made, f"Invited to {place}")
    token = factories.starting_path(invited).rpartition("/")[2]
    yield Thing(Kind.INVITATION, place, values={"token": token})
    mailed = sign_ins.mailed_path(invited).rpartition("/")[2]
    yield Thing(Kind.MAILED, place, values={"token": mailed})
    yield Thing(Kind.SESSION, place, values={"session_id": "999"})
    yield Thing(Kind.PASSKEY, place, values={"passkey_id": "999"})
    yield Thing(Kind.PASSKEY_ANSWER, place, values={"token": "x" * 20})
    yield from _administered(place, made)
    for state in (State.RELEASED, State.CLOSED, State.OPEN):
        opened = factories.open_round(made, f"To be {state}")
        if state != State.OPEN:
            factories.close_and_release(opened, release=state == State.RELEASED)
        round_id = {"round_id": factories.public_id(opened)}
        yield Thing(Kind.ROUND, place, _ALL, state, values=round_id)
        for leader, team in factories.team_ids(opened).items():
            one = frozenset({leader})
            yield Thing(Kind.TEAM, place, one, state, values={"team_id": team})
            if state == State.RELEASED:
                followups.agree(opened, leader)
                secret = followups.share(opened, leader)
                yield Thing(Kind.LINK, place, one, state, values={"secret": secret})
        if state == State.CLOSED:
            for owner, leaders in (("coach", ["Dana"]), ("other coach", ["Dana", "Eve"])):
                order = order_reports(opened, owner, leaders)
                about = frozenset(leaders)
                yield Thing(Kind.ORDER, place, about, state, owner, {"order_id": order})


def _administered(place: str, made: int) -> Iterator[Thing]:
    """Make what an administrator alone has to do with."""
    sender = "admin" if place == HOME else "foreign admin"
    with writing() as session:
        owner = session.get_one(Organisation, made)
        draft = opening.create_round(session, owner, "Draft", today() + dt.timedelta(days=9))
        round_id = {"round_id": draft.public_id}
        yield Thing(Kind.ROUND, place, state=State.DRAFT, values=round_id)
        led = select(Person.id).where(Person.organisation_id == made, Person.name == "Dana 1")
        person = {"person_id": str(session.scalars(led).one())}
        yield Thing(Kind.FILE_KIND, place, values={"kind": "csv"})
        yield Thing(Kind.PERSON, place, values=person)
        invited = accounts.find_account(session, factories.address(f"Invited to {place}"))
        accounts.grant(session, invited, owner, RoleName.COACH)
        yield Thing(Kind.ACCOUNT, place, values={"account_id": str(invited.id)})
        sent_by = accounts.find_account(session, factories.address(sender))
        owned_by = f"account {sent_by.id}, organisation {made}"
        kept = keeping.keep(settings().instance, owned_by, Roster((), ()))
        yield Thing(Kind.PEOPLE_FILE, place, owner=sender, values={"roster_id": kept})


@contextmanager
def _undone() -> Iterator[list[str]]:
    """Take back what is written meanwhile; yields the first words of what was."""
    changes: list[str] = []

    def undo(connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        assert driver
        driver.rollback()

    def note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith(CHANGES):
            changes.append(statement)

    kept = {file: file.read_bytes() for file in settings().key_dir.iterdir() if file.is_file()}
    event.listen(db.engine, "commit", undo)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield changes
    finally:
        event.remove(db.engine, "commit", undo)
        event.remove(db.engine, "before_cursor_execute", note)
        for file in {*settings().key_dir.iterdir()} - {*kept}:
            file.unlink()
        for file, content in kept.items():
            if not file.exists():
                file.write_bytes(content)
