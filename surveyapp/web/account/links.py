"""Where somebody may go on to after signing in."""

from __future__ import annotations

import re


def is_own_path(address: str) -> bool:
    """Return whether an address is a path of this site, wherever a browser would take it."""
    return re.fullmatch(r"/(?![/\\])[!-~]*", address) is not None and "\\" not in address
