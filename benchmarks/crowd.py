"""An installation with enough people for a crowd: many teams and one large one, twice.

One organisation answers by slip, the other one by mailed link.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.journeys import BlindJourney, SlipJourney
from benchmarks.serving import BUILD, free_port, surveyapp_script, wait_for
from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.demo.doors import doors_by_mail
from surveyapp.rounds import boxes, opening, slips
from surveyapp.storage.database import migrations, writing
from surveyapp.storage.models import Organisation, Person, Round, Team
from surveyapp.web.pages import keys, today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.journeys import Journey

TEAMS, MEMBERS, LARGE = 30, 8, 240


@contextmanager
def served_crowd() -> Iterator[
    tuple[str, int, dict[tuple[str, str], list[Journey]], Callable[[str, str], int]]
]:
    """Serve it; gives address, process id, journeys by kind and spread, and who counts ballots."""
    folder = BUILD / "crowd"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = os.environ | {"SURVEYAPP_INSTANCE": str(folder.resolve())}
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = create_app(read_settings(environment))
    with app.app_context():
        migrations.upgrade()
        journeys = _journeys("blind") | _journeys("slip")
    port = free_port()
    # Without the worker: an hourly job is no part of what a visitor costs.
    command = [surveyapp_script(), "serve", "--no-worker", "--port", str(port)]
    server = subprocess.Popen(command, env=environment)

    def stored(what: str, spread: str) -> int:
        with app.app_context(), writing() as session:
            opened = session.scalars(select(Round).join(Organisation).filter_by(slug=what)).one()
            round_key = keys().read(opened.public_id)
            return sum(
                len(boxes.unseal(session, team, round_key).ballots)
                for team in opened.teams
                if (team.invited == LARGE) == (spread == "one")
            )

    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", server.pid, journeys, stored
    finally:
        server.terminate()
        server.wait(timeout=20)


def _journeys(what: str) -> dict[tuple[str, str], list[Journey]]:
    """Open an organisation's round; a journey for each person, not walked yet."""
    with writing() as session:
        owner = Organisation(slug=what, name=what)
        opening.accept_purpose(owner, "bench", today())
        session.add(owner)
        session.flush()
        for number, size in enumerate([LARGE, *[MEMBERS] * TEAMS]):
            session.add(_team(owner, number, size, by_mail=what == "blind"))
        made = opening.create_round(session, owner, "Crowd", today() + dt.timedelta(days=9))
        opening.open_round(session, made, keys(), today())
        ways: dict[int, list[Journey]]
        if what == "slip":
            drawn = slips.draw(session, made, keys())
            ways = {team.id: [SlipJourney(code) for code in drawn[team]] for team in made.teams}
        else:
            ways = {
                team.id: [BlindJourney(door) for door in doors_by_mail(session, team, keys())]
                for team in made.teams
            }
        (one,) = (team.id for team in made.teams if team.invited == LARGE)
        small = [journeys for team, journeys in ways.items() if team != one]
        # Turn by turn through the teams, so that neighbours in time are in different ones.
        many = [journey for turn in zip(*small, strict=True) for journey in turn]
        return {(what, "many"): many, (what, "one"): ways[one]}


def _team(owner: Organisation, number: int, size: int, *, by_mail: bool) -> Team:
    leader = Person(organisation_id=owner.id, name=f"L{number}", email=f"l{number}@x.yz")
    members = [
        Person(
            organisation_id=owner.id,
            name=f"P{number} {n}",
            email=f"p{number}.{n}@x.yz" if by_mail else None,
        )
        for n in range(size)
    ]
    return Team(organisation_id=owner.id, name=f"T{number}", leader=leader, members=members)
