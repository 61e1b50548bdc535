"""An installation with enough slips for a crowd: many teams, and one large one."""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.serving import BUILD, free_port, surveyapp_script, wait_for
from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.rounds import boxes, opening, slips
from surveyapp.storage.database import migrations, writing
from surveyapp.storage.models import Organisation, Person, Round, Team
from surveyapp.web.pages import keys, today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEAMS, MEMBERS, LARGE = 30, 8, 240


@contextmanager
def served_crowd() -> Iterator[tuple[str, int, dict[str, list[str]], Callable[[str], int]]]:
    """Serve it; gives address, process id, slip codes by spread, and who counts what is stored."""
    folder = BUILD / "crowd"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = os.environ | {"SURVEYAPP_INSTANCE": str(folder.resolve())}
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = create_app(read_settings(environment))
    with app.app_context():
        migrations.upgrade()
        codes = _people_and_slips()
    port = free_port()
    server = subprocess.Popen([surveyapp_script(), "serve", "--port", str(port)], env=environment)

    def stored(spread: str) -> int:
        with app.app_context(), writing() as session:
            opened = session.get_one(Round, 1)
            round_key = keys().read(opened.public_id)
            return sum(
                len(boxes.unseal(session, team, round_key).ballots)
                for team in opened.teams
                if (team.invited == LARGE) == (spread == "one")
            )

    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", server.pid, codes, stored
    finally:
        server.terminate()
        server.wait(timeout=20)


def _people_and_slips() -> dict[str, list[str]]:
    with writing() as session:
        owner = Organisation(slug="crowd", name="Crowd")
        session.add(owner)
        session.flush()
        for number, size in enumerate([LARGE, *[MEMBERS] * TEAMS]):
            leader = Person(organisation_id=owner.id, name=f"L{number}", email=f"l{number}@x.yz")
            team = Team(organisation_id=owner.id, name=f"T{number}", leader=leader)
            names = [f"P{number} {n}" for n in range(size)]
            team.members = [Person(organisation_id=owner.id, name=name) for name in names]
            session.add(team)
        made = opening.create_round(session, owner, "Crowd", today() + dt.timedelta(days=9))
        opening.open_round(session, made, keys(), today())
        drawn = slips.draw(session, made, keys())
        one = next(codes for team, codes in drawn.items() if team.invited == LARGE)
        small = [codes for team, codes in drawn.items() if team.invited != LARGE]
        # Turn by turn through the teams, so that neighbours in time are in different ones.
        many = [code for turn in zip(*small, strict=True) for code in turn]
        return {"many": many, "one": one}
