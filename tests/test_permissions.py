"""Every visitor at every door, with every method and everything that a door can be about.

Who gets in is what the table of permissions says together with `permissions/doors.py`; nobody else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from surveyapp.charts import words
from surveyapp.storage import reports, results
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, ReportOrder, Round, RoundTeam, State
from surveyapp.web import access
from surveyapp.web.access import PERMISSIONS, READ, Who
from surveyapp.web.admin import views as admin_views
from tests.installation import installation, settings_for, with_provider
from tests.permissions.doors import COUNTED, DOORS, Kind, anybody
from tests.permissions.world import ELSEWHERE, HOME, VISITORS, World
from tests.publications import FINE, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import ModuleType

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from surveyapp.storage.scope import Scope
    from tests.permissions.doors import Thing, Visitor

METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
CLOSED_ROUND: Final = (Kind.ROUND, HOME, State.CLOSED)
MARK: Final = "xyzzy-what-one-person-wrote"
LET_IN, NO_SUCH_PAGE, SIGN_IN, NO_SUCH_METHOD = "let in", "no such page", "sign in", "no method"


def things_of(world: World, endpoint: str) -> list[Thing | None]:
    """Return what is tried at a door: everything of its kind in both organisations."""
    door = DOORS.get(endpoint)
    if door is None:
        return [None]
    found = [
        replace(thing, values={**thing.values, **door.values})
        for thing in world.things
        if thing.kind == door.kind
        if door.opens is not anybody or thing.state in door.states
    ]
    return list(found)


PROVIDERS = "/account/single-sign-on"


def expected(visitor: Visitor, endpoint: str, method: str, thing: Thing | None) -> str:
    """Derive from the table, and from whom the thing is for, how somebody is received."""
    allowed = PERMISSIONS[endpoint]
    if method not in frozenset().union(*allowed.values()):
        return NO_SUCH_PAGE if method == "OPTIONS" else NO_SUCH_METHOD
    signed_in = {Who.SIGNED_IN, *map(Who, visitor.roles)} if visitor.signs_in else set()
    if not any(method in allowed.get(who, ()) for who in {Who.ANYONE, *signed_in}):
        return NO_SUCH_PAGE if visitor.signs_in else SIGN_IN
    # What there is to do at an address says nothing of what is there.
    is_for_them = method == "OPTIONS" or thing is None or DOORS[endpoint].opens(visitor, thing)
    return LET_IN if is_for_them else NO_SUCH_PAGE


def received(reply: TestResponse) -> str:
    if reply.status_code == 302 and reply.location.startswith("/account/login?next="):
        return SIGN_IN
    if reply.status_code == 403 and urlsplit(reply.request.path).path.startswith(PROVIDERS):
        return LET_IN  # to where nobody answers here
    refused = {404: NO_SUCH_PAGE, 405: NO_SUCH_METHOD, 401: "401", 403: "403"}
    return refused.get(reply.status_code, LET_IN)


def surprises(world: World, visitor: Visitor, endpoints: Iterable[str]) -> list[str]:
    """Knock at doors in every way; return where the reception was not the expected one."""
    found = []
    for endpoint in sorted(endpoints):
        things = things_of(world, endpoint)
        # What the router alone answers is tried with one thing of each organisation.
        few = list({thing.organisation if thing else "": thing for thing in things}.values())
        for method in METHODS:
            for thing in things if method in {"GET", "POST"} else few:
                address = world.address(endpoint, thing.values if thing else {})
                reply = world.knock(visitor, method, address, thing.form if thing else None)
                wanted = expected(visitor, endpoint, method, thing)
                if received(reply) != wanted:
                    found.append(f"{method} {endpoint} {thing}: {received(reply)}, not {wanted}")
    return found


def gaps(world: World, app: Flask) -> list[str]:
    """Return the routes that this test would not try, or not for both organisations."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in PERMISSIONS:
            found.append(f"{rule.endpoint} is not in the table of permissions")
        elif rule.arguments and rule.endpoint not in DOORS:
            found.append(f"{rule.endpoint} is in no line of DOORS: what is {rule.rule} about?")
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    found += [f"{name} is no route" for name in {*PERMISSIONS, *DOORS} - routes]
    for endpoint, door in DOORS.items():
        places = {thing.organisation for thing in things_of(world, endpoint) if thing}
        if door.kind != Kind.FILE and places != {HOME, ELSEWHERE}:
            found.append(f"{endpoint} is tried in {places}")
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[World]:
    """Build the world once: what a visitor changes is undone."""
    settings = with_provider(settings_for(tmp_path_factory.mktemp("world")))
    with installation(settings, migrated_database) as app:
        yield World(app)


def who(name: str) -> Visitor:
    return next(visitor for visitor in VISITORS if visitor.name == name)


def test_every_route_is_tried_for_both_organisations(world: World) -> None:
    assert gaps(world, world.app) == []


def test_a_route_without_a_line_is_found(world: World, sqlite_app: Flask) -> None:
    sqlite_app.add_url_rule("/new", "new", lambda: "")
    assert gaps(world, sqlite_app) == ["new is not in the table of permissions"]


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.name)
def test_everybody_gets_exactly_where_they_may(world: World, visitor: Visitor) -> None:
    assert surprises(world, visitor, PERMISSIONS) == []
    assert world.wrote == set(), "only forms that are sent change anything"


