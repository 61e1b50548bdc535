"""Long work at growing sizes: import, opening, closing, scoring; seconds, memory, exponent."""

from __future__ import annotations

import csv
import datetime as dt
import logging
import math
import random
import resource
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from click.testing import CliRunner

from benchmarks.serving import BUILD
from surveyapp.anonymity.ballot import Ballot
from surveyapp.app import create_app
from surveyapp.cli.ratings import score
from surveyapp.config import read_settings
from surveyapp.core.questionnaire import ITEMS
from surveyapp.demo.doors import Door, doors_by_mail
from surveyapp.jobs import schedule
from surveyapp.jobs.running import run_job
from surveyapp.roster.applying import apply
from surveyapp.roster.checking import check_file
from surveyapp.rounds import closing, opening, slips
from surveyapp.rounds.answering import Answering
from surveyapp.rounds.resealing import reseal_open_rounds
from surveyapp.storage.database import migrations, writing
from surveyapp.storage.models import JobKind, Organisation, Round
from surveyapp.web.pages import keys, today

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZES = (25, 100)
"""Teams."""
MEMBERS = 8
Row = dict[str, object]


def measure_work() -> list[Row]:
    """Run everything once per size; a row per kind of work and size."""
    rows: list[Row] = []
    for teams in SIZES:
        folder = BUILD / "work"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        rows += _run(folder, teams)
    return rows


def measure_scoring(teams: int = 10_000) -> Row:
    """Score teams of eight of whom six answered, as `surveyapp score --json` does: CPU seconds."""
    answers = BUILD / "work" / "many.csv"
    _write_answers(answers, teams, answered=6)
    start = time.process_time()
    CliRunner().invoke(score, [str(answers), "--json"], catch_exceptions=False)
    seconds = round(time.process_time() - start, 1)
    return {"what": "score", "teams": teams, "seconds": seconds, "peak_mib": _peak_mib()}


def growth(rows: list[Row]) -> dict[str, float]:
    """Return each kind's exponent: 1 is linear, 2 is square."""
    first, last = SIZES[0], SIZES[-1]
    seconds = {(row["what"], row["teams"]): float(str(row["seconds"])) for row in rows}
    return {
        str(what): round(
            math.log(seconds[what, last] / seconds[what, first]) / math.log(last / first), 2
        )
        for what in dict.fromkeys(row["what"] for row in rows)
    }


def _run(folder: Path, teams: int) -> list[Row]:
    rows: list[Row] = []

    @contextmanager
    def measured(what: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        seconds = round(time.perf_counter() - start, 3)
        rows.append({"what": what, "teams": teams, "seconds": seconds, "peak_mib": _peak_mib()})

    people, answers = folder / "people.csv", folder / "answers.csv"
    _write_people(people, teams)
    _write_answers(answers, teams)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = read_settings({"SURVEYAPP_INSTANCE": str(folder)})
    with create_app(settings).app_context():
        migrations.upgrade()
        with writing() as session:
            owner = Organisation(slug="bench", name="Bench")
            opening.accept_purpose(owner, "bench", today())
            session.add(owner)
            session.flush()
            with measured("import"):
                apply(session, owner, check_file(people))
        with writing() as session:
            owner = session.get_one(Organisation, 1)
            closes = today() + dt.timedelta(days=9)
            made = opening.create_round(session, owner, "Bench", closes)
            with measured("open"):
                opening.open_round(session, made, keys(), today())
            job = schedule.enqueue(session, JobKind.INVITE, made.public_id)
            session.flush()
            job_id = job.id
        with measured("mail"):  # to half of the people; the others answer by slip
            run_job(job_id, keys(), settings)
        with writing() as session:
            asked = session.get_one(Round, 1)
            drawn = slips.draw(session, asked, keys())
            doors = [
                door
                for team in asked.teams
                for door in (
                    *doors_by_mail(session, team, keys()),
                    *(Door(team.public_id, slip=code) for code in drawn[team]),
                )
            ]
        chance = random.Random(1)
        for door in doors:
            with writing() as session:
                form = {item.id: chance.choice(item.choices[:5]) for item in ITEMS}
                door.enter(Answering(session, keys(), today()), Ballot(form, {}))
        with measured("reseal"):
            reseal_open_rounds(keys())
        with measured("close"):  # the audit of what is published included
            closing.close(1, keys())
    with measured("score"):
        CliRunner().invoke(score, [str(answers), "--json"], catch_exceptions=False)
    return rows


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _write_people(path: Path, teams: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "email", "leader_email"])
        for team in range(teams):
            leader = f"leader{team}@bench.example"
            writer.writerow([f"Leader {team}", leader, ""])
            writer.writerows(
                [f"Person {team} {n}", f"p{team}.{n}@bench.example" if n % 2 else "", leader]
                for n in range(MEMBERS)
            )


def _write_answers(path: Path, teams: int, answered: int = MEMBERS) -> None:
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["leader", "invited", *(item.id for item in ITEMS)])
        for team in range(teams):
            for _person in range(answered):
                raw = [chance.choice(item.choices[:5]) for item in ITEMS]
                writer.writerow([f"leader{team}", MEMBERS, *raw])
