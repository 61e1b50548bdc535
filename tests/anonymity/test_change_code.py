from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.change_code import (
    MistypedWordError,
    UnknownWordError,
    WrongNumberOfWordsError,
    ballot_id,
    from_words,
    new_code,
    to_words,
)

ZERO_WORDS = "abandon " * 11 + "about"
"""BIP 39's first English test vector: 128 zero bits."""


def test_words_are_those_of_bip_39() -> None:
    assert to_words(bytes(16)) == ZERO_WORDS
    assert from_words(ZERO_WORDS) == bytes(16)


@given(st.binary(min_size=16, max_size=16))
def test_a_code_survives_being_written_and_typed(code: bytes) -> None:
    words = to_words(code).split()
    assert from_words(" ".join(words)) == code
    assert from_words(", ".join(word.upper() for word in words)) == code
    assert from_words("\n".join(word[:4] for word in words)) == code


def test_a_wrong_number_of_words_is_told() -> None:
    with pytest.raises(WrongNumberOfWordsError) as caught:
        from_words("abandon about")
    assert caught.value.found == 2


def test_a_word_of_no_code_is_named_with_its_place() -> None:
    with pytest.raises(UnknownWordError) as caught:
        from_words(ZERO_WORDS.replace("abandon", "abondon", 1))
    assert (caught.value.place, caught.value.word) == (1, "abondon")


def test_two_words_in_each_others_place_are_noticed() -> None:
    words = to_words(bytes(range(16))).split()
    words[0], words[1] = words[1], words[0]
    with pytest.raises(MistypedWordError):
        from_words(" ".join(words))


def test_a_ballot_lies_under_the_hash_of_the_hash_of_its_code() -> None:
    inner = hashlib.sha256(b"x" * 16).digest()
    assert ballot_id(b"x" * 16) == hashlib.sha256(inner).digest()


def test_codes_are_drawn_anew_each_time() -> None:
    assert len({new_code() for _ in range(50)}) == 50