@pytest.mark.parametrize(
    ("visitor", "opened", "surprise"),
    [
        ("anonymous", Who.ANYONE, "let in, not sign in"),
        ("dana", Who.LEADER, "let in, not no such page"),
        ("nobody", Who.SIGNED_IN, "let in, not no such page"),
        ("foreign admin", Who.ADMIN, "let in, not no such page"),
        ("coach", Who.ADMIN, "no such page, not let in"),
    ],
)
def test_a_door_that_stands_open_or_shut_by_mistake_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, visitor: str, opened: Who, surprise: str
) -> None:
    mistaken = dict(PERMISSIONS) | {"coach.portfolio": {opened: READ}}
    monkeypatch.setattr(access, "PERMISSIONS", mistaken)
    monkeypatch.setitem(world.app.view_functions, "coach.portfolio", lambda: "")
    found = surprises(world, who(visitor), ["coach.portfolio"])
    assert f"GET coach.portfolio None: {surprise}" in found


COUNTED_TEAM = select(RoundTeam).join(Round).where(Round.state.in_(COUNTED))


def coached_by_all(session: Session, _scope: Scope, team_id: str) -> RoundTeam | None:
    return session.scalar(COUNTED_TEAM.where(RoundTeam.public_id == team_id))


def led_by_all(session: Session, _scope: Scope, round_id: str) -> RoundTeam | None:
    named = COUNTED_TEAM.where(RoundTeam.leader_name == "Dana")
    return session.scalar(named.where(Round.public_id == round_id))


def counted_anywhere(session: Session, _organisation: Organisation, round_id: str) -> Round | None:
    return session.scalar(select(Round).where(Round.public_id == round_id))


def asked_by_anybody(session: Session, _scope: Scope, order_id: str, _now: int) -> object:
    return session.get(ReportOrder, order_id)


@pytest.mark.parametrize(
    ("room", "name", "weakened", "endpoint", "visitor"),
    [
        (results, "coached_result", coached_by_all, "coach.result", "coach"),
        (results, "coached_result", coached_by_all, "coach.leader_report", "coach of nobody"),
        (results, "own_result", led_by_all, "leader.result", "dana"),
        (results, "own_result", led_by_all, "leader.withdraw", "eve"),
        (admin_views, "counted_round", counted_anywhere, "admin.quality", "foreign admin"),
        (reports, "own_order", asked_by_anybody, "coach.reports_file", "both"),
    ],
)
def test_a_query_that_forgets_who_asks_is_found(  # noqa: PLR0913, PLR0917  (one weakness each)
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    room: ModuleType,
    name: str,
    weakened: Callable[..., object],
    endpoint: str,
    visitor: str,
) -> None:
    assert surprises(world, who(visitor), [endpoint]) == []
    monkeypatch.setattr(room, name, weakened)
    found = surprises(world, who(visitor), [endpoint])
    assert any(surprise.endswith("let in, not no such page") for surprise in found)


def test_a_page_that_writes_without_a_form_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless() -> str:
        with writing() as session:
            session.execute(update(Organisation).values(contact="x"))
        return ""

    monkeypatch.setitem(world.app.view_functions, "admin.overview", careless)
    surprises(world, who("admin"), ["admin.overview"])
    assert world.wrote == {"GET /admin/", "HEAD /admin/"}
    world.wrote.clear()
    with writing() as session:
        assert set(session.scalars(select(Organisation.contact))) == {None}


def test_a_round_named_beside_the_address_is_as_closed(world: World) -> None:
    """Compare two rounds, one of which belongs elsewhere: the one place that names two."""
    own, foreign = (
        next(
            thing.values["round_id"]
            for thing in world.things
            if (thing.kind, thing.organisation, thing.state) == (Kind.ROUND, place, State.RELEASED)
        )
        for place in (HOME, ELSEWHERE)
    )
    for since, received_as in ((own, LET_IN), (foreign, NO_SUCH_PAGE)):
        closed = next(t for t in world.things if (t.kind, t.organisation, t.state) == CLOSED_ROUND)
        address = world.address("coach.movement_since", closed.values)
        reply = world.knock(who("both"), "GET", f"{address}?since={since}")
        assert received(reply) == received_as


def test_an_administrator_reads_a_leaders_result_by_the_leaders_link_alone(world: World) -> None:
    for team in (t for t in world.things if t.kind == Kind.TEAM and t.state in COUNTED):
        publish(team.values["team_id"], replace(FINE, comments={"C1": (MARK,), "C2": (MARK,)}))
    with world.app.test_request_context():
        said = words.reading(FINE)
    shown: dict[str, set[str]] = {"admin": set(), "dana": set(), "coach": set()}
    for visitor, seen in shown.items():
        for endpoint in PERMISSIONS:
            for thing in things_of(world, endpoint):
                address = world.address(endpoint, thing.values if thing else {})
                page = world.knock(who(visitor), "GET", f"{address}?reveal=1")
                if page.mimetype == "text/html" and (MARK in page.text or said in page.text):
                    seen.add(endpoint)
    assert shown["admin"] == {"public.shared_result"}
    assert {"leader.result", "public.shared_result"} <= shown["dana"]
    assert {"coach.result", "public.shared_result"} <= shown["coach"]
    administered = [door for name, door in DOORS.items() if Who.ADMIN in PERMISSIONS[name]]
    assert not {door.kind for door in administered} & {Kind.TEAM, Kind.LINK, Kind.ORDER}
