"""Mails that tell that a result is there. None says anything of what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import format_date
from flask_babel import gettext as _

from surveyapp.mail.composing import Letterhead, Linked, Words, letter, whom_to_turn_to

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from email.message import EmailMessage

    from surveyapp.mail.composing import Recipient


@dataclass(frozen=True, kw_only=True)
class Telling(Letterhead):
    """What the mails about results of a round have in common."""

    round_name: str
    contact: str | None


def announcement(
    telling: Telling, to: Recipient, link: str, team_sees_on: dt.date | None
) -> EmailMessage:
    """Tell one leader that their result is there; `team_sees_on` is none if they have to share."""

    def words() -> Words:
        team_sees = (
            _(
                "Your team sees where it puts you on the map from %(day)s on, or earlier if you"
                " share it.",
                day=format_date(team_sees_on, "full"),
            )
            if team_sees_on
            else _("Your team sees its result only if you share it.")
        )
        return Words(
            subject=_(
                "Your result at %(organisation)s is ready", organisation=telling.organisation
            ),
            before=[
                _("Hello %(name)s,", name=to.name),
                _(
                    "Your result of “%(round)s” is ready. This email says nothing about it:"
                    " every leader gets the same.",
                    round=telling.round_name,
                ),
            ],
            links=[Linked(_("Sign in to see it:"), link)],
            after=[
                _(
                    "Read it before you talk about it. It says how your team feels led, not who"
                    " you are, and helps you to start a conversation."
                ),
                team_sees,
                _("Please do not try to find out who said what, and do not ask anybody."),
                _("It is for development only, never for pay, ranking or dismissal."),
            ],
        )

    return letter(telling, to, words)


def team_result(
    telling: Telling, to: Recipient, leader: str, link: str, withheld: Callable[[], str] | None
) -> EmailMessage:
    """Tell a member that the team sees its result; `withheld` says why there is none, if so."""

    def words() -> Words:
        said = (
            _(
                "There is no result of %(leader)s’s team alone in “%(round)s”.",
                leader=leader,
                round=telling.round_name,
            )
            + f" {withheld()}"
            if withheld
            else _(
                "The result of %(leader)s’s team in “%(round)s” is ready.",
                leader=leader,
                round=telling.round_name,
            )
        )
        about = (
            _("What helps all the same:")
            if withheld
            else _("Where your team sees its leader on the map:")
        )
        everybody = _(
            "Everybody in your team who was asked gets this email. The link is the same for"
            " all; please keep it in your team."
        )
        development = _("It is for development only, never for pay, ranking or dismissal.")
        return Words(
            subject=_(
                "The result of your team at %(organisation)s", organisation=telling.organisation
            ),
            before=[_("Hello %(name)s,", name=to.name), said],
            links=[Linked(about, link)],
            after=[everybody, development, *whom_to_turn_to(telling.contact)],
        )

    return letter(telling, to, words)


def trial(head: Letterhead, to: Recipient) -> EmailMessage:
    """Tell whoever looks after the installation that mails arrive."""

    def words() -> Words:
        return Words(
            subject=_("A test message from %(address)s", address=head.base_url),
            before=[
                _("If you read this, emails from here arrive."),
                _("The survey’s address, as people will see it in their emails:"),
            ],
            links=[Linked(_("This opens the survey’s first page:"), head.base_url)],
            after=[_("There is nothing to do.")],
        )

    return letter(head, to, words)
