"""Pages for whoever signs in."""

from surveyapp.web.account.views import blueprint

__all__ = ["blueprint"]
