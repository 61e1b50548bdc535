"""Bytes as base64url without padding (RFC 4648, section 5), read strictly."""

from __future__ import annotations

import base64
import binascii


def encode(content: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Read what `encode` writes and nothing else; raises ValueError.

    One value has one spelling: no padding, no other alphabet, no stray bits at the end.
    """
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        message = "This is not base64url without padding."
        raise ValueError(message) from error
    if encode(content) != text:
        message = "This base64url is not in its one spelling."
        raise ValueError(message)
    return content
