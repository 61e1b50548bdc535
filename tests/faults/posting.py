"""A mail server's stand-in that counts what it takes, and lets something happen at one mail."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage

    from surveyapp.config import Settings


@dataclass
class CountingPost:
    """Takes every mail."""

    at: int = 0
    """The number of the mail at which something happens, from 1 on."""
    happens: Callable[[], object] = lambda: None
    taken: Counter[str] = field(default_factory=Counter)
    """How often a mail of each name was taken: it names the round, the mailing and the person."""

    def deliver(self, name: str, _message: EmailMessage) -> None:
        """Take a mail."""
        self.taken[name] += 1
        if self.taken.total() == self.at:
            self.happens()

    def close(self) -> None:
        """Do nothing."""

    @contextmanager
    def open(self, _settings: Settings) -> Iterator[CountingPost]:
        """Yield this one, as `open_post` does one of its own."""
        yield self

    def twice(self) -> int:
        """Count the mails that were taken once more than they should."""
        return self.taken.total() - len(self.taken)
