"""Purging and deleting, to the last file: database, outbox, reports; then looking what is left."""

from __future__ import annotations

import datetime as dt
import time
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.core.errors import DomainError
from surveyapp.jobs.reporting import remove_old_reports
from surveyapp.mail.outbox import Outbox
from surveyapp.roster import keeping
from surveyapp.rounds import forgetting, purging
from surveyapp.storage import audit, erasing
from surveyapp.storage.database import db, erase_deleted, writing
from surveyapp.storage.models import Account, Action, AuditEntry, Organisation, Person

if TYPE_CHECKING:
    from collections.abc import Collection

    from surveyapp.config import Settings
    from surveyapp.rounds.purging import Purged

EVERYTHING: Final = ""
SECONDS_OF_ERASING: Final = 3 * 24 * 3600
"""How long after something was deleted the files are written anew every day."""


class NotErasedError(DomainError):
    """What was deleted may still stand in the database's files."""


@dataclass(frozen=True)
class Proof:
    """Whether anything that was deleted is still found."""

    words: int
    """How many names, addresses and public ids were looked for."""
    places: tuple[str, ...]
    """Columns in which one stands: what other people wrote. No column but of free text may."""
    files: int
    """How many of the database's files were read byte by byte; 0 where a server has them."""
    left: int
    """How many of the words these files still hold."""
    erased: bool
    """Whether the files were written anew; if not, somebody else was reading the database."""

    @property
    def holds(self) -> bool:
        """Whether nothing is left."""
        return self.erased and not self.places and not self.left


def purge(
    settings: Settings, organisation: int, before: dt.date, by: audit.Doer
) -> tuple[Purged, Proof]:
    """Purge an organisation, its files included, and look whether anything is left."""
    purged = _purge(settings, organisation, before, by)
    return purged, prove(settings, purged.words)


def _purge(settings: Settings, organisation: int, before: dt.date, by: audit.Doer) -> Purged:
    with writing() as session:
        purged = purging.purge(session, session.get_one(Organisation, organisation), before, by)
    if outbox := Outbox.of(settings):
        for round_id in purged.rounds:
            outbox.forget(round_id)
    return purged


def would_purge(organisation: int, before: dt.date) -> Purged:
    """Return what a purge would remove; changes nothing."""
    found = []
    with suppress(_UndoneError), writing() as session:
        owner = session.get_one(Organisation, organisation)
        found.append(purging.purge(session, owner, before, audit.COMMAND))
        raise _UndoneError
    return found[0]


class _UndoneError(Exception):
    """Takes a transaction back."""


def purge_by_retention(settings: Settings, now: float) -> None:
    """Purge each organisation by its own time of keeping.

    Raises `NotErasedError` if the files are not written anew yet; a later call does that.
    """
    today = dt.datetime.fromtimestamp(now).astimezone().date()
    with Session(db.engine) as session:
        query = select(Organisation.id, Organisation.retention_months)
        kept = [(one, months) for one, months in session.execute(query) if months is not None]
    for organisation, months in kept:
        _purge(settings, organisation, months_before(today, months), audit.CALENDAR)
    remove_old_reports(settings, int(now))
    deleted = select(AuditEntry.id).where(
        AuditEntry.action.in_((Action.PURGED, Action.PERSON_DELETED)),
        AuditEntry.at > now - SECONDS_OF_ERASING,
    )
    with Session(db.engine) as session:
        some = session.scalar(deleted.limit(1)) is not None
    if some and not erase_deleted(EVERYTHING):
        message = "What was deleted is still in the database's files: somebody is reading them."
        raise NotErasedError(message)


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months before, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def forget(
    settings: Settings,
    organisation: int,
    by: audit.Doer,
    *,
    person: int | None,
    account: int | None,
) -> Collection[str]:
    """Delete a person, their mails in the outbox and people files that wait to be imported.

    Returns the words that must not be found any more, for `erase` or `prove` to go on with. Raises
    as `rounds.forgetting.forget` does.
    """
    with writing() as session:
        forgotten = forgetting.forget(
            session,
            session.get_one(Organisation, organisation),
            by,
            person=session.get_one(Person, person) if person else None,
            account=session.get_one(Account, account) if account else None,
        )
    # A people file from before would bring them back by one press of a button.
    keeping.forget_all(settings.instance, keeping.owned_in(organisation))
    if outbox := Outbox.of(settings):
        if person:
            outbox.forget_person(person)
        for team in forgotten.teams:
            outbox.forget_team(team)
        for email in forgotten.emails:
            outbox.forget_account(email)
    return forgotten.words


def erase(settings: Settings) -> bool:
    """Remove reports about what was deleted, and write the database's files anew.

    False if somebody else was reading the database.
    """
    remove_old_reports(settings, int(time.time()))
    return erase_deleted(EVERYTHING)


def prove(settings: Settings, words: Collection[str]) -> Proof:
    """Erase what was deleted, and look what is left of it.

    What it finds is for whoever runs the server: it searches what all organisations wrote.
    """
    erased = erase(settings)
    with Session(db.engine) as session:
        found = erasing.places(session, words)
    files = erasing.searched_files()
    return Proof(len(words), tuple(found), len(files), erasing.left_in_files(words), erased=erased)
