"""Whether a check-in agreement was kept, and how it felt, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _
from flask_babel import pgettext

from surveyapp.core.checkin import FELT, KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.core.publication import Publication, Withheld

MIDDLE: Final = 6
"""Three in half points: neither this nor that."""


def agreement_takeaway(publication: Publication) -> str:
    """Say whether what was agreed was kept and whether it felt like help, as far as published."""
    was_kept, has_felt = (publication.items.get(item.id) for item in (KEPT, FELT))
    if isinstance(was_kept, int) and isinstance(has_felt, int):
        return _("%(kept)s, and it felt %(felt)s", kept=kept(was_kept), felt=felt(has_felt))
    return kept(was_kept) if isinstance(was_kept, int) else _("What was agreed, and how it went")


def agreement_state(outcome: str | None) -> str:
    """Say what became of an agreement; `outcome` is none if nothing is written yet."""
    return {
        None: _("none yet"),
        "not_yet": _("written, not agreed yet"),
        "agreed": pgettext("a check-in agreement", "agreed"),
        "changed": _("changed and agreed"),
    }[outcome]


def kept(mean: int) -> str:
    """Say whether the agreement was kept; `mean` in half points."""
    return _one_of(mean, (_("Not kept"), _("Partly kept"), _("Kept")))


def felt(mean: int) -> str:
    """Say how what was agreed felt, within a sentence; `mean` in half points."""
    like = _("more like control"), _("as much like control as like help"), _("more like help")
    return _one_of(mean, like)


def agreement_answers(
    publication: Publication,
) -> list[tuple[str, int | Withheld, tuple[str, str]]]:
    """List the two questions with their mean in half points or why not, and both ends."""
    ends = {KEPT: (_("not kept"), _("kept")), FELT: (_("control"), _("help"))}
    return [
        (_(item.text), publication.items[item.id], both)
        for item, both in ends.items()
        if item.id in publication.items
    ]


def _one_of(mean: int, words: Sequence[str]) -> str:
    low, middle, high = words
    return middle if mean == MIDDLE else high if mean > MIDDLE else low
