"""Sending a round's invitations. Reads who is invited, never who has answered."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveyapp.mail.composing import AboutLeader, Asking, Recipient, invitation
from surveyapp.mail.delivering import Post
from surveyapp.rounds import invitations
from surveyapp.storage.database import db
from surveyapp.storage.models import Channel, Invite, Round, RoundTeam, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import EmailMessage

    from surveyapp.config import Settings
    from surveyapp.jobs.leasing import Lease
    from surveyapp.rounds.keydir import KeyDirectory

BATCH = 20


def send_invitations(lease: Lease, keys: KeyDirectory, settings: Settings) -> None:
    """Send everybody who is asked by mail one mail about all of their leaders.

    Goes on where an earlier attempt stood; what that one sent since it last said so is sent once
    more, under the same name. Ends quietly when the round takes no more answers.
    """
    now = dt.datetime.fromtimestamp(lease.clock()).astimezone()
    # The same for all, and no finer than what everybody may know: the hour.
    hour = now.replace(minute=0, second=0, microsecond=0)
    people = _people(lease.subject)
    # Where somebody has joined, the places are others: rather twice than never.
    start = lease.done if lease.total == len(people) else 0
    lease.progress(start, len(people))
    for first in range(start, len(people), BATCH):
        mails = _compose(lease.subject, people[first : first + BATCH], keys, settings, hour)
        if mails is None:
            return
        for place, (name, message) in enumerate(mails, first + 1):
            Post(settings.mail_url).deliver(name, message)
            lease.progress(place, len(people))
    if len(_people(lease.subject)) != len(people):
        send_invitations(lease, keys, settings)


def _people(round_id: str) -> Sequence[int]:
    query = (
        select(Invite.person_id)
        .distinct()
        .join(RoundTeam, Invite.round_team_id == RoundTeam.id)
        .join(Round, RoundTeam.round_id == Round.id)
        .where(Round.public_id == round_id, Invite.channel == Channel.MAIL)
        .order_by(Invite.person_id)
    )
    with Session(db.engine) as session:
        return session.scalars(query).all()


def _compose(
    round_id: str, people: Sequence[int], keys: KeyDirectory, settings: Settings, hour: dt.datetime
) -> list[tuple[str, EmailMessage]] | None:
    """Compose the mails of some people, with their names; None if the round takes no answers."""
    query = (
        select(Invite, RoundTeam)
        .join(RoundTeam, Invite.round_team_id == RoundTeam.id)
        .where(Invite.person_id.in_(people), Invite.random_id.is_not(None))
        .order_by(Invite.person_id, RoundTeam.leader_name, RoundTeam.id)
        .options(joinedload(Invite.person))
    )
    with Session(db.engine) as session:
        asked = session.scalar(select(Round).where(Round.public_id == round_id))
        if asked is None or asked.state != State.OPEN or asked.closes_on < hour.date():
            return None
        round_key = keys.read(round_id)
        asking = Asking(
            organisation=asked.organisation.name,
            closes_on=asked.closes_on,
            threshold=asked.threshold,
            comment_threshold=asked.comment_threshold,
            contact=asked.organisation.contact,
            base_url=settings.base_url,
            sent_at=hour,
        )
        mails = []
        rows = session.execute(query.where(RoundTeam.round_id == asked.id))
        for person, invites in groupby(rows, lambda row: row[0].person):
            if person.email is None:  # erased on request since the round opened
                continue
            to = Recipient(f"{round_id}-{person.id}", person.name, person.email, person.language)
            about = [_about(invite, team, round_key, settings) for invite, team in invites]
            mails.append((to.id, invitation(asking, to, about)))
        return mails


def _about(invite: Invite, team: RoundTeam, round_key: bytes, settings: Settings) -> AboutLeader:
    token = invitations.token(round_key, team.public_id, invite.random_id or b"")
    link = invitations.link(settings.base_url, team, token)
    return AboutLeader(team.leader_name, team.fingerprint, link)
