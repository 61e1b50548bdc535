"""The mailings of a round: who gets what. Reads who is asked, never who has answered."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveyapp.charts.words.reasons import withheld
from surveyapp.core.publication import Withheld
from surveyapp.followup.sharing import team_sees_from
from surveyapp.jobs.calendar import is_over
from surveyapp.jobs.leasing import WaitingError
from surveyapp.jobs.sending import Mail, Outgoing, hour, send
from surveyapp.mail.composing import Recipient
from surveyapp.mail.delivering import sender_address
from surveyapp.mail.invitation import AboutLeader, Asking, invitation, reminder
from surveyapp.mail.results import Telling, announcement, team_result
from surveyapp.reports.results import publication_of
from surveyapp.rounds import dates, invitations
from surveyapp.storage import mailings
from surveyapp.storage.agreements import announced_result
from surveyapp.storage.database import db
from surveyapp.storage.mailings import Written
from surveyapp.storage.models import Invite, Mailing, Person, Round, RoundTeam, State, TeamSees

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from email.message import EmailMessage

    from surveyapp.config import Settings
    from surveyapp.jobs.leasing import Lease
    from surveyapp.rounds.keydir import KeyDirectory

    Letter = Callable[[Recipient], EmailMessage]


def send_invitations(lease: Lease, keys: KeyDirectory, settings: Settings) -> None:
    """Send everybody who is asked by mail one mail about all of their leaders."""
    _ask(lease, keys, settings, lease.subject, Mailing.INVITATION)


def send_reminders(lease: Lease, keys: KeyDirectory, settings: Settings) -> None:
    """Remind everybody who is asked by mail; the subject names the round, and which time it is.

    Ends quietly where its day is past, or the round: the next reminder says the same.
    """
    if is_over(lease):
        return
    round_id, _, number = lease.subject.rpartition("-")
    _ask(lease, keys, settings, round_id, Mailing(f"reminder-{number}"))


def announce_results(lease: Lease, settings: Settings) -> None:
    """Tell the leaders to whom a round was released that their result is there."""
    with Session(db.engine) as session:
        released = session.scalar(select(Round).where(Round.public_id == lease.subject))
        if released is None:
            return
        round_id, telling = released.id, telling_of(released, settings, lease.clock())
        promised = released.team_sees == TeamSees.AFTER_SEVEN_DAYS

    def mails(session: Session, people: Sequence[int]) -> list[Mail]:
        query = (
            select(RoundTeam)
            .where(RoundTeam.round_id == round_id, RoundTeam.leader_id.in_(people))
            .where(RoundTeam.released)
            .options(joinedload(RoundTeam.leader), joinedload(RoundTeam.round))
        )
        found = []
        for team in session.scalars(query):
            day = team_sees_from(team) if promised else None
            write = partial(
                announcement, telling, link=f"{settings.base_url}/leader/", team_sees_on=day
            )
            found.append(_mail(team.round, Mailing.ANNOUNCEMENT, team.leader, write))
        return found

    people = partial(mailings.released_leaders, round_id=round_id)
    send(lease, settings, Outgoing(round_id, Mailing.ANNOUNCEMENT, people, mails))


def tell_team(lease: Lease, settings: Settings) -> None:
    """Tell a team that it may see its result, once the day that the promise says has come."""
    mailing = f"{Mailing.RESULTS}-{lease.subject}"
    with Session(db.engine) as session:
        team = announced_result(session, lease.subject)
        if team is None or (day := team_sees_from(team)) is None:
            return
        telling = telling_of(team.round, settings, lease.clock())
        if telling.sent_at.date() < day:  # the organisation's days begin later than they did
            message = f"This team sees its result from {day} on."
            raise WaitingError(message, dates.morning(day, team.round.organisation))
        round_id = team.round_id
        position = publication_of(team).position
        write = partial(
            team_result,
            telling,
            leader=team.leader_name,
            link=f"{settings.base_url}/results/{team.public_id}",
            withheld=(
                partial(withheld, position, team.round.threshold)
                if isinstance(position, Withheld)
                else None
            ),
        )
        people = partial(mailings.team_with_mail, team_id=team.id)

    def mails(session: Session, people: Sequence[int]) -> list[Mail]:
        query = select(Person).where(Person.id.in_(people)).order_by(Person.id)
        told = session.get_one(Round, round_id)
        return [_mail(told, mailing, person, write) for person in session.scalars(query)]

    send(lease, settings, Outgoing(round_id, mailing, people, mails))


def _ask(
    lease: Lease, keys: KeyDirectory, settings: Settings, public_id: str, mailing: Mailing
) -> None:
    with Session(db.engine) as session:
        asked = session.scalar(select(Round).where(Round.public_id == public_id))
        if asked is None:
            return
        round_id, asking = asked.id, asking_of(asked, settings, lease.clock())
    compose = invitation if mailing is Mailing.INVITATION else reminder

    def mails(session: Session, people: Sequence[int]) -> list[Mail] | None:
        asked = session.get_one(Round, round_id)
        if asked.state != State.OPEN or asked.closes_on < asking.sent_at.date():
            return None
        query = (
            select(Invite, RoundTeam)
            .join(RoundTeam, Invite.round_team_id == RoundTeam.id)
            .where(RoundTeam.round_id == round_id, Invite.person_id.in_(people))
            .where(Invite.random_id.is_not(None))
            .order_by(Invite.person_id, RoundTeam.leader_name, RoundTeam.id)
            .options(joinedload(Invite.person))
        )
        round_key = keys.read(public_id)
        found = []
        for person, invites in groupby(session.execute(query), lambda row: row[0].person):
            about = [_about(invite, team, round_key, settings) for invite, team in invites]
            write = partial(compose, asking, leaders=about)
            found.append(_mail(asked, mailing, person, write, len(about)))
        return found

    people = partial(mailings.asked_by_mail, round_id=round_id)
    send(lease, settings, Outgoing(round_id, mailing, people, mails))


def _mail(
    about: Round, mailing: str, person: Person, write: Letter, invitations: int | None = None
) -> Mail:
    """Name a mail by round, person and mailing; one about more leaders than before is another."""
    several = f".{invitations}" if (invitations or 0) > 1 else ""
    name = f"{about.public_id}-{person.id}-{mailing}{several}"
    to = Recipient(name, person.name, person.email or "", person.language)
    written = Written(about.id, mailing, person.id, to.email, invitations)
    return Mail(name, written, partial(write, to))


def _about(invite: Invite, team: RoundTeam, round_key: bytes, settings: Settings) -> AboutLeader:
    token = invitations.token(round_key, team.public_id, invite.random_id or b"")
    link = invitations.link(settings.base_url, team, token)
    return AboutLeader(team.leader_name, team.fingerprint, link)


def asking_of(asked: Round, settings: Settings, now: float) -> Asking:
    """Return what all mails have in common that ask people to answer in a round."""
    return Asking(
        closes_on=asked.closes_on,
        threshold=asked.threshold,
        comment_threshold=asked.comment_threshold,
        **_head(asked, settings, now),
    )


def telling_of(told: Round, settings: Settings, now: float) -> Telling:
    """Return what all mails have in common that tell of a round's results."""
    return Telling(round_name=told.name, **_head(told, settings, now))


def _head(about: Round, settings: Settings, now: float) -> dict[str, Any]:
    owner = about.organisation
    return {
        "organisation": owner.name,
        "base_url": settings.base_url,
        "sent_at": hour(now, owner.time_zone),
        "language": owner.language,
        "sender": sender_address(settings),
        "contact": owner.contact,
    }
