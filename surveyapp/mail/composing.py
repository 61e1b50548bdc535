"""Putting mails together: headers, plain text and HTML that say the same and load nothing."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from babel import negotiate_locale
from flask_babel import force_locale, get_babel, get_locale
from flask_babel import gettext as _
from jinja2 import Environment, FileSystemLoader, select_autoescape

from surveyapp.config import template_folder
from surveyapp.mail.faults import RefusedError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

WHOLE_LINES: Final = policy.default.clone(max_line_length=998)
"""A link stays on one line of the file; 998 is what RFC 5322 (section 2.1.1) lets a line have."""
COLUMNS: Final = 72


@dataclass(frozen=True)
class Letterhead:
    """What all mails of a mailing have in common."""

    organisation: str
    base_url: str
    sent_at: dt.datetime
    """With its time zone; the same for all of a mailing, so that it tells nothing of anybody."""
    language: str = "en"
    """The organisation's, for people whose language the roster does not name."""
    sender: str | None = None
    """Address that mails come from; `no-reply` at our own by default."""

    @property
    def host(self) -> str:
        """Our own name."""
        return urlsplit(self.base_url).hostname or "localhost"


@dataclass(frozen=True)
class Recipient:
    """Whom a mail goes to."""

    id: str
    """Names the mail, the same at each attempt; no secret."""
    name: str
    email: str
    language: str | None


@dataclass(frozen=True)
class Linked:
    """An address in a mail, what it is about, and what to know about it."""

    about: str
    link: str = field(repr=False)
    check: str | None = None


@dataclass(frozen=True)
class Words:
    """What a mail says, in this order."""

    subject: str
    before: list[str]
    links: list[Linked]
    after: list[str]


def letter(head: Letterhead, to: Recipient, write: Callable[[], Words]) -> EmailMessage:
    """Put a mail together; `write` is called in the recipient's language if we speak it.

    Needs an application context. Raises `RefusedError` for what cannot be written as an address.
    """
    message = EmailMessage(WHOLE_LINES)
    sender = head.sender or f"no-reply@{head.host}"
    message["From"] = Address(_in_header(head.organisation), addr_spec=sender)
    try:
        local, _at, domain = to.email.rpartition("@")
        ascii_domain = domain.encode("idna").decode()  # as every mail server knows it
        message["To"] = Address(_in_header(to.name), addr_spec=f"{local}@{ascii_domain}")
    except (MessageError, ValueError, IndexError) as error:  # whatever the library finds
        fault = "This is no address that a mail can be sent to."
        raise RefusedError(fault) from error
    message["Date"] = head.sent_at
    message["Message-ID"] = f"<{to.id}@{head.host}>"
    # No person wrote it, so no machine shall answer it (RFC 3834; Precedence for older ones).
    message["Auto-Submitted"] = "auto-generated"
    message["Precedence"] = "bulk"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    language = spoken(to.language) or spoken(head.language)
    with force_locale(language or str(get_babel().instance.default_locale)):
        words = write()
        message["Subject"] = _in_header(words.subject)
        texts = {
            "words": words,
            "language": str(get_locale()).replace("_", "-"),
            "direction": get_locale().text_direction,
        }
        message.set_content(_templates().get_template("letter.txt").render(texts))
        page = _templates().get_template("letter.html").render(texts)
        message.add_alternative(page, subtype="html")
    # The same mail is the same bytes: the library would draw a separator at random.
    message.set_boundary(f"=_{to.id}")
    return message


def spoken(language: str | None) -> str | None:
    """Return that language, as one of ours; None if it is none of them."""
    ours = [str(locale) for locale in get_babel().instance.list_translations()]
    return negotiate_locale([language or ""], ours, sep="-")


def whom_to_turn_to(contact: str | None) -> list[str]:
    """Say to whom people turn about results, if there is somebody."""
    if not contact:
        return []
    return [
        _("If anyone treats you badly because of a result, turn to %(contact)s.", contact=contact)
    ]


def _in_header(text: str) -> str:
    """Return what may stand in a header, on one line and not to be decoded.

    Python's library reads "=?utf-8?q?=0d=0a?=" as an encoded line break, and writes one.
    """
    one_line = "".join(letter if letter.isprintable() else " " for letter in text)
    return one_line.replace("=?", "= ?")


def _filled(paragraph: str) -> str:
    """Break a paragraph into lines; a long word, such as an address, stays whole."""
    return textwrap.fill(paragraph, COLUMNS, break_long_words=False, break_on_hyphens=False)


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(template_folder() / "mail"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["filled"] = _filled
    return made
