"""Attack 8: somebody who reads all mails that are sent, reminders too, guesses who has answered."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.jobs import inviting
from surveyapp.jobs.running import run_job
from surveyapp.jobs.schedule import enqueue
from surveyapp.rounds import boxes, invitations
from surveyapp.storage.database import writing
from surveyapp.storage.models import Invite, JobKind, Round, RoundTeam
from surveyapp.web.pages import keys, settings
from tests import factories
from tests.attacks.chance import like_a_coin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest
    from flask import Flask

    from tests.installation import PageClient

PEOPLE = 30


def send() -> dict[str, int]:
    """Send the round's mails; return how long each is, by name, for the attacker who reads them."""
    with writing() as session:
        job = enqueue(session, JobKind.INVITE, factories.public_id(1))
        session.flush()
        job_id = job.id
    run_job(job_id, keys(), settings())
    outbox = Path(settings().mail_url.removeprefix("file:"))
    read = {mail.name: len(mail.read_bytes()) for mail in outbox.glob("*.eml")}
    for mail in outbox.glob("*.eml"):
        mail.unlink()
    return read


def guess(client: PageClient) -> int:
    """Count the people of whom it is guessed rightly whether they have answered.

    The attacker holds all mails from before and after: who gets no second one, or another one
    than before, is guessed to have answered; where nothing differs, a coin is tossed.
    """
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", PEOPLE, mail=True)
    round_id = factories.open_round(organisation)
    before = send()
    links = factories.draw_links(round_id)["Dana"]
    answered = random.Random(8).sample(range(PEOPLE), PEOPLE // 2)
    for place in answered:
        factories.answer_by_link(client, links[place])
    after = send()
    coin = random.Random(9)
    differs = before != after
    right = 0
    for place, name in enumerate(sorted(before, key=lambda name: int(name[13:-4]))):
        told = before[name] != after.get(name) if differs else coin.random() < 1 / 2
        right += told == (place in answered)
    return right


def test_mails_say_nothing_of_who_has_answered(app: Flask, client: PageClient) -> None:
    assert like_a_coin(guess(client), PEOPLE)


def only_those_who_have_not_answered(
    people: Callable[[str], Sequence[int]],
) -> Callable[[str], Sequence[int]]:
    """Weaken: remind whom the boxes do not hold yet, as other products do."""

    def silent(round_id: str) -> list[int]:
        with writing() as session:
            team = session.scalars(select(RoundTeam)).one()
            round_key = keys().read(session.get_one(Round, 1).public_id)
            issued = boxes.unseal(session, team, round_key).issuance
            noted = {
                invite.person_id
                for invite in session.scalars(select(Invite))
                if invitations.issuance_id(round_key, invite.random_id or b"") in issued
            }
        return [person for person in people(round_id) if person not in noted]

    return silent


def test_reminders_to_the_silent_alone_would_name_who_has_answered(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        inviting,
        "_people",
        only_those_who_have_not_answered(inviting._people),  # noqa: SLF001
    )
    assert guess(client) == PEOPLE
