from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.box import BoxError, seal, unseal

KEY = bytes(range(32))
CONTEXT = b"team 1 ballots"
ids = st.binary(min_size=32, max_size=32).filter(any)
entries = st.dictionaries(ids, st.binary(max_size=30), max_size=6)


def sealed(content: dict[bytes, bytes], slots: int = 6) -> bytes:
    return seal(content, slots=slots, slot_bytes=64, key=KEY, context=CONTEXT)


def opened(blob: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> dict[bytes, bytes]:
    return unseal(blob, slot_bytes=64, key=key, context=context)


@given(entries)
def test_what_goes_into_a_box_comes_out_of_it(content: dict[bytes, bytes]) -> None:
    assert opened(sealed(content)) == content


@given(entries)
def test_a_box_has_the_same_length_whatever_is_in_it(content: dict[bytes, bytes]) -> None:
    assert len(sealed(content)) == len(sealed({}))


@given(entries)
def test_a_box_gives_its_entries_in_the_order_of_their_random_ids(
    content: dict[bytes, bytes],
) -> None:
    arrived_last_first = dict(reversed(content.items()))
    assert list(opened(sealed(arrived_last_first))) == sorted(content)


def test_sealing_the_same_twice_shares_no_block_of_bytes() -> None:
    content = {secrets.token_bytes(32): b"answer"}
    first, second = sealed(content), sealed(content)
    blocks = {first[i : i + 16] for i in range(0, len(first), 16)}
    assert not blocks & {second[i : i + 16] for i in range(0, len(second), 16)}


@pytest.mark.parametrize(("key", "context"), [(bytes(32), CONTEXT), (KEY, b"team 2 ballots")])
def test_a_box_opens_neither_with_another_key_nor_as_another_teams(
    key: bytes, context: bytes
) -> None:
    with pytest.raises(BoxError, match="does not open"):
        opened(sealed({}), key, context)


def test_a_box_with_one_changed_byte_does_not_open() -> None:
    blob = bytearray(sealed({}))
    blob[20] ^= 1
    with pytest.raises(BoxError):
        opened(bytes(blob))


def test_a_full_box_takes_no_more() -> None:
    content = {secrets.token_bytes(32): b"" for _ in range(3)}
    with pytest.raises(BoxError, match="2 places"):
        sealed(content, slots=2)


def test_an_entry_that_is_too_long_or_has_no_proper_id_is_refused() -> None:
    with pytest.raises(BoxError, match="does not fit"):
        sealed({secrets.token_bytes(32): bytes(31)})
    with pytest.raises(BoxError, match="random bytes"):
        sealed({bytes(32): b""})
    with pytest.raises(BoxError, match="random bytes"):
        sealed({b"short": b""})
