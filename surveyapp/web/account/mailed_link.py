"""A link by mail: signs in, once and for a quarter of an hour; also for a forgotten password."""

from __future__ import annotations

import datetime as dt
import secrets
from concurrent.futures import ThreadPoolExecutor
from email.utils import localtime
from typing import TYPE_CHECKING, Final

from flask import current_app, make_response, render_template, request, url_for
from flask_babel import get_locale
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from surveyapp.mail.composing import Recipient
from surveyapp.mail.delivering import open_post, sender_address
from surveyapp.mail.signing_in import changed, letterhead, sign_in_link
from surveyapp.storage.database import db, lock, writing
from surveyapp.storage.models import Account
from surveyapp.web.account import brake
from surveyapp.web.account.forms import LinkForm
from surveyapp.web.account.links import is_own_path
from surveyapp.web.account.sessions import enter
from surveyapp.web.account.views import blueprint
from surveyapp.web.pages import settings
from surveyapp.web.starting import LinkError

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from flask import Flask
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from surveyapp.config import Settings
    from surveyapp.mail.composing import Letterhead

VALID: Final = dt.timedelta(minutes=15)
LONGEST_NEXT: Final = 100
POST_ROOM: Final = ThreadPoolExecutor(1, thread_name_prefix="account mails")
"""Where mails are written, one after the other, while nobody waits for the page."""


@blueprint.route("/link", methods=["GET", "POST"])
def ask_link() -> ResponseReturnValue:
    """Send a link to whoever has an account with the address that is typed.

    The page is done before anything looks for the account: it can not say whether there is one,
    not even by how long it takes.
    """
    form = LinkForm()
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("account/link.html", form=form), status
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    email, language = str(form.email.data), str(get_locale()).replace("_", "-")
    next_page = request.args.get("next", "")
    response = make_response(render_template("account/link_sent.html", email=email))
    response.call_on_close(lambda: POST_ROOM.submit(_send, app, email, language, next_page))
    return response


@blueprint.route("/link/<signed_token:token>", methods=["GET", "POST"])
def follow_link(token: str) -> ResponseReturnValue:
    """Sign in by a mailed link, on a press of a button: whatever looks at mails only looks."""
    try:
        if request.method != "POST":  # HEAD as well, which programs send that look at mail
            email = _account_of(db.session, token)[0].email
            return render_template("account/link_follow.html", email=email)
        with writing() as session:
            found, next_page = _account_of(session, token)
            lock(session, found)
            _account_of(session, token)
            found.links_used += 1
            number = found.id
    except LinkError:
        return render_template("account/link_over.html", mailed=True), 404
    return enter(db.session.get_one(Account, number), "link", next_page)


def tell(account: Account, what: Callable[[], str]) -> None:
    """Tell somebody by mail what was changed about signing in to their account."""
    to = _recipient(account, account.language or str(get_locale()).replace("_", "-"))
    message = changed(_letterhead(), to, what, settings().base_url + url_for("account.ways"))
    POST_ROOM.submit(_deliver, settings(), to.id, message)


def _send(app: Flask, email: str, language: str, next_page: str) -> None:
    """Write the mail, and deliver it if there is such an account."""
    with app.app_context():
        try:
            _write(email, language, next_page)
        except Exception as error:  # noqa: BLE001  (nobody waits whom it would reach)
            kind = type(error).__name__  # its text may name somebody
            app.logger.error("A link to sign in was not sent: %s", kind)  # noqa: TRY400


def _write(email: str, language: str, next_page: str) -> None:
    found = db.session.scalar(select(Account).where(Account.email == email.lower(), Account.active))
    may_mail = brake.may_mail(email)
    account = found or Account(
        id=0, email="no-one@localhost", name="", fs_uniquifier="", links_used=0
    )
    if not is_own_path(next_page) or len(next_page) > LONGEST_NEXT:
        next_page = ""
    token = _serializer().dumps([account.id, account.fs_uniquifier, account.links_used, next_page])
    link = f"{settings().base_url}/account/link/{token}"
    to = _recipient(account, account.language or language)
    message = sign_in_link(_letterhead(), to, link, int(VALID.total_seconds() // 60))
    if found and may_mail:
        _deliver(settings(), to.id, message)


def _letterhead() -> Letterhead:
    return letterhead(settings().base_url, sender_address(settings()), localtime())


def _deliver(settings: Settings, name: str, message: EmailMessage) -> None:
    with open_post(settings) as post:
        post.deliver(name, message)


def _recipient(account: Account, language: str) -> Recipient:
    return Recipient(f"account-{secrets.token_hex(8)}", account.name, account.email, language)


def _account_of(session: Session, token: str) -> tuple[Account, str]:
    """Return whom a link is for and where it leads; raises `LinkError`."""
    try:
        values = _serializer().loads(token, max_age=int(VALID.total_seconds()))
        number, uniquifier, links_used, next_page = values
    except BadSignature as error:
        raise LinkError from error
    account = session.get(Account, number)
    if account is None or not account.active:
        raise LinkError
    if (account.fs_uniquifier, account.links_used) != (uniquifier, links_used):
        raise LinkError
    return account, next_page


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="mailed link")
