"""Work on several machines: a broker carries the ids of due jobs, the table stays the truth.

Each worker that is idle looks into the table and sends the ids of what is due. Whoever gets one
takes the job in hand as without a broker, or finds that somebody else has. So a message that is
lost, late or doubled does no harm, and the broker may be emptied at any time: what is still due is
sent again. No worker is special, and with none of them idle nothing is sent, so no queue grows.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from celery import Celery, bootsteps
from celery.worker import WorkController, state
from kombu.exceptions import OperationalError

from surveyapp.core.errors import DomainError
from surveyapp.jobs.leasing import LEASE_SECONDS, take, to_take
from surveyapp.jobs.running import POLL_SECONDS, attempt
from surveyapp.jobs.schedule import keep_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveyapp.config import Settings
    from surveyapp.rounds.keydir import KeyDirectory

TASK: Final = "surveyapp.job"
SENT_AGAIN_SECONDS: Final = LEASE_SECONDS
"""After so many seconds a message that nobody took up is void, and another one is sent."""
CONFIGURATION: Final[dict[str, Any]] = {
    "task_acks_late": True,
    "task_ignore_result": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_default_queue": "surveyapp",
    "worker_prefetch_multiplier": 1,  # an id that waits for a busy worker is one that none does
    "worker_enable_remote_control": False,  # nobody stops a worker by writing into Redis
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {"socket_connect_timeout": 5, "socket_keepalive": True},
}

logger = logging.getLogger(__name__)


class BrokerError(DomainError):
    """The broker cannot be reached or used."""


def work(keys: KeyDirectory, settings: Settings, stopping: Callable[[float], bool]) -> None:
    """Do jobs whose ids come through the broker, one at a time, until `stopping` says to end.

    Waits for a broker that is away. Raises `BrokerError` if it ends without being told.
    """
    celery = connected(settings)

    @celery.task(name=TASK)  # type: ignore[untyped-decorator]  # Celery ships no types
    def job(job_id: int) -> None:
        attempt(lambda: take(stopping=lambda: stopping(0), job_id=job_id, due=True), keys, settings)

    celery.steps["consumer"].add(_Sender)
    # One job at a time in this very process: it may start others, and dies with its job.
    worker = WorkController(
        app=celery,
        pool_cls="solo",
        concurrency=1,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    state.should_stop = None
    threading.Thread(target=_end, args=(stopping,), daemon=True).start()
    worker.start()
    if worker.exitcode:
        message = "The worker ended by itself: the lines above say why."
        raise BrokerError(message)


def reach(settings: Settings) -> str:
    """Return where the broker is that answers; raises `BrokerError`."""
    with connected(settings).connection() as connection:
        where = str(connection.as_uri())
        try:
            connection.ensure_connection(max_retries=1, interval_start=0)
        except OperationalError as error:
            message = f"{where} does not answer ({error}): start Redis, jobs wait until then"
            raise BrokerError(message) from error
    return where


def send_due(celery: Celery, now: float, sent: dict[int, tuple[int, float]]) -> None:
    """Send the ids of jobs that are due, unless they were sent a moment ago.

    `sent` is what was sent before: id -> for which time it was due, and when it was sent.
    """
    keep_time(int(now))
    due = {job.id: job.due_at for job in to_take(now)}
    for job_id in sent.keys() - due.keys():
        del sent[job_id]
    for job_id, due_at in due.items():
        before, at = sent.get(job_id, (None, 0.0))
        if before != due_at or not at <= now < at + SENT_AGAIN_SECONDS:
            celery.send_task(TASK, (job_id,), expires=SENT_AGAIN_SECONDS, retry=False)
            sent[job_id] = due_at, now


class _Sender(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery ships no types
    """Sends what is due whenever the worker is idle; begins anew with each connection."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, consumer: Any) -> None:  # noqa: ANN401  (Celery ships no types)
        sent: dict[int, tuple[int, float]] = {}

        def send() -> None:
            try:
                send_due(consumer.app, time.time(), sent)
            except OperationalError:
                logger.warning("The broker does not answer; what is due is sent later.")
            except Exception as error:  # noqa: BLE001  (the database may be away as well)
                logger.error("The job table: %s", type(error).__name__)  # noqa: TRY400

        consumer.timer.call_repeatedly(POLL_SECONDS, send)
        send()


def connected(settings: Settings) -> Celery:
    """Return what sends through the broker; connects when it first does."""
    celery = Celery("surveyapp", broker=settings.broker_url, set_as_current=False)
    celery.conf.update(CONFIGURATION)
    return celery


def _end(stopping: Callable[[float], bool]) -> None:
    while not stopping(1):
        pass
    state.should_stop = 0
