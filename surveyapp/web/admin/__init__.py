"""Pages for administrators: who is asked and when, never what was answered."""

from surveyapp.web.admin.views import blueprint

__all__ = ["blueprint"]
