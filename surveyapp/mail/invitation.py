"""Mails that ask: the invitation and its reminders. All of a round say the same to everybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from surveyapp.mail.composing import Letterhead, Linked, Words, letter, spoken, whom_to_turn_to

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from email.message import EmailMessage

    from surveyapp.mail.composing import Recipient


@dataclass(frozen=True, kw_only=True)
class Asking(Letterhead):
    """What all mails that ask in a round have in common."""

    closes_on: dt.date
    threshold: int
    comment_threshold: int
    contact: str | None


@dataclass(frozen=True)
class AboutLeader:
    """One leader whom somebody is asked about."""

    leader: str
    words: str
    """Four words that name the team's public key."""
    link: str = field(repr=False)


def invitation(asking: Asking, to: Recipient, leaders: Sequence[AboutLeader]) -> EmailMessage:
    """Invite one person to answer about their leaders."""

    def words() -> Words:
        day = format_date(asking.closes_on, "full")
        again = _(
            "If you have answered and get this email again, there is nothing to do: everybody"
            " gets the same, because nobody is shown who has answered."
        )
        return Words(
            subject=_(
                "How are you led? A short survey at %(organisation)s",
                organisation=asking.organisation,
            ),
            before=[
                _("Hello %(name)s,", name=to.name),
                _purpose(asking),
                _(
                    "It takes about three minutes for each leader. The last day is %(day)s.",
                    day=day,
                ),
            ],
            links=_links(asking, to, leaders),
            after=[*_who_sees_what(asking), again, *whom_to_turn_to(asking.contact)],
        )

    return letter(asking, to, words)


def reminder(asking: Asking, to: Recipient, leaders: Sequence[AboutLeader]) -> EmailMessage:
    """Remind one person, whether they have answered or not: nobody knows."""

    def words() -> Words:
        return Words(
            subject=_(
                "Reminder: how are you led? A short survey at %(organisation)s",
                organisation=asking.organisation,
            ),
            before=[
                _("Hello %(name)s,", name=to.name),
                _(
                    "If you have answered, there is nothing to do. Everybody who was asked gets"
                    " this reminder, because nobody is shown who has answered."
                ),
                _days_left(asking),
                _purpose(asking),
                _("It takes about three minutes for each leader."),
            ],
            links=_links(asking, to, leaders),
            after=[*_who_sees_what(asking), *whom_to_turn_to(asking.contact)],
        )

    return letter(asking, to, words)


def _purpose(asking: Asking) -> str:
    return str(
        _(
            "%(organisation)s asks everybody how closely their leader follows their work, so"
            " that each leader learns what helps.",
            organisation=asking.organisation,
        )
    )


def _days_left(asking: Asking) -> str:
    day = format_date(asking.closes_on, "full")
    left = (asking.closes_on - asking.sent_at.date()).days
    if not left:
        return str(_("Today is the last day, %(day)s.", day=day))
    return str(
        ngettext(
            "%(num)s day is left: the last day is %(day)s.",
            "%(num)s days are left: the last day is %(day)s.",
            left,
            day=day,
        )
    )


def _links(asking: Asking, to: Recipient, leaders: Sequence[AboutLeader]) -> list[Linked]:
    trusted = asking.contact or _("somebody you trust")
    return [
        Linked(
            about=_("About %(leader)s:", leader=asked.leader),
            link=_in_language(asked.link, to.language),
            check=_(
                "The page shows the same four words: %(words)s. If it shows others, do not"
                " answer there, and tell %(trusted)s.",
                words=asked.words,
                trusted=trusted,
            ),
        )
        for asked in leaders
    ]


def _in_language(link: str, language: str | None) -> str:
    """Let a link open in the language that the roster names, if it names one and we speak it."""
    ours = spoken(language)
    return urlsplit(link)._replace(query=f"lang={ours}").geturl() if ours else link


def _who_sees_what(asking: Asking) -> list[str]:
    return [
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
    ]
