"""The walk through the pages of signing in, and of what an account holds for it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.web.account import single_sign_on
from tests import factories, sign_ins
from tests.factories import token
from tests.installation import page_client, with_provider

if TYPE_CHECKING:
    from tests.every_page import Walk

ADDRESS = factories.address("Passer By")


def outside(going: Walk) -> None:
    """Visit what somebody sees who is not signed in, up to the second step."""
    factories.make_account(factories.make_organisation("Far Away"), "Passer By")
    page = going.visit("link", "/account/link")
    going.visit("link: no address", "/account/link", email="nobody", csrf_token=token(page))
    sent = {"email": ADDRESS, "csrf_token": token(page)}
    going.visit("link: sent", "/account/link", **sent)
    path = urlsplit(sign_ins.newest_link()).path
    going.visit("link: followed", path)
    going.visit("link: over", path + "x")
    page = going.visit("passkey: refused", "/account/passkey")
    going.visit("passkey: asked", "/account/passkey", csrf_token=token(page))
    single_sign_on.init_app(going.app, with_provider(going.app.config["SETTINGS"]))
    page = going.visit("sign in: with a provider", "/account/login")
    going.visit("single sign-on: refused", "/account/single-sign-on/back?error=access_denied")
    _second_step(going, page)
    tries = {"email": ADDRESS, "password": "wrong", "csrf_token": token(page)}
    for _ in range(10):
        page_client(going.app).post("/account/login", data=tries)
    page = going.clients["anonymous"].get("/account/login").text
    for _ in range(11):
        refused = tries | {"csrf_token": token(page)}
        going.clients["anonymous"].post("/account/login", data=refused)
    going.visit("sign in: too many tries", "/account/login", **refused)


def _second_step(going: Walk, page: str) -> None:
    with writing() as session:
        found = accounts.find_account(session, ADDRESS)
        sign_ins.set_second_step(found)
    form = {"email": ADDRESS, "password": factories.PASSWORD, "csrf_token": token(page)}
    assert going.clients["anonymous"].post("/account/login", data=form).status_code == 302
    wrong = {"code": "1", "csrf_token": token(page)}
    for what, where in (("code", "/account/code"), ("recovery code", "/account/recovery-code")):
        going.visit(f"second step: {what}", where)
        going.visit(f"second step: wrong {what}", where, **wrong)


def signed_in(going: Walk) -> None:
    """Visit the page "Account" and what leads on from it, as somebody without a role."""
    going.visit("account", "/account/ways", who="nobody")
    page = going.visit("password", "/account/password", who="nobody")
    form = {"csrf_token": token(page)}
    bad = {"password": "short", "again": "shorter", **form}
    going.visit("password: refused", "/account/password", who="nobody", **bad)
    going.visit("second step: new", "/account/second-step", who="nobody")
    going.visit("second step: refused", "/account/second-step", who="nobody", code="1", **form)
    going.visit("second step: new codes", "/account/recovery-codes", who="nobody", **form)
    going.visit("passkey: new", "/account/passkeys", who="nobody")
    going.visit("passkey: no name", "/account/passkeys", who="nobody", name=" ", **form)
    going.visit("passkey: made", "/account/passkeys", who="nobody", name="my phone", **form)
    email = factories.address("Nobody")
    for agent in ("Mozilla/5.0 (iPhone) Version/18 Safari/605", ""):
        factories.sign_in(page_client(going.app), email, agent)
    with writing() as session:
        found = accounts.find_account(session, email)
        sign_ins.set_second_step(found)
        found.webauthn = [sign_ins.passkey("Dana <i>Ek</i>")]
    going.visit("account: everything set up", "/account/ways", who="nobody")
    with writing() as session:
        accounts.find_account(session, email).password = None
    going.visit("account: no password", "/account/ways", who="nobody")
    going.visit("verify: with a passkey", "/account/verify", who="nobody")
    going.visit("verify: passkey asked", "/account/verify/passkey", who="nobody", **form)
    going.visit("verify: passkey refused", "/account/verify/passkey", who="nobody")
