"""Pages for coaches: the results of the leaders whom they coach."""

from surveyapp.web.coach import (  # noqa: F401  (routes of the blueprint)
    leaders,
    portfolio,
    releasing,
    reports,
)
from surveyapp.web.coach.views import blueprint

__all__ = ["blueprint"]
