"""Every visitor at every door: who gets in is what the table says, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pytest
from flask import url_for

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, RoleName
from surveyapp.web import access
from surveyapp.web.access import PERMISSIONS, Who
from tests import factories, followups
from tests.installation import installation, page_client, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from flask import Flask

Doors: TypeAlias = "dict[str, dict[str, str]]"
"""Endpoint -> the values of its address; empty for an address without parts."""

VISITORS = {
    "anonymous": frozenset({Who.ANYONE}),
    "admin": frozenset({Who.ANYONE, Who.SIGNED_IN, Who.ADMIN}),
    "coach": frozenset({Who.ANYONE, Who.SIGNED_IN, Who.COACH}),
    "leader": frozenset({Who.ANYONE, Who.SIGNED_IN, Who.LEADER}),
    "nobody": frozenset({Who.ANYONE, Who.SIGNED_IN}),
}
FOLLOWING_UP = (
    *("leader.agreement", "leader.agreement_day"),
    *("leader.share", "leader.make_link", "leader.withdraw"),
)
LET_IN, NO_SUCH_PAGE, SIGN_IN = "let in", "no such page", "sign in"


class World:
    """Two organisations alike, and a browser for each kind of visitor of the first."""

    def __init__(self, app: Flask) -> None:
        """Build both, each with a released round, one that is only closed, and an open one.

        Leaders have the same addresses in both, and the first one's coach was once made coach of
        the second one's leaders: neither may open a door from one organisation to the other.
        """
        self.app = app
        northwind, self.own, self.unreleased, self.uncoached = self._organisation("Northwind")
        contoso, self.foreign, _unreleased, _uncoached = self._organisation("Contoso")
        self.clients = {name: page_client(app) for name in VISITORS}
        factories.sign_in(
            self.clients["admin"], factories.make_account(northwind, "Admin", RoleName.ADMIN)
        )
        factories.sign_in(
            self.clients["coach"],
            factories.make_coach_account(northwind, leaders=["Dana"]),
        )
        with writing() as session:
            coach = accounts.find_account(session, factories.address("Coach"))
            accounts.coach(session, coach, session.get_one(Organisation, contoso), None)
        factories.sign_in(self.clients["leader"], factories.make_leader_account(northwind, "Dana"))
        factories.sign_in(self.clients["nobody"], factories.make_account(northwind, "Nobody"))

    def _organisation(self, name: str) -> tuple[int, Doors, Doors, Doors]:
        made = factories.make_organisation(name)
        factories.make_team(made, "Dana", 5)
        factories.make_team(made, "Eve", 5)
        released = factories.open_round(made, "One")
        factories.close_and_release(released)
        followups.agree(released)
        secret = followups.share(released)
        closed = factories.open_round(made, "Two")
        factories.close_and_release(closed, release=False)
        opened = factories.open_round(made, "Three")
        invited = factories.make_account(made, "Invited")
        own = {
            "static": {"filename": "look.css"},
            "account.start": {"token": factories.starting_path(invited).rpartition("/")[2]},
            "public.promise": {"round_id": factories.public_id(opened)},
            "public.team_keys": {"round_id": factories.public_id(opened)},
            "public.team_result": {"team_id": factories.team_ids(released)["Dana"]},
            "public.shared_result": {"secret": secret},
            "answer.invited": {"team_id": factories.team_ids(opened)["Dana"]},
            "answer.key": {"team_id": factories.team_ids(opened)["Dana"]},
            "answer.ticket": {"team_id": factories.team_ids(opened)["Dana"]},
            "answer.ballot": {"team_id": factories.team_ids(opened)["Dana"]},
            "answer.change": {"team_id": factories.team_ids(opened)["Dana"]},
            "answer.words_file": {"team_id": factories.team_ids(opened)["Dana"]},
            "answer.send_change": {"team_id": factories.team_ids(opened)["Dana"]},
            "leader.result": {"round_id": factories.public_id(released)},
            "leader.own_view": {"round_id": factories.public_id(opened)},
            **{key: {"round_id": factories.public_id(released)} for key in FOLLOWING_UP},
            "leader.report": {"round_id": factories.public_id(released)},
            "coach.leader_report": {"team_id": factories.team_ids(closed)["Dana"], "kind": "pdf"},
            "coach.reports": {"round_id": factories.public_id(closed)},
            "coach.reports_progress": {"order_id": factories.order_reports(closed)},
            "coach.reports_file": {"order_id": factories.order_reports(closed)},
            "coach.portfolio_of_round": {"round_id": factories.public_id(closed)},
            "coach.departments": {"round_id": factories.public_id(closed)},
            "coach.movement_since": {"round_id": factories.public_id(closed)},
            "coach.release_all": {"round_id": factories.public_id(closed)},
            "coach.result": {"team_id": factories.team_ids(closed)["Dana"]},
            "coach.leader": {"team_id": factories.team_ids(closed)["Dana"]},
            "coach.release_one": {"team_id": factories.team_ids(closed)["Dana"]},
            "admin.quality": {"round_id": factories.public_id(closed)},
            "admin.last_day": {"round_id": factories.public_id(opened)},
        }
        unreleased = {
            "leader.result": {"round_id": factories.public_id(closed)},
            **{key: {"round_id": factories.public_id(closed)} for key in FOLLOWING_UP},
            "leader.report": {"round_id": factories.public_id(closed)},
            "coach.leader_report": {"team_id": factories.team_ids(opened)["Dana"], "kind": "pdf"},
            "coach.reports": {"round_id": factories.public_id(opened)},
            "coach.portfolio_of_round": {"round_id": factories.public_id(opened)},
            "coach.release_all": {"round_id": factories.public_id(opened)},
            "coach.result": {"team_id": factories.team_ids(opened)["Dana"]},
            "coach.leader": {"team_id": factories.team_ids(opened)["Dana"]},
            "admin.quality": {"round_id": factories.public_id(opened)},
            "admin.last_day": {"round_id": factories.public_id(closed)},
        }
        eve = factories.team_ids(closed)["Eve"]
        uncoached: dict[str, dict[str, str]] = {
            **{
                endpoint: {"team_id": eve}
                for endpoint in ("coach.result", "coach.leader", "coach.release_one")
            },
            "coach.leader_report": {"team_id": eve, "kind": "xlsx"},
        }
        return made, own, unreleased, uncoached

    def knock(self, visitor: str, method: str, endpoint: str, values: dict[str, str]) -> str:
        """Send a request without a form; say how it was received."""
        with self.app.test_request_context():
            address = url_for(endpoint, **values)  # type: ignore[arg-type]
        reply = self.clients[visitor].open(address, method=method)
        if reply.status_code == 302 and (reply.location or "").startswith("/account/login"):
            return SIGN_IN
        return NO_SUCH_PAGE if reply.status_code in {404, 405} else LET_IN

    def surprises(
        self, visitor: str, table: Mapping[str, Mapping[Who, frozenset[str]]]
    ) -> list[str]:
        """Knock at every door; return where the reception was not what the table says."""
        found = []
        for endpoint in sorted(table):
            for method in ("GET", "POST"):
                is_route = any(method in methods for methods in table[endpoint].values())
                allowed = any(method in table[endpoint].get(who, ()) for who in VISITORS[visitor])
                outside = SIGN_IN if visitor == "anonymous" and is_route else NO_SUCH_PAGE
                expected = LET_IN if allowed else outside
                received = self.knock(visitor, method, endpoint, self.own.get(endpoint, {}))
                if received != expected:
                    found.append(f"{visitor}: {method} {endpoint}: {received}, not {expected}")
        return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[World]:
    """Build the world once: nothing here changes it."""
    settings = settings_for(tmp_path_factory.mktemp("world"))
    with installation(settings, migrated_database) as app:
        yield World(app)


def test_every_address_with_a_part_is_tried_with_one_that_exists(world: World) -> None:
    with_parts = {rule.endpoint for rule in world.app.url_map.iter_rules() if rule.arguments}
    assert set(world.own) == with_parts & set(PERMISSIONS)


@pytest.mark.parametrize("visitor", VISITORS)
def test_everybody_gets_exactly_where_the_table_lets_them(world: World, visitor: str) -> None:
    assert world.surprises(visitor, PERMISSIONS) == []


@pytest.mark.parametrize(
    ("visitor", "opened", "surprise"),
    [
        ("anonymous", Who.ANYONE, "let in, not sign in"),
        ("leader", Who.LEADER, "let in, not no such page"),
        ("nobody", Who.SIGNED_IN, "let in, not no such page"),
        ("coach", Who.ADMIN, "no such page, not let in"),
    ],
)
def test_a_door_that_stands_open_or_shut_by_mistake_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, visitor: str, opened: Who, surprise: str
) -> None:
    mistaken = dict(PERMISSIONS) | {"coach.portfolio": {opened: access.READ}}
    monkeypatch.setattr(access, "PERMISSIONS", mistaken)
    monkeypatch.setitem(world.app.view_functions, "coach.portfolio", lambda: "")
    assert world.surprises(visitor, PERMISSIONS) == [f"{visitor}: GET coach.portfolio: {surprise}"]


@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize("doors", ["foreign", "unreleased", "uncoached"])
def test_what_is_not_ones_own_is_no_page(world: World, visitor: str, doors: str) -> None:
    outside = SIGN_IN if visitor == "anonymous" else NO_SUCH_PAGE
    tried: Doors = getattr(world, doors)
    received = {
        endpoint: world.knock(visitor, "GET", endpoint, values)
        for endpoint, values in tried.items()
        if Who.ANYONE not in PERMISSIONS[endpoint]
        if any("GET" in methods for methods in PERMISSIONS[endpoint].values())
    }
    assert received == dict.fromkeys(received, outside)
    assert received
