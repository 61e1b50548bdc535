"""Pages for people who answer: no account, no cookie, no session."""

from surveyapp.web.answer import ballots  # noqa: F401  (its routes are on the blueprint)
from surveyapp.web.answer.views import blueprint

__all__ = ["blueprint"]
