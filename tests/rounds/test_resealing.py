from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.change_code import new_code
from surveyapp.rounds import boxes, closing, opening
from surveyapp.rounds.answering import Answering
from surveyapp.rounds.resealing import ResealingError, reseal_open_rounds
from surveyapp.storage.database import writing
from surveyapp.storage.models import Box, Person, Round, Team
from surveyapp.web.pages import keys, today
from tests import factories
from tests.rounds.inside import Blobs, blobs, contents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask


def answer(codes: Iterable[str]) -> None:
    for code in codes:
        with writing() as session:
            ballot = Ballot(factories.answers(), {})
            Answering(session, keys(), today()).submit(code, new_code(), ballot)


def sealed_anew(before: Blobs, after: Blobs) -> set[str]:
    """Return whose teams' two boxes share no more bytes than chance makes them share."""
    return {
        team
        for team, kind in before
        if sum(a == b for a, b in zip(before[team, kind], after[team, kind], strict=True))
        < len(before[team, kind]) / 50
    }


def test_every_open_box_is_sealed_anew_at_its_length_with_its_contents(app: Flask) -> None:
    round_id = factories.open_teams(Dana=6, Bo=3)
    answer(factories.draw_codes(round_id)["Dana"])
    before, inside, told = blobs(), contents(), list[tuple[int, int]]()
    assert sum(len(one.ballots) for one in inside.values()) == 6
    assert reseal_open_rounds(keys(), lambda *steps: told.append(steps)) == 2
    assert sealed_anew(before, blobs()) == set(inside)
    assert contents() == inside
    assert told == [(1, 2), (2, 2)]


def test_a_round_that_closes_meanwhile_is_left_alone(app: Flask) -> None:
    factories.open_teams(Dana=3)
    summer = factories.open_teams("Contoso", Bo=3)
    before = blobs()

    def close_the_other(done: int, _total: int) -> None:
        if done == 1:
            with writing() as session:
                closing.begin(session, session.get_one(Round, summer))

    assert reseal_open_rounds(keys(), close_the_other) == 1
    assert sealed_anew(before, blobs()) == {"Dana"}
    assert reseal_open_rounds(keys()) == 1


def test_a_missing_key_names_its_round_and_hinders_no_other(app: Flask) -> None:
    first = factories.open_teams(Dana=3)
    factories.open_teams("Contoso", Bo=3)
    before = blobs()
    keys().destroy(factories.public_id(first))
    with pytest.raises(ResealingError, match=r"“Spring”: The key of this round is missing"):
        reseal_open_rounds(keys())
    assert sealed_anew(before, blobs()) == {"Bo"}


def test_a_box_that_grew_for_somebody_who_joined_meanwhile_stays_grown(app: Flask) -> None:
    round_id = factories.open_teams(Dana=3, Bo=3)
    answer(factories.draw_codes(round_id)["Bo"])

    def join(done: int, _total: int) -> None:
        if done == 1:
            with writing() as session:
                team = session.scalars(select(Team).where(Team.name == "Team Bo")).one()
                team.members.append(Person(organisation_id=team.organisation_id, name="Late"))
                session.flush()
                opened = session.get_one(Round, round_id)
                assert opening.invite_late(session, opened, keys(), today()) == 1

    reseal_open_rounds(keys(), join)
    with writing() as session:
        for team in session.get_one(Round, round_id).teams:
            (size,) = session.scalars(
                select(Box.blob).where(Box.round_team_id == team.id, Box.kind == "issuance")
            )
            assert len(size) == 28 + team.invited * boxes.ISSUANCE_SLOT_BYTES
    assert sorted(len(one.ballots) for one in contents().values()) == [0, 3]


def test_of_those_who_answer_at_the_same_moment_nobody_is_lost(app: Flask) -> None:
    round_id = factories.open_teams(Dana=12)
    codes = factories.draw_codes(round_id)["Dana"]

    def in_its_own_context(code: str | None) -> None:
        with app.app_context():
            if code:
                answer([code])
            else:
                reseal_open_rounds(keys())

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(in_its_own_context, [each for code in codes for each in (code, None)]))
    (inside,) = contents().values()
    assert len(inside.ballots) == len(inside.issuance) == 12
