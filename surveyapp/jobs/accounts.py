"""Telling who holds an address that what opened their account was taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.jobs.sending import hour
from surveyapp.mail.composing import Recipient
from surveyapp.mail.delivering import open_post, sender_address
from surveyapp.mail.signing_in import closed, letterhead
from surveyapp.storage.database import db
from surveyapp.storage.models import Account, Grant, Organisation

if TYPE_CHECKING:
    from surveyapp.config import Settings
    from surveyapp.jobs.leasing import Lease


def tell_of_closing(lease: Lease, settings: Settings) -> None:
    """Send the mail; ends quietly where the account is gone meanwhile."""
    with Session(db.engine) as session:
        account = session.get(Account, int(lease.subject))
        if account is None:
            return
        owner = session.scalar(
            select(Organisation).join(Grant).where(Grant.account_id == account.id).limit(1)
        )
        sent_at = hour(lease.clock(), owner.time_zone if owner else "UTC")
        language = owner.language if owner else "en"
        head = letterhead(settings.base_url, sender_address(settings), sent_at, language)
        to = Recipient(
            f"account-closed-{account.id}", account.name, account.email, account.language
        )
    message = closed(head, to, f"{settings.base_url}/account/link")
    with open_post(settings) as post:
        post.deliver(to.id, message)
