"""Ballot papers as a browser makes them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from surveyapp.anonymity import base64url, blinding, change_code


@dataclass(frozen=True)
class Paper:
    """A ballot paper as a browser makes it: its change code, the message, and the blinding."""

    code: bytes
    message: bytes
    blinded: bytes
    inverse: int

    def ticket_request(self, token: str) -> dict[str, str]:
        """Return what asks for a stamp."""
        return {"token": token, "blinded": base64url.encode(self.blinded)}

    def credential(self, public_key: bytes, signature: str) -> dict[str, str]:
        """Return the fields of a ballot, from the server's reply."""
        stamped = blinding.finalize(
            public_key, self.message, base64url.decode(signature), self.inverse
        )
        return {
            "message": base64url.encode(self.message),
            "signature": base64url.encode(stamped),
        }


def new_paper(public_key: bytes) -> Paper:
    """Draw a code and blind a ballot paper for it."""
    code = change_code.new_code()
    message = blinding.prepare(hashlib.sha256(code).digest())
    blinded = blinding.blind(public_key, message)
    return Paper(code, message, blinded.value, blinded.inverse)
