from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.ballot import (
    COMMENT_CHARACTERS,
    SLOT_BYTES,
    Ballot,
    BallotError,
    comment_fits,
    decode,
    encode,
    plain_text,
)
from surveyapp.anonymity.box import ID_BYTES, LENGTH_BYTES
from surveyapp.core.checkin import EVERY_ITEM

ANSWERED = {item.id: max(item.choices, key=len) for item in EVERY_ITEM.values()}


def test_a_ballot_comes_out_as_it_went_in() -> None:
    ballot = Ballot(ANSWERED, {"C1": "Keep asking “why”.\nIt helps.", "C2": "少し"})
    assert decode(encode(ballot)) == ballot


def test_a_blank_comment_is_left_out() -> None:
    assert decode(encode(Ballot(ANSWERED, {"C1": " \n "}))).comments == {}


@given(st.text(min_size=1, max_size=COMMENT_CHARACTERS))
def test_the_longest_comments_in_any_script_fit_into_a_place_of_the_box(text: str) -> None:
    longest = plain_text((text * COMMENT_CHARACTERS)[:COMMENT_CHARACTERS])[:COMMENT_CHARACTERS]
    packed = encode(Ballot(ANSWERED, {"C1": longest, "C2": longest}))
    assert ID_BYTES + LENGTH_BYTES + len(packed) <= SLOT_BYTES


@pytest.mark.parametrize("character", ["\U0001d56b", "字", '"', "\\", "\n", "é"])
def test_the_costliest_characters_fit_into_a_place_of_the_box(character: str) -> None:
    longest = "x" + character * (COMMENT_CHARACTERS - 2) + "x"
    packed = encode(Ballot(ANSWERED, {"C1": longest, "C2": longest}))
    assert ID_BYTES + LENGTH_BYTES + len(packed) <= SLOT_BYTES


@given(st.text(max_size=80))
def test_plain_text_has_nothing_invisible_and_is_plain_already(text: str) -> None:
    plain = plain_text(text)
    assert plain_text(plain) == plain
    assert "\x00" not in plain
    assert "\u200b" not in plain
    assert "\r" not in plain


def test_the_same_words_typed_in_two_ways_are_the_same_bytes() -> None:
    assert plain_text("Cafe\u0301 \ufb01n\r\nok") == plain_text("Café fin\nok")


def test_a_comment_over_the_limit_does_not_fit() -> None:
    assert comment_fits("x" * COMMENT_CHARACTERS)
    assert not comment_fits("x" * (COMMENT_CHARACTERS + 1))
    with pytest.raises(BallotError, match="C1"):
        encode(Ballot({}, {"C1": "x" * (COMMENT_CHARACTERS + 1)}))


def test_an_item_or_question_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BallotError, match="S9"):
        encode(Ballot({"S9": "1"}, {}))
    with pytest.raises(BallotError, match="C9"):
        encode(Ballot({}, {"C9": "text"}))
