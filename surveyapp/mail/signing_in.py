"""Mails to somebody's own account: a link to sign in with, and word of what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from surveyapp.mail.composing import Letterhead, Linked, Recipient, Words, letter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from email.message import EmailMessage


def letterhead(
    base_url: str, sender: str | None, sent_at: dt.datetime, language: str = "en"
) -> Letterhead:
    """Return what mails to accounts have in common: they come from here, no organisation's."""
    return Letterhead(
        organisation=_("How we are led"),
        base_url=base_url,
        sent_at=sent_at,
        language=language,
        sender=sender,
    )


def sign_in_link(head: Letterhead, to: Recipient, link: str, minutes: int) -> EmailMessage:
    """Send somebody the link that they asked for. Needs an application context."""

    def words() -> Words:
        works = _("It works once, within %(minutes)s minutes:", minutes=minutes)
        return Words(
            subject=_("Your link to sign in"),
            before=[
                _("Hello %(name)s,", name=to.name),
                _("here is the link that you asked for to sign in."),
            ],
            links=[Linked(works, link)],
            after=[
                _(
                    "If you forgot your password, sign in with the link and choose a new one"
                    " under “Account”."
                ),
                _(
                    "If you did not ask for it, there is nothing to do: without this email"
                    " nobody gets in. Please do not pass the link on."
                ),
            ],
        )

    return letter(head, to, words)


def closed(head: Letterhead, to: Recipient, address: str) -> EmailMessage:
    """Tell somebody that nothing but a mailed link opens their account any more, and why."""

    def words() -> Words:
        return Words(
            subject=_("Signing in: choose a new password"),
            before=[
                _("Hello %(name)s,", name=to.name),
                _(
                    "you were given a new role here. Nobody had signed in to your account by an"
                    " emailed link before, so we could not know that it is yours alone. Its"
                    " password, codes and passkeys were removed, and all sessions ended."
                ),
            ],
            links=[Linked(_("Sign in by a link to this address:"), address)],
            after=[_("Then choose a new password under “Account”.")],
        )

    return letter(head, to, words)


def changed(head: Letterhead, to: Recipient, what: Callable[[], str], address: str) -> EmailMessage:
    """Tell somebody what was changed about signing in; `what` says it in their language."""

    def words() -> Words:
        return Words(
            subject=_("Signing in: something was changed"),
            before=[_("Hello %(name)s,", name=to.name), what()],
            links=[Linked(_("Your account:"), address)],
            after=[
                _(
                    "If that was not you, sign in now, end all other sessions and choose a new"
                    " password. If you cannot, tell an administrator at once."
                )
            ],
        )

    return letter(head, to, words)
