"""Pages for coaches: the results of the leaders whom they coach."""

from surveyapp.web.coach import reports  # noqa: F401  (routes of the blueprint)
from surveyapp.web.coach.views import blueprint

__all__ = ["blueprint"]
