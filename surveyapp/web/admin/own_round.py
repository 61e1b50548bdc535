"""The round that an administrator's page is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from surveyapp.storage.database import db
from surveyapp.storage.rounds import own_round
from surveyapp.web.access import scope

if TYPE_CHECKING:
    from surveyapp.storage.models import Round, State


def own(round_id: str, *states: State) -> Round:
    """Return the organisation's round, or answer 404.

    Whoever comes too late for what can be done in these states alone, by a second click or the way
    back, is led to the round's page, which says where it stands.
    """
    found = own_round(db.session, scope().organisation, round_id) or abort(404)
    if states and found.state not in states:
        if request.method == "GET":
            flash(_("This is not possible any more. Here you see where the round stands."))
        abort(redirect(url_for("admin.one_round", round_id=round_id)))
    return found
