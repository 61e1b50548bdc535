from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.storage import accounts, sessions
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import RoleName, SignedIn
from surveyapp.web.account.sessions import device
from surveyapp.web.pages import today
from tests import factories
from tests.factories import send
from tests.installation import page_client

if TYPE_CHECKING:
    from flask import Flask

    from tests.installation import PageClient

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


@pytest.fixture
def email(app: Flask) -> str:
    return factories.make_account(factories.make_organisation(), "Dana", RoleName.LEADER)


def is_in(client: PageClient) -> bool:
    return client.get("/leader/").status_code == 200


def copied(client: PageClient, app: Flask) -> PageClient:
    """Steal a browser's session cookie."""
    cookie, thief = client.get_cookie("session"), page_client(app)
    assert cookie
    thief.set_cookie("session", cookie.value)
    return thief


def listed(email: str) -> list[SignedIn]:
    with writing() as session:
        account = accounts.find_account(session, email)
        session.expire_on_commit = False
        return list(sessions.of_account(session, account.id, today()))


@pytest.mark.parametrize(
    ("agent", "browser", "system"),
    [
        (IPHONE, "Safari", "iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge", "Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537", "Chrome", "Android"),
        ("Mozilla/5.0 (Macintosh) Gecko/20100101 Firefox/140.0", "Firefox", "Mac"),
        ("curl/8", "", ""),
    ],
)
def test_a_device_is_named_in_two_words(agent: str, browser: str, system: str) -> None:
    assert device(agent) == sessions.Device(browser, system)


def test_a_session_is_listed_by_device_and_day_and_nothing_finer(
    client: PageClient, email: str
) -> None:
    factories.sign_in(client, email, IPHONE)
    page = client.get("/account/ways").text
    assert "Safari on iPhone" in page
    assert "This one" in page
    kept = {"id", "account_id", "secret_hash", "browser", "system", "used_on"}
    assert set(SignedIn.__table__.columns.keys()) == kept
    assert SignedIn.__table__.c.used_on.type.python_type is dt.date


def test_a_stolen_cookie_opens_nothing_after_its_owner_signed_out(
    client: PageClient, app: Flask, email: str
) -> None:
    factories.sign_in(client, email)
    thief = copied(client, app)
    assert is_in(thief)
    send(client, "/account/logout", carried="/account/ways")
    assert not is_in(thief)
    assert listed(email) == []


def test_a_stolen_cookie_opens_nothing_after_its_session_was_ended_elsewhere(
    client: PageClient, app: Flask, email: str
) -> None:
    elsewhere = factories.signed_in(email)
    thief = copied(elsewhere, app)
    factories.sign_in(client, email)
    ended = min(one.id for one in listed(email))
    send(client, f"/account/sessions/{ended}/end", carried="/account/ways")
    assert (is_in(client), is_in(elsewhere), is_in(thief)) == (True, False, False)


def test_all_others_end_at_once(client: PageClient, app: Flask, email: str) -> None:
    others = [page_client(app) for _ in range(2)]
    for one in (*others, client):
        factories.sign_in(one, email)
    send(client, "/account/sessions/end-others", carried="/account/ways")
    assert [is_in(one) for one in (*others, client)] == [False, False, True]


def test_nobody_ends_somebody_elses_session(client: PageClient, app: Flask, email: str) -> None:
    stranger = page_client(app)
    factories.sign_in(client, email)
    elsewhere = factories.make_organisation("Contoso")
    factories.sign_in(stranger, factories.make_account(elsewhere, "Eve", RoleName.LEADER))
    own = listed(email)[0].id
    send(stranger, f"/account/sessions/{own}/end", carried="/account/ways")
    send(stranger, "/account/sessions/end-others", carried="/account/ways")
    assert is_in(client)


def test_numbers_that_no_row_has_are_no_page(client: PageClient, email: str) -> None:
    factories.sign_in(client, email)
    for what in ("sessions/99999999999999999999/end", "passkeys/99999999999999999999/delete"):
        reply = send(client, f"/account/{what}", carried="/account/ways")
        assert reply.status_code == 404
    assert is_in(client)


@pytest.mark.parametrize(("days", "status"), [(30, 200), (31, 302)])
def test_a_session_that_nobody_used_for_a_month_is_over(
    client: PageClient, email: str, days: int, status: int
) -> None:
    factories.sign_in(client, email)
    with writing() as session:
        session.scalars(select(SignedIn)).one().used_on = today() - dt.timedelta(days=days)
    assert client.get("/leader/").status_code == status
    assert [one.used_on for one in listed(email)] == ([today()] if status == 200 else [])


def test_the_table_holds_nothing_that_a_cookie_could_be_made_of(
    client: PageClient, app: Flask, email: str
) -> None:
    factories.sign_in(client, email)
    with client.session_transaction("/account/") as kept:
        secret = str(kept["signed_in"])
    stored = db.session.scalars(select(SignedIn)).one().secret_hash
    assert secret.encode() not in stored
    with client.session_transaction("/account/") as kept:
        kept["signed_in"] = stored.hex()
    assert not is_in(client)
