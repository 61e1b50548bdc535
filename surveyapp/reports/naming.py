"""Names of files: readable, the same everywhere, and unable to lead out of their folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.reports.results import LeaderResult

LONGEST: Final = 60
DEVICES: Final = {"con", "prn", "aux", "nul"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
}
"""What Windows takes for a device, whatever follows after the dot."""
OURS: Final = {"workbook", "group", "charts", "readme", "manifest"}
"""What other files of a bundle are named."""
NOT_PLAIN: Final = re.compile("[^a-z0-9]+")


def plain(name: str, otherwise: str) -> str:
    """Write a name in small Latin letters, digits and hyphens: dana-okafor.

    `otherwise` stands for a name of which nothing is left.
    """
    written = NOT_PLAIN.sub("-", anyascii(name).lower()).strip("-")[:LONGEST].strip("-")
    return f"{written}-" if written in DEVICES else written or otherwise


def leader_names(results: Sequence[LeaderResult]) -> dict[str, str]:
    """Return a name for each leader by the result's id; of the same name, numbered ones.

    No two are the same, nor one of `OURS`, on file systems without capitals either.
    """
    found: dict[str, str] = {}
    used = set(OURS)
    for result in results:
        name = first = plain(result.leader, "leader")
        number = 1
        while name in used:
            number += 1
            name = f"{first}-{number}"
        used.add(name)
        found[result.id] = name
    return found
