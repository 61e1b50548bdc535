from __future__ import annotations

from email import message_from_bytes, policy
from email.utils import localtime
from typing import TYPE_CHECKING

import pytest

from surveyapp.mail.composing import Letterhead, Recipient
from surveyapp.mail.signing_in import changed, sign_in_link
from tests.pseudo_language import LOCALE, bracketed, speaking, untranslated
from tests.sign_ins import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

LINK = "https://survey.example/account/link/" + "x" * 120
HEAD = Letterhead(
    organisation="How we are led", base_url="https://survey.example", sent_at=localtime()
)
ANN = Recipient("account-7", "Ann <b>Example</b>", "ann@demo.example", LOCALE)


@pytest.fixture(autouse=True)
def pseudo(app: Flask, tmp_path: Path) -> Iterator[None]:
    """Speak the pseudo-language."""
    with speaking(app, tmp_path / "translations"):
        yield


def test_both_mails_are_in_the_language_of_whoever_gets_them() -> None:
    told = changed(HEAD, ANN, lambda: bracketed("Your password was changed."), LINK)
    for mail in (sign_in_link(HEAD, ANN, LINK, 15), told):
        page = text_of(mail, "html").replace("<body>", f"<body><h1>{mail['Subject']}</h1>")
        assert untranslated(page) == []
        assert str(mail["Subject"]).startswith("⟦")
        assert LINK in text_of(mail)


def test_the_link_stays_on_one_line_and_names_are_no_markup() -> None:
    written = sign_in_link(HEAD, ANN, LINK, 15).as_bytes(policy=policy.SMTP)
    mail = message_from_bytes(written, policy=policy.default)
    assert LINK in text_of(mail).splitlines()
    assert "Ann &lt;b&gt;Example&lt;/b&gt;" in text_of(mail, "html")
    assert mail["From"].addresses[0].addr_spec == "no-reply@survey.example"
