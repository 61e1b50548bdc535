"""Sessions on the server's side: a cookie opens nothing after its session was ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import current_app, g, redirect, request, session, url_for
from flask_login import user_logged_in, user_logged_out
from flask_security import current_user, login_user, logout_user

from surveyapp.storage import sessions
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import SignedIn
from surveyapp.storage.sessions import Device
from surveyapp.web.account import brake
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from surveyapp.storage.models import Account

SECRET: Final = "signed_in"  # noqa: S105  (where the session keeps it)
NEW_SECRET: Final = "new_totp"  # noqa: S105  (where the session keeps it, encrypted)
"""Of an app that is being set up; whoever sits here next gets another one."""
BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
"""What a user agent says, the more special before what it also says."""
SYSTEMS: Final = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "Linux": "Linux",
}


def init_app(app: Flask) -> None:
    """List whoever signs in, and let nobody in who is not listed."""
    manager = vars(app)["login_manager"]
    load = manager._user_callback  # noqa: SLF001  (Flask-Login has no getter)
    manager.user_loader(lambda uniquifier: _if_listed(load, uniquifier))
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)


def enter(account: Account, via: str, next_page: str) -> ResponseReturnValue:
    """Sign somebody in who showed who they are, or ask for the second step, and lead on."""
    if current_user.is_authenticated:
        logout_user()
    plugins = current_app.extensions["security"].two_factor_plugins
    second: ResponseReturnValue | None = plugins.tf_enter(account, None, via, next_page or None)
    if second is not None:
        return second
    login_user(account, authn_via=[via])
    return redirect(next_page or url_for("account.home"))


def current() -> SignedIn:
    """Return the session of whoever is signed in."""
    found: SignedIn = g.signed_in
    return found


def device(user_agent: str) -> Device:
    """Name a browser and its system in a word each, no finer."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    return Device(browser, system)


def _if_listed(load: Callable[[str], Account | None], uniquifier: str) -> Account | None:
    account = load(uniquifier)
    if account is None:
        return None
    found = sessions.find(db.session, account.id, str(session.get(SECRET)), today())
    if found is None:
        return None
    if found.used_on != today():
        with writing() as others:
            others.get_one(SignedIn, found.id).used_on = today()
    g.signed_in = found
    return account


def _begin(_app: Flask, user: Account) -> None:
    session.pop(NEW_SECRET, None)
    db.session.commit()  # what was checked on the way in; SQLite has one writer at a time
    with writing() as written:
        agent = device(request.headers.get("User-Agent", ""))
        session[SECRET] = sessions.begin(written, user.id, agent, today())
    brake.remember_device(user.email)


def _end(_app: Flask, user: Account) -> None:
    if "signed_in" in g:
        account_id, session_id = user.id, current().id
        db.session.commit()
        with writing() as written:
            sessions.end(written, account_id, session_id)
    session.pop(SECRET, None)
