"""How far a count is, for the page of whoever waits for it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from surveyapp.config import Settings
    from surveyapp.storage.models import RoundTeam

FOLDER: Final = "closing"


def progress_file(settings: Settings, public_id: str) -> Path:
    """Return where it stands how many teams are counted, while they are.

    Not in the job table: the count is one transaction, which on SQLite nobody can write beside.
    """
    return settings.instance / FOLDER / public_id


def teams_counted(settings: Settings, public_id: str) -> int:
    """Return how many teams of a round that is being closed are counted."""
    try:
        return progress_file(settings, public_id).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def telling(settings: Settings, public_id: str) -> Iterator[Callable[[RoundTeam], None]]:
    """Yield what is called with each team that is counted."""
    path = progress_file(settings, public_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        with path.open("wb", buffering=0) as counted:  # one byte for each team

            def tell(_team: RoundTeam) -> None:
                counted.write(b".")

            yield tell
    finally:
        path.unlink(missing_ok=True)
