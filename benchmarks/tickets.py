"""What a ticket costs, step by step: the server's steps and, in Python, a person's."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from surveyapp.anonymity.blinding import blind, finalize, prepare
from surveyapp.anonymity.tickets import blind_sign, new_ticket_key, verify

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 200
KEYS = 40
"""Finding two primes takes a different time each time."""
CONTEXT = b"bench"


def measure_tickets() -> list[dict[str, object]]:
    """Run each step many times; a row per step with its mean in milliseconds."""
    sealing_key = secrets.token_bytes(32)
    key = new_ticket_key(sealing_key, CONTEXT)
    message = prepare(secrets.token_bytes(32))
    blinded = blind(key.public, message)
    stamp = blind_sign(key.sealed_private, sealing_key, CONTEXT, blinded.value)
    signature = finalize(key.public, message, stamp, blinded.inverse)
    return [
        _row("keygen", lambda: new_ticket_key(sealing_key, CONTEXT), KEYS),
        _row("sign", lambda: blind_sign(key.sealed_private, sealing_key, CONTEXT, blinded.value)),
        _row("verify", lambda: verify(key.public, message, signature)),
        _row("blind", lambda: blind(key.public, message)),
        _row("finalize", lambda: finalize(key.public, message, stamp, blinded.inverse)),
    ]


def _row(what: str, step: Callable[[], object], times: int = TIMES) -> dict[str, object]:
    start = time.perf_counter()
    for _ in range(times):
        step()
    return {"what": what, "ms": round(1000 * (time.perf_counter() - start) / times, 3)}


if __name__ == "__main__":
    for row in measure_tickets():
        print(f"  {row['what']!s:>13}{row['ms']!s:>13}")
