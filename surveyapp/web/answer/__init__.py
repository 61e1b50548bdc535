"""Pages for people who answer: no account, no cookie, no session."""

from surveyapp.web.answer.views import blueprint

__all__ = ["blueprint"]
