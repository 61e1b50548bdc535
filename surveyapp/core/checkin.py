"""The check-in agreement of a leader and their team, and the two questions about it.

The questions are asked only where there is an agreement. They enter no scale and no score.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from surveyapp.core.questionnaire import BY_ID, N_, Item

if TYPE_CHECKING:
    from collections.abc import Mapping

FELT_LABELS: Final[dict[int, str]] = {
    1: N_("Clearly like control"),
    2: N_("Rather like control"),
    3: N_("As much the one as the other"),
    4: N_("Rather like help"),
    5: N_("Clearly like help"),
}


class FeltItem(Item):
    """A question that is answered between control and help."""

    @property
    def labels(self) -> Mapping[int, str]:
        """The raw numbers an answer may have, ascending, with their words."""
        return FELT_LABELS


KEPT: Final = Item("K1", "k", N_("What we agreed on was kept."), "")
FELT: Final = FeltItem("K2", "k", N_("What we agreed on felt:"), "")
ABOUT_AGREEMENT: Final[tuple[Item, ...]] = (KEPT, FELT)
EVERY_ITEM: Final[Mapping[str, Item]] = BY_ID | {item.id: item for item in ABOUT_AGREEMENT}
"""All that a ballot may answer by choosing."""


@dataclass(frozen=True)
class Agreed:
    """What was agreed, in the leader's own words."""

    what: str
    """What is checked."""
    when: str
    how: str
    until: dt.date
    sign: str
    """By which the leader will step back."""

    def to_json(self) -> str:
        """Write as JSON with sorted keys: the same agreement is always the same bytes."""
        written = asdict(self) | {"until": self.until.isoformat()}
        return json.dumps(written, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Agreed:
        """Read what `to_json` wrote."""
        read = json.loads(text)
        return cls(**(read | {"until": dt.date.fromisoformat(read["until"])}))
