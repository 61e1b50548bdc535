"""Mailings of rounds: whom they go to, how far each mail came. Nothing here reads an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select, true, update

from surveyapp.storage.models import (
    Channel,
    Delivery,
    DeliveryState,
    Invite,
    Person,
    Round,
    RoundTeam,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session


TAKEN: Final = (DeliveryState.SENT, DeliveryState.BOUNCED)
OVER: Final = (*TAKEN, DeliveryState.REFUSED)
"""States that a mailing does not try to change."""


def asked_by_mail(session: Session, round_id: int) -> Sequence[int]:
    """Return who is asked by mail in a round, as ids, whoever has answered."""
    query = (
        select(Invite.person_id)
        .distinct()
        .join(RoundTeam, Invite.round_team_id == RoundTeam.id)
        .join(Person, Invite.person_id == Person.id)
        .where(
            RoundTeam.round_id == round_id,
            Invite.channel == Channel.MAIL,
            Person.email.is_not(None),
        )
        .order_by(Invite.person_id)
    )
    return session.scalars(query).all()


def released_leaders(session: Session, round_id: int) -> Sequence[int]:
    """Return the leaders who see their result of a round, as ids."""
    query = (
        select(RoundTeam.leader_id)
        .join(Person, RoundTeam.leader_id == Person.id)
        .where(RoundTeam.round_id == round_id, RoundTeam.released, Person.email.is_not(None))
        .order_by(RoundTeam.leader_id)
    )
    return session.scalars(query).all()


def team_with_mail(session: Session, team_id: int) -> Sequence[int]:
    """Return who was asked about a leader and has an address, as ids."""
    query = (
        select(Invite.person_id)
        .join(Person, Invite.person_id == Person.id)
        .where(Invite.round_team_id == team_id, Person.email.is_not(None))
        .order_by(Invite.person_id)
    )
    return session.scalars(query).all()


@dataclass(frozen=True)
class Written:
    """A mail as it was written: what it is about, where it goes, what it holds."""

    round_id: int
    mailing: str
    person_id: int
    email: str = field(repr=False)
    invitations: int | None = None
    """How many it holds, if it holds any."""


def still_waiting(
    session: Session,
    round_id: int,
    mailing: str,
    people: Collection[int],
    tried: Collection[int] = (),
) -> list[int]:
    """Return those of some people whose mail is to be sent; deferred ones come last.

    So a mail that the server chokes on never stands before those that it would take. Who was just
    `tried` is left out if they are deferred; if nothing is noted of them, they are to get another.
    """
    query = select(Delivery.person_id, Delivery.state).where(
        Delivery.round_id == round_id, Delivery.mailing == mailing
    )
    states = {row.person_id: row.state for row in session.execute(query)}
    waiting = [
        person
        for person in people
        if states.get(person) not in OVER and not (person in tried and person in states)
    ]
    return sorted(waiting, key=lambda person: person in states)


def is_awaited(session: Session, mail: Written) -> bool:
    """Whether a mail is still what its person is to get.

    It is not once another worker has sent it, or the address, what they are asked about, or the
    round's state is another one than when it was written.
    """
    noted = session.get(Delivery, (mail.round_id, mail.person_id, mail.mailing))
    return (
        (noted is None or noted.state not in OVER)
        and session.scalar(_address(mail)) == mail.email
        and (mail.invitations is None or session.scalar(_invitations(mail)) == mail.invitations)
    )


def note(session: Session, mail: Written, state: DeliveryState, fault: str | None) -> bool:
    """Note how far a mail came, in place of what was noted before; returns whether it was noted.

    It is not if somebody has got another address, or was invited about one more leader, since it
    was written: they get another mail. What another worker noted as taken stays so.
    """
    # Whoever corrects an address or invites somebody late forgets this mail in the same
    # transaction: these rows are locked so that it is either read here, or finds what is noted.
    session.scalar(select(Round.id).where(Round.id == mail.round_id).with_for_update(read=True))
    if session.scalar(_address(mail).with_for_update(read=True)) != mail.email:
        return False
    if mail.invitations is not None:
        invitations = session.scalar(_invitations(mail)) or 0
        if invitations > mail.invitations:  # fewer, or none, once the round is closed
            return False
    noted = session.get(Delivery, (mail.round_id, mail.person_id, mail.mailing))
    if noted is None:
        key = {"round_id": mail.round_id, "person_id": mail.person_id, "mailing": mail.mailing}
        session.add(Delivery(**key, state=state, fault=fault))
    elif noted.state not in TAKEN:
        noted.state, noted.fault = state, fault
    return True


def _address(mail: Written) -> Select[str | None]:
    return select(Person.email).where(Person.id == mail.person_id)


def _invitations(mail: Written) -> Select[int]:
    """Count what somebody can answer by mail: no slips, and nothing once the round is over."""
    return (
        select(func.count())
        .select_from(Invite)
        .join(RoundTeam, Invite.round_team_id == RoundTeam.id)
        .join(Round, RoundTeam.round_id == Round.id)
        .where(
            Round.id == mail.round_id,
            Round.state == State.OPEN,
            Invite.person_id == mail.person_id,
            Invite.random_id.is_not(None),
        )
    )


class Noted(StrEnum):
    """What a notice about a mail that came back was about."""

    CAME_BACK = "came back"
    OLD_ADDRESS = "old address"
    """Another one than the person has by now: the mail to the new one has the same number."""
    UNKNOWN = "unknown"


def note_bounce(
    session: Session, key: tuple[str, int, str], addresses: Collection[str], words: str
) -> Noted:
    """Note that a mail to one of these addresses came back, if it was sent and to the current one.

    The key is the round's public id, the person's id, the mailing.
    """
    public_id, person_id, mailing = key
    query = (
        select(Delivery)
        .join(Round, Delivery.round_id == Round.id)
        .where(
            Round.public_id == public_id,
            Delivery.person_id == person_id,
            Delivery.mailing == mailing,
            Delivery.state == DeliveryState.SENT,
        )
    )
    if (found := session.scalar(query)) is None:
        return Noted.UNKNOWN
    if found.person.email not in addresses:
        return Noted.OLD_ADDRESS
    found.state, found.fault = DeliveryState.BOUNCED, words
    return Noted.CAME_BACK


def forget_failures(session: Session, round_id: int, mailing: str) -> None:
    """Forget which mails failed, so that a mailing that is sent anew tries them again."""
    _forget(session, round_id, mailing, Delivery.state != DeliveryState.SENT)


def forget_mails(
    session: Session, round_id: int, mailing: str, people: Collection[int] | None = None
) -> None:
    """Forget that mails were sent, to these people or to all: they are to get another one."""
    chosen = true() if people is None else Delivery.person_id.in_(people)
    _forget(session, round_id, mailing, chosen)


def _forget(session: Session, round_id: int, mailing: str, which: ColumnElement[bool]) -> None:
    session.execute(
        delete(Delivery).where(Delivery.round_id == round_id, Delivery.mailing == mailing, which)
    )


def deferred(session: Session, round_id: int, mailing: str) -> int:
    """Count the mails that the server wants later."""
    query = select(func.count()).where(
        Delivery.round_id == round_id,
        Delivery.mailing == mailing,
        Delivery.state == DeliveryState.DEFERRED,
    )
    return session.scalar(query) or 0


def give_up(session: Session, round_id: int, mailing: str) -> None:
    """Note of mails that the server still wants later that they are not tried any more."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.round_id == round_id,
            Delivery.mailing == mailing,
            Delivery.state == DeliveryState.DEFERRED,
        )
        .values(state=DeliveryState.REFUSED)
    )
