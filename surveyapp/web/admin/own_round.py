"""The round that an administrator's page is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from flask import abort, make_response, render_template, url_for
from flask_babel import gettext as _

from surveyapp.storage.database import db
from surveyapp.storage.rounds import own_round
from surveyapp.web.access import scope

if TYPE_CHECKING:
    from surveyapp.storage.models import Round, State


def own(round_id: str, *states: State) -> Round:
    """Return the organisation's round, or answer 404.

    Whoever comes too late for what can be done in these states alone, by a second click or the way
    back, is told so.
    """
    found = own_round(db.session, scope().organisation, round_id) or abort(404)
    if states and found.state not in states:
        text = _("The round has gone on meanwhile. Its page says where it stands.")
        over(text, url_for("admin.one_round", round_id=round_id), _("Back to the round"))
    return found


def over(text: str, address: str, onward: str) -> NoReturn:
    """Answer 404 for what was there before, and say where to go on."""
    title = _("This is not possible any more")
    page = render_template("error/error.html", title=title, text=text, home=address, onward=onward)
    abort(make_response(page, 404))
