"""Attack on the log of what was done: whoever may write to the database changes what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.rounds.attacks import Attack
from surveyapp.storage import audit
from surveyapp.storage.models import Organisation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def attack_log(session: Session) -> Attack:
    """Verify each organisation's chain; says which digest to keep for the next time."""
    looked_at, findings = [], []
    for owner in session.scalars(select(Organisation).order_by(Organisation.slug)):
        chain = audit.chain(session, owner)
        looked_at.append(
            f"{owner.name}, entries up to {chain.verified}, digest {chain.digest.hex()}"
            f" ({chain.words})"
        )
        if chain.broken:
            findings.append(
                f"{owner.name}: entry {chain.broken} of the log is not as it was written, or one"
                " before it is missing."
            )
    return Attack(
        "The log of what was done",
        "how to write to the database",
        "entries that were changed or taken out, which would hide who did what; who kept a digest"
        " of before compares it, since a chain written anew as a whole fits together",
        "; ".join(looked_at) or "nothing: there is no organisation",
        tuple(findings),
    )
