"""Mailings to a real mail server: who gets what, how often, and what is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from benchmarks.mail import send_invitations
from surveyapp.jobs.leasing import DELAYS, MOST_ATTEMPTS
from surveyapp.rounds import opening
from surveyapp.storage.database import writing
from surveyapp.storage.models import Delivery, DeliveryState, JobKind, JobState, Person, Round
from surveyapp.web.pages import keys, today
from tests import factories
from tests.jobs.desk import NOON, do_what_is_due, mails, noted, put, row, states
from tests.jobs.test_mailing import DANA, join, open_round, text_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.jobs.smtp import Server


def test_each_mail_is_noted_and_no_one_gets_it_again(server: Server) -> None:
    round_id, job_id = open_round(mail=6)
    assert do_what_is_due()
    assert server.to() == DANA
    assert states() == ["sent"] * 6
    assert put(JobKind.INVITE, factories.public_id(round_id)) == job_id
    assert do_what_is_due()
    assert server.to() == DANA
    assert mails() == []


def test_what_has_to_wait_comes_again_later_and_hinders_nobody(server: Server) -> None:
    _round_id, job_id = open_round(mail=6)
    server.says = {DANA[1]: "451 4.7.1 come again", DANA[2]: f"550 no {DANA[2]} here"}
    assert not do_what_is_due()
    assert server.to() == [DANA[0], *DANA[3:]]
    assert noted()[f"{DANA[1]} invitation"] == ("deferred", "451 4.7.1 come again")
    assert noted()[f"{DANA[2]} invitation"] == ("refused", "550 no … here")
    waiting = row(job_id)
    assert (waiting.state, waiting.due_at) == (JobState.WAITING, NOON + DELAYS[0])
    assert waiting.fault == "The mail server takes 1 of the mails later; the others went out."
    server.says.pop(DANA[1])
    server.says[DANA[2]] = "250 fine"
    assert do_what_is_due(NOON + DELAYS[0])
    assert server.to() == [DANA[0], *DANA[3:], DANA[1]]  # who was refused is not tried again
    assert row(job_id).state == JobState.DONE


def test_a_mail_that_waited_too_often_counts_as_refused_with_the_servers_words(
    server: Server,
) -> None:
    _round_id, job_id = open_round(mail=2)
    server.says = {DANA[0]: "452 4.2.2 mailbox full"}
    now = NOON
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert states() == (["deferred", "sent"] if attempt > 1 else [])
        do_what_is_due(now)
        now = row(job_id).due_at
    assert noted()[f"{DANA[0]} invitation"] == ("refused", "452 4.2.2 mailbox full")
    assert row(job_id).state == JobState.DONE
    assert server.to() == [DANA[1]]


def test_a_mailing_that_is_sent_anew_tries_again_what_was_refused_or_came_back(
    server: Server,
) -> None:
    round_id, _job_id = open_round(mail=3)
    server.says = {DANA[0]: "550 unknown"}
    do_what_is_due()
    server.says = {}
    with writing() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.person_id.in_(select(Person.id).where(Person.email == DANA[1])))
            .values(state=DeliveryState.BOUNCED)
        )
    put(JobKind.INVITE, factories.public_id(round_id))
    do_what_is_due()
    assert server.to() == [DANA[1], DANA[2], DANA[0], DANA[1]]
    assert states() == ["sent"] * 3


def test_a_server_that_cannot_be_used_puts_the_whole_mailing_off(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    _round_id, job_id = open_round(mail=3)
    server.says_to_sender = "553 not yours"
    assert not do_what_is_due()
    assert states() == []
    assert "takes no mail from no-reply@127.0.0.1: 553 not yours" in str(row(job_id).fault)
    server.says_to_sender = ""
    assert do_what_is_due(NOON + DELAYS[0])
    assert server.to() == DANA[:3]
    assert not {"demo.example", "p@ss", "#"} & set(caplog.text)


def test_mails_on_which_the_server_hangs_up_stand_before_nobody_for_long(server: Server) -> None:
    _round_id, _job_id = open_round(mail=6)
    server.hangs_up_on = set(DANA[:4])
    now = NOON
    for delay in DELAYS[:2]:
        do_what_is_due(now)
        now += delay
    assert server.to() == DANA[4:]
    assert states() == ["deferred"] * 4 + ["sent"] * 2


def test_who_is_asked_about_one_more_leader_gets_another_mail_about_both(server: Server) -> None:
    round_id, _job_id = open_round(slip=2)
    do_what_is_due()
    join("Dana 1", "Bo")
    with writing() as session:
        opening.invite_late(session, session.get_one(Round, round_id), keys(), today())
    put(JobKind.INVITE, factories.public_id(round_id))
    do_what_is_due()
    assert server.to() == [*DANA[:3], DANA[0]]
    first, last = server.taken[0][2], server.taken[3][2]
    assert last["Message-ID"] == first["Message-ID"].replace("invitation@", "invitation.2@")
    assert "About Bo:" in text_of(last.as_bytes())


def test_who_is_asked_about_one_more_leader_before_the_mail_goes_gets_one_about_both(
    server: Server,
) -> None:
    round_id, _job_id = open_round(slip=2)
    joined: list[str] = []

    def join_meanwhile(_seconds: float) -> bool:
        if len(server.taken) == 1 and not joined:  # the mails of the others are composed
            joined.append("Dana 3")
            join("Dana 3", "Bo")
            with writing() as session:
                opening.invite_late(session, session.get_one(Round, round_id), keys(), today())
        return False

    do_what_is_due(stopping=join_meanwhile)
    assert server.to() == DANA[:3]
    assert "About Bo:" in text_of(server.taken[2][2].as_bytes())
    assert states() == ["sent"] * 3


def test_an_address_that_is_none_hinders_nobody(server: Server) -> None:
    open_round(mail=3)
    with writing() as session:
        session.execute(update(Person).where(Person.email == DANA[0]).values(email="no address"))
    do_what_is_due()
    assert server.to() == DANA[1:3]
    assert noted()["no address invitation"][0] == "refused"


def test_the_deliveries_and_the_log_hold_no_link(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    open_round(mail=2)
    server.says_to_data = {DANA[0]: "554 see LINK"}
    for _twice in range(2):
        do_what_is_due()
        link = text_of(server.taken[-1][2].as_bytes()).partition("/answer/")[2].split()[0]
        server.says_to_data = {DANA[0]: f"554 blocked: http://127.0.0.1:8000/answer/{link}"}
    assert link.partition("#")[2] not in caplog.text + str(noted())


def test_two_hundred_invitations_arrive_although_two_workers_are_killed(tmp_path: Path) -> None:
    sent = send_invitations(tmp_path, 200, in_a_hurry=True)
    assert (sent.missing, sent.otherwise) == (0, 0)
    assert sent.twice <= 2
