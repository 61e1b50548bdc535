"""Pages for the programs that look after an installation: no account, no cookie, no session."""

from surveyapp.web.operations.views import blueprint

__all__ = ["blueprint"]
