"""Where somebody may go on to; and the first way in, which administrators hand out as well."""

from __future__ import annotations

import re

from surveyapp.web.starting import LinkError, account_of, starting_link

__all__ = ["LinkError", "account_of", "is_own_path", "starting_link"]


def is_own_path(address: str) -> bool:
    """Return whether an address is a path of this site, wherever a browser would take it."""
    return re.fullmatch(r"/(?![/\\])[!-~]*", address) is not None and "\\" not in address
