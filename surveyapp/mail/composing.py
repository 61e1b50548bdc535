"""Composing mails. All of a round's invitations say the same; names, links and words differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from babel import negotiate_locale
from flask_babel import force_locale, format_date, get_babel, get_locale
from flask_babel import gettext as _
from jinja2 import Environment, FileSystemLoader, select_autoescape

from surveyapp.config import template_folder

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

WHOLE_LINES = policy.default.clone(max_line_length=998)
"""A link stays on one line of the file; 998 is what RFC 5322 (section 2.1.1) lets a line have."""


@dataclass(frozen=True)
class Asking:
    """What all invitations of a round have in common."""

    organisation: str
    closes_on: dt.date
    threshold: int
    comment_threshold: int
    contact: str | None
    base_url: str
    sent_at: dt.datetime
    """With its time zone; the same for all of a round, so that it tells nothing of anybody."""


@dataclass(frozen=True)
class Recipient:
    """Whom a mail goes to."""

    id: str
    """Names the mail, the same at each attempt; no secret."""
    name: str
    email: str
    language: str | None


@dataclass(frozen=True)
class AboutLeader:
    """One leader whom somebody is asked about."""

    leader: str
    words: str
    """Four words that name the team's public key."""
    link: str = field(repr=False)


def invitation(asking: Asking, to: Recipient, leaders: Sequence[AboutLeader]) -> EmailMessage:
    """Invite one person to answer about their leaders, in their language if we speak it.

    Plain text and HTML, which say the same and load nothing. Needs an application context.
    """
    host = urlsplit(asking.base_url).hostname or "localhost"
    message = EmailMessage(WHOLE_LINES)
    message["From"] = Address(asking.organisation, "no-reply", host)
    message["To"] = Address(to.name, addr_spec=to.email)
    message["Date"] = asking.sent_at
    message["Message-ID"] = f"<{to.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    with force_locale(_language(to)):
        texts = _texts(asking, to, leaders)
        message["Subject"] = texts["subject"]
        message.set_content(_render("invitation.txt", texts))
        message.add_alternative(_render("invitation.html", texts), subtype="html")
    # The same mail is the same bytes: the library would draw a separator at random.
    message.set_boundary(f"=_{to.id}")
    return message


def _language(to: Recipient) -> str:
    babel = get_babel().instance
    spoken = [str(locale) for locale in babel.list_translations()]
    return negotiate_locale([to.language or ""], spoken, sep="-") or str(babel.default_locale)


def _texts(asking: Asking, to: Recipient, leaders: Sequence[AboutLeader]) -> dict[str, Any]:
    day = format_date(asking.closes_on, "full")
    trusted = asking.contact or _("somebody you trust")
    after = [
        _("Each link is for you alone: whoever has it can answer in your place, once."),
        _(
            "Each leader sees a rounded summary of their own team, once the round is closed, and"
            " only if %(threshold)s or more people answer. So does a coach, if one works with them."
            " Totals of larger groups may go to coaches and the administration.",
            threshold=asking.threshold,
        ),
        _(
            "Comments are shown word for word, mixed, and only if %(threshold)s or more people"
            " write one.",
            threshold=asking.comment_threshold,
        ),
        _(
            "Nobody is shown who answered. The page says how that is kept, and what it cannot"
            " protect you from."
        ),
        _("It is for development only, never for pay, ranking or dismissal."),
        _(
            "If you get this mail again and have answered, nothing is left to do: everybody gets"
            " the same, because nobody is shown who has answered."
        ),
    ]
    if asking.contact:
        after.append(
            _(
                "If anybody makes you suffer for a result, turn to %(contact)s.",
                contact=asking.contact,
            )
        )
    return {
        "language": str(get_locale()).replace("_", "-"),
        "direction": get_locale().text_direction,
        "subject": _(
            "How are you led? A short survey at %(organisation)s", organisation=asking.organisation
        ),
        "before": [
            _("Hello %(name)s,", name=to.name),
            _(
                "%(organisation)s asks everybody how closely their leader follows their work, so"
                " that each leader learns what helps.",
                organisation=asking.organisation,
            ),
            _("It takes about three minutes for each leader. The last day is %(day)s.", day=day),
        ],
        "leaders": [
            {
                "about": _("About %(leader)s:", leader=asked.leader),
                "link": asked.link,
                "check": _(
                    "The page names the same four words: %(words)s. If it names others, please do"
                    " not answer there, and tell %(trusted)s.",
                    words=asked.words,
                    trusted=trusted,
                ),
            }
            for asked in leaders
        ],
        "after": after,
    }


def _render(template: str, texts: dict[str, Any]) -> str:
    return _templates().get_template(template).render(texts)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(template_folder() / "mail"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        keep_trailing_newline=True,
    )
