"""Pages for whoever signs in."""

from surveyapp.web.account import (  # noqa: F401  (routes of the blueprint)
    mailed_link,
    single_sign_on,
    ways,
)
from surveyapp.web.account.views import blueprint

__all__ = ["blueprint"]
