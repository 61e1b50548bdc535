"""The first way in: a link that works once, with which somebody chooses their own password."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from surveyapp.core.errors import DomainError
from surveyapp.storage.models import Account
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

VALID = dt.timedelta(days=7)
SALT = "first sign-in"


class LinkError(DomainError):
    """The link was used, is too old, or was never ours."""


def starting_link(account: Account) -> str:
    """Return an address at which this account's password can be chosen, once and for a week.

    It names the account by what its sessions are known by, which a new password changes: that is
    what makes the link work once, and what ends it when another password is chosen meanwhile.
    """
    token = _serializer().dumps([account.id, account.fs_uniquifier])
    return f"{settings().base_url}/account/start/{token}"


def account_of(session: Session, token: str) -> Account:
    """Return the account that a link is for; raises `LinkError`."""
    try:
        number, uniquifier = _serializer().loads(token, max_age=int(VALID.total_seconds()))
    except BadSignature as error:
        raise LinkError from error
    account = session.get(Account, number)
    if account is None or account.fs_uniquifier != uniquifier:
        raise LinkError
    return account


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt=SALT)
