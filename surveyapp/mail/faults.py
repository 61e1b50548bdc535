"""What a mail server may say instead of taking a mail."""

from __future__ import annotations

import re
from typing import Final

from surveyapp.core.errors import DomainError

LONGEST_WORDS: Final = 300
LEFT_OUT: Final = re.compile(r"\S*@\S*|\w+:/\S*|[\w~./+=-]{20,}")
"""What may be an address, a link or a secret."""


class MailServerError(DomainError):
    """The mail server cannot be used: no mail goes out until that is mended."""


class NotTakenError(DomainError):
    """The mail server does not take this mail now; others it may take."""


class RefusedError(NotTakenError):
    """The mail server will never take this mail."""


def in_its_words(code: int | None, words: bytes | str) -> str:
    """Return what a mail server said, on one line, without addresses, links and secrets."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{code or ''} {LEFT_OUT.sub('…', said)}".strip()[:LONGEST_WORDS]
