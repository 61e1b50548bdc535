"""A team of a round, opened and scored: what disclosure control works on, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from surveyapp.core.questionnaire import Answers, Person


@dataclass(frozen=True)
class CountedTeam:
    """One team of a round, opened and scored; never stored."""

    id: str
    parent: str | None
    """The team to which its leader belongs."""
    invited: int
    persons: Sequence[Person]
    """One per ballot."""
    answers: Sequence[Answers]
    """One per ballot, raw, in the same order."""
    comments: Mapping[str, Sequence[str]]
    people: Collection[int]
    """Ids of the invited: people count, and some are in several teams."""
    asks_comments: bool
    asks_agreement: bool = False
