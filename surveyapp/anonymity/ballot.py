"""One person's answers as bytes: how they are packed, and the limits that make them fit."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveyapp.core.checkin import EVERY_ITEM
from surveyapp.core.errors import DomainError
from surveyapp.core.questionnaire import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMENT_CHARACTERS = 500
COMMENT_BYTES = 2_000
"""UTF-8 bytes; 500 characters of four bytes each, so the characters are the real limit."""
SLOT_BYTES = 4_608
"""Two comments at their limits, all answers, id and length (escapes included)."""


class BallotError(DomainError):
    """A ballot with an item or text that no form of ours could have sent."""


@dataclass(frozen=True)
class Ballot:
    """Raw answers of one person about one leader."""

    choices: Mapping[str, str]
    """Item id -> choice as sent by the form: "1" to "5", "-3" to "3", "na", "unchecked"."""
    comments: Mapping[str, str]
    """C1, C2 -> text; blank ones are left out."""


# Drawn as nothing, yet of other classes than C: joiners and selectors of looks, blank letters.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)


def plain_text(text: str) -> str:
    r"""Reduce a typed comment to what can be seen: one form (NFKC), nothing invisible.

    Control characters would grow sixfold when packed, and a zero-width character could carry a
    hidden mark through the count; joiners stay, because several scripts need them.
    """
    text = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = INVISIBLE.sub("", text)
    kept = (c for c in text if c in "\n\u200c\u200d" or unicodedata.category(c)[0] != "C")
    return "".join(kept).strip()


def comment_fits(text: str) -> bool:
    """Whether a comment, after `plain_text`, is within the limits of characters and bytes."""
    return len(text) <= COMMENT_CHARACTERS and len(text.encode()) <= COMMENT_BYTES


def encode(ballot: Ballot) -> bytes:
    """Pack a ballot as compact JSON in UTF-8; raises `BallotError` if it breaks a limit."""
    comments = {name: plain_text(text) for name, text in ballot.comments.items()}
    known = {comment.id for comment in COMMENTS}
    for name, text in comments.items():
        if name not in known or not comment_fits(text):
            message = f"{name}: a comment has at most {COMMENT_CHARACTERS} characters."
            raise BallotError(message)
    for name in ballot.choices:
        if name not in EVERY_ITEM:
            message = f"{name} is not an item of the questionnaire."
            raise BallotError(message)
    document = [
        dict(sorted(ballot.choices.items())),
        {name: text for name, text in sorted(comments.items()) if text},
    ]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def decode(packed: bytes) -> Ballot:
    """Unpack a ballot. Only the count calls this: single answers are read in one place."""
    choices, comments = json.loads(packed)
    return Ballot(choices, comments)
