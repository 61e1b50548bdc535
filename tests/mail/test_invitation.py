from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email import policy
from typing import TYPE_CHECKING

import pytest

from surveyapp.mail.composing import Recipient
from surveyapp.mail.invitation import AboutLeader, invitation, reminder
from tests.mail.letters import ANN, ASKING, BO, DANA, LINK, SENT, in_one_line, part, sent, words_of
from tests.page_checks import parse

if TYPE_CHECKING:
    from flask import Flask

    from tests.mail.letters import Ask


@pytest.fixture(params=[invitation, reminder])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Return what composes a mail that asks."""
    composes: Ask = request.param
    return composes


def test_a_mail_says_what_it_is_for_how_long_it_takes_and_who_sees_what(app: Flask) -> None:
    text = in_one_line(part(sent(invitation(ASKING, ANN, [DANA])), "plain"))
    for said in (
        "Hello Ann Example,",
        "Northwind asks everybody how closely their leader follows their work",
        "about three minutes",
        "Friday, December 4, 2026",
        "About Dana Okafor:",
        "shows the same four words: cave wolf apple rain.",
        "only if 5 or more people answer",
        "only if 10 or more people write one",
        "never for pay, ranking or dismissal",
        "If it shows others, do not answer there, and tell ombudsperson@demo.example.",
        "If you have answered and get this email again, there is nothing to do",
        "turn to ombudsperson@demo.example",
    ):
        assert said in text
    assert "anonym" not in text.lower()


def test_each_leader_has_a_plain_link_on_a_line_of_its_own(app: Flask) -> None:
    composed = invitation(ASKING, ANN, [DANA, BO])
    lines = composed.as_bytes(policy=policy.SMTP).decode().split("\r\n")
    assert [line for line in lines if line.startswith("https://")] == [DANA.link, BO.link]
    links = parse(part(sent(composed), "html")).iter("a")
    assert [(link.get("href"), link.text) for link in links] == [
        (about.link, about.link) for about in (DANA, BO)
    ]


def test_the_two_parts_say_the_same(app: Flask, ask: Ask) -> None:
    read = sent(ask(ASKING, ANN, [DANA, BO]))
    assert read.get_content_type() == "multipart/alternative"
    assert words_of(part(read, "html")) == in_one_line(part(read, "plain"))


def test_the_plain_part_has_72_columns_and_whole_links(app: Flask, ask: Ask) -> None:
    lines = part(sent(ask(ASKING, ANN, [DANA, BO])), "plain").splitlines()
    assert max(len(line) for line in lines if not line.startswith("https://")) <= 72
    assert [line for line in lines if line.startswith("https://")] == [DANA.link, BO.link]
    assert "\n\n\n" not in "\n".join(lines)


def test_a_mail_loads_nothing_and_counts_nobody(app: Flask, ask: Ask) -> None:
    page = part(sent(ask(ASKING, ANN, [DANA])), "html")
    assert not {element.tag for element in parse(page).iter()} & {
        "img", "link", "script", "iframe", "object", "svg", "form", "video", "audio"
    }  # fmt: skip
    assert "url(" not in page
    assert "@import" not in page
    assert page.count("http") == 2  # the link, and its text


def test_a_reminder_says_that_it_goes_to_everybody_and_how_many_days_are_left(app: Flask) -> None:
    for day, said in (
        (dt.date(2026, 12, 4), "10 days are left: the last day is Friday, December 4, 2026."),
        (dt.date(2026, 11, 25), "1 day is left: the last day is Wednesday, November 25, 2026."),
        (dt.date(2026, 11, 24), "Today is the last day, Tuesday, November 24, 2026."),
    ):
        read = sent(reminder(replace(ASKING, closes_on=day), ANN, [DANA, BO]))
        text = in_one_line(part(read, "plain"))
        assert said in text
        assert "If you have answered, there is nothing to do. Everybody who was asked" in text
        assert "cave wolf apple rain" in text
        assert "never for pay, ranking or dismissal" in text
        assert read["Subject"] == "Reminder: how are you led? A short survey at Northwind"


def test_two_peoples_mails_differ_in_name_and_links_alone(app: Flask) -> None:
    bob = Recipient("abc-8", "Bob", "bob@demo.example", None)
    other = AboutLeader(DANA.leader, DANA.words, LINK.replace("T", "C"))
    one, two = invitation(ASKING, ANN, [DANA]), invitation(ASKING, bob, [other])
    alike = (
        two.as_string()
        .replace(other.link, DANA.link)
        .replace("Bob", "Ann Example")
        .replace("bob@", "ann@")
        .replace("abc-8", "abc-7")
    )
    assert alike == one.as_string()


def test_the_headers_say_who_when_and_that_no_person_wrote_it(app: Flask) -> None:
    read = sent(invitation(ASKING, ANN, [DANA]))
    assert {name: read[name] for name in ("From", "To", "Auto-Submitted", "Message-ID")} == {
        "From": "Northwind <no-reply@survey.example>",
        "To": "Ann Example <ann@demo.example>",
        "Auto-Submitted": "auto-generated",
        "Message-ID": "<abc-7@survey.example>",
    }
    assert read["Date"].datetime == SENT
    assert read["Subject"] == "How are you led? A short survey at Northwind"
    headers = "".join(str(value) for value in read.values())
    assert "T" * 43 not in headers
    assert "Dana" not in headers


def test_the_same_mail_is_the_same_bytes(app: Flask) -> None:
    one, two = (invitation(ASKING, ANN, [DANA]).as_bytes() for _twice in range(2))
    assert one == two


def test_without_a_contact_none_is_named(app: Flask) -> None:
    asking = replace(ASKING, contact=None)
    text = in_one_line(part(sent(invitation(asking, ANN, [DANA])), "plain"))
    assert "turn to" not in text
    assert "and tell somebody you trust." in text
    assert "None" not in text


def test_a_link_is_in_no_trace_of_an_error() -> None:
    assert DANA.link not in repr(DANA)
