"""Delivering mails to wherever the setting says: a mail server, or a folder, the outbox."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from surveyapp.mail.outbox import Outbox
from surveyapp.mail.smtp import Smtp
from surveyapp.mail_server import MailServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from surveyapp.config import Settings


class Post(Protocol):
    """Takes mails to one place, until it is closed."""

    def deliver(self, name: str, message: EmailMessage) -> None:
        """Hand a mail over; when this returns, somebody else is responsible for it.

        `name` tells mails apart, and is the same whenever this one is delivered again. Raises
        `RefusedError`, another `NotTakenError` or `MailServerError`.
        """

    def close(self) -> None:
        """Say goodbye."""


@contextmanager
def open_post(settings: Settings) -> Iterator[Post]:
    """Yield what takes mails to where `mail_url` says; it connects with the first one."""
    outbox = Outbox.of(settings)
    post: Post = outbox or Smtp(MailServer.at(settings.mail_url), sender_address(settings))
    try:
        yield post
    finally:
        post.close()


def sender_address(settings: Settings) -> str:
    """Return the address that mails come from, and go back to if they cannot be delivered."""
    chosen = None if Outbox.of(settings) else MailServer.at(settings.mail_url).sender
    return chosen or f"no-reply@{urlsplit(settings.base_url).hostname or 'localhost'}"
