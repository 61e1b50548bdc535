"""The change code: 128 random bits, told to a person as twelve words and known to nobody else."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from functools import cache

from mnemonic import Mnemonic

from surveyapp.core.errors import DomainError

CODE_BYTES = 16
WORDS = 12


class ChangeCodeError(DomainError):
    """Words that are not a change code."""


class WrongNumberOfWordsError(ChangeCodeError):
    """Not twelve words; `found` is how many."""

    def __init__(self, found: int) -> None:
        super().__init__(f"A change code has {WORDS} words; these are {found}.")
        self.found = found


class UnknownWordError(ChangeCodeError):
    """A word that no change code has; `place` counts from 1."""

    def __init__(self, place: int, word: str) -> None:
        super().__init__(f"Word {place}, “{word}”, is in no change code.")
        self.place, self.word = place, word


class MistypedWordError(ChangeCodeError):
    """Twelve words that do not belong together: their checksum fails."""


@cache
def word_list() -> Mnemonic:
    """Return BIP 39's 2,048 English words, which differ within their first four letters."""
    return Mnemonic("english")


def new_code() -> bytes:
    """Draw a change code, 16 random bytes."""
    return secrets.token_bytes(CODE_BYTES)


def to_words(code: bytes) -> str:
    """Write a code as twelve words (BIP 39: 128 bits and a checksum of 4)."""
    return str(word_list().to_mnemonic(code))


def from_words(text: str) -> bytes:
    """Read twelve words, forgiving case, commas, line breaks and words cut after four letters.

    Raises `WrongNumberOfWordsError`, `UnknownWordError` or `MistypedWordError`.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    typed = "".join(c if c.isalpha() else " " for c in plain).split()
    if len(typed) != WORDS:
        raise WrongNumberOfWordsError(len(typed))
    words = []
    for place, word in enumerate(typed, 1):
        full = word_list().expand_word(word)
        if full not in word_list().wordlist:
            raise UnknownWordError(place, word)
        words.append(full)
    try:
        return bytes(word_list().to_entropy(words))
    except ValueError as error:
        message = "One of the words is mistyped or out of place."
        raise MistypedWordError(message) from error


def ballot_id(code: bytes) -> bytes:
    """Return the id under which a ballot is stored, SHA-256(SHA-256(code)), 32 bytes.

    Two steps, because the inner hash is what a ticket signs: whoever sees it can check the
    ticket, yet cannot replace the ballot.
    """
    return hashlib.sha256(hashlib.sha256(code).digest()).digest()
