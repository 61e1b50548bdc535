"""The log of what was done: looked through, verified, and taken away by auditors."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask_babel import format_datetime, lazy_gettext
from flask_babel import gettext as _
from sqlalchemy import select

from surveyapp.reports.workbook import safe
from surveyapp.rounds.dates import ONE_DAY, later
from surveyapp.storage import audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import (
    Account,
    Action,
    Actor,
    AuditEntry,
    Organisation,
    Person,
    Round,
)
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note, own_organisation
from surveyapp.web.admin.views import blueprint
from surveyapp.web.downloads import download

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

ON_A_PAGE: Final = 50
MOST_PAGES: Final = 100_000
ACTIONS: Final = {
    Action.PURPOSE_ACCEPTED: lazy_gettext("Purpose accepted"),
    Action.SETTINGS_CHANGED: lazy_gettext("Settings changed"),
    Action.ROSTER_IMPORTED: lazy_gettext("People imported"),
    Action.ROLE_GRANTED: lazy_gettext("Role given"),
    Action.ROLE_TAKEN: lazy_gettext("Role taken away"),
    Action.SIGN_IN_RESET: lazy_gettext("Codes and passkeys removed"),
    Action.ROUND_CREATED: lazy_gettext("Round created"),
    Action.ROUND_OPENED: lazy_gettext("Round opened"),
    Action.ROUND_JOINED: lazy_gettext("Late joiners invited"),
    Action.MAILS_REPEATED: lazy_gettext("Emails sent again"),
    Action.ROUND_MOVED: lazy_gettext("Last day moved"),
    Action.ROUND_CLOSED: lazy_gettext("Round closed"),
    Action.ROUND_HELD: lazy_gettext("Round held for checking"),
    Action.ROUND_DISCARDED: lazy_gettext("Round discarded"),
    Action.SLIPS_PRINTED: lazy_gettext("Slips printed"),
    Action.RESULT_RELEASED: lazy_gettext("Results released"),
    Action.RESULT_SHARED: lazy_gettext("Result shared by link"),
    Action.SHARING_ENDED: lazy_gettext("Link withdrawn"),
    Action.REPORTS_MADE: lazy_gettext("Reports made"),
    Action.PERSON_CORRECTED: lazy_gettext("A person corrected"),
    Action.PERSON_SHOWN: lazy_gettext("A person’s data given out"),
    Action.PERSON_DELETED: lazy_gettext("Person deleted"),
    Action.PURGED: lazy_gettext("Removed after its time"),
    Action.LOG_EXPORTED: lazy_gettext("Log downloaded"),
}
COLUMNS: Final = (*audit.CHAINED[1:], "digest")


class Asked(NamedTuple):
    """What the page is asked for, as its address has it."""

    action: str
    by: str
    round: str
    since: str
    until: str

    def address(self) -> dict[str, str]:
        """Return what to put into the address of another page of the same."""
        return {name: value for name, value in self._asdict().items() if value}


@blueprint.get("/log")
def log() -> ResponseReturnValue:
    """Show who did what, the newest first, and how far the chain fits together."""
    asked = Asked(*(request.args.get(name, "").strip() for name in Asked._fields))
    owner = scope().organisation
    page = min(max(1, request.args.get("page", 1, int)), MOST_PAGES)
    days = [_day(asked.since), _day(asked.until)]
    wrong = [text for text, day in zip(asked[-2:], days, strict=True) if text and day is None]
    wanted = audit.Wanted(
        action=next((one for one in Action if one == asked.action), None),
        by=_doer(asked.by),
        round_id=asked.round or None,
        since=_start(days[0]),
        until=_start(days[1] and later(days[1], ONE_DAY)),
    )
    found = audit.entries(
        db.session, owner, wanted, skip=(page - 1) * ON_A_PAGE, most=ON_A_PAGE + 1
    )
    shown = found[:ON_A_PAGE]
    doers = audit.doers(db.session, owner)
    html = render_template(
        "admin/log.html",
        asked=asked,
        wrong=wrong,
        entries=shown,
        page=page,
        more=len(found) > ON_A_PAGE,
        chain=audit.chain(db.session, owner),
        actions=ACTIONS,
        rounds=_rounds(),
        people=_people(shown),
        doers={_key(one): who for one, who in zip(doers, _names(doers), strict=True)},
        key=_key,
        at=_at,
    )
    return html, 422 if wrong else 200


@blueprint.post('/log/entries.<any("csv", "json"):kind>')
def log_file(kind: str) -> ResponseReturnValue:
    """Give the whole log as a file; the last entry in it says so."""
    with writing() as session:
        owner = own_organisation(session)
        note(session, Action.LOG_EXPORTED, kind)
        rows = [_row(entry) for entry in reversed(audit.entries(session, owner))]
        body = _csv(rows) if kind == "csv" else _json(owner, rows)
        return download(body, f"log-{owner.slug}.{kind}")


def _row(entry: AuditEntry) -> dict[str, str | int | None]:
    row = {name: getattr(entry, name) for name in COLUMNS}
    return row | {"digest": entry.digest.hex()}


def _csv(rows: Sequence[dict[str, str | int | None]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(safe(cell) for cell in row.values())
    return file.getvalue()


def _json(owner: Organisation, rows: Sequence[dict[str, str | int | None]]) -> str:
    document = {"organisation": owner.slug, "organisation_id": owner.id, "entries": rows}
    return json.dumps(document, ensure_ascii=False)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _zone() -> ZoneInfo:
    return ZoneInfo(scope().organisation.time_zone)


def _start(day: dt.date | None) -> int | None:
    """Return when a day begins where the organisation is, in seconds since 1970."""
    return int(dt.datetime.combine(day, dt.time(), _zone()).timestamp()) if day else None


def _at(seconds: int) -> str:
    return str(format_datetime(dt.datetime.fromtimestamp(seconds, _zone()), "medium", rebase=False))


def _key(who: audit.Doer | AuditEntry) -> str:
    return f"{who.actor}-{who.account_id}" if who.account_id else str(who.actor)


def _doer(key: str) -> audit.Doer | None:
    actor, _dash, number = key.partition("-")
    if actor not in set(Actor) or (number and not re.fullmatch("[0-9]{1,9}", number)):
        return None
    return audit.Doer(Actor(actor), int(number) if number else None)


def _names(doers: Sequence[audit.Doer]) -> list[str]:
    ids = [one.account_id for one in doers]
    query = select(Account.id, Account.name).where(Account.id.in_(ids))
    names = dict(db.session.execute(query).all())
    return [_name(one, names) for one in doers]


def _name(who: audit.Doer, names: dict[int, str]) -> str:
    if who.actor == Actor.COMMAND:
        return str(_("the server’s command line"))
    if who.actor == Actor.CALENDAR:
        return str(_("the calendar"))
    gone = _("an account that is gone (%(number)s)", number=who.account_id)
    return names.get(who.account_id or 0, str(gone))


def _rounds() -> dict[str, str]:
    query = select(Round.public_id, Round.name).where(
        Round.organisation_id == scope().organisation.id
    )
    return dict(db.session.execute(query.order_by(Round.id)).all())


def _people(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """Return the names of people in some entries who are still there."""
    query = select(Person.id, Person.name).where(
        Person.organisation_id == scope().organisation.id,
        Person.counts_as.is_(None),
        Person.id.in_([entry.person_id for entry in entries if entry.person_id]),
    )
    return dict(db.session.execute(query).all())
