"""What the demo's coach keeps on a few leaders: notes, and when to come back to them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from surveyapp.followup import notes
from surveyapp.storage.models import Account, Coaching, Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FILES: Final = {
    "Dana Okafor": (
        """Has let go of the daily list. The team wants a fixed day to look at open cases together.
Next time: is Thursday kept, and does it help?""",
        5,
    ),
    "Grace Mwangi": (
        "Two sites, hardly ever there. Meant as trust; people ask for her. Try one call a week.",
        -4,
    ),
    "Piotr Zielinski": ("Wants to talk with his team first, then with me.", 40),
}
"""Leader -> notes, and days from today to the follow-up."""


def keep(session: Session, coach: str, today: dt.date) -> None:
    """Write the files of the coach with this address."""
    query = select(Coaching).join(Person, Coaching.leader_id == Person.id)
    for leader, (text, days) in FILES.items():
        mine = query.join(Account, Coaching.coach_id == Account.id).where(Account.email == coach)
        file = session.scalars(mine.where(Person.name == leader)).one()
        notes.save(session, file, text, today + dt.timedelta(days=days), file.version)
