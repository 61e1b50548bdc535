"""What people change while a mailing runs: nobody is left out, and no mail goes astray."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from surveyapp.jobs import schedule
from surveyapp.jobs.leasing import Lease
from surveyapp.mail.outbox import Outbox
from surveyapp.mail.smtp import Smtp
from surveyapp.roster import correcting
from surveyapp.rounds import closing, forgetting, opening
from surveyapp.storage import audit, mailings
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Delivery,
    DeliveryState,
    Job,
    JobKind,
    JobState,
    Organisation,
    Person,
    Round,
)
from surveyapp.web.pages import keys, today
from tests import factories
from tests.jobs.desk import NOON, do_what_is_due, mails, noted, outbox, row, states
from tests.jobs.test_mailing import DANA, join, open_round, text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.jobs.smtp import Server

NEW = "dana.new@demo.example"


def named(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.name == name)).one()


def correct(name: str = "Dana 1", email: str = NEW) -> None:
    """Give somebody another address, as an administrator does."""
    with writing() as session:
        found = named(session, name)
        for opened in correcting.correct(session, found, found.name, email, ""):
            schedule.enqueue(session, JobKind.INVITE, opened.public_id, NOON)


def join_bo(name: str) -> None:
    """Let somebody into Bo's team too, as an administrator does."""
    join(name, "Bo")
    with writing() as session:
        opened = session.scalars(select(Round)).one()
        assert opening.invite_late(session, opened, keys(), today()) == 1
        schedule.enqueue(session, JobKind.INVITE, opened.public_id, NOON)


def once(when: Callable[[], bool], then: Callable[[], None]) -> Callable[[float], bool]:
    """Return a `stopping` that never stops, and does something between two mails."""
    done: list[bool] = []

    def stopping(_seconds: float) -> bool:
        if not done and when():
            done.append(True)
            then()
        return False

    return stopping


@pytest.mark.parametrize("mails_before", [1, 3])
def test_who_had_a_mail_and_is_corrected_gets_another_and_nobody_else_does(
    server: Server, mails_before: int
) -> None:
    _round_id, job_id = open_round(mail=3)
    assert do_what_is_due(stopping=once(lambda: len(server.taken) == mails_before, correct))
    assert server.to() == [*DANA[:3], NEW]
    assert states() == ["sent"] * 3
    assert (row(job_id).state, row(job_id).again) == (JobState.DONE, False)


@pytest.mark.parametrize("mails_before", [1, 3])
def test_who_had_a_mail_and_gets_a_second_leader_gets_one_about_both(
    server: Server, mails_before: int
) -> None:
    open_round(slip=2)
    join = partial(join_bo, "Dana 1")
    do_what_is_due(stopping=once(lambda: len(server.taken) == mails_before, join))
    assert server.to() == [*DANA[:3], DANA[0]]
    assert "About Bo:" in text_of(server.taken[3][2].as_bytes())


