"""Founding the demo's organisations: from a roster file, as anybody does, and their accounts."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask_security import hash_password
from sqlalchemy import select

from surveyapp.demo import cast
from surveyapp.roster.applying import apply
from surveyapp.roster.checking import check_file
from surveyapp.roster.reading import COLUMNS
from surveyapp.rounds import opening
from surveyapp.storage import accounts
from surveyapp.storage.coaching import coach_leaders
from surveyapp.storage.database import writing
from surveyapp.storage.models import Organisation, RoleName

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from surveyapp.demo.cast import Cast
    from surveyapp.roster.checking import Roster


@dataclass(frozen=True)
class Row:
    """One person in the roster file."""

    cells: dict[str, str]
    joins: bool = False
    """Whether they come only before the newest closed round."""


def roster(played: Cast, names: Iterator[str]) -> list[Row]:
    """List everybody who is ever in an organisation; members take the next of the `names`."""
    rows = []
    for leader, above in played.tree():
        own = leader.address(played.domain)
        cells = {"name": leader.name, "email": own}
        if above is not None:
            cells |= {"leader_email": above.address(played.domain), "team": above.team}
        rows.append(Row(cells))
        for number in range(leader.members):
            name = next(names)
            mail = "" if leader.by_slip else f"{cast.mailbox(name)}@{played.domain}"
            cells = {"name": name, "email": mail, "leader_email": own, "team": leader.team}
            rows.append(Row(cells, joins=number >= leader.members - leader.joins))
    return rows


def found(played: Cast, rows: Iterable[Row], today: dt.date) -> None:
    """Make an organisation of those who are there from the start, and its accounts."""
    checked = _checked(row for row in rows if not row.joins)
    admin, coach, leader = played.sign_ins
    with writing() as session:
        organisation = Organisation(
            slug=played.slug,
            name=played.name,
            contact=f"{cast.CONTACT}@{played.domain}",
            time_zone=cast.TIME_ZONE,
        )
        opening.accept_purpose(organisation, admin, today)
        session.add(organisation)
        session.flush()
        apply(session, organisation, checked)
        administrator = accounts.ensure_account(session, admin, played.admin)
        accounts.grant(session, administrator, organisation, RoleName.ADMIN)
        coaching = accounts.ensure_account(session, coach, played.coach)
        accounts.grant(session, coaching, organisation, RoleName.COACH)
        coach_leaders(session, coaching, organisation, None)
        for account in (administrator, coaching, accounts.find_account(session, leader)):
            account.password = hash_password(cast.PASSWORD)


def join(played: Cast, rows: Iterable[Row]) -> None:
    """Import the roster once more, with those who have joined."""
    checked = _checked(rows)
    with writing() as session:
        organisation = session.scalars(select(Organisation).filter_by(slug=played.slug)).one()
        apply(session, organisation, checked)


def _checked(rows: Iterable[Row]) -> Roster:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "roster.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(row.cells for row in rows)
        return check_file(file)
