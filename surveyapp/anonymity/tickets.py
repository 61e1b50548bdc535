"""A team's ticket key: the RSA key that stamps ballot papers, and the words that name it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from surveyapp.anonymity.change_code import word_list

MODULUS_BITS = 2048
PUBLIC_EXPONENT = 65537
NONCE_BYTES = 12
FINGERPRINT_WORDS = 4
WORD_BITS = 11


@dataclass(frozen=True)
class TicketKey:
    """A team's key pair as it is stored."""

    public: bytes
    """DER SubjectPublicKeyInfo (RFC 5280)."""
    sealed_private: bytes
    """Nonce and AES-256-GCM ciphertext of the PKCS #8 private key (RFC 5958)."""
    fingerprint: str
    """Four words."""


def new_ticket_key(sealing_key: bytes, context: bytes) -> TicketKey:
    """Make a team's RSA key (2048 bits, e = 65537; RFC 9474, section 5), sealed at once.

    `context` names the team and is authenticated: a key moved to another team does not open.
    """
    private = rsa.generate_private_key(PUBLIC_EXPONENT, MODULUS_BITS)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(sealing_key).encrypt(nonce, plain, context)
    return TicketKey(public, sealed, fingerprint(public))


def fingerprint(public_key: bytes) -> str:
    """Name a public key in four words: the first 44 bits of its SHA-256 (BIP 39's list).

    Everybody in a team sees the same words; somebody with other words was given another key.
    """
    bits = int.from_bytes(hashlib.sha256(public_key).digest(), "big")
    words = word_list().wordlist
    total = 8 * hashlib.sha256().digest_size
    return " ".join(
        words[bits >> (total - WORD_BITS * (place + 1)) & ((1 << WORD_BITS) - 1)]
        for place in range(FINGERPRINT_WORDS)
    )
