"""Somebody who has a role in several organisations is in one of them at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from surveyapp.storage import reports
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Grant, Organisation, ReportOrder, RoleName
from tests import factories
from tests.factories import send
from tests.report_orders import order_reports

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.installation import PageClient

SWITCH = 'action="/account/organisation"'


@pytest.fixture
def both(client: PageClient) -> PageClient:
    """Sign somebody in who administers Northwind, and coaches in Contoso."""
    northwind, contoso = (factories.make_organisation(name) for name in ("Northwind", "Contoso"))
    factories.make_account(northwind, "Coach", RoleName.ADMIN)
    factories.make_team(contoso, "Dana", 5)
    factories.make_coach_account(contoso)
    factories.sign_in(client, factories.address("Coach"))
    return client


def id_of(slug: str) -> int:
    with writing() as session:
        return session.scalars(select(Organisation.id).where(Organisation.slug == slug)).one()


def switch(client: PageClient, slug: str) -> TestResponse:
    return send(client, "/account/organisation", carried="/account/verify", organisation=slug)


def named(client: PageClient) -> tuple[str, list[str]]:
    """Return the organisation in the head of a page, and those that one may go to."""
    page = client.get("/account/", follow_redirects=True).text
    name = re.search(r'<strong translate="no">(\w+)<', page)
    assert name
    return name[1], re.findall(r'name="organisation"[^>]*>(\w+)<', page)


def test_one_is_in_the_first_by_name_until_one_switches(both: PageClient) -> None:
    assert named(both) == ("Contoso", ["Northwind"])
    assert both.get("/account/").headers["Location"] == "/coach/"
    assert both.get("/admin/").status_code == 404
    assert switch(both, "northwind").headers["Location"] == "/account/"
    assert named(both) == ("Northwind", ["Contoso"])
    assert both.get("/account/").headers["Location"] == "/admin/"
    assert both.get("/coach/").status_code == 404
    switch(both, "contoso")
    assert named(both)[0] == "Contoso"


def test_the_choice_is_that_of_the_browser_alone(both: PageClient) -> None:
    switch(both, "northwind")
    elsewhere = factories.signed_in(factories.address("Coach"))
    assert named(elsewhere)[0] == "Contoso"


@pytest.mark.parametrize("slug", ["fabrikam", "nowhere", ""])
def test_nobody_goes_where_they_have_no_role(both: PageClient, slug: str) -> None:
    factories.make_organisation("Fabrikam")
    assert switch(both, slug).status_code == 404
    assert named(both)[0] == "Contoso"


def test_a_role_that_is_taken_away_ends_it_at_once(both: PageClient) -> None:
    switch(both, "northwind")
    with writing() as session:
        session.execute(delete(Grant).where(Grant.role == RoleName.ADMIN))
    assert both.get("/admin/").status_code == 404
    assert named(both) == ("Contoso", [])


def test_a_form_of_before_is_not_sent_for_the_other_organisation(both: PageClient) -> None:
    factories.make_account(id_of("contoso"), "Coach", RoleName.ADMIN)
    look = {"colour": "#112233", "paper": "letter"}
    form = look | {"csrf_token": factories.token(both.get("/admin/").text)}
    switch(both, "northwind")
    assert both.post("/admin/look", data=form).status_code == 400
    with writing() as session:
        assert set(session.scalars(select(Organisation.colour))) == {None}
    assert send(both, "/admin/look", carried="/admin/", **look).status_code == 302


def test_there_is_nothing_to_switch_for_those_with_one_or_none(app: Flask) -> None:
    northwind = factories.make_organisation()
    for name, roles in {"Admin": list(RoleName), "Nobody": []}.items():
        client = factories.signed_in(factories.make_account(northwind, name, *roles))
        page = client.get("/account/", follow_redirects=True).text
        assert SWITCH not in page
        assert switch(client, "contoso").status_code == 404


def test_reports_are_made_for_the_organisation_that_they_were_asked_in(both: PageClient) -> None:
    assert both
    northwind = id_of("northwind")
    factories.make_team(northwind, "Eve", 5)
    factories.make_coach_account(northwind)
    ordered = factories.open_round(northwind)
    factories.close_and_release(ordered)
    order_id = order_reports(ordered, leaders=["Eve"])
    order = db.session.get_one(ReportOrder, order_id)
    scope = reports.order_scope(db.session, order)
    assert scope is not None
    assert scope.organisation.id == northwind
    assert scope.roles == {RoleName.ADMIN, RoleName.COACH}
