"""How long mails wait for a server that puts them off, and who does not have to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from surveyapp.jobs.leasing import DELAYS, MOST_ATTEMPTS
from surveyapp.storage.models import JobKind, JobState
from tests.jobs.desk import NOON, do_what_is_due, put, row
from tests.jobs.test_mailing import DANA, SOON, open_round
from tests.jobs.test_meanwhile import NEW, correct

if TYPE_CHECKING:
    from tests.jobs.smtp import Server


def test_a_corrected_address_does_not_wait_for_those_whom_the_server_puts_off(
    server: Server,
) -> None:
    _round_id, job_id = open_round(mail=3)
    server.says = {DANA[1]: "451 come again"}
    for _attempt in range(4):
        do_what_is_due(row(job_id).due_at)
    waiting = row(job_id)
    assert waiting.due_at > NOON + DELAYS[2]
    correct()
    assert (row(job_id).due_at, row(job_id).attempts) == (NOON, 0)
    do_what_is_due()
    assert server.to() == [DANA[0], DANA[2], NEW]


def test_invitations_wait_for_a_server_for_as_long_as_the_round_is_open(server: Server) -> None:
    _round_id, job_id = open_round(mail=3)
    server.says_to_sender = "553 not yours"
    now = NOON
    for _attempt in range(MOST_ATTEMPTS + 2):
        assert not do_what_is_due(now)
        now = row(job_id).due_at
    assert row(job_id).state == JobState.WAITING
    assert now < dt.datetime.combine(SOON, dt.time(), dt.UTC).timestamp()
    server.says_to_sender = ""
    do_what_is_due(now)
    assert server.to() == DANA[:3]
    assert row(job_id).state == JobState.DONE


def test_an_invitation_that_was_put_off_goes_out_once_an_unusable_server_is_well_again(
    server: Server,
) -> None:
    _round_id, job_id = open_round(mail=3)
    server.says = {DANA[1]: "451 come again"}
    now = NOON
    for _attempt in range(MOST_ATTEMPTS - 1):
        do_what_is_due(now)
        now = row(job_id).due_at
    server.says_to_sender = "553 not yours"
    assert not do_what_is_due(now)
    assert row(job_id).state == JobState.WAITING
    server.says, server.says_to_sender = {}, ""
    do_what_is_due(row(job_id).due_at)
    assert sorted(server.to()) == sorted(DANA[:3])
    assert row(job_id).state == JobState.DONE


def test_invitations_that_no_server_takes_end_with_the_round(server: Server) -> None:
    _round_id, job_id = open_round(mail=3)
    server.says_to_sender = "553 not yours"
    over: Any = dt.datetime.combine(SOON, dt.time(), dt.UTC).timestamp() + 2 * 24 * 3600
    assert not do_what_is_due(NOON)
    assert do_what_is_due(over)
    assert (row(job_id).state, server.to()) == (JobState.DONE, [])
    assert put(JobKind.INVITE, row(job_id).subject) == job_id
