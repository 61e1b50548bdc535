"""The person's half of a blind signature, as `static/ticket.js` does it in a browser."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import gmpy2  # type: ignore[import-untyped]

from surveyapp.anonymity.tickets import (
    PREFIX_BYTES,
    SALT_BYTES,
    TicketError,
    byte_length,
    public_numbers,
    random_unit,
    signature_fits,
)


class SignatureError(TicketError):
    """What the server gave back is no signature of the message under the team's key."""


@dataclass(frozen=True)
class Blinded:
    """A message hidden by a random factor, and what takes the factor away again."""

    value: bytes
    """As long as the modulus, big endian; for the server."""
    inverse: int
    """Of the random factor modulo n; for nobody."""


def prepare(message: bytes) -> bytes:
    """Put 32 random bytes in front of a message (RFC 9474, section 4.1)."""
    return secrets.token_bytes(PREFIX_BYTES) + message


def blind(
    public: bytes, prepared: bytes, *, salt: bytes | None = None, r: int | None = None
) -> Blinded:
    """Hide a prepared message for a key (DER SubjectPublicKeyInfo; RFC 9474, section 4.2).

    `salt` (48 bytes) and the factor `r`, a unit modulo n, are random unless a test gives them.
    """
    n, e = (int.from_bytes(number, "big") for number in public_numbers(public))
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    r = random_unit(n) if r is None else r
    encoded = int.from_bytes(encode(prepared, salt, n.bit_length() - 1), "big")
    value = int(encoded * gmpy2.powmod(r, e, n) % n)
    return Blinded(value.to_bytes(byte_length(n), "big"), int(gmpy2.invert(r, n)))


def finalize(
    public: bytes,
    prepared: bytes,
    blind_signature: bytes,
    inverse: int,
    *,
    salt_bytes: int = SALT_BYTES,
) -> bytes:
    """Take the factor off a signature and check it (RFC 9474, section 4.4).

    Returns a signature as long as the modulus. Raises `SignatureError` if it does not verify:
    a signature made with another key would mark its owner.
    """
    modulus, _exponent = public_numbers(public)
    signature = int.from_bytes(blind_signature, "big") * inverse % int.from_bytes(modulus, "big")
    unblinded = signature.to_bytes(len(modulus), "big")
    if len(blind_signature) != len(modulus) or not signature_fits(
        public, prepared, unblinded, salt_bytes
    ):
        message = "What the server signed is not what was asked for: the team's key is another one."
        raise SignatureError(message)
    return unblinded


def encode(message: bytes, salt: bytes, bits: int) -> bytes:
    """Spread a message over a number of at most `bits` bits (EMSA-PSS, RFC 8017, section 9.1.1).

    SHA-384 throughout; `bits` is one less than the modulus has.
    """
    size = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = (b"\x01" + salt).rjust(size - len(digest) - 1, b"\0")
    mask = _mask(digest, len(block))
    spread = bytearray(a ^ b for a, b in zip(block, mask, strict=True))
    spread[0] &= 0xFF >> (8 * size - bits)
    return bytes(spread) + digest + b"\xbc"


def _mask(seed: bytes, size: int) -> bytes:
    """MGF1 (RFC 8017, appendix B.2.1)."""
    hashed = hashlib.sha384
    rounds = -(-size // hashed().digest_size)
    return b"".join(hashed(seed + i.to_bytes(4, "big")).digest() for i in range(rounds))[:size]
