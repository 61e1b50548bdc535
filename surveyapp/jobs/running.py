"""Doing jobs: one of them now, or all that fall due until somebody says stop."""

from __future__ import annotations

import logging
import time
from traceback import format_tb
from typing import TYPE_CHECKING

from surveyapp.core.errors import DomainError
from surveyapp.jobs.accounts import tell_of_closing
from surveyapp.jobs.calendar import close_round, keep_dates
from surveyapp.jobs.leasing import Lease, LeaseLostError, StoppedError, WaitingError, take
from surveyapp.jobs.mailing import announce_results, send_invitations, send_reminders, tell_team
from surveyapp.jobs.opening import open_draft
from surveyapp.jobs.purging import purge_by_retention
from surveyapp.jobs.reporting import make_reports, remove_old_reports
from surveyapp.jobs.schedule import keep_time
from surveyapp.roster import keeping
from surveyapp.rounds import sheets
from surveyapp.rounds.resealing import reseal_open_rounds
from surveyapp.storage.models import JobKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveyapp.config import Settings
    from surveyapp.rounds.keydir import KeyDirectory

POLL_SECONDS = 3

logger = logging.getLogger(__name__)


def run_job(job_id: int, keys: KeyDirectory, settings: Settings) -> bool:
    """Do a job now, due or not; False if it has ended or another worker has it in hand.

    Raises what the job raises, once the table says what went wrong.
    """
    if (lease := take(job_id=job_id)) is None:
        return False
    _perform(lease, keys, settings)
    return True


def work(
    keys: KeyDirectory,
    settings: Settings,
    stopping: Callable[[float], bool],
    *,
    once: bool,
    clock: Callable[[], float] = time.time,
) -> bool:
    """Do jobs as they fall due, or `once` what is due now; returns whether all went well.

    `stopping` waits for at most some seconds, and says whether to end.
    """

    def find() -> Lease | None:
        keep_time(int(clock()))
        return take(clock, stopping=lambda: stopping(0))

    well = True
    while not stopping(0):
        lease, went_well = attempt(find, keys, settings)
        well &= went_well
        if lease is None and (once or stopping(POLL_SECONDS)):
            break
    return well


def attempt(
    find: Callable[[], Lease | None], keys: KeyDirectory, settings: Settings
) -> tuple[Lease | None, bool]:
    """Do the job that is found; returns it, and whether all went well. The log says what did not.

    Whatever goes wrong is not raised: the next job is another one.
    """
    lease = None
    try:
        if lease := find():
            _perform(lease, keys, settings)
    except Exception as error:  # noqa: BLE001  (as said above)
        if lease is None or lease.fault != _in_words(error):  # said once, however often tried
            _log(error, lease)
        return lease, False
    return lease, True


def _perform(lease: Lease, keys: KeyDirectory, settings: Settings) -> None:
    try:
        _do(lease, keys, settings)
        lease.finish()
    except StoppedError:
        lease.give_back()
    except LeaseLostError:
        logger.warning("%s: another worker has taken it up", lease)
    except Exception as error:
        lease.put_off(_in_words(error), error.due_at if isinstance(error, WaitingError) else None)
        raise
    else:
        if lease.kind != JobKind.CALENDAR:  # once a minute would be noise
            logger.info("%s: done", lease)


def _do(lease: Lease, keys: KeyDirectory, settings: Settings) -> None:
    now = lease.clock()
    doing: dict[JobKind, Callable[[], object]] = {
        JobKind.CALENDAR: lambda: keep_dates(now),
        JobKind.OPEN: lambda: open_draft(lease, keys),
        JobKind.CLOSE: lambda: close_round(lease, keys, settings),
        JobKind.INVITE: lambda: send_invitations(lease, keys, settings),
        JobKind.REMIND: lambda: send_reminders(lease, keys, settings),
        JobKind.ANNOUNCE: lambda: announce_results(lease, settings),
        JobKind.RESULTS: lambda: tell_team(lease, settings),
        JobKind.REPORTS: lambda: make_reports(lease, settings),
        JobKind.CLOSED_ACCOUNT: lambda: tell_of_closing(lease, settings),
        JobKind.RESEAL: lambda: reseal_open_rounds(keys, lease.progress),
        JobKind.TIDY: lambda: _tidy(settings, now),
        JobKind.PURGE: lambda: purge_by_retention(settings, now),
    }
    doing[lease.kind]()


def _tidy(settings: Settings, now: float) -> None:
    remove_old_reports(settings, int(now))
    keeping.forget_old(settings.instance, now)
    sheets.forget_old(settings.instance, now)


def _in_words(error: Exception) -> str:
    """Say what went wrong, with nothing of what was being read or written."""
    match error:
        case DomainError():
            return str(error)
        case OSError():
            return f"{error.filename or 'A file'} cannot be used: {error.strerror}."
    return f"{type(error).__name__}: the worker's log says where."


def _log(error: Exception, lease: Lease | None) -> None:
    places = (
        "" if isinstance(error, DomainError) else "\n" + "".join(format_tb(error.__traceback__))
    )
    logger.error("%s: %s%s", lease or "The job table", _in_words(error), places)
