"""A coach's own file on a leader: notes, and the day on which to come back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from surveyapp.core.errors import DomainError
from surveyapp.storage.database import lock

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Coaching

LONGEST: Final = 10_000
"""Characters. Design choice: about five pages, enough for years of conversations."""


class ChangedMeanwhileError(DomainError):
    """A file that was saved from elsewhere since it was read."""


def save(
    session: Session, file: Coaching, notes: str, follow_up_on: dt.date | None, version: int
) -> None:
    """Keep a file as it is now, in place of what was read as this version of it.

    Empty notes are deleted. Raises `ChangedMeanwhileError` if the file is no longer that version;
    nothing is changed then. Whose file it is, is for the caller to know.
    """
    lock(session, file)
    if file.version != version:
        message = "The file was saved from elsewhere in between."
        raise ChangedMeanwhileError(message)
    file.notes, file.follow_up_on, file.version = notes.strip() or None, follow_up_on, version + 1
