"""Sessions of whoever signed in: what a cookie must still be listed as to open anything."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from surveyapp.storage.models import Account, SignedIn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

KEPT = dt.timedelta(days=30)
"""A session that nobody used for so long is over."""


@dataclass(frozen=True)
class Device:
    """A browser and what it runs on, in a word each; empty if not known."""

    browser: str
    system: str


def begin(session: Session, account_id: int, device: Device, today: dt.date) -> str:
    """List a new session; returns the secret that its cookie carries. Forgets those long over.

    The account counts as entered from now on.
    """
    session.execute(update(Account).where(Account.id == account_id).values(entered=True))
    over = SignedIn.account_id == account_id, SignedIn.used_on < today - KEPT
    session.execute(delete(SignedIn).where(*over))
    secret = secrets.token_urlsafe(32)
    made = SignedIn(
        account_id=account_id,
        secret_hash=_hash(secret),
        browser=device.browser,
        system=device.system,
        used_on=today,
    )
    session.add(made)
    return secret


def find(session: Session, account_id: int, secret: str, today: dt.date) -> SignedIn | None:
    """Return the session with this secret, unless it was ended or is over."""
    query = select(SignedIn).where(
        SignedIn.secret_hash == _hash(secret),
        SignedIn.account_id == account_id,
        SignedIn.used_on >= today - KEPT,
    )
    return session.scalar(query)


def of_account(session: Session, account_id: int, today: dt.date) -> Sequence[SignedIn]:
    """Return an account's sessions, the newest first."""
    query = select(SignedIn).where(
        SignedIn.account_id == account_id, SignedIn.used_on >= today - KEPT
    )
    return session.scalars(query.order_by(SignedIn.id.desc())).all()


def end(session: Session, account_id: int, session_id: int) -> None:
    """End one session of an account."""
    ended = SignedIn.account_id == account_id, SignedIn.id == session_id
    session.execute(delete(SignedIn).where(*ended))


def end_all(session: Session, account_id: int, but: int | None = None) -> None:
    """End every session of an account, or every other one."""
    ended = delete(SignedIn).where(SignedIn.account_id == account_id)
    session.execute(ended if but is None else ended.where(SignedIn.id != but))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
