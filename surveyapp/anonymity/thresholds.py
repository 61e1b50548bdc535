"""How many people it takes. Design choices, with their reasons in docs/science.md.

A round has thresholds of its own, frozen when it opens; these are what it begins with, and the
least that it may have.
"""

from __future__ import annotations

DEFAULT_THRESHOLD = 5
THRESHOLD_FLOOR = 3
"""Contributors to a result."""
DEFAULT_COMMENT_THRESHOLD = 10
COMMENT_THRESHOLD_FLOOR = 5
"""Writers of comments on a question."""
FINE_CONTRIBUTORS, FINE_INVITED = 10, 12
"""The least for the fine tier. With fewer invited, almost everybody answered."""
FEWEST_FOR_ALL_BANDS = 5
"""Contributors to a scale; of fewer an outer band would tell what each said: it is merged with its
neighbour."""
