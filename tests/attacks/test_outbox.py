"""Attack 8: somebody who reads all mails, reminders above all, guesses who has answered."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.jobs.running import run_job
from surveyapp.jobs.schedule import enqueue
from surveyapp.rounds import boxes, invitations
from surveyapp.storage import mailings
from surveyapp.storage.database import writing
from surveyapp.storage.models import Delivery, Invite, JobKind, Round, RoundTeam
from surveyapp.web.pages import keys, settings, today
from tests import factories
from tests.attacks.chance import like_a_coin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest
    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.installation import PageClient

PEOPLE = 30


def send(kind: JobKind, number: str = "") -> dict[str, int]:
    """Send mails of the round; return how long each is, by person, for whoever reads them all."""
    with writing() as session:
        job = enqueue(session, kind, factories.public_id(1) + number)
        session.flush()
        job_id = job.id
    run_job(job_id, keys(), settings())
    outbox = Path(settings().mail_url.removeprefix("file:"))
    read = {mail.name.split("-")[1]: len(mail.read_bytes()) for mail in outbox.glob("*.eml")}
    for mail in outbox.glob("*.eml"):
        mail.unlink()
    return read


def remind_today(earlier: int) -> None:
    """Let today be a day of reminders, after so many before it."""
    days = [today() - dt.timedelta(days=2 * back) for back in range(earlier, -1, -1)]
    with writing() as session:
        asked = session.get_one(Round, 1)
        asked.reminders, asked.opened_on = ",".join(map(str, days)), days[0] - dt.timedelta(days=1)


def guess(client: PageClient) -> int:
    """Count the people of whom it is guessed rightly whether they have answered.

    The attacker holds all reminders from before and after, and the table of what became of each
    mail: who gets no second one, or another one than before, is guessed to have answered; where
    nothing differs, a coin is tossed.
    """
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", PEOPLE, mail=True)
    round_id = factories.open_round(organisation)
    assert len(send(JobKind.INVITE)) == PEOPLE
    remind_today(0)
    before = send(JobKind.REMIND, "-1")
    links = factories.draw_links(round_id)["Dana"]
    answered = random.Random(8).sample(range(PEOPLE), PEOPLE // 2)
    for place in answered:
        factories.answer_by_link(client, links[place])
    remind_today(1)
    after = send(JobKind.REMIND, "-2")
    with writing() as session:
        rows = session.scalars(select(Delivery))
        noted = {(str(row.person_id), row.mailing): (row.state, row.fault) for row in rows}
    coin = random.Random(9)
    differs = before != after or len(set(noted.values())) > 1
    right = 0
    for place, person in enumerate(sorted(before, key=int)):
        told = before[person] != after.get(person) if differs else coin.random() < 1 / 2
        right += told == (place in answered)
    return right


def test_mails_say_nothing_of_who_has_answered(app: Flask, client: PageClient) -> None:
    assert like_a_coin(guess(client), PEOPLE)


def only_those_who_have_not_answered(
    people: Callable[[Session, int], Sequence[int]],
) -> Callable[[Session, int], Sequence[int]]:
    """Weaken: remind whom the boxes do not hold yet, as other products do."""

    def silent(session: Session, round_id: int) -> list[int]:
        team = session.scalars(select(RoundTeam)).one()
        round_key = keys().read(session.get_one(Round, 1).public_id)
        issued = boxes.unseal(session, team, round_key).issuance
        noted = {
            invite.person_id
            for invite in session.scalars(select(Invite))
            if invitations.issuance_id(round_key, invite.random_id or b"") in issued
        }
        return [person for person in people(session, round_id) if person not in noted]

    return silent


def test_reminders_to_the_silent_alone_would_name_who_has_answered(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        mailings, "asked_by_mail", only_those_who_have_not_answered(mailings.asked_by_mail)
    )
    assert guess(client) == PEOPLE
