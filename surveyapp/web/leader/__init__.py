"""Pages for leaders: their own released results."""

from surveyapp.web.leader import following_up  # noqa: F401  (routes of the blueprint)
from surveyapp.web.leader.views import blueprint

__all__ = ["blueprint"]
