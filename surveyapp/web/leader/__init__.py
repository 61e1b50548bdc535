"""Pages for leaders: their own released results."""

from surveyapp.web.leader.views import blueprint

__all__ = ["blueprint"]
