"""The way to an organisation's first round, for whoever is new."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _

from surveyapp.storage import coaching
from surveyapp.storage.database import db
from surveyapp.storage.rounds import roster_summary, round_summaries
from surveyapp.web.access import scope
from surveyapp.web.admin.views import blueprint


class Step(NamedTuple):
    """Something to do before the first round."""

    endpoint: str
    title: str
    what: str
    done: bool


def first_steps() -> list[Step]:
    """Return what is to be done until there is a round, in order; nothing afterwards."""
    owner = scope().organisation
    if round_summaries(db.session, owner):
        return []
    people = roster_summary(db.session, owner).people > 0
    return [
        Step(
            "admin.organisation",
            _("Set up the organisation"),
            _("Its name, the language of its emails, its time zone, and whom people turn to."),
            bool(owner.contact),
        ),
        Step(
            "admin.people" if people else "admin.roster",
            _("Import the people"),
            _("Who there is, and who leads whom: a file from your HR system."),
            people,
        ),
        Step(
            "admin.accounts",
            _("Let coaches in"),
            _("They look at the results first, and release them to the leaders."),
            bool(coaching.coached(db.session, owner)),
        ),
        Step(
            "admin.new_round",
            _("Plan the first round"),
            _("Its dates. Then look at what people get, and open it."),
            done=False,
        ),
    ]


@blueprint.context_processor
def _for_templates() -> dict[str, Any]:
    return {"first_steps": first_steps}
