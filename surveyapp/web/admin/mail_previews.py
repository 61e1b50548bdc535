"""The mails of a round as people will get them, written before it opens by what sends them then."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from surveyapp.followup.sharing import LEADER_FIRST
from surveyapp.jobs.mailing import asking_of, telling_of
from surveyapp.mail.composing import Recipient
from surveyapp.mail.invitation import AboutLeader, invitation, reminder
from surveyapp.mail.results import announcement, team_result
from surveyapp.rounds import dates
from surveyapp.rounds.dates import MORNING, ONE_DAY, later
from surveyapp.rounds.reminders import reminders
from surveyapp.storage.database import db
from surveyapp.storage.models import Person, Team, TeamSees
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from email.message import EmailMessage

    from surveyapp.storage.models import Round


class Shown(NamedTuple):
    """A mail, and what it is."""

    title: str
    text: str


def mails_shown(draft: Round) -> list[Shown]:
    """Write one mail of each kind that the round sends, to somebody who will get it.

    Links and their four words are drawn when the round opens. Where nobody has mail there is none.
    """
    return [*_asking(draft), *_telling(draft)]


def _asking(draft: Round) -> list[Shown]:
    query = select(Person, Team).join(Team.members.of_type(Person))
    if (found := _first(query, draft)) is None:
        return []
    person, team = found
    asking = asking_of(draft, settings(), time.time())
    link = f"{settings().base_url}/answer/…"
    about = [AboutLeader(team.leader.name, _("four words, drawn at opening"), link)]
    shown = [_shown(_("The email, as one of them gets it"), invitation(asking, _to(person), about))]
    days = reminders(draft)
    if days:
        morning = dt.datetime.combine(days[0], MORNING, dates.zone(draft.organisation.time_zone))
        mail = reminder(replace(asking, sent_at=morning), _to(person), about)
        shown.append(_shown(_("The reminder"), mail))
    return shown


def _telling(draft: Round) -> list[Shown]:
    telling = telling_of(draft, settings(), time.time())
    released = draft.releases_on or later(draft.closes_on, ONE_DAY)
    sees = draft.team_sees == TeamSees.AFTER_SEVEN_DAYS
    shown = []
    led = select(Person, Team).join(Team, Team.leader_id == Person.id).where(Team.members.any())
    if found := _first(led, draft):
        day = later(released, LEADER_FIRST) if sees else None
        mail = announcement(telling, _to(found[0]), f"{settings().base_url}/leader/", day)
        shown.append(_shown(_("To a leader, once the result is released"), mail))
    asked = select(Person, Team).join(Team.members.of_type(Person))
    if sees and (found := _first(asked, draft)):
        person, team = found
        link = f"{settings().base_url}/results/…"
        mail = team_result(telling, _to(person), team.leader.name, link, None)
        shown.append(_shown(_("To the team, a week later"), mail))
    return shown


def _first(query: Any, draft: Round) -> tuple[Person, Team] | None:  # noqa: ANN401  (of either)
    """Return the first of those who have mail, with the team that it is about."""
    has_mail = Team.organisation_id == draft.organisation_id, Person.email.is_not(None)
    found = db.session.execute(query.where(*has_mail).order_by(Person.id, Team.id).limit(1)).first()
    return (found[0], found[1]) if found else None


def _to(person: Person) -> Recipient:
    return Recipient("preview", person.name, person.email or "", person.language)


def _shown(title: str, mail: EmailMessage) -> Shown:
    body: Any = mail.get_body(("plain",))
    return Shown(title, f"{mail['Subject']}\n\n{body.get_content().strip()}")
