"""Is it alive, is it ready, and how does the work stand: for load balancers and monitoring.

Nothing here goes up, comes or goes with a ballot, a ticket, or a page that people answer on:
monitoring keeps what it reads, each with its second, and who answered when is kept nowhere.
"""

from __future__ import annotations

import time
from hmac import compare_digest
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from surveyapp.jobs import health
from surveyapp.web.operations.metrics import CONTENT_TYPE, Metric, written
from surveyapp.web.pages import keys, settings
from surveyapp.web.security import LOOPBACK, is_this_machine

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PROXIED: Final = frozenset({"X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"})
"""Headers that say that somebody else asks through the machine that we see."""

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that this process answers; touches nothing else."""
    return _text("ok\n")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether this server can take answers, and to whoever looks after it, what is not well.

    Workers, and the key of a single round, are named but do not decide: without them people can
    answer all the same, or in other rounds, and a load balancer that believed otherwise would take
    every server away at once.
    """
    faults, ready = _faults()
    lines = ["ready" if ready else "not ready"]
    if _looks_after_us():
        told = faults if faults["database"] else faults | {"workers": _workers_fault()}
        lines += [f"{part}: {fault or 'well'}" for part, fault in told.items()]
    return _text("".join(f"{line}\n" for line in lines), 200 if ready else 503)


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Say in Prometheus' format how this server and the work in the background stand."""
    if not _looks_after_us():
        abort(404)
    faults, _ready = _faults()
    found = [
        Metric(
            "build_info", "The version that runs.", {'version="' + version("surveyapp") + '"': 1}
        ),
        Metric(
            "ready",
            "1 if this part is well, as /readyz says.",
            {f'part="{part}"': int(not fault) for part, fault in faults.items()},
        ),
    ]
    if not faults["database"]:
        work = health.work(time.time())
        found += [
            Metric(
                "jobs",
                "Jobs that are due and wait, are in hand, are tried again later, were given up.",
                {
                    f'state="{state}"': getattr(work, state)
                    for state in ("waiting", "running", "put_off", "failed")
                },
            ),
            Metric(
                "worker_last_seen_timestamp_seconds",
                "When a worker was last heard of, in seconds since 1970; 0 if never.",
                {"": work.seen_at or 0},
            ),
        ]
    return _text(written(found), content_type=CONTENT_TYPE)


def _faults() -> tuple[dict[str, str], bool]:
    database, (missing, is_without_keys) = health.database_fault(), health.key_fault(keys())
    return {"database": database, "keys": missing}, not (database or is_without_keys)


def _workers_fault() -> str:
    now = time.time()
    try:
        work = health.work(now)
    except SQLAlchemyError:  # gone since it was looked at
        return "it cannot be told"
    if work.has_workers(now):
        return ""
    return "none was heard of" + (f" for {now - work.seen_at:.0f} s" if work.seen_at else "")


def _looks_after_us() -> bool:
    """Whether a request comes from this very machine and past no proxy, or shows the token."""
    token, shown = settings().metrics_token, request.authorization
    if token and shown and shown.type == "bearer" and shown.token:
        return compare_digest(shown.token.encode(), token.encode())
    is_beside = is_this_machine(request.remote_addr or "")
    is_direct = not any(name in request.headers for name in PROXIED)
    # A proxy that says nothing of others asks for the site's own name.
    return is_beside and is_direct and request.host.partition(":")[0] in LOOPBACK


def _text(
    text: str, status: int = 200, content_type: str = "text/plain; charset=utf-8"
) -> Response:
    return Response(text, status, content_type=content_type)
