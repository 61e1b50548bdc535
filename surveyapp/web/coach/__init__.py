"""Pages for coaches: the results of the leaders whom they coach."""

from surveyapp.web.coach.views import blueprint

__all__ = ["blueprint"]
