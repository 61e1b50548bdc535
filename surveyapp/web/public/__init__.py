"""Pages for everybody."""

from surveyapp.web.public.views import blueprint

__all__ = ["blueprint"]
