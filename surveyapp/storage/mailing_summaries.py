"""How far the mailings of an organisation's rounds came. Nothing here reads an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, selectinload

from surveyapp.storage.models import (
    Delivery,
    DeliveryState,
    Job,
    JobKind,
    JobState,
    Mailing,
    Person,
    Round,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Organisation

ORDER: Final = tuple(Mailing)
REMINDERS: Final = (Mailing.REMINDER_1, Mailing.REMINDER_2, Mailing.REMINDER_3)


@dataclass(frozen=True)
class MailingSummary:
    """How far one mailing of a round came; nothing in it depends on who has answered."""

    mailing: Mailing
    sent: int
    failures: Sequence[Delivery]
    """Mails that were not taken or came back, by name."""
    jobs: Sequence[Job]
    """Those at work on it, or that could not be done."""

    @property
    def remaining(self) -> int:
        """How many mails are still to be tried."""
        return sum(job.total - job.done for job in self.jobs)


def mailing_summaries(
    session: Session, organisation: Organisation
) -> dict[int, list[MailingSummary]]:
    """Return the mailings of an organisation's rounds, by the rounds' row ids, in their order."""
    theirs = select(Round.id).where(Round.organisation_id == organisation.id)
    sent: dict[tuple[int, Mailing], int] = {}
    failures: dict[tuple[int, Mailing], list[Delivery]] = {}
    counts = (
        select(Delivery.round_id, Delivery.mailing, func.count())
        .where(Delivery.round_id.in_(theirs), Delivery.state == DeliveryState.SENT)
        .group_by(Delivery.round_id, Delivery.mailing)
    )
    for round_id, mailing, count in session.execute(counts):
        key = round_id, _kind(mailing)
        sent[key] = sent.get(key, 0) + count
    failed = (
        select(Delivery)
        .join(Person)
        .where(Delivery.round_id.in_(theirs), Delivery.state != DeliveryState.SENT)
        .order_by(Person.name, Person.id)
        .options(contains_eager(Delivery.person))
    )
    for delivery in session.scalars(failed):
        failures.setdefault((delivery.round_id, _kind(delivery.mailing)), []).append(delivery)
    jobs = _jobs(session, organisation)
    found: dict[int, list[MailingSummary]] = {}
    for round_id, mailing in sorted({*sent, *failures, *jobs}, key=lambda key: ORDER.index(key[1])):
        key = round_id, mailing
        one = MailingSummary(mailing, sent.get(key, 0), failures.get(key, []), jobs.get(key, []))
        found.setdefault(round_id, []).append(one)
    return found


def _kind(mailing: str) -> Mailing:
    """Return what kind a mailing is; those about results name a team."""
    is_result = mailing.startswith(Mailing.RESULTS)
    return Mailing.RESULTS if is_result else Mailing(mailing)


def _jobs(session: Session, organisation: Organisation) -> dict[tuple[int, Mailing], list[Job]]:
    """Return jobs that are not done, by the round and the mailing that they work on."""
    subjects: dict[tuple[str, str], tuple[int, Mailing]] = {}
    rounds = select(Round).where(Round.organisation_id == organisation.id)
    for one in session.scalars(rounds.options(selectinload(Round.teams))):
        subjects[JobKind.INVITE, one.public_id] = one.id, Mailing.INVITATION
        subjects[JobKind.ANNOUNCE, one.public_id] = one.id, Mailing.ANNOUNCEMENT
        for number, mailing in enumerate(REMINDERS, 1):
            subjects[JobKind.REMIND, f"{one.public_id}-{number}"] = one.id, mailing
        for team in one.teams:
            subjects[JobKind.RESULTS, team.public_id] = one.id, Mailing.RESULTS
    found: dict[tuple[int, Mailing], list[Job]] = {}
    for job in session.scalars(select(Job).where(Job.state != JobState.DONE).order_by(Job.id)):
        if (key := subjects.get((job.kind, job.subject))) is not None:
            found.setdefault(key, []).append(job)
    return found
