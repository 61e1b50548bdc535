"""Pictures of every kind of mail, as a mail program on a phone shows its HTML."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from surveyapp.mail.composing import Recipient
from surveyapp.mail.invitation import AboutLeader, Asking, invitation, reminder
from surveyapp.mail.results import Telling, announcement, team_result
from surveyapp.mail.signing_in import sign_in_link

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from playwright.sync_api import Browser

ADDRESS = "https://survey.northwind.example"
LINK = f"{ADDRESS}/answer/7f3a9c01b2d4e5f6#{'x' * 43}.{'y' * 22}"
LEADERS = (
    AboutLeader("Dana Okafor", "amber kettle north violin", LINK),
    AboutLeader("Tomáš Dvořák", "copper meadow seven lantern", LINK),
)
WIDTH, HEIGHT = 390, 844


def picture_mails(browser: Browser, folder: Path) -> None:
    """Write one picture for each kind of mail, language and mode; takes an application context."""
    for name, mail in _mails():
        body = mail.get_body(("html",))
        assert body is not None
        for mode in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT},
                color_scheme="dark" if mode == "dark" else "light",
            )
            page.set_content(body.get_content())
            page.screenshot(path=folder / f"mail-{name}-phone-{mode}.png", full_page=True)
            page.close()
            print(f"  mail-{name}-phone-{mode}.png")


def _mails() -> Iterator[tuple[str, EmailMessage]]:
    sent = dt.datetime(2027, 4, 12, 8, tzinfo=dt.UTC)
    head: dict[str, Any] = {"organisation": "Northwind", "base_url": ADDRESS, "sent_at": sent}
    contact = "ombudsperson@northwind.example"
    asking = Asking(
        **head,
        closes_on=dt.date(2027, 4, 16),
        threshold=5,
        comment_threshold=10,
        contact=contact,
    )
    telling = Telling(**head, round_name="Spring 2027", contact=contact)
    for language in ("en", "de", "fr", "es"):
        to = Recipient("sample", "Ann Example", "ann@northwind.example", language)
        yield f"invitation-{language}", invitation(asking, to, LEADERS)
    to = Recipient("sample", "Ann Example", "ann@northwind.example", "en")
    yield "reminder", reminder(asking, to, LEADERS[:1])
    yield "announcement", announcement(telling, to, f"{ADDRESS}/leader/", dt.date(2027, 4, 24))
    yield "result", team_result(telling, to, "Dana Okafor", f"{ADDRESS}/results/7f3a9c01", None)
    yield "sign-in", sign_in_link(asking, to, f"{ADDRESS}/account/link/{'x' * 60}", 15)
