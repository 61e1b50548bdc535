"""A form that another site sends in somebody's name changes nothing, at whichever door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from surveyapp.storage.models import RoleName
from surveyapp.web.access import PERMISSIONS, WRITE, Who
from tests import factories

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

WITHOUT_A_SESSION = "answer."
"""Doors at which the credential in the form is all the right there is: no cookie is read."""

NAMES: dict[str, Any] = {
    "round_id": "a" * 12,
    "team_id": "a" * 12,
    "order_id": "a" * 24,
    "roster_id": "a" * 24,
    "token": "a" * 24,
    "kind": "csv",
    "person_id": 1,
    "account_id": 1,
    "session_id": 1,
    "passkey_id": 1,
}
"""What an address may name: the token is looked at before anything is looked for."""


def doors(app: Flask) -> dict[str, str]:
    """Return where a form can be sent: endpoint -> an address there."""
    with app.test_request_context():
        return {
            rule.endpoint: url_for(rule.endpoint, **{one: NAMES[one] for one in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ()) and not rule.endpoint.startswith(WITHOUT_A_SESSION)
        }


def let_in(app: Flask, client: PageClient) -> list[str]:
    """Return the doors that take a form without a token, or with one of another session."""
    others = factories.token(factories.new_client().get("/account/login").text)
    forged = [{}, *({"csrf_token": token} for token in ("", "forged.aaaaaa.bbbbbb", others))]
    found = []
    for endpoint, address in doors(app).items():
        for form in forged:
            reply = client.post(address, data=form)
            if reply.status_code != 400 or "This form has expired" not in reply.text:
                found.append(f"{endpoint}: {reply.status_code}")
    return found


def test_no_form_is_taken_without_the_token_of_this_session(app: Flask, client: PageClient) -> None:
    email = factories.make_account(factories.make_organisation(), "Dana", *RoleName)
    factories.sign_in(client, email)
    written = {
        name for name, who in PERMISSIONS.items() if any(one >= WRITE for one in who.values())
    }
    tried = set(doors(app))
    assert {name for name in written if not name.startswith(WITHOUT_A_SESSION)} == tried
    assert let_in(app, client) == []
    assert client.get("/account/ways").status_code == 200, "nobody was signed out"


def test_every_door_without_a_token_opens_to_anybody_without_a_session() -> None:
    for endpoint, who in PERMISSIONS.items():
        if endpoint.startswith(WITHOUT_A_SESSION):
            assert set(who) == {Who.ANYONE}, endpoint


def test_a_door_that_takes_any_form_is_found(app: Flask, client: PageClient) -> None:
    factories.sign_in(client, factories.make_account(factories.make_organisation(), "D", *RoleName))
    app.extensions["csrf"].exempt("surveyapp.web.admin.organisation.purpose")
    assert {one.partition(":")[0] for one in let_in(app, client)} == {"admin.purpose"}
