"""Pages for administrators: who is asked and when, never what was answered."""

from surveyapp.web.admin import (  # noqa: F401  (their routes are on the blueprint)
    accounts,
    changing,
    ending,
    log,
    opening,
    organisation,
    people,
    personal,
    progress,
    record,
    roster,
    rounds,
    slips,
    steps,
)
from surveyapp.web.admin.views import blueprint

__all__ = ["blueprint"]
