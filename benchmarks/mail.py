"""Invitations to a real mail server by real workers, two of which are killed on the way."""

from __future__ import annotations

import datetime as dt
import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from sqlalchemy import update

from benchmarks.mail_server import HOST, PASSWORD, USER, make_certificate
from benchmarks.serving import BUILD, free_port, surveyapp_script
from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.jobs import schedule
from surveyapp.rounds import opening
from surveyapp.storage.database import db, migrations, writing
from surveyapp.storage.models import Job, JobKind, Organisation, Person, Team
from surveyapp.web.pages import keys, today

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEAM = 250
"""Members of each team: the most there can be, so that few keys have to be made."""
KILLS = 2
MOST_SECONDS = 300
PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Sent:
    """What came of sending invitations."""

    people: int
    seconds: float
    working_seconds: float
    """Without waiting for the leases of those who were killed."""
    missing: int
    twice: int
    """Mails that arrived twice, with the same Message-ID."""
    otherwise: int
    """Mails that arrived more often, or with another Message-ID."""
    peak_mib: int

    @property
    def holds(self) -> bool:
        """Whether what is promised holds: none missing, at most the one in flight at each kill."""
        return not (self.missing or self.otherwise) and self.twice <= KILLS


def measure_mail(people: int = 10_000) -> dict[str, object]:
    """Send so many invitations; a row of `work`."""
    folder = BUILD / "mail"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sent = send_invitations(folder.resolve(), people, in_a_hurry=True)
    print(f"\n  {sent}")
    assert sent.holds, sent
    assert sent.seconds <= MOST_SECONDS, sent
    return {
        "what": "mail by SMTP",
        "teams": max(1, people // TEAM),
        "seconds": sent.seconds,
        "peak_mib": sent.peak_mib,
    }


def send_invitations(folder: Path, people: int, *, in_a_hurry: bool = False) -> Sent:
    """Invite so many people, killing two workers; `in_a_hurry` ends their leases at once."""
    with _mail_server(folder) as (url, taken):
        environment = {"SURVEYAPP_INSTANCE": str(folder), "SURVEYAPP_MAIL_URL": url}
        app = create_app(read_settings(environment))
        with app.app_context():
            job_id = _open_round(people)
            start, idle = time.monotonic(), 0.0
            for kill in range(1, KILLS + 1):
                goal = people * kill // (KILLS + 1)
                begun = len(_lines(taken))
                with _worker(environment) as worker:
                    idle += _wait(taken, begun + 1)
                    _wait(taken, goal)
                    worker.send_signal(signal.SIGKILL)
                if in_a_hurry:
                    with writing() as session:
                        session.execute(
                            update(Job).where(Job.id == job_id).values(leased_until=None)
                        )
            with _worker(environment) as worker:
                idle += _wait(taken, len(_lines(taken)) + 1)
                while len({to for _id, to in _lines(taken)}) < people:
                    _wait(taken, len(_lines(taken)) + 1)
                seconds = time.monotonic() - start
                worker.send_signal(signal.SIGTERM)
                worker.wait(PATIENCE_SECONDS)
            db.engine.dispose()
        return _sent(_lines(taken), people, seconds, idle)


def _sent(lines: list[tuple[str, str]], people: int, seconds: float, idle: float) -> Sent:
    times = Counter(lines)
    addresses = Counter(to for _id, to in times)
    return Sent(
        people=people,
        seconds=round(seconds, 1),
        working_seconds=round(seconds - idle, 1),
        missing=people - len(addresses),
        twice=sum(count == 2 for count in times.values()),  # noqa: PLR2004  (that is twice)
        otherwise=sum(count > 2 for count in times.values())  # noqa: PLR2004
        + sum(count > 1 for count in addresses.values()),
        peak_mib=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    )


def _open_round(people: int) -> int:
    """Open a round of so many people with mail; returns the job that invites them."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    migrations.upgrade()
    size = min(people, TEAM)
    with writing() as session:
        owner = Organisation(slug="bench", name="Bench")
        opening.accept_purpose(owner, "bench", today())
        session.add(owner)
        session.flush()
        for number in range(people // size):
            leader = Person(organisation_id=owner.id, name=f"Leader {number}")
            session.add(
                Team(
                    organisation_id=owner.id,
                    name=f"Team {number}",
                    leader=leader,
                    members=[
                        Person(
                            organisation_id=owner.id,
                            name=f"Person {number} {place}",
                            email=f"p{number}.{place}@bench.example",
                        )
                        for place in range(size)
                    ],
                )
            )
    with writing() as session:
        owner = session.get_one(Organisation, 1)
        made = opening.create_round(session, owner, "Bench", today() + dt.timedelta(days=9))
        opening.open_round(session, made, keys(), today())
        job = schedule.enqueue(session, JobKind.INVITE, made.public_id)
        session.flush()
        return job.id


@contextmanager
def _mail_server(folder: Path) -> Iterator[tuple[str, Path]]:
    """Run the mail server in a process of its own; yields its address and what it takes."""
    certificate, taken, port = make_certificate(folder / "mail.pem"), folder / "taken", free_port()
    taken.touch()
    command = [
        sys.executable,
        "-m",
        "benchmarks.mail_server",
        str(port),
        str(certificate),
        str(taken),
    ]
    server = subprocess.Popen(command)
    user = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
    try:
        yield f"smtp://{user}@{HOST}:{port}?cafile={certificate}", taken
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker of its own."""
    command = [surveyapp_script(), "worker"]
    worker = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def _lines(taken: Path) -> list[tuple[str, str]]:
    """Return Message-ID and address of each mail that the server took, in order."""
    found = taken.read_text(encoding="utf-8").splitlines()
    return [(message, to) for message, _, to in (line.partition(" ") for line in found)]


def _wait(taken: Path, count: int) -> float:
    """Wait until the server has taken so many mails; returns the seconds."""
    start = time.monotonic()
    while len(_lines(taken)) < count:
        if time.monotonic() > start + PATIENCE_SECONDS:
            message = f"{len(_lines(taken))} of {count} mails after {PATIENCE_SECONDS} seconds"
            raise TimeoutError(message)
        time.sleep(0.02)
    return time.monotonic() - start
