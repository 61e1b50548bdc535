from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, cast

import gmpy2  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key
from hypothesis import given
from hypothesis import strategies as st

import surveyapp
from surveyapp.anonymity import base64url
from surveyapp.anonymity.blinding import blind, finalize, prepare
from surveyapp.anonymity.change_code import word_list
from surveyapp.anonymity.tickets import (
    NONCE_BYTES,
    BlindedValueError,
    SealedKeyError,
    SigningError,
    TicketKey,
    _sign,
    blind_sign,
    fingerprint,
    fingerprint_words,
    new_ticket_key,
    public_numbers,
    random_unit,
    verify,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

KEY = bytes(range(32))
CONTEXT = b"team 1"
TEAM, OTHER = new_ticket_key(KEY, CONTEXT), new_ticket_key(KEY, b"team 2")
N, E = (int.from_bytes(number, "big") for number in public_numbers(TEAM.public))
NUMBERS = generate_private_key(65537, 2048).private_numbers()


def sign(blinded: bytes) -> bytes:
    return blind_sign(TEAM.sealed_private, KEY, CONTEXT, blinded)


def ticket() -> tuple[bytes, bytes]:
    """Return a message and its signature by the team's key."""
    message = prepare(secrets.token_bytes(32))
    blinded = blind(TEAM.public, message)
    return message, finalize(TEAM.public, message, sign(blinded.value), blinded.inverse)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def faulty(**changed: int) -> RSAPrivateNumbers:
    names = ("p", "q", "d", "dmp1", "dmq1", "iqmp")
    parts = {name: getattr(NUMBERS, name) for name in names} | changed
    return RSAPrivateNumbers(**parts, public_numbers=NUMBERS.public_numbers)


@pytest.mark.parametrize(("made", "context"), [(TEAM, CONTEXT), (OTHER, b"team 2")])
def test_a_ticket_key_is_rsa_of_2048_bits_and_sealed_for_its_team(
    made: TicketKey, context: bytes
) -> None:
    public = cast("RSAPublicKey", load_der_public_key(made.public))
    assert (public.key_size, public.public_numbers().e) == (2048, 65537)
    nonce, sealed = made.sealed_private[:NONCE_BYTES], made.sealed_private[NONCE_BYTES:]
    plain = AESGCM(KEY).decrypt(nonce, sealed, context)
    private = cast("RSAPrivateKey", load_der_private_key(plain, None))
    assert private.public_key().public_numbers() == public.public_numbers()
    assert made.words == fingerprint_words(made.public)


def test_the_words_are_the_first_44_bits_of_the_hash() -> None:
    """SHA-256 of nothing begins e3b0c44298fc, which is 1821, 1073, 133, 399 in 11-bit steps."""
    words = word_list().wordlist
    assert fingerprint_words(b"").split() == [words[i] for i in (1821, 1073, 133, 399)]


def test_a_fingerprint_is_the_first_half_of_the_hash_in_22_characters() -> None:
    assert fingerprint(b"") == "47DEQpj8HBSa-_TImW-5JA"
    assert base64url.decode(fingerprint(TEAM.public)) == hashlib.sha256(TEAM.public).digest()[:16]


def test_the_browsers_word_list_is_that_of_bip_39() -> None:
    served = Path(surveyapp.__file__).parent / "static" / "words.txt"
    assert served.read_text(encoding="ascii") == "\n".join(word_list().wordlist) + "\n"


def test_public_numbers_are_modulus_and_exponent() -> None:
    numbers = cast("RSAPublicKey", load_der_public_key(TEAM.public)).public_numbers()
    modulus, exponent = public_numbers(TEAM.public)
    assert (len(modulus), exponent) == (256, b"\x01\x00\x01")
    assert int.from_bytes(modulus, "big") == numbers.n


@given(st.integers(2, N - 2))
def test_a_signature_to_the_public_power_is_what_was_signed(value: int) -> None:
    signature = sign(value.to_bytes(256, "big"))
    assert len(signature) == 256
    assert gmpy2.powmod(int.from_bytes(signature, "big"), E, N) == value


@pytest.mark.parametrize(
    "blinded",
    [
        *(number.to_bytes(256, "big") for number in (0, 1, N - 1, N, N + 1, N + 2, 2**2048 - 1)),
        b"",
        bytes([1] * 255),
        bytes([0] + [1] * 256),
        bytes([1] * 257),
    ],
    ids=["0", "1", "n - 1", "n", "n + 1", "n + 2", "largest", "nothing", "short", "zero", "long"],
)
def test_what_is_no_blinded_value_is_not_signed(blinded: bytes) -> None:
    with pytest.raises(BlindedValueError, match="256 bytes"):
        sign(blinded)


@pytest.mark.parametrize(
    ("sealed", "key", "context"),
    [
        (TEAM.sealed_private, bytes(32), CONTEXT),
        (TEAM.sealed_private, KEY, b"team 2"),
        (flipped(TEAM.sealed_private, 0), KEY, CONTEXT),
        (flipped(TEAM.sealed_private, 500), KEY, CONTEXT),
    ],
    ids=["wrong key", "another team", "changed nonce", "changed byte"],
)
def test_a_key_that_does_not_open_signs_nothing(sealed: bytes, key: bytes, context: bytes) -> None:
    with pytest.raises(SealedKeyError, match="does not open"):
        blind_sign(sealed, key, context, bytes([1] * 256))


@pytest.mark.parametrize("half", ["dmp1", "dmq1", "iqmp"])
def test_a_signature_with_a_fault_in_one_half_is_not_released(half: str) -> None:
    """Its greatest common divisor with n would be one of the two primes (Boneh et al., 1997)."""
    value = secrets.randbelow(NUMBERS.public_numbers.n).to_bytes(256, "big")
    assert _sign(NUMBERS, value)
    with pytest.raises(SigningError, match="thrown away"):
        _sign(faulty(**{half: getattr(NUMBERS, half) ^ 2}), value)


def test_the_secret_power_is_never_taken_of_what_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    power, seen = gmpy2.powmod_sec, []

    def watched(base: int, exponent: int, modulus: int) -> int:
        if exponent in (NUMBERS.dmp1, NUMBERS.dmq1):
            seen.append(int(base))
        return int(power(base, exponent, modulus))

    monkeypatch.setattr(gmpy2, "powmod_sec", watched)
    value = 2**2000
    signatures = {_sign(NUMBERS, value.to_bytes(256, "big")) for _ in range(3)}
    assert len(signatures) == 1
    assert len(set(seen)) == len(seen) == 6
    assert not set(seen) & {value % NUMBERS.p, value % NUMBERS.q}


def test_a_random_unit_is_each_number_with_an_inverse() -> None:
    assert {random_unit(15) for _ in range(500)} == {1, 2, 4, 7, 8, 11, 13, 14}


def test_a_ticket_is_good_for_its_message_and_its_team_alone() -> None:
    message, signature = ticket()
    assert verify(TEAM.public, message, signature)
    assert not verify(OTHER.public, message, signature)
    assert not verify(TEAM.public, ticket()[0], signature)


@given(st.integers(0, 63), st.integers(0, 255))
def test_one_changed_bit_spoils_a_ticket(in_message: int, in_signature: int) -> None:
    message, signature = GIVEN
    assert not verify(TEAM.public, flipped(message, in_message), signature)
    assert not verify(TEAM.public, message, flipped(signature, in_signature))


def test_a_ticket_of_a_wrong_length_is_none() -> None:
    message, signature = GIVEN
    number = int.from_bytes(signature, "big")
    wrong = [b"", signature[:-1], signature + b"\0", b"\0" + signature, bytes(256)]
    if number + N < 2**2048:
        wrong.append((number + N).to_bytes(256, "big"))
    assert not [content for content in wrong if verify(TEAM.public, message, content)]
    for length in (0, 32, 63, 65):
        long = secrets.token_bytes(length)
        blinded = blind(TEAM.public, long)
        good = finalize(TEAM.public, long, sign(blinded.value), blinded.inverse)
        assert not verify(TEAM.public, long, good)


GIVEN = ticket()
