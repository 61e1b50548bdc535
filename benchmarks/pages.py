"""What pages weigh and cost: an answerer's, a leader's and a coach's in a large organisation.

A thousand leaders, ten answers each: the leader at the top sees the total of ten thousand, the
coach has all of them.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import statistics
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask_security import hash_password
from sqlalchemy import select

from benchmarks.journeys import OK, Visitor
from benchmarks.load import Row, cpu_ms
from benchmarks.serving import BUILD, PASSWORD, free_port, surveyapp_script, wait_for
from benchmarks.work import answer_all, bring_people, open_round, write_people
from surveyapp.app import create_app
from surveyapp.config import read_settings
from surveyapp.rounds import closing, releasing
from surveyapp.storage import accounts
from surveyapp.storage.coaching import coach_leaders
from surveyapp.storage.database import migrations, writing
from surveyapp.storage.models import Organisation, RoleName, Round, RoundTeam
from surveyapp.web.pages import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

LEADERS, QUICK_LEADERS, ANSWERS = 1_000, 50, 10
REPEATS = 30
LEADER, COACH = "leader0@bench.example", "coach@bench.example"


def measure_pages(*, quick: bool = False) -> list[Row]:
    """Load each page again and again: requests, bytes as they are sent, milliseconds."""
    with _served(QUICK_LEADERS if quick else LEADERS) as (address, pid, answering):
        rows = [_page("answer", Visitor(address), pid, answering)]
        leader = Visitor(address)
        leader.sign_in(LEADER)
        _status, listed = leader.send("/leader/")
        found = re.search(r"/leader/results/\w+", listed)
        assert found, listed
        rows.append(_page("leader", leader, pid, f"{found[0]}?reveal=1"))
        coach = Visitor(address)
        coach.sign_in(COACH)
        return [*rows, _page("coach", coach, pid, "/coach/")]


def _page(what: str, visitor: Visitor, pid: int, path: str) -> Row:
    visitor.send(path)  # fills caches
    visitor.requests.clear()
    before = cpu_ms(pid)
    for _repeat in range(REPEATS):
        status, page = visitor.send(path)
        assert status == OK, page
    spent = (cpu_ms(pid) - before) / REPEATS
    took = sorted(ms for _what, ms in visitor.requests)
    weight = visitor.bytes
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    for file in files:
        visitor.send(urlsplit(file).path)
        weight += visitor.bytes
    return {
        "what": what,
        "requests": 1 + len(files),
        "bytes": weight,
        "server_ms": round(statistics.median(took), 1),
        "p95_ms": round(took[int(0.95 * (REPEATS - 1))], 1),
        "cpu_ms": round(spent, 1),
    }


@contextmanager
def _served(leaders: int) -> Iterator[tuple[str, int, str]]:
    """Build and serve it; gives address, process id and the address of an open questionnaire."""
    folder = BUILD / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = os.environ | {"SURVEYAPP_INSTANCE": str(folder.resolve())}
    logging.getLogger("alembic").setLevel(logging.WARNING)
    print(f"  {leaders} leaders: people, keys, {leaders * ANSWERS} answers, a count …")
    with create_app(read_settings(environment)).app_context():
        migrations.upgrade()
        people = folder / "people.csv"
        write_people(people, leaders, ANSWERS)
        bring_people(people)
        open_round()
        answer_all(ANSWERS)
        assert closing.close(1, keys())
        answering = _release_and_ask_again()
    port = free_port()
    command = [surveyapp_script(), "serve", "--no-worker", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", server.pid, answering
    finally:
        server.terminate()
        server.wait(timeout=20)


def _release_and_ask_again() -> str:
    """Let the leader at the top and a coach in; open another round and return a page of it."""
    hashed = hash_password(PASSWORD)
    with writing() as session:
        owner = session.get_one(Organisation, 1)
        releasing.release(session.get_one(Round, 1))
        coach = accounts.ensure_account(session, COACH, "Coach")
        accounts.grant(session, coach, owner, RoleName.COACH)
        coach_leaders(session, coach, owner, None)
        for account in (coach, accounts.find_account(session, LEADER)):
            account.password = hashed
    with writing() as session:
        session.get_one(Round, 1).name = "Before"
    open_round()
    with writing() as session:
        last = session.scalars(select(RoundTeam).order_by(RoundTeam.id.desc())).first()
        assert last
        return f"/answer/{last.public_id}"
