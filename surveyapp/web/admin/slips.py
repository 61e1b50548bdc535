"""A round's printed slips: made once, and the same ones given again for a while."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from surveyapp.reports.naming import plain
from surveyapp.reports.slips import round_sheets
from surveyapp.rounds import sheets
from surveyapp.rounds import slips as drawing
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action, Round, State
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note
from surveyapp.web.admin.own_round import own
from surveyapp.web.admin.views import blueprint
from surveyapp.web.downloads import download
from surveyapp.web.pages import keys, settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/rounds/<public_id:round_id>/slips")
def slips(round_id: str) -> ResponseReturnValue:
    """Give the sheets of slips that were not printed yet, and the same ones again for a while."""
    found = own(round_id, State.OPEN)
    try:
        pdf: bytes | None = _print(found.id)
    except drawing.SlipError:
        pdf = _printed(round_id)
    if pdf is None:
        flash(_("No slip is to be printed: each was printed before, or the round is over."))
        return redirect(url_for("admin.one_round", round_id=round_id))
    return download(pdf, f"slips-{plain(found.name, 'round')}.pdf")


def _print(round_id: int) -> bytes:
    with writing() as session:
        found = session.get_one(Round, round_id)
        drawn = drawing.draw(session, found, keys())
        note(session, Action.SLIPS_PRINTED, f"{sum(map(len, drawn.values()))}", round_=found)
        # Before the hashes are kept: there must never be hashes whose slips nobody has.
        pdf = round_sheets(found, drawn, settings().base_url)
        round_key = keys().read(found.public_id)
        sheets.keep(settings().instance, found.public_id, scope().account.id, round_key, pdf)
        return pdf


def _printed(public_id: str) -> bytes | None:
    """Return what this account has just had printed: its browser may have lost the reply."""
    if not keys().exists(public_id):
        return None
    round_key = keys().read(public_id)
    instance, account = settings().instance, scope().account.id
    return sheets.kept(instance, public_id, account, round_key, time.time())
