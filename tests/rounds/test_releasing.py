from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from surveyapp.rounds import closing, releasing
from surveyapp.storage.database import writing
from surveyapp.storage.models import ReleaseOn, Round, State
from surveyapp.web.pages import keys
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask import Flask

PATIENCE = 10


@pytest.fixture
def closed(app: Flask) -> int:
    """Close a round of three teams; nothing of it is released."""
    round_id = opened()
    factories.close_and_release(round_id, release=False)
    return round_id


def opened() -> int:
    return factories.open_teams(Dana=5, Bo=5, Eve=5)


def released(round_id: int) -> tuple[str, set[str]]:
    """Return a round's state, and the leaders who see their result."""
    with writing() as session:
        found = session.get_one(Round, round_id)
        return found.state, {team.leader_name for team in found.teams if team.released}


def ids(round_id: int, *leaders: str) -> set[int]:
    with writing() as session:
        teams = session.get_one(Round, round_id).teams
        return {team.id for team in teams if team.leader_name in leaders}


def release(round_id: int, teams: Collection[int]) -> set[str]:
    with writing() as session:
        fresh = releasing.release_teams(session.get_one(Round, round_id), teams)
        return {team.leader_name for team in fresh}


def release_when_closed(round_id: int) -> None:
    with writing() as session:
        session.get_one(Round, round_id).release_on = ReleaseOn.CLOSING


def test_a_round_waits_to_be_released_and_only_the_chosen_teams_are(closed: int) -> None:
    assert released(closed) == (State.CLOSED, set())
    assert release(closed, ids(closed, "Dana", "Eve")) == {"Dana", "Eve"}
    assert released(closed) == (State.CLOSED, {"Dana", "Eve"})


def test_what_was_released_before_does_not_count_again(closed: int) -> None:
    release(closed, ids(closed, "Dana"))
    assert release(closed, ids(closed, "Dana", "Bo")) == {"Bo"}
    assert release(closed, ids(closed, "Dana", "Bo")) == set()


def test_the_last_team_makes_the_round_released(closed: int) -> None:
    release(closed, ids(closed, "Dana", "Bo"))
    assert released(closed)[0] == State.CLOSED
    release(closed, ids(closed, "Eve"))
    assert released(closed) == (State.RELEASED, {"Dana", "Bo", "Eve"})


def test_a_result_is_released_to_one_leader_by_address_or_to_all(closed: int) -> None:
    with writing() as session:
        found = session.get_one(Round, closed)
        with pytest.raises(releasing.ReleasingError, match="nobody@demo"):
            releasing.release(found, "nobody@demo.example")
        assert releasing.release(found, "Dana@demo.example") == 1
    assert released(closed) == (State.CLOSED, {"Dana"})
    with writing() as session:
        assert releasing.release(session.get_one(Round, closed)) == 3
    assert released(closed) == (State.RELEASED, {"Dana", "Bo", "Eve"})


def test_teams_of_another_round_are_left_alone(closed: int) -> None:
    other = factories.open_teams("Contoso", Gil=5)
    factories.close_and_release(other, release=False)
    assert release(closed, ids(other, "Gil") | ids(closed, "Bo")) == {"Bo"}
    assert released(other) == (State.CLOSED, set())


def test_nothing_is_released_before_the_answers_are_destroyed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = opened()
    with pytest.raises(releasing.ReleasingError, match="close it first"):
        release(round_id, ids(round_id, "Dana"))
    monkeypatch.setattr(closing, "erase_deleted", lambda: False)
    closing.close(round_id, keys())
    with pytest.raises(releasing.ReleasingError, match="not destroyed yet"):
        release(round_id, ids(round_id, "Dana"))
    assert released(round_id) == (State.CLOSED, set())


def test_of_two_who_release_at_once_the_later_one_sees_that_all_are_released(
    app: Flask, closed: int
) -> None:
    """Without a lock each of them would see one team waiting, and the round would stay closed."""
    halves = [ids(closed, "Dana", "Bo"), ids(closed, "Eve")]
    ready = threading.Barrier(2, timeout=PATIENCE)

    def at_once(half: set[int]) -> None:
        with app.app_context():
            ready.wait()
            release(closed, half)

    threads = [threading.Thread(target=at_once, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert released(closed) == (State.RELEASED, {"Dana", "Bo", "Eve"})


def test_a_round_that_says_so_is_released_with_the_destruction_and_not_before(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = opened()
    release_when_closed(round_id)
    monkeypatch.setattr(closing, "erase_deleted", lambda: False)
    assert not closing.close(round_id, keys())
    assert released(round_id) == (State.CLOSED, set())
    monkeypatch.undo()
    assert closing.close(round_id, keys())
    assert released(round_id) == (State.RELEASED, {"Dana", "Bo", "Eve"})


def test_a_discarded_round_releases_nothing(app: Flask) -> None:
    round_id = opened()
    release_when_closed(round_id)
    assert closing.discard(round_id, keys())
    assert released(round_id) == (State.DISCARDED, set())
