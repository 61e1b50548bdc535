"""People, a round, and reading mails as whoever receives them does."""

from __future__ import annotations

import datetime as dt
import html
import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from surveyapp.mail.composing import Recipient
from surveyapp.mail.invitation import AboutLeader, Asking

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    Ask = Callable[[Asking, Recipient, list[AboutLeader]], EmailMessage]

LINK = f"https://survey.example/answer/0123456789abcdef#{'T' * 43}.{'f' * 22}"
DANA = AboutLeader("Dana Okafor", "cave wolf apple rain", LINK)
BO = AboutLeader("Bo", "four other words here", LINK.replace("T", "B"))
ANN = Recipient("abc-7", "Ann Example", "ann@demo.example", None)
SENT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.timezone(dt.timedelta(hours=1)))
ASKING = Asking(
    organisation="Northwind",
    closes_on=dt.date(2026, 12, 4),
    threshold=5,
    comment_threshold=10,
    contact="ombudsperson@demo.example",
    base_url="https://survey.example",
    sent_at=SENT,
)


def sent(message: EmailMessage) -> EmailMessage:
    """Return a mail as whoever receives it reads it."""
    return message_from_bytes(message.as_bytes(policy=policy.SMTP), policy=policy.default)


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found
    return str(found.get_content()).replace("\r\n", "\n")


def words_of(page: str) -> str:
    """Return what the body of an HTML part says, in one line."""
    inside = page.partition("<body>")[2].partition("</body>")[0].replace("<br>", " ")
    return in_one_line(html.unescape(re.sub(r"<[^>]+>", "", inside)))


def in_one_line(text: str) -> str:
    return " ".join(text.split(None))
