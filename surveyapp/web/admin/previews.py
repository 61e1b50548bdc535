"""What people will get and see, before a round opens; and what keeps it from opening."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from surveyapp.core.questionnaire import COMMENTS, FORM_ITEMS, FORM_ORDER, INTRO, SUPERVISION
from surveyapp.storage import coaching, leader_accounts, people
from surveyapp.storage.database import db
from surveyapp.storage.rounds import running_round
from surveyapp.web.access import scope
from surveyapp.web.admin.mail_previews import mails_shown
from surveyapp.web.pages import settings, today

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.storage.models import Round
    from surveyapp.storage.people import Branch

UNANSWERED = SimpleNamespace(data=None, errors=())
"""A question in the state in which everybody finds it."""


def opening_shown(draft: Round) -> dict[str, Any]:
    """Return what the page before opening shows: who is asked and how, and what is in the way."""
    branches = people.tree(db.session, scope().organisation)
    return {
        "obstacle": _obstacle(draft, branches, running_round(db.session, scope().organisation)),
        "asked": people.would_be_asked(db.session, scope().organisation),
        "branches": branches,
        "small": [branch for branch in branches if branch.size < draft.threshold],
        "uncoached": _uncoached(),
        "mails": mails_shown(draft),
        "sends_mails": settings().sends_mails,
        "reachable": settings().is_https,
    }


def _uncoached() -> int:
    """Count the leaders whose results no coach would see."""
    owner = scope().organisation
    seen = {
        leader for coached in coaching.coached(db.session, owner).values() for leader in coached
    }
    return len({leader.id for leader in leader_accounts.leaders(db.session, owner)} - seen)


def _obstacle(draft: Round, branches: Sequence[Branch], running: Round | None) -> str | None:
    """Say what keeps a draft from opening; None if nothing does."""
    if not branches:
        return str(_("Nobody is in a team yet: import the people first."))
    if running:
        return str(
            _(
                "“%(round)s” is still open: close it before another round opens.",
                round=running.name,
            )
        )
    if draft.closes_on < today():
        return str(_("Its last day has passed: give it other dates."))
    return None


def questionnaire_shown(draft: Round) -> dict[str, Any]:
    """Return what the questions' template reads: all that can be asked, not answered yet."""
    return {
        "form": dict.fromkeys(FORM_ORDER, UNANSWERED),
        "items": FORM_ITEMS,
        "comments": COMMENTS,
        "intro": INTRO,
        "supervision": SUPERVISION,
        "agreed": None,
        "threshold": draft.threshold,
    }
