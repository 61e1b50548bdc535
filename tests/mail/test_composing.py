from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from babel.dates import format_date
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.mail.composing import AboutLeader, Asking, Recipient, invitation
from surveyapp.web import language
from tests.page_checks import parse
from tests.pseudo_language import LOCALE, untranslated, write_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from flask import Flask

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


def texts_of(page: str) -> list[str]:
    """Return what stands in the paragraphs of an HTML part, one line each."""
    inside = page.partition("<body>")[2].partition("</body>")[0].replace("<br>", "\n")
    plain = html.unescape(re.sub(r"<[^>]+>", "", inside))
    return [line for line in plain.splitlines() if line]


def test_a_mail_says_what_it_is_for_how_long_it_takes_and_who_sees_what(app: Flask) -> None:
    text = part(sent(invitation(ASKING, ANN, [DANA])), "plain")
    for said in (
        "Hello Ann Example,",
        "Northwind asks everybody how closely their leader follows their work",
        "about three minutes",
        "Friday, December 4, 2026",
        "About Dana Okafor:",
        "names the same four words: cave wolf apple rain.",
        "only if 5 or more people answer",
        "only if 10 or more people write one",
        "never for pay, ranking or dismissal",
        "If it names others, please do not answer there, and tell ombudsperson@demo.example.",
        "If you get this mail again and have answered, nothing is left to do",
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


def test_the_two_parts_say_the_same(app: Flask) -> None:
    read = sent(invitation(ASKING, ANN, [DANA, BO]))
    assert read.get_content_type() == "multipart/alternative"
    plain = [line for line in part(read, "plain").splitlines() if line]
    assert texts_of(part(read, "html")) == plain


def test_a_mail_loads_nothing_and_counts_nobody(app: Flask) -> None:
    page = part(sent(invitation(ASKING, ANN, [DANA])), "html")
    tags = {element.tag for element in parse(page).iter()}
    assert tags <= {"html", "head", "meta", "title", "body", "p", "br", "a"}
    assert "style" not in page
    assert page.count("http") == 2  # the link, and its text


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
    text = part(sent(invitation(asking, ANN, [DANA])), "plain")
    assert "turn to" not in text
    assert "and tell somebody you trust." in text
    assert "None" not in text


def test_a_link_is_in_no_trace_of_an_error() -> None:
    assert DANA.link not in repr(DANA)


NAMES = st.text(st.characters(blacklist_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(NAMES, NAMES, NAMES)
def test_any_name_arrives_as_it_is_written(
    app: Flask, name: str, leader: str, organisation: str
) -> None:
    asking = replace(ASKING, organisation=organisation)
    about = AboutLeader(leader, DANA.words, LINK)
    read = sent(invitation(asking, Recipient("abc-7", name, ANN.email, None), [about]))
    assert [address.addr_spec for address in read["To"].addresses] == [ANN.email]
    for kind in ("plain", "html"):
        assert LINK in part(read, kind)
    assert f"Hello {name}," in part(read, "plain")
    assert f"About {leader}:" in part(read, "plain")
    assert f"About {html.escape(leader, quote=False)}:" in re.sub(
        "&#34;|&#39;", lambda found: html.unescape(found[0]), part(read, "html")
    )


@pytest.fixture
def translated(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Speak the pseudo-language as well."""
    write_catalogue(tmp_path / "translations")
    app.extensions["babel"].translation_directories = [str(tmp_path / "translations")]
    language.babel.domain_instance.cache.clear()
    yield app
    language.babel.domain_instance.cache.clear()


def test_everything_is_said_in_the_recipients_language(translated: Flask) -> None:
    read = sent(invitation(ASKING, replace(ANN, language=f"{LOCALE}-xx"), [DANA, BO]))
    page = part(read, "html")
    day = format_date(ASKING.closes_on, "full", locale=LOCALE)
    assert parse(page).get("lang") == LOCALE
    assert untranslated(page, {day}) == []
    for line in part(read, "plain").splitlines():
        assert not line or line.startswith("https://") or (line[0], line[-1]) == ("⟦", "⟧")
    assert read["Subject"].startswith("⟦")


@pytest.mark.parametrize("spoken", [None, "en", "en-gb", "tlh", "de", "xx-yy-zz"])
def test_a_language_that_we_do_not_speak_is_answered_in_ours_whole(
    translated: Flask, spoken: str | None
) -> None:
    read = sent(invitation(ASKING, replace(ANN, language=spoken), [DANA]))
    assert parse(part(read, "html")).get("lang") == "en"
    assert "The last day is Friday, December 4, 2026." in part(read, "plain")


def test_the_language_of_one_mail_does_not_reach_the_next(translated: Flask) -> None:
    for language_, greeting in ((LOCALE, "⟦Hello"), ("en", "Hello"), (None, "Hello")):
        read = sent(invitation(ASKING, replace(ANN, language=language_), [DANA]))
        assert part(read, "plain").startswith(greeting)
