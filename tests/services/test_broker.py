"""Work through a broker: what is lost, doubled or late on the way changes nothing."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from surveyapp.app import create_app
from surveyapp.jobs import broker
from surveyapp.jobs.broker import BrokerError
from surveyapp.jobs.leasing import LEASE_SECONDS, take
from surveyapp.storage.database import writing
from surveyapp.storage.models import Job, JobKind, JobState
from surveyapp.web.account import brake
from tests import factories
from tests.installation import running
from tests.jobs.desk import put, row
from tests.redis import running_redis
from tests.services.machines import started, until

if TYPE_CHECKING:
    from flask import Flask

    from surveyapp.config import Settings
    from tests.jobs.smtp import Server as MailServer
    from tests.redis import Server as Redis

MEMBERS = 200
NOW = 1_795_521_600


@pytest.fixture
def app(shared_app: Flask) -> Flask:
    """Run where several machines could work."""
    return shared_app


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.config["SETTINGS"]
    return found


def waiting(redis: Redis) -> int:
    """Return how many ids wait in the broker."""
    with redis.client as client:
        return int(client.llen("surveyapp"))


def acknowledged(redis: Redis) -> bool:
    """Whether no worker has a message in hand."""
    with redis.client as client:
        return not client.exists("unacked")


def put_off(job_id: int, due_at: int) -> None:
    with writing() as session:
        session.get_one(Job, job_id).due_at = due_at


def let_leases_end() -> None:
    """Let as much time pass as a worker may be silent."""
    with writing() as session:
        session.execute(update(Job).values(leased_until=Job.leased_until - 2 * LEASE_SECONDS))


def test_a_mailing_goes_on_after_a_stop_a_kill_and_an_emptied_broker(
    settings: Settings, mail_server: MailServer, redis: Redis
) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", MEMBERS, mail=True)
    public_id = factories.public_id(factories.open_round(organisation))
    job_id = put(JobKind.INVITE, public_id, int(time.time()))
    with started(settings, "worker"):
        until(lambda: len(mail_server.taken) >= 3)
    stopped, sent = row(job_id), len(mail_server.taken)
    assert (stopped.state, stopped.attempts, stopped.leased_until) == (JobState.WAITING, 0, None)
    with started(settings, "worker") as second:
        until(lambda: len(mail_server.taken) >= sent + 3)
        second.send_signal(signal.SIGKILL)
        second.wait()
    assert len(mail_server.taken) < MEMBERS
    assert row(job_id).state == JobState.RUNNING
    with redis.client as client:
        client.flushall()  # what the second one had in hand is not in there any more
    let_leases_end()
    with started(settings, "worker"):
        until(lambda: row(job_id).state == JobState.DONE)
    assert row(job_id).attempts == 2
    times = Counter(mail_server.to())
    assert len(times) == MEMBERS
    assert sum(times.values()) <= MEMBERS + 1  # one may have been taken and not noted yet


def test_a_worker_waits_for_a_broker_that_is_away_and_ends_when_told(
    settings: Settings, redis: Redis
) -> None:
    redis.process.kill()
    redis.process.wait()
    now = int(time.time())
    job_id, later = put(JobKind.TIDY, due_at=now), put(JobKind.RESEAL, due_at=now + 600)
    with started(settings, "worker"):
        time.sleep(1)
        with running_redis(redis.port) as back:
            broker.connected(settings).send_task(broker.TASK, (later,))  # nobody should have
            until(lambda: row(job_id).due_at > time.time())  # done, and due again
            until(lambda: acknowledged(back))
        time.sleep(0.5)
    assert row(later).due_at == now + 600


def test_each_due_job_is_sent_once_and_again_when_nobody_took_it_up(
    settings: Settings, redis: Redis
) -> None:
    put(JobKind.INVITE, "later", NOW + 3600)
    celery = broker.connected(settings)
    sent: dict[int, tuple[int, float]] = {}
    broker.send_due(celery, NOW, sent)
    broker.send_due(celery, NOW + 3, sent)
    due = waiting(redis)
    assert due == len(sent) > 1
    put_off(min(sent), NOW + 4)
    broker.send_due(celery, NOW + 6, sent)
    assert waiting(redis) == due + 1  # due anew, as what comes every minute is
    assert take(lambda: NOW + 7)
    broker.send_due(celery, NOW + broker.SENT_AGAIN_SECONDS + 6, sent)
    assert waiting(redis) == 2 * due  # what somebody has in hand is not sent


def test_a_message_that_comes_too_late_or_twice_does_nothing(app: Flask) -> None:
    job_id = put(JobKind.TIDY, due_at=int(time.time()))
    lease = take(job_id=job_id, due=True)
    assert lease
    assert take(job_id=job_id, due=True) is None
    lease.finish()
    assert take(job_id=job_id, due=True) is None
    assert take(job_id=job_id)  # by hand, at any time


def test_the_doctor_is_told_where_the_broker_is_without_its_password(
    settings: Settings, redis: Redis
) -> None:
    with redis.client as client:
        client.config_set("requirepass", "guess-me-not")
    given = replace(settings, broker_url=redis.url.replace("//", "//:guess-me-not@"))
    assert str(redis.port) in broker.reach(given)
    assert "guess-me-not" not in broker.reach(given)
    redis.process.kill()
    redis.process.wait()
    with pytest.raises(BrokerError, match="start Redis") as caught:
        broker.reach(given)
    assert "guess-me-not" not in str(caught.value)


def test_servers_slow_down_together_whoever_guesses_and_redis_names_nobody(
    app: Flask, settings: Settings, redis: Redis
) -> None:
    office, email = {"REMOTE_ADDR": "203.0.113.5"}, factories.address("Dana")

    def held(machine: Flask, *, failures: int = 0) -> bool:
        with machine.test_request_context(environ_base=office):
            one = brake.brake("password", email)
            for _ in range(failures):
                one.count()
            return one.holds()

    other = create_app(settings)
    with running(other):
        assert not held(app, failures=9)
        assert held(other, failures=1)
        assert held(app)
        with redis.client as client:
            kept = b" ".join(client.keys())
        assert kept
        assert not [word for word in (b"203.0.113", b"dana", b"demo.example") if word in kept]
        redis.process.kill()
        redis.process.wait()
        assert not held(app, failures=9)  # alone, each counts for itself
        assert held(app, failures=1)
        assert not held(other)
