from __future__ import annotations

import itertools
import json
import math
import secrets
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.blinding import SignatureError, blind, encode, finalize, prepare
from surveyapp.anonymity.tickets import _sign, signature_fits, verify

VECTORS = json.loads(Path(__file__).with_name("rfc9474.json").read_text(encoding="utf-8"))
"""RFC 9474, appendix A: four variants, one key of 4,096 bits."""
PRIVATE, OTHER = sorted(
    (rsa.generate_private_key(65537, 2048).private_numbers() for _ in range(2)),
    key=lambda private: private.public_numbers.n,  # what fits one modulus fits the other
)
N = PRIVATE.public_numbers.n
messages = st.binary(min_size=32, max_size=32).map(prepare)


def der(numbers: rsa.RSAPrivateNumbers) -> bytes:
    public = numbers.public_numbers.public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


PUBLIC = der(PRIVATE)


def private_numbers(vector: dict[str, str]) -> rsa.RSAPrivateNumbers:
    p, q, d, n, e = (int(vector[name], 16) for name in "pqdne")
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=rsa.RSAPublicNumbers(e, n),
    )


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_each_step_gives_what_the_rfc_says(vector: dict[str, str]) -> None:
    private = private_numbers(vector)
    n, public, inverse = private.public_numbers.n, der(private), int(vector["inv"], 16)
    prepared, salt = bytes.fromhex(vector["input_msg"]), bytes.fromhex(vector["salt"])
    if encoded := vector.get("encoded_msg"):
        assert encode(prepared, salt, n.bit_length() - 1).hex() == encoded
    blinded = blind(public, prepared, salt=salt, r=pow(inverse, -1, n))
    assert (blinded.value.hex(), blinded.inverse) == (vector["blinded_msg"], inverse)
    blind_signature = _sign(private, blinded.value)
    assert blind_signature.hex() == vector["blind_sig"]
    size = int(vector["sLen"], 16)
    signature = finalize(public, prepared, blind_signature, inverse, salt_bytes=size)
    assert signature.hex() == vector["sig"]
    assert signature_fits(public, prepared, signature, size)


@given(messages)
def test_a_ticket_comes_back_good_for_any_message(prepared: bytes) -> None:
    blinded = blind(PUBLIC, prepared)
    signature = finalize(PUBLIC, prepared, _sign(PRIVATE, blinded.value), blinded.inverse)
    assert verify(PUBLIC, prepared, signature)


def blocks(content: bytes) -> set[bytes]:
    return {content[i : i + 8] for i in range(len(content) - 7)}


@given(messages)
def test_one_message_blinded_twice_shares_nothing(prepared: bytes) -> None:
    first, second = blind(PUBLIC, prepared), blind(PUBLIC, prepared)
    assert not blocks(first.value) & blocks(second.value)
    assert first.inverse != second.inverse
    assert blind(PUBLIC, prepared, r=1).value != blind(PUBLIC, prepared, r=1).value


def test_one_code_is_prepared_anew_each_time() -> None:
    prepared = {prepare(b"one code") for _ in range(20)}
    assert {message[32:] for message in prepared} == {b"one code"}
    assert len({message[:32] for message in prepared}) == 20


def test_a_signature_that_does_not_fit_is_not_used() -> None:
    prepared = prepare(bytes(32))
    blinded = blind(PUBLIC, prepared)
    good = _sign(PRIVATE, blinded.value)
    assert finalize(PUBLIC, prepared, good, blinded.inverse)
    changed = good[:-1] + bytes([good[-1] ^ 1])
    by_other_key = _sign(OTHER, blinded.value)
    for wrong in (changed, bytes(256), good[:-1], b"\0" + good, by_other_key):
        with pytest.raises(SignatureError, match="not what was asked for"):
            finalize(PUBLIC, prepared, wrong, blinded.inverse)
    with pytest.raises(SignatureError):
        finalize(PUBLIC, prepare(bytes(32)), good, blinded.inverse)


class Credential(NamedTuple):
    """What the server sees with a ballot, and the salt, which follows from both."""

    message: bytes
    signature: bytes
    salt: bytes


def issue(r: int | None = None) -> tuple[bytes, Credential]:
    """Return what the server sees when it knows the person, and later, when it does not."""
    message, salt = prepare(secrets.token_bytes(32)), secrets.token_bytes(48)
    blinded = blind(PUBLIC, message, salt=salt, r=r)
    signature = finalize(PUBLIC, message, _sign(PRIVATE, blinded.value), blinded.inverse)
    return blinded.value, Credential(message, signature, salt)


def explaining(value: bytes, credential: Credential) -> int:
    """Compute the one factor r with r^e * m = value, as only the holder of the key can.

    One, because e has no factor in common with (p - 1)(q - 1): each number has one e-th root.
    """
    encoded = encode(credential.message, credential.salt, N.bit_length() - 1)
    quotient = int.from_bytes(value, "big") * pow(int.from_bytes(encoded, "big"), -1, N)
    return pow(quotient, PRIVATE.d, N)


def test_every_blinded_value_fits_every_credential_equally_well() -> None:
    """The transcript holds nothing: for each person and ballot one r, as likely as any other."""
    assert math.gcd(PRIVATE.public_numbers.e, (PRIVATE.p - 1) * (PRIVATE.q - 1)) == 1
    values, credentials = zip(*(issue() for _ in range(4)), strict=True)
    for value, credential in itertools.product(values, credentials):
        r = explaining(value, credential)
        assert 1 < r < N
        assert math.gcd(r, N) == 1
        would_be = blind(PUBLIC, credential.message, salt=credential.salt, r=r)
        assert would_be.value == value
        signature = _sign(PRIVATE, value)
        assert finalize(PUBLIC, credential.message, signature, would_be.inverse) == (
            credential.signature
        )


def test_without_a_random_factor_each_credential_is_traced_to_its_person() -> None:
    """The weak twin of the test above: the same attacker finds everybody."""
    values, credentials = zip(*(issue(r=1) for _ in range(4)), strict=True)
    guesses = [
        [place for place, one in enumerate(credentials) if explaining(value, one) == 1]
        for value in values
    ]
    assert guesses == [[0], [1], [2], [3]]
