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
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from benchmarks.floor import served_floor, stored_answers
from benchmarks.journeys import BlindJourney, FloorJourney, SlipJourney
from benchmarks.load import AT_ONCE, Row, Target, closed_loop, open_loop, request_rows
from benchmarks.serving import BUILD, free_port, surveyapp_script, wait_for
from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.demo.doors import doors_by_mail
from surveyapp.rounds import boxes, opening, slips
from surveyapp.storage.database import migrations, writing
from surveyapp.storage.models import Organisation, Person, Round, Team
from surveyapp.web.pages import keys, today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.journeys import Journey

    Crowd = dict[tuple[str, str], list[Journey]]

TEAMS, QUICK_TEAMS, MEMBERS, LARGE = 100, 20, 8, 240
WARMING = 40
"""Journeys that fill caches before anything is measured."""
ARRIVALS = 30.0
"""People per second of the open loop, who come whether or not others are done."""
TABLES = ("journeys", "open_loop", "requests")


def measure_crowd(*, quick: bool = False) -> dict[str, list[Row]]:
    """Walk journeys on the floor and in the product, side by side; rows by table."""
    teams = QUICK_TEAMS if quick else TEAMS
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    with served_crowd(teams) as (product, crowd), _floor() as floor:
        people = [FloorJourney(number) for number in range(WARMING + MEMBERS * teams)]
        blind, arriving = crowd["blind", "many"], crowd["slip", "many"][-MEMBERS * teams // 4 :]
        crowd["blind", "many"] = blind[WARMING:]
        crowd["slip", "many"] = crowd["slip", "many"][: -len(arriving)]
        closed_loop(_only(product, "blind", "many"), blind[:WARMING], 1, "many")
        closed_loop(floor, people[:WARMING], 1, "many")
        ways: dict[tuple[str, str], Sequence[Journey]] = {
            ("floor", "many"): people[WARMING:],
            **crowd,
        }
        for place, at_once in enumerate(AT_ONCE):
            for (what, spread), everybody in ways.items():
                share = _share(everybody, place)
                target = floor if what == "floor" else _only(product, what, spread)
                row, walked = closed_loop(target, share, at_once, spread)
                rows["journeys"].append(row)
                if (what, spread) == ("blind", "many"):
                    rows["requests"] += request_rows(walked, at_once)
                print(f"  {what}, {spread}, {at_once} at once: {row['per_second']} a second")
        rows["open_loop"].append(open_loop(_only(product, "slip", "many"), arriving, ARRIVALS))
    return rows


def _share(everybody: Sequence[Journey], place: int) -> Sequence[Journey]:
    """Return the journeys for one number at once."""
    third = len(everybody) // len(AT_ONCE)
    return everybody[place * third : (place + 1) * third]


def _only(product: _Product, what: str, spread: str) -> Target:
    return Target(product.address, product.pid, lambda: product.count(what, spread))


@contextmanager
def _floor() -> Iterator[Target]:
    folder = BUILD / "floor"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with served_floor(folder) as (address, pid):
        yield Target(address, pid, lambda: stored_answers(folder))


@dataclass(frozen=True)
class _Product:
    address: str
    pid: int
    count: Callable[[str, str], int]
    """How many ballots lie in the boxes, by kind of journey and spread."""


@contextmanager
def served_crowd(teams: int) -> Iterator[tuple[_Product, Crowd]]:
    """Serve the product with so many small teams and a large one of each kind."""
    folder = BUILD / "crowd"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = os.environ | {"SURVEYAPP_INSTANCE": str(folder.resolve())}
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = create_app(read_settings(environment))
    with app.app_context():
        migrations.upgrade()
        crowd = _journeys("blind", teams) | _journeys("slip", teams)
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
        yield _Product(f"http://127.0.0.1:{port}", server.pid, stored), crowd
    finally:
        server.terminate()
        server.wait(timeout=20)


def _journeys(what: str, teams: int) -> Crowd:
    """Open an organisation's round; a journey for each person, not walked yet."""
    with writing() as session:
        owner = Organisation(slug=what, name=what)
        opening.accept_purpose(owner, "bench", today())
        session.add(owner)
        session.flush()
        for number, size in enumerate([LARGE, *[MEMBERS] * teams]):
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
