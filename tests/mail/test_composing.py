from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from babel.dates import format_date
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.mail.composing import Recipient
from surveyapp.mail.faults import RefusedError
from surveyapp.mail.invitation import AboutLeader, invitation
from tests.mail.letters import ANN, ASKING, BO, DANA, LINK, in_one_line, part, sent, words_of
from tests.page_checks import parse
from tests.pseudo_language import LOCALE, speaking, untranslated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask


HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Precedence",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
}
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
    for said in (in_one_line(part(read, "plain")), words_of(part(read, "html"))):
        assert in_one_line(f"Hello {name},") in said
        assert in_one_line(f"About {leader}:") in said
    assert set(read.keys()) == HEADERS


@pytest.fixture
def translated(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """Speak the pseudo-language as well."""
    with speaking(app, tmp_path / "translations"):
        yield app


def test_everything_is_said_in_the_recipients_language(translated: Flask) -> None:
    read = sent(invitation(ASKING, replace(ANN, language=f"{LOCALE}-xx"), [DANA, BO]))
    page = part(read, "html")
    day = format_date(ASKING.closes_on, "full", locale=LOCALE)
    assert part(read, "plain").count(f"?lang={LOCALE}#") == 2
    assert parse(page).get("lang") == LOCALE
    assert untranslated(page, {day}) == []
    for paragraph in re.split(r"\n\n|\n(?=https:)|(?<=f{22})\n", part(read, "plain").strip()):
        assert paragraph.startswith("https://") or (paragraph[0], paragraph[-1]) == ("⟦", "⟧")
    assert read["Subject"].startswith("⟦")


@pytest.mark.parametrize("spoken", [None, "en", "en-gb", "tlh", "de", "xx-yy-zz"])
def test_a_language_that_we_do_not_speak_is_answered_in_ours_whole(
    translated: Flask, spoken: str | None
) -> None:
    read = sent(invitation(ASKING, replace(ANN, language=spoken), [DANA]))
    assert parse(part(read, "html")).get("lang") == "en"
    assert "The last day is Friday, December 4, 2026." in in_one_line(part(read, "plain"))


def test_who_has_no_language_is_written_to_in_the_organisations_and_the_page_may_choose(
    translated: Flask,
) -> None:
    asking = replace(ASKING, language=LOCALE)
    text = part(sent(invitation(asking, ANN, [DANA])), "plain")
    assert text.startswith("⟦Hello")
    assert DANA.link in text
    english = part(sent(invitation(asking, replace(ANN, language="en"), [DANA])), "plain")
    assert english.startswith("Hello")
    assert DANA.link.replace("#", "?lang=en#") in english


@pytest.mark.parametrize(
    "name", ["Ann\r\nBcc: eve@evil.example", "Ann\nX: y", "=?utf-8?q?a=0d=0ab?=", "Ann\x00\x85B"]
)
def test_no_name_makes_a_header(app: Flask, name: str) -> None:
    asking = replace(ASKING, organisation=name)
    about = AboutLeader(name, DANA.words, LINK)
    read = sent(invitation(asking, replace(ANN, name=name), [about]))
    assert set(read.keys()) == HEADERS
    assert [address.addr_spec for address in read["To"].addresses] == [ANN.email]


def test_an_address_with_letters_beyond_ascii_after_the_at_is_written_as_servers_know_it(
    app: Flask,
) -> None:
    read = sent(invitation(ASKING, replace(ANN, email="ann@büro.example"), [DANA]))
    assert read["To"].addresses[0].addr_spec == "ann@xn--bro-hoa.example"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ä@demo.example",
        "ann@ä..example",
        "ann",
        "a b@x",
        "ann@demo.example\r\nBcc: e@x",
        "<a@b>",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(app: Flask, email: str) -> None:
    with pytest.raises(RefusedError, match="no address that a mail can be sent to"):
        invitation(ASKING, replace(ANN, email=email), [DANA])


def test_the_language_of_one_mail_does_not_reach_the_next(translated: Flask) -> None:
    for language_, greeting in ((LOCALE, "⟦Hello"), ("en", "Hello"), (None, "Hello")):
        read = sent(invitation(ASKING, replace(ANN, language=language_), [DANA]))
        assert part(read, "plain").startswith(greeting)
