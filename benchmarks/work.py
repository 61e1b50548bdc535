"""Long work at growing sizes, each size in a process of its own: seconds, memory, exponent.

Nine people per team, of whom eight answer. Their ballots are put straight into the boxes, which
takes a transaction per team instead of one per person; all else goes as in real use.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import logging
import math
import os
import random
import resource
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from click.testing import CliRunner
from sqlalchemy import select

from benchmarks.serving import BUILD
from surveyapp.anonymity.ballot import Ballot, encode
from surveyapp.app import create_app
from surveyapp.cli import main as surveyapp
from surveyapp.cli.ratings import score
from surveyapp.config import read_settings
from surveyapp.core.questionnaire import ITEMS
from surveyapp.jobs import schedule
from surveyapp.jobs.running import run_job
from surveyapp.roster.applying import apply
from surveyapp.roster.checking import check_file
from surveyapp.rounds import boxes, closing, opening
from surveyapp.rounds.resealing import reseal_open_rounds
from surveyapp.storage.database import migrations, writing
from surveyapp.storage.models import JobKind, Organisation, Round, RoundTeam
from surveyapp.web.pages import keys, today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy.orm import Session

    from surveyapp.config import Settings

SIZES, QUICK_SIZES = (100, 1_000, 10_000), (25, 100)
"""Teams."""
MEMBERS, ANSWERED = 9, 8
BALLOTS = 997
"""Different sets of answers, drawn beforehand: drawing 80,000 is no part of the work."""
Row = dict[str, object]


def measure_work(*, quick: bool = False) -> tuple[list[Row], dict[str, float]]:
    """Do everything once per size; a row per kind of work and size, and each kind's exponent."""
    rows: list[Row] = []
    for teams in QUICK_SIZES if quick else SIZES:
        command = [sys.executable, "-m", "benchmarks.work", str(teams)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as going:
            for line in going.stdout or ():
                row = json.loads(line)
                rows.append(row)
                print("  {what}, {teams} teams: {seconds} s, {peak_mib} MiB".format(**row))
        assert going.returncode == 0, f"the work on {teams} teams failed"
    return rows, growth(rows)


def growth(rows: Sequence[Row]) -> dict[str, float]:
    """Return each kind's exponent between its two largest sizes: 1 is linear, 2 is square.

    What takes a tenth of a second is not told from starting up, and left out.
    """
    found = {}
    for what in dict.fromkeys(str(row["what"]) for row in rows):
        sized = [
            (int(str(row["teams"])), float(str(row["seconds"])))
            for row in rows
            if row["what"] == what
        ]
        for (small, short), (large, long) in itertools.pairwise(sized):
            if short > 0.1:  # noqa: PLR2004  (as said above)
                found[what] = round(math.log(long / short) / math.log(large / small), 2)
    return found


def main(teams: int) -> None:
    """Do all work on so many teams; a line of JSON for each kind as it is done."""
    folder = BUILD / f"work-{teams}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)

    @contextmanager
    def measured(what: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        seconds = round(time.perf_counter() - start, 2)
        row = {"what": what, "teams": teams, "seconds": seconds, "peak_mib": _peak_mib()}
        print(json.dumps(row), flush=True)

    os.environ["SURVEYAPP_INSTANCE"] = str(folder.resolve())
    settings = read_settings()
    with create_app(settings).app_context():
        migrations.upgrade()
        _ask(folder, teams, settings, measured)
        with writing() as session:
            asked = session.scalars(select(RoundTeam)).all()
            round_key = keys().read(session.get_one(Round, 1).public_id)
            packed = _packed_ballots()
            for team, begin in zip(asked, itertools.count(0, ANSWERED)):  # noqa: B905  (endless)
                _fill(session, team, round_key, packed, begin)
        with measured("reseal"):
            reseal_open_rounds(keys())
        with measured("close"):  # the audit of what is published included
            assert closing.close(1, keys())
    with measured("audit"):
        done = CliRunner().invoke(surveyapp, ["audit", "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    answers = folder / "answers.csv"
    _write_answers(answers, teams)
    with measured("score"):
        CliRunner().invoke(score, [str(answers), "--json"], catch_exceptions=False)
    shutil.rmtree(folder)


def _ask(
    folder: Path,
    teams: int,
    settings: Settings,
    measured: Callable[[str], AbstractContextManager[None]],
) -> None:
    """Import the people, open a round, invite everybody."""
    people = folder / "people.csv"
    _write_people(people, teams)
    with writing() as session:
        owner = Organisation(slug="bench", name="Bench")
        opening.accept_purpose(owner, "bench", today())
        session.add(owner)
        session.flush()
        with measured("import"):
            apply(session, owner, check_file(people))
    with measured("open"), writing() as session:
        owner = session.get_one(Organisation, 1)
        closes = today() + dt.timedelta(days=9)
        made = opening.create_round(session, owner, "Bench", closes)
        opening.open_round(session, made, keys(), today())
    with writing() as session:
        job = schedule.enqueue(session, JobKind.INVITE, session.get_one(Round, 1).public_id)
        session.flush()
        job_id = job.id
    with measured("mail"):
        run_job(job_id, keys(), settings)


def _packed_ballots() -> list[bytes]:
    chance = random.Random(1)
    return [
        encode(Ballot({item.id: chance.choice(item.choices[:5]) for item in ITEMS}, {}))
        for _ in range(BALLOTS)
    ]


def _fill(
    session: Session, team: RoundTeam, round_key: bytes, packed: Sequence[bytes], begin: int
) -> None:
    """Put eight ballots, and as many tickets, into a team's boxes."""
    opened = boxes.unseal(session, team, round_key, lock=True)
    for place in range(begin, begin + ANSWERED):
        opened.issuance[secrets.token_bytes(32)] = secrets.token_bytes(32)
        opened.ballots[secrets.token_bytes(32)] = packed[place % len(packed)]
    boxes.reseal(team, round_key, opened)


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
                [f"Person {team} {n}", f"p{team}.{n}@bench.example", leader]
                for n in range(MEMBERS)
            )


def _write_answers(path: Path, teams: int) -> None:
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["leader", "invited", *(item.id for item in ITEMS)])
        for team in range(teams):
            for _person in range(ANSWERED):
                raw = [chance.choice(item.choices[:5]) for item in ITEMS]
                writer.writerow([f"leader{team}", MEMBERS, *raw])


if __name__ == "__main__":
    main(int(sys.argv[1]))
