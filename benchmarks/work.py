"""Long work at growing sizes, each size in a process of its own: seconds, memory, exponent.

A tree of teams: each leader has nine people and up to ten leaders below. Eight answer; the ballots
are put straight into the boxes, a transaction for all instead of two per person. Everything else
goes as in real use.
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
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner
from sqlalchemy import select

from benchmarks.serving import BUILD
from surveyapp.anonymity.ballot import Ballot, encode
from surveyapp.app import create_app
from surveyapp.cli import main as surveyapp
from surveyapp.cli.score import score
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

    from surveyapp.config import Settings

SIZES, QUICK_SIZES = (100, 1_000, 10_000), (25, 100)
"""Teams."""
MEMBERS, ANSWERED, BRANCHES = 9, 8, 10
MOST_MAILED = 1_000
"""Teams: a mail costs two safe writes, so 90,000 take as long as all else together."""
BALLOTS = 997
"""Different sets of answers, drawn beforehand: drawing 80,000 is no part of the work."""
Row = dict[str, object]


def measure_work(*, quick: bool = False) -> list[Row]:
    """Do everything once per size; a row per kind of work and size."""
    rows: list[Row] = []
    for teams in QUICK_SIZES if quick else SIZES:
        command = [sys.executable, "-m", "benchmarks.work", str(teams)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as going:
            for line in going.stdout or ():
                row = json.loads(line)
                rows.append(row)
                print(f"  {row['what']}, {teams} teams: {row['seconds']} s, {row['peak_mib']} MiB")
        assert going.returncode == 0, f"the work on {teams} teams failed"
    return rows


def growth(rows: Sequence[Row]) -> dict[str, float]:
    """Return each kind's exponent between its two largest sizes: 1 is linear, 2 is square.

    Of the CPU's seconds where they are known: who else is at work on the machine changes those
    less. What takes a tenth of a second is not told from starting up, and left out.
    """
    found = {}
    for what in dict.fromkeys(str(row["what"]) for row in rows):
        sized = sorted(
            (int(str(row["teams"])), float(str(row.get("cpu_seconds", row["seconds"]))))
            for row in rows
            if row["what"] == what
        )
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
        _forget_peak()
        start, busy = time.perf_counter(), time.process_time()
        yield
        row = {
            "what": what,
            "teams": teams,
            "seconds": round(time.perf_counter() - start, 2),
            "cpu_seconds": round(time.process_time() - busy, 2),
            "peak_mib": _peak_mib(),
        }
        print(json.dumps(row), flush=True)

    os.environ["SURVEYAPP_INSTANCE"] = str(folder.resolve())
    settings = read_settings()
    with create_app(settings).app_context():
        migrations.upgrade()
        _ask(folder, teams, settings, measured)
        answer_all(ANSWERED)
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
    write_people(people, teams)
    with measured("import"):
        bring_people(people)
    with measured("open"):
        open_round()
    if teams > MOST_MAILED:
        return
    with writing() as session:
        job = schedule.enqueue(session, JobKind.INVITE, session.get_one(Round, 1).public_id)
        session.flush()
        job_id = job.id
    with measured("mail"):
        run_job(job_id, keys(), settings)


def bring_people(people: Path) -> None:
    """Import a people file into an organisation of its own."""
    with writing() as session:
        owner = Organisation(slug="bench", name="Bench")
        opening.accept_purpose(owner, "bench", today())
        session.add(owner)
        session.flush()
        apply(session, owner, check_file(people))


def open_round() -> None:
    """Open a round of everybody."""
    with writing() as session:
        owner = session.get_one(Organisation, 1)
        closes = today() + dt.timedelta(days=9)
        made = opening.create_round(session, owner, "Bench", closes)
        opening.open_round(session, made, keys(), today())


def answer_all(answered: int) -> None:
    """Put so many ballots, and as many tickets, into the boxes of every team."""
    chance = random.Random(1)
    packed = [
        encode(Ballot({item.id: chance.choice(item.choices[:5]) for item in ITEMS}, {}))
        for _ in range(BALLOTS)
    ]
    with writing() as session:
        round_key = keys().read(session.get_one(Round, 1).public_id)
        for number, team in enumerate(session.scalars(select(RoundTeam)).all()):
            opened = boxes.unseal(session, team, round_key, lock=True)
            for place in range(number * answered, (number + 1) * answered):
                opened.issuance[secrets.token_bytes(32)] = secrets.token_bytes(32)
                opened.ballots[secrets.token_bytes(32)] = packed[place % BALLOTS]
            boxes.reseal(session, team, round_key, opened)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mib() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) // 1024


def write_people(path: Path, teams: int, members: int = MEMBERS) -> None:
    """Write a people file of so many teams, one below the other."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "email", "leader_email"])
        for team in range(teams):
            above = _address((team - 1) // BRANCHES) if team else ""
            writer.writerow([f"Leader {team}", _address(team), above])
            writer.writerows(
                [f"Person {team} {n}", f"p{team}.{n}@bench.example", _address(team)]
                for n in range(members)
            )


def _address(leader: int) -> str:
    return f"leader{leader}@bench.example"


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
