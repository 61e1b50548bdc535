from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from surveyapp.anonymity.change_code import word_list
from surveyapp.anonymity.tickets import NONCE_BYTES, fingerprint, new_ticket_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

KEY = bytes(range(32))


def test_a_ticket_key_is_rsa_of_2048_bits_and_opens_for_its_team_alone() -> None:
    made = new_ticket_key(KEY, b"team 1")
    public = cast("RSAPublicKey", load_der_public_key(made.public))
    assert (public.key_size, public.public_numbers().e) == (2048, 65537)
    nonce, sealed = made.sealed_private[:NONCE_BYTES], made.sealed_private[NONCE_BYTES:]
    with pytest.raises(InvalidTag):
        AESGCM(KEY).decrypt(nonce, sealed, b"team 2")
    plain = AESGCM(KEY).decrypt(nonce, sealed, b"team 1")
    private = cast("RSAPrivateKey", load_der_private_key(plain, None))
    assert private.public_key().public_numbers() == public.public_numbers()
    assert made.fingerprint == fingerprint(made.public)


def test_a_fingerprint_is_the_first_44_bits_of_the_hash_in_words() -> None:
    """SHA-256 of nothing begins e3b0c44298fc, which is 1821, 1073, 133, 399 in 11-bit steps."""
    words = word_list().wordlist
    assert fingerprint(b"").split() == [words[i] for i in (1821, 1073, 133, 399)]
