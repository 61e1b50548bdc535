"""An installation that moves to another database while a round is open, and is counted there."""

from __future__ import annotations

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from surveyapp.anonymity import base64url, disclosure
from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.change_code import ballot_id, new_code
from surveyapp.rounds import boxes, closing
from surveyapp.rounds.answering import Answering
from surveyapp.rounds.closing import ClosingError
from surveyapp.rounds.keydir import CountedError, RoundKeyError
from surveyapp.storage import backup
from surveyapp.storage.database import writing
from surveyapp.storage.models import Publication, Round
from surveyapp.web.pages import keys, today
from tests import factories
from tests.installation import installation, installed, settings_for
from tests.storage.test_backup import copied, everything

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flask import Flask

    from surveyapp.rounds.keydir import KeyDirectory
    from tests.postgresql import Server

PEOPLE, ANSWERED, COPIES = 12, 7, 5


@pytest.fixture(params=["to sqlite", "to postgresql"])
def elsewhere(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    migrated_database: Path,
    postgresql_server: Server,
) -> Iterator[Callable[[], AbstractContextManager[Flask]]]:
    """Return what makes an empty installation in another folder and goes there."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with postgresql_server.fresh_database() as url:
        yield (
            (lambda: installation(settings_for(folder), migrated_database))
            if request.param == "to sqlite"
            else (lambda: installed(settings_for(folder, url)))
        )


@pytest.fixture
def opened(app: Flask) -> int:
    """Open a round of two teams, one below the other."""
    organisation = factories.make_organisation()
    for leader in ("Bo", "Dana"):
        factories.make_team(organisation, leader, PEOPLE)
    return factories.open_round(organisation)


def submit(slip: str, place: int = 3) -> bytes:
    """Answer with a slip; returns the id of the ballot."""
    code = new_code()
    ballot = Ballot(factories.answers(place), {"C1": "Fine as it is: ä, 字, 🙂"})
    with writing() as session:
        Answering(session, keys(), today()).submit(slip, code, ballot)
    return ballot_id(code)


def bring_keys(source: KeyDirectory) -> None:
    keys().put_back({file.name: file.read_bytes() for file in source.path.glob("round-*")})


def counted_values(round_id: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], list[str]]:
    """Close a round; returns what was counted before any rule of disclosure, and what is shown."""
    counted: list[Any] = []
    publish_round = disclosure.publish_round

    def watched(teams: list[Any], **options: Any) -> Any:  # noqa: ANN401  (the rules' own)
        counted.extend(teams)
        return publish_round(teams, **options)

    with monkeypatch.context() as patch:
        patch.setattr(disclosure, "publish_round", watched)
        assert closing.close(round_id, keys())
    with writing() as session:
        query = select(Publication.document).order_by(Publication.round_team_id, Publication.span)
        return counted, list(session.scalars(query))


def test_an_open_round_that_moved_is_counted_to_the_same_values(
    opened: int,
    elsewhere: Callable[[], AbstractContextManager[Flask]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for slips in factories.draw_codes(opened).values():
        for place, slip in enumerate(slips[:ANSWERED]):
            submit(slip, place % 5)
    before, copy, here = everything(), copied(), keys()
    with elsewhere():
        backup.restore(io.StringIO(copy))
        assert everything() == before
        bring_keys(here)
        there = counted_values(opened, monkeypatch)
    assert there == counted_values(opened, monkeypatch)
    assert [len(team.answers) for team in there[0]] == [ANSWERED, ANSWERED]
    assert len(there[1]) >= 2


def test_copies_made_while_people_answer_hold_whole_answers_and_all_that_were_acknowledged(
    app: Flask, opened: int, elsewhere: Callable[[], AbstractContextManager[Flask]]
) -> None:
    acknowledged: list[bytes] = []
    copies = []
    twice = threading.Event()

    def answer(slips: list[str]) -> None:
        with app.app_context():
            # Each as soon as it is acknowledged; the last one after two copies, however long
            # those take.
            acknowledged.extend(map(submit, slips[:-1]))
            assert twice.wait(60)
            acknowledged.append(submit(slips[-1]))

    drawn = factories.draw_codes(opened)
    with ThreadPoolExecutor(len(drawn)) as crowd:
        people = [crowd.submit(answer, slips) for slips in drawn.values()]
        while not all(one.done() for one in people):
            known = set(acknowledged)
            copies.append((known, copied()))
            if len(copies) > 1:
                twice.set()
    for one in people:
        one.result()
    here = keys()
    with elsewhere():
        known, copy = copies[-1]
        backup.restore(io.StringIO(copy))
        bring_keys(here)
        with writing() as session:
            found = session.get_one(Round, opened)
            key = keys().read(found.public_id)
            held = [boxes.unseal(session, team, key) for team in found.teams]
        ballots = {ballot for each in held for ballot in each.ballots}
        assert known <= ballots <= set(acknowledged)
        assert [len(each.issuance) for each in held] == [len(each.ballots) for each in held]


def test_a_copy_does_not_say_which_box_was_written_last(opened: int) -> None:
    for _leader, slips in sorted(factories.draw_codes(opened).items(), reverse=True):
        submit(slips[0])
    rows = [json.loads(line) for line in copied().splitlines()[1:]]
    written = [values[:2] for name, values in rows if name == "box"]
    drawn = [base64url.decode(values[0]["bytes"]) for name, values in rows if name == "slip"]
    assert written == sorted(written)
    assert drawn == sorted(drawn)
    assert (len(written), len(drawn)) == (4, 2 * PEOPLE)


def test_a_round_that_was_published_is_not_closed_again_where_a_copy_is_put_back(
    opened: int, elsewhere: Callable[[], AbstractContextManager[Flask]]
) -> None:
    assert closing.close(opened, keys())
    copy, here = copied(), keys()
    with elsewhere():
        backup.restore(io.StringIO(copy))
        with pytest.raises(ClosingError, match="no round closes twice"):
            closing.close(opened, here)


def test_a_copy_from_before_a_round_was_published_is_not_counted_with_one_answer_more(
    opened: int, elsewhere: Callable[[], AbstractContextManager[Flask]]
) -> None:
    slips = factories.draw_codes(opened)["Dana"]
    for slip in slips[:ANSWERED]:
        submit(slip)
    copy, here, public_id = copied(), keys(), factories.public_id(opened)
    key = here.read(public_id)
    assert closing.close(opened, here)
    with elsewhere():
        backup.restore(io.StringIO(copy))
        with pytest.raises(RoundKeyError, match="missing"):
            closing.close(opened, here)
        (here.path / f"round-{public_id}.key").write_bytes(key)  # somebody had kept it
        with writing() as session:
            one_more = Ballot(factories.answers(), {})
            Answering(session, here, today()).submit(slips[-1], new_code(), one_more)
        with pytest.raises(CountedError, match="counted before, with other answers"):
            closing.close(opened, here)
