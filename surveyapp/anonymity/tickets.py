"""A team's ticket key: the RSA key that stamps ballot papers blindly, and what names it.

RSABSSA-SHA384-PSS-Randomized (RFC 9474): the server signs a value that a person has blinded, and
later meets message and signature, which any value it ever signed fits equally well.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import gmpy2  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from surveyapp.anonymity import base64url
from surveyapp.anonymity.change_code import word_list
from surveyapp.core.errors import DomainError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

MODULUS_BITS = 2048
PUBLIC_EXPONENT = 65537
EXPONENT_BYTES = 3
SALT_BYTES = 48
PREFIX_BYTES = 32
PREPARED_BYTES = PREFIX_BYTES + hashlib.sha256().digest_size
"""A message as it is signed: 32 random bytes and SHA-256 of the change code."""
NONCE_BYTES = 12
FINGERPRINT_BYTES = 16
FINGERPRINT_WORDS = 4
WORD_BITS = 11


class TicketError(DomainError):
    """A ticket that cannot be given; nothing was signed."""


class BlindedValueError(TicketError):
    """What came to be signed is no blinded value under the team's key."""


class SealedKeyError(TicketError):
    """A ticket key that does not open."""


class SigningError(TicketError):
    """A signature that came out wrong, and was therefore not released."""


@dataclass(frozen=True)
class TicketKey:
    """A team's key pair as it is stored."""

    public: bytes
    """DER SubjectPublicKeyInfo (RFC 5280)."""
    sealed_private: bytes
    """Nonce and AES-256-GCM ciphertext of the PKCS #8 private key (RFC 5958)."""
    words: str
    """The four words of `fingerprint_words`."""


def draw_private_key() -> RSAPrivateKey:
    """Draw an RSA key of 2048 bits, e = 65537 (RFC 9474, section 5): 30 to 70 ms of work."""
    return rsa.generate_private_key(PUBLIC_EXPONENT, MODULUS_BITS)


def new_ticket_key(
    sealing_key: bytes, context: bytes, private: RSAPrivateKey | None = None
) -> TicketKey:
    """Make a team's key of one that nobody else has, or of a fresh one, sealed at once.

    `context` names the team and is authenticated: a key moved to another team does not open.
    """
    private = private or draw_private_key()
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(sealing_key).encrypt(nonce, plain, context)
    return TicketKey(public, sealed, fingerprint_words(public))


def fingerprint(public: bytes) -> str:
    """Name a public key (DER) in 22 characters: the first 16 bytes of its SHA-256, base64url."""
    return base64url.encode(hashlib.sha256(public).digest()[:FINGERPRINT_BYTES])


def fingerprint_words(public: bytes) -> str:
    """Name a public key (DER) in four words: the first 44 bits of its SHA-256 (BIP 39's list).

    Everybody in a team sees the same words; somebody with other words was given another key.
    """
    return digest_words(hashlib.sha256(public).digest())


def digest_words(digest: bytes) -> str:
    """Name a SHA-256 in four words: its first 44 bits (BIP 39's list)."""
    bits = int.from_bytes(digest, "big")
    words = word_list().wordlist
    total = 8 * hashlib.sha256().digest_size
    return " ".join(
        words[bits >> (total - WORD_BITS * (place + 1)) & ((1 << WORD_BITS) - 1)]
        for place in range(FINGERPRINT_WORDS)
    )


def public_numbers(public: bytes) -> tuple[bytes, bytes]:
    """Return modulus (256 bytes) and exponent (3 bytes) of a public key (DER), big endian."""
    numbers = _public_key(public).public_numbers()
    return (
        numbers.n.to_bytes(byte_length(numbers.n), "big"),
        numbers.e.to_bytes(EXPONENT_BYTES, "big"),
    )


def blind_sign(sealed_private: bytes, sealing_key: bytes, context: bytes, blinded: bytes) -> bytes:
    """Sign a blinded value without learning what it stands for (RFC 9474, section 4.3).

    `sealed_private` as in `TicketKey`, with the key and the context it was sealed under. Value
    and result are as long as the modulus, 256 bytes, big endian. Raises `SealedKeyError`,
    `BlindedValueError` or `SigningError`.
    """
    plain = _opened(sealed_private, sealing_key, context)
    # The seal vouches for the key; checking its primes each time takes thirty times the signature.
    private = load_der_private_key(plain, None, unsafe_skip_rsa_key_validation=True)
    return _sign(cast("RSAPrivateKey", private).private_numbers(), blinded)


def opens(sealed_private: bytes, sealing_key: bytes, context: bytes) -> bool:
    """Whether a private key, as in `TicketKey`, was sealed with this key and context."""
    try:
        _opened(sealed_private, sealing_key, context)
    except SealedKeyError:
        return False
    return True


def _opened(sealed_private: bytes, sealing_key: bytes, context: bytes) -> bytes:
    nonce, ciphertext = sealed_private[:NONCE_BYTES], sealed_private[NONCE_BYTES:]
    try:
        return AESGCM(sealing_key).decrypt(nonce, ciphertext, context)
    except InvalidTag as error:
        message = "A ticket key does not open: the round's key is not the right one for this team."
        raise SealedKeyError(message) from error


def _sign(private: rsa.RSAPrivateNumbers, blinded: bytes) -> bytes:
    n, e = private.public_numbers.n, private.public_numbers.e
    value = int.from_bytes(blinded, "big")
    # 0, 1 and n - 1 are their own signatures, or nearly so: no blinding gives them.
    if len(blinded) != byte_length(n) or not 1 < value < n - 1:
        message = (
            f"A blinded value has {byte_length(n)} bytes and lies between 1 and n - 1; this one"
            " does not. Please load the page anew and send again."
        )
        raise BlindedValueError(message)
    # The sender chooses the value; hidden by a random r, it cannot probe the secret exponent
    # by how long the power takes.
    r = random_unit(n)
    hidden = value * gmpy2.powmod_sec(r, e, n) % n
    at_p = gmpy2.powmod_sec(hidden % private.p, private.dmp1, private.p)
    at_q = gmpy2.powmod_sec(hidden % private.q, private.dmq1, private.q)
    power = at_q + private.q * ((at_p - at_q) * private.iqmp % private.p)
    signature = power * gmpy2.invert(r, n) % n
    # One slip of the hardware in either half would give the key's factors away.
    if gmpy2.powmod(signature, e, n) != value:
        message = "A signature came out wrong and was thrown away. Please send again."
        raise SigningError(message)
    return int(signature).to_bytes(byte_length(n), "big")


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a team's key (DER) signed a prepared message of 64 bytes (RFC 9474, section 4.5)."""
    return len(message) == PREPARED_BYTES and signature_fits(public, message, signature, SALT_BYTES)


def signature_fits(public: bytes, message: bytes, signature: bytes, salt_bytes: int) -> bool:
    """Whether RSASSA-PSS-VERIFY with SHA-384 (RFC 8017, section 8.1.2) holds, for any message."""
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), salt_bytes)
    try:
        _public_key(public).verify(signature, message, pss, hashes.SHA384())
    except InvalidSignature:
        return False
    return True


def random_unit(n: int) -> int:
    """Draw a number evenly from those in [1, n) that have an inverse modulo n."""
    while gmpy2.gcd(r := 1 + secrets.randbelow(n - 1), n) != 1:
        pass
    return r


def byte_length(n: int) -> int:
    """Return how many bytes a number takes."""
    return (n.bit_length() + 7) // 8


def _public_key(public: bytes) -> RSAPublicKey:
    return cast("RSAPublicKey", load_der_public_key(public))