def test_who_is_corrected_after_the_last_look_and_before_the_end_gets_another_mail(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_round(mail=3)
    finish, corrected = Lease.finish, list[bool]()

    def meanwhile(lease: Lease) -> None:
        if lease.kind == JobKind.INVITE and not corrected:
            corrected.append(True)
            correct()
        finish(lease)

    monkeypatch.setattr(Lease, "finish", meanwhile)
    do_what_is_due()
    assert server.to() == [*DANA[:3], NEW]


def test_a_mail_that_is_written_does_not_go_to_an_address_that_was_corrected(
    server: Server,
) -> None:
    open_round(mail=3)
    do_what_is_due(stopping=once(lambda: len(server.taken) == 1, partial(correct, "Dana 3")))
    assert server.to() == [DANA[0], DANA[1], NEW]
    assert states() == ["sent"] * 3


def test_a_reminder_follows_a_corrected_address_as_well(server: Server) -> None:
    round_id, job_id = open_round(mail=3)
    day = dt.datetime.fromtimestamp(NOON, dt.UTC).date()
    with writing() as session:
        opened = session.get_one(Round, round_id)
        opened.opened_on, opened.reminders = day - dt.timedelta(days=1), str(day)
        schedule.enqueue(session, JobKind.REMIND, f"{opened.public_id}-1", NOON)
        session.execute(update(Job).where(Job.id == job_id).values(state=JobState.DONE))

    def meanwhile() -> None:
        with writing() as session:
            named(session, "Dana 3").email = NEW

    do_what_is_due(stopping=once(lambda: len(server.taken) == 1, meanwhile))
    assert server.to() == [DANA[0], DANA[1], NEW]
    assert states("reminder-1") == ["sent"] * 3


def test_a_mail_in_flight_to_the_old_address_does_not_count_for_the_new_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_round(mail=2)
    deliver, corrected = Smtp.deliver, list[bool]()

    def meanwhile(smtp: Smtp, name: str, message: EmailMessage) -> None:
        deliver(smtp, name, message)
        if not corrected:
            corrected.append(True)
            correct()

    monkeypatch.setattr(Smtp, "deliver", meanwhile)
    do_what_is_due()
    assert server.to() == [DANA[0], DANA[1], NEW]
    assert noted()[f"{NEW} invitation"] == ("sent", None)


@pytest.mark.parametrize("what", ["address", "leader"])
def test_a_mail_is_noted_before_a_change_that_is_under_way_or_not_at_all(
    app: Flask, what: str
) -> None:
    round_id, _job_id = open_round(slip=2)
    with writing() as session:
        person = named(session, "Dana 1").id
    mail = mailings.Written(round_id, "invitation", person, DANA[0], 1)

    def note() -> bool:
        with app.app_context(), writing() as session:
            return mailings.note(session, mail, DeliveryState.SENT, None)

    with ThreadPoolExecutor(1) as worker:
        if what == "leader":
            join("Dana 1", "Bo")
        with writing() as session:
            if what == "leader":
                opened = session.get_one(Round, round_id)
                opening.invite_late(session, opened, keys(), today())
            else:
                correcting.correct(session, session.get_one(Person, person), "Dana 1", NEW, "")
            session.flush()
            noting = worker.submit(note)
            time.sleep(0.3)  # it waits for this transaction, or has read what was before
        assert not noting.result(20)
    assert noted() == {}


def test_who_answered_by_slip_and_gets_mail_and_a_second_leader_gets_one_mail(
    server: Server,
) -> None:
    _round_id, _job_id = open_round(slip=2)
    email = factories.address("Bo 1")
    correct("Bo 1", email)
    join("Bo 1", "Dana")
    with writing() as session:
        opened = session.scalars(select(Round)).one()
        opening.invite_late(session, opened, keys(), today(), others_than_left=True)
    # However often: a mail that is never noted would go out for ever.
    do_what_is_due(stopping=lambda _seconds: len(server.taken) > 6)
    assert sorted(server.to()) == [email, *DANA[:3]]


def test_who_is_deleted_meanwhile_gets_no_mail_and_leaves_none(app: Flask) -> None:
    open_round(mail=3)

    def forget() -> None:
        with writing() as session:
            owner = session.scalars(select(Organisation)).one()
            gone = named(session, "Dana 3")
            forgetting.forget(session, owner, audit.COMMAND, person=gone, account=None)

    assert do_what_is_due(stopping=once(lambda: len(mails()) == 1, forget))
    assert set(outbox()) == set(DANA[:2])
    assert len(noted()) == 2


@pytest.mark.parametrize("how", ["discarded", "closing"])
def test_no_mail_goes_out_once_a_round_takes_no_answers(app: Flask, how: str) -> None:
    round_id, job_id = open_round(mail=3)

    def end() -> None:
        if how == "discarded":
            closing.discard(round_id, keys())
            Outbox(mails()[0].parent).forget(factories.public_id(round_id))
        else:
            with writing() as session:
                closing.begin(session, session.get_one(Round, round_id))

    assert do_what_is_due(stopping=once(lambda: len(mails()) == 1, end))
    assert (states(), mails()) == (["sent"], [])  # closing forgets it as well
    assert row(job_id).state == JobState.DONE


def test_what_another_worker_has_sent_is_neither_sent_nor_noted_again(server: Server) -> None:
    round_id, _job_id = open_round(mail=3)

    def send() -> None:
        with writing() as session:
            session.add(
                Delivery(
                    round_id=round_id,
                    person_id=named(session, "Dana 3").id,
                    mailing="invitation",
                    state=DeliveryState.SENT,
                )
            )

    do_what_is_due(stopping=once(lambda: len(server.taken) == 1, send))
    assert server.to() == DANA[:2]
    with writing() as session:
        mail = mailings.Written(round_id, "invitation", named(session, "Dana 3").id, DANA[2], 1)
        assert mailings.note(session, mail, DeliveryState.DEFERRED, "Come again.")
    assert states() == ["sent"] * 3
