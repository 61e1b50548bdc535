"""People who answer over the network at once, and send again until it is acknowledged."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from surveyapp.anonymity.ballot import decode
from surveyapp.anonymity.change_code import ballot_id
from surveyapp.core.questionnaire import ITEMS
from surveyapp.rounds import boxes
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Round
from surveyapp.web.pages import keys
from tests import factories
from tests.papers import Paper, new_paper

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 6
PATIENCE_SECONDS = 60
REQUEST_SECONDS = 10
PAUSE_SECONDS = 0.1
AWAY, CREATED, OK = 503, 201, 200


@dataclass
class Person:
    """Somebody with a link, whose answers nobody else gives."""

    link: str
    choices: dict[str, str]
    key: bytes
    paper: Paper
    sent_home: threading.Event
    failures: list[str] = field(default_factory=list)
    acknowledged: bool = False

    def answer(self, address: str) -> None:
        """Answer as the page's script does: the same paper and ballot until there is a reply."""
        path, token = factories.split_link(self.link)
        request = json.dumps(self.paper.ticket_request(token)).encode()
        said = json.loads(self._until(f"{address}{path}/ticket", request, "application/json", OK))
        form = self.paper.credential(self.key, said["signature"]) | self.choices
        kind = "application/x-www-form-urlencoded"
        self._until(f"{address}{path}/ballot", urlencode(form).encode(), kind, CREATED)
        self.acknowledged = True

    def _until(self, url: str, body: bytes, kind: str, wanted: int) -> bytes:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not self.sent_home.is_set():
            status, headers, said = _post(url, body, kind)
            if status == wanted:
                return said
            # Whatever is amiss, the reply says that it passes, and when to try again.
            assert status in {0, AWAY}, said
            assert not status or headers["Retry-After"]
            self.failures.append("cut off" if not status else str(status))
            time.sleep(PAUSE_SECONDS)
        message = f"{url} took nothing for {PATIENCE_SECONDS} seconds: {self.failures[-1:]}"
        raise AssertionError(message)


def _post(url: str, body: bytes, kind: str) -> tuple[int, Any, bytes]:
    """Send a form; returns status 0 if no reply came."""
    try:
        with urlopen(Request(url, body, {"Content-Type": kind}), timeout=REQUEST_SECONDS) as reply:
            return reply.status, reply.headers, reply.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()
    except (OSError, HTTPException):
        return 0, {}, b""


@dataclass
class Crowd:
    """Everybody who is asked in a round by mail."""

    round_id: int
    people: list[Person]
    sent_home: threading.Event

    @classmethod
    def of(cls, round_id: int) -> Crowd:
        """Give everybody their link, their own answers and a ballot paper."""
        links = [link for links in factories.draw_links(round_id).values() for link in links]
        keys_of = {path: factories.public_key(path) for path in {s.split("#")[0] for s in links}}
        people, sent_home = [], threading.Event()
        for number, link in enumerate(links):
            key = keys_of[link.partition("#")[0]]
            people.append(Person(link, own_answers(number), key, new_paper(key), sent_home))
        return cls(round_id, people, sent_home)

    def acknowledged(self) -> int:
        """Count whose ballot the server acknowledged."""
        return sum(person.acknowledged for person in self.people)

    @contextmanager
    def answering(self, address: str) -> Iterator[None]:
        """Let everybody answer while the block runs, and wait for the last one."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [pool.submit(person.answer, address) for person in self.people]
            try:
                yield
            except BaseException:
                self.sent_home.set()
                raise
            for answer in answers:
                answer.result()

    def wait_for(self, share: float) -> None:
        """Wait until so much of the crowd has answered."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.acknowledged() < share * len(self.people):
            assert time.monotonic() < deadline, self.people[0].failures[-1:]
            time.sleep(0.01)

    def tally(self) -> Tally:
        """Open the boxes and compare."""
        db.session.close()
        db.engine.dispose()  # whoever was killed took our connections along
        kept: dict[bytes, Any] = {}
        with writing() as session:
            asked = session.get_one(Round, self.round_id)
            for team in asked.teams:
                opened = boxes.unseal(session, team, keys().read(asked.public_id))
                kept |= {name: decode(packed).choices for name, packed in opened.ballots.items()}
        ids = {ballot_id(person.paper.code): person for person in self.people}
        given = [(name, person) for name, person in ids.items() if person.acknowledged]
        failures = [failure for person in self.people for failure in person.failures]
        return Tally(
            acknowledged=len(given),
            stored=len(kept),
            lost=sum(kept.get(name) != person.choices for name, person in given),
            double=len(kept.keys() - ids.keys()),
            failures={why: failures.count(why) for why in sorted(set(failures))},
        )


@dataclass(frozen=True)
class Tally:
    """What became of the ballots of a crowd."""

    acknowledged: int
    stored: int
    lost: int
    double: int
    """Ballots that nobody gave."""
    failures: dict[str, int]
    """What the people saw in between, and how often."""

    def __str__(self) -> str:
        """Write as one line."""
        seen = ", ".join(f"{count} x {why}" for why, count in self.failures.items()) or "nothing"
        return (
            f"acknowledged {self.acknowledged}, stored {self.stored}, lost {self.lost},"
            f" double {self.double}; seen meanwhile: {seen}"
        )


def own_answers(number: int) -> dict[str, str]:
    """Return answers that tell somebody from everybody else: the number, to the base of five."""
    chosen = factories.answers()
    for item in ITEMS[:3]:
        number, digit = divmod(number, 5)
        chosen[item.id] = item.choices[digit]
    return chosen
