"""Writing down, in the same transaction, what an administrator does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveyapp.storage.audit import record
from surveyapp.storage.models import Organisation
from surveyapp.web.access import doer, scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Action, Person, Round


def own_organisation(session: Session) -> Organisation:
    """Return the organisation of whoever is signed in, to be changed."""
    return session.get_one(Organisation, scope().organisation.id)


def note(
    session: Session,
    action: Action,
    said: str = "",
    *,
    round_: Round | None = None,
    person: Person | None = None,
) -> None:
    """Write down what whoever is signed in does, and to which round or person."""
    owner = own_organisation(session)
    record(session, owner, doer(), action, round_=round_, person=person, note=said)
