"""Removing rows with all that hangs on them, and looking whether anything of them is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import String, delete, select, update

from surveyapp.storage.database import db
from surveyapp.storage.models import (
    NOBODY,
    Account,
    Base,
    Job,
    Organisation,
    Person,
    RoundTeam,
    Team,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

SHORTEST: Final = 6
"""Bytes of a word that is searched for in files: shorter ones stand there by chance."""
SUFFIXES: Final = ("", "-wal", "-shm", "-journal")
NAMES: Final = (
    *(Person.name, Person.email, Account.name, Account.email, Team.name, RoundTeam.leader_name),
    *(Organisation.name, Organisation.contact, Organisation.purpose_accepted_by),
)
"""Where people are named who are still there."""
SECRETS: Final = (
    *(Account.password, Account.fs_uniquifier, Account.tf_totp_secret),
    *(Account.mf_recovery_codes, Account.fs_webauthn_user_handle),
)
"""What opens accounts, and never names anybody: no search may tell a part of it."""


def remove(session: Session, model: type[Base], ids: Collection[Any]) -> None:
    """Delete rows by id, and every row of any table that cannot stand without them.

    What names them, but can stand without, names nothing instead. A table that is added later is
    found by its foreign key.
    """
    session.flush()
    _remove(session, Base.metadata.tables[model.__tablename__], list(ids))
    session.expire_all()


def _remove(session: Session, table: Table, ids: list[Any]) -> None:
    if not ids:
        return
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column is not table.c.id:
                continue
            column = other.c[key.parent.name]
            hanging = column.in_(ids)
            if column.nullable:
                session.execute(update(other).where(hanging).values({column: None}))
            elif "id" in other.c:
                _remove(session, other, list(session.scalars(select(other.c.id).where(hanging))))
            else:
                session.execute(delete(other).where(hanging))
    session.execute(delete(table).where(table.c.id.in_(ids)))


def remove_jobs(session: Session, subjects: Iterable[str]) -> None:
    """Delete the jobs about rounds, teams or orders with these public ids."""
    for subject in subjects:
        about = (Job.subject == subject) | Job.subject.startswith(f"{subject}-")
        session.execute(delete(Job).where(about))


def still_named(session: Session, words: Collection[str]) -> set[str]:
    """Return those of some words that are also part of the name of somebody who is there."""
    names: set[str] = set()
    for column in NAMES:
        names |= {name.casefold() for name in session.scalars(select(column).distinct()) if name}
    known = "\n".join(names | {NOBODY.casefold()})
    return {word for word in words if word.casefold() in known}


def places(session: Session, words: Collection[str]) -> list[str]:
    """Return the columns (“agreement.document”) in which any of some words stands.

    It reads what every organisation wrote: its result is for whoever runs the server alone.
    """
    folded = {form.casefold() for word in words for form in _forms(word)}
    secrets = {column.expression for column in SECRETS}
    found = []
    for table in Base.metadata.sorted_tables if folded else ():
        for column in table.c:
            if not isinstance(column.type, String) or column in secrets:
                continue
            values = session.scalars(select(column).where(column.is_not(None)).distinct())
            if any(word in value.casefold() for value in values for word in folded):
                found.append(f"{table.name}.{column.name}")
    return found


def searched_files() -> list[Path]:
    """Return the database's files; none where they are another program's."""
    if db.engine.dialect.name != "sqlite":
        return []
    database = db.engine.url.database or ""
    return [file for end in SUFFIXES if (file := Path(database + end)).is_file()]


def left_in_files(words: Collection[str]) -> int:
    """Count the words of which the database's files still hold any byte sequence."""
    searched = [word for word in words if len(word.encode()) >= SHORTEST]
    contents = [file.read_bytes() for file in searched_files()]
    return sum(
        any(form.encode() in content for form in _forms(word) for content in contents)
        for word in searched
    )


def _forms(word: str) -> Iterator[str]:
    """Yield a word as it is written, and as JSON writes it."""
    yield word
    yield json.dumps(word)[1:-1]
