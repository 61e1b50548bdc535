"""Every page of a coach, as another coach and as somebody from elsewhere would try it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.storage import accounts
from surveyapp.storage.coaching import coach_leaders
from surveyapp.storage.database import writing
from surveyapp.storage.models import Coaching, Organisation, RoleName, RoundTeam
from tests import factories
from tests.installation import page_client
from tests.web.coached import closed_round

if TYPE_CHECKING:
    from flask import Flask

FOREIGN = ("other", "stranger", "former")


@pytest.fixture
def doors(app: Flask) -> dict[str, str]:
    """Close a round of Dana, whom Coach coaches; returns the parts that addresses are made of.

    Other coaches Bo, in the same round. Stranger is everything in another organisation, and was
    once made coach of Dana there by mistake. Former coached Dana until now.
    """
    northwind, contoso = (factories.make_organisation(name) for name in ("Northwind", "Contoso"))
    for leader in ("Dana", "Bo"):
        factories.make_team(northwind, leader, 5)
    factories.make_coach_account(northwind, "Coach", ["Dana"])
    factories.make_coach_account(northwind, "Other", ["Bo"])
    factories.make_coach_account(northwind, "Former", ["Dana"])
    factories.make_account(contoso, "Stranger", *RoleName)
    round_id = closed_round(northwind)
    with writing() as session:
        stranger = accounts.find_account(session, factories.address("Stranger"))
        coach_leaders(session, stranger, session.get_one(Organisation, northwind), None)
        former = accounts.find_account(session, factories.address("Former"))
        session.delete(session.scalars(select(Coaching).filter_by(coach_id=former.id)).one())
    return {
        "team_id": factories.team_ids(round_id)["Dana"],
        "round_id": factories.public_id(round_id),
        "order_id": factories.order_reports(round_id),
        "kind": "pdf",
    }


def addresses(app: Flask, doors: dict[str, str]) -> dict[str, tuple[str, set[str]]]:
    """Return every address of a coach that names something, with its methods, by endpoint."""
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("coach.") and rule.arguments:
            values = {name: doors[name] for name in rule.arguments}
            with app.test_request_context():
                built = rule.build(values)
            assert built, rule
            found[rule.endpoint] = (built[1], set(rule.methods or ()) & {"GET", "POST"})
    return found


def test_the_coach_gets_in_so_that_the_addresses_are_right(
    app: Flask, doors: dict[str, str]
) -> None:
    client = page_client(app)
    factories.sign_in(client, factories.address("Coach"))
    tried = addresses(app, doors)
    assert {"coach.leader", "coach.release_one", "coach.release_all"} <= set(tried)
    assert {name: client.get(path).status_code for name, (path, _methods) in tried.items()} == (
        dict.fromkeys(tried, 200)
    )


@pytest.mark.parametrize("who", FOREIGN)
def test_for_everybody_else_there_is_no_such_page(
    app: Flask, doors: dict[str, str], who: str
) -> None:
    client = page_client(app)
    factories.sign_in(client, f"{who}@demo.example")
    token = factories.token(client.get("/coach/").text)
    form = {"csrf_token": token, "notes": "x", "version": "0"}
    for name, (path, methods) in addresses(app, doors).items():
        if who == "other" and doors["round_id"] in path:
            continue  # the round is theirs as well; whom they find in it is tried below
        for method in methods:
            data = form if method == "POST" else None
            reply = client.open(path, method=method, data=data)
            assert reply.status_code == 404, (name, method)
    with writing() as session:
        assert not any(session.scalars(select(RoundTeam.released)))
        assert not any(session.scalars(select(Coaching.notes)))


def test_in_a_round_of_both_another_coach_finds_their_own_leaders_alone(
    app: Flask, doors: dict[str, str]
) -> None:
    client = page_client(app)
    factories.sign_in(client, factories.address("Other"))
    for name, (path, _methods) in addresses(app, doors).items():
        if doors["round_id"] in path:
            page = client.get(path).text
            assert "Dana" not in page, name
            assert doors["team_id"] not in page, name
    token = factories.token(client.get("/coach/").text)
    client.post(f"/coach/rounds/{doors['round_id']}/release", data={"csrf_token": token})
    with writing() as session:
        seen = {team.leader_name for team in session.scalars(select(RoundTeam)) if team.released}
        assert seen == {"Bo"}
