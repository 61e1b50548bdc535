"""What people need to sign in: mailed links, codes, passkeys; needs the `app` fixture."""

from __future__ import annotations

import datetime as dt
import re
import time
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, Passkey, RoleName
from surveyapp.web.account.mailed_link import POST_ROOM
from surveyapp.web.pages import settings
from tests import factories
from tests.factories import send

if TYPE_CHECKING:
    from email.message import EmailMessage

    from surveyapp.storage.models import Account
    from tests.installation import PageClient


def ask_link(email: str, client: PageClient | None = None, path: str = "/account/link") -> None:
    """Ask for a link by mail and wait until it was sent."""
    assert send(client or factories.new_client(), path, email=email).status_code == 200
    POST_ROOM.submit(lambda: None).result()


def mailed_path(email: str) -> str:
    """Ask for a link by mail; returns where it leads."""
    ask_link(email)
    return urlsplit(newest_link()).path


def newest_link() -> str:
    """Return the link in the mail that was last sent to an account."""
    found = re.search(r"https?://\S+/account/\S+", text_of(mails()[-1]))
    assert found
    return found[0]


def mails() -> list[EmailMessage]:
    """Return all mails that went to accounts, the newest last."""
    POST_ROOM.submit(lambda: None).result()
    outbox = Path(settings().mail_url.removeprefix("file:"))
    files = sorted(outbox.glob("account-*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """Return one part of a mail."""
    part = mail.get_body((kind,))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


def set_second_step(account: Account) -> str:
    """Ask for codes from now on; returns the key, as an app has it."""
    codes = current_app.extensions["security"].totp_factory
    secret = codes.generate_totp_secret()
    account.tf_totp_secret, account.tf_primary_method = secret, "authenticator"
    return str(codes.get_totp_b32_key(secret))


def passkey(name: str) -> Passkey:
    """Make a passkey that nobody has."""
    return Passkey(
        name=name,
        credential_id=name.encode(),
        public_key=b"",
        sign_count=0,
        backup_state=False,
        device_type="single_device",
        lastuse_datetime=dt.datetime.now(),  # noqa: DTZ005  (as the column)
        usage="first",
    )


def set_up_everything(name: str, *, sign_in: bool) -> dict[str, str]:
    """Make a leader's account with everything that can be set up; returns cookies."""
    with writing() as session:
        organisation = session.scalars(select(Organisation.id)).first() or 0
    email = factories.make_account(organisation, name, RoleName.LEADER)
    client = factories.new_client()
    with writing() as session:
        accounts.forget_second_step(accounts.find_account(session, email))
    if sign_in:
        factories.sign_in(client, email)
        factories.signed_in(email, "Mozilla/5.0 (iPhone) Safari/605")
    with writing() as session:
        found = accounts.find_account(session, email)
        set_second_step(found)
        if not found.webauthn:
            found.webauthn = [passkey(f"The phone of {name}")]
    cookie = client.get_cookie("session")
    return {"session": cookie.value} if cookie else {}


def grow_old(client: PageClient) -> None:
    """Let somebody have signed in an hour ago."""
    with client.session_transaction("/account/") as kept:
        kept["fs_paa"] = time.time() - 3600
        kept.pop("fs_gexp", None)
