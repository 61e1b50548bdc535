"""The round that an administrator's page is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort

from surveyapp.storage.database import db
from surveyapp.storage.rounds import own_round
from surveyapp.web.access import scope

if TYPE_CHECKING:
    from surveyapp.storage.models import Round, State


def own(round_id: str, *states: State) -> Round:
    """Return the organisation's round, or answer 404; also if it is in none of these states."""
    found = own_round(db.session, scope().organisation, round_id)
    return found if found and (not states or found.state in states) else abort(404)
