"""A walk through the pages about dates of rounds, and what they say of something in the way."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from surveyapp.rounds import opening
from surveyapp.storage.database import writing
from surveyapp.storage.models import Job, JobKind, Organisation, Round, State
from surveyapp.storage.models.organisation import Membership
from surveyapp.web.pages import today
from tests import factories

if TYPE_CHECKING:
    from tests.every_page import Walk

ONE_DAY = dt.timedelta(days=1)


def give(made: Round, day: dt.date) -> None:
    """Give a round of any state every date that it can have."""
    made.opens_on, made.closes_on = day - 9 * ONE_DAY, day
    made.reminders = ",".join(str(day - days * ONE_DAY) for days in (6, 3, 0))
    made.repeat_weeks = 8
    if made.state != State.DRAFT:
        made.opened_on = made.opens_on
    if made.state == State.CLOSED:
        made.release_on, made.releases_on = None, day + 5 * ONE_DAY


def walk(going: Walk, owner: int) -> None:
    """Visit the overview with each thing that waits, and the pages that move a last day."""
    with writing() as session:
        by_state = select(Round).where(Round.name == f"In state {State.OPEN}")
        opened = session.scalars(by_state).one()
        path = f"/admin/rounds/{opened.public_id}/last-day"
        opened.releases_on = opened.closes_on + ONE_DAY
        session.add(Job(kind=JobKind.REMIND, subject=f"{opened.public_id}-1", due_at=0))
        released = session.scalars(select(Round).where(Round.state == State.RELEASED)).first()
        assert released
        for team in released.teams:
            team.released_on = today() - 9 * ONE_DAY
    page = going.visit("last day", path, who="everything")
    form = {"csrf_token": factories.token(page)}
    going.visit("last day: none", path, who="everything", **form)
    early = {"closes_on": str(today())}
    going.visit("last day: not later", path, who="everything", **(form | early))
    later = {"closes_on": str(today() + ONE_DAY)}
    going.visit("last day: asked", path, who="everything", **(form | later))
    going.visit("promise: reminders", f"/promise/{path.split('/')[3]}")
    with writing() as session:
        before = {one.id: (one.state, one.held_for) for one in session.scalars(select(Round))}
        session.execute(update(Round).where(Round.state == State.OPEN).values(state=State.CLOSED))
    going.visit("admin: another round is closing", "/admin/", who="everything")
    with writing() as session:
        draft = session.scalars(select(Round).where(Round.state == State.DRAFT)).one()
        session.execute(
            update(Round)
            .where(Round.organisation_id == owner, Round.state == State.CLOSING)
            .values(state=State.DISCARDED, held_for=None)
        )
        draft_id = draft.id
        assert opening.check_opening(session, draft, today())
    going.visit("admin: a round opens within minutes", "/admin/", who="everything")
    with writing() as session:
        session.get_one(Round, draft_id).closes_on = today() - ONE_DAY
    going.visit("admin: a round that did not open", "/admin/", who="everything")
    with writing() as session:
        session.get_one(Round, draft_id).closes_on = today()
        kept = [
            {"team_id": team, "person_id": person}
            for team, person in session.execute(select(Membership.team_id, Membership.person_id))
        ]
        session.execute(delete(Membership))
    going.visit("admin: nobody to ask", "/admin/", who="everything")
    with writing() as session:
        session.execute(insert(Membership), kept)
        accepted = session.get_one(Organisation, owner).purpose_accepted_on
        session.get_one(Organisation, owner).purpose_accepted_on = None
    going.visit("admin: purpose keeps a round from opening", "/admin/", who="everything")
    with writing() as session:
        session.get_one(Organisation, owner).purpose_accepted_on = accepted
        for number, (state, held_for) in before.items():  # for whoever walks on
            found = session.get_one(Round, number)
            found.state, found.held_for = state, held_for
