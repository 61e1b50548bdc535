from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.change_code import new_code
from surveyapp.rounds.answering import (
    Answering,
    NotOpenError,
    SlipUsedError,
    UnknownChangeCodeError,
)
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import RoundTeam
from surveyapp.web.pages import keys, today
from tests import factories
from tests.rounds.inside import blobs, contents

if TYPE_CHECKING:
    from flask import Flask

FIRST = Ballot(factories.answers(1), {"C1": "first"})
SECOND = Ballot(factories.answers(4), {"C1": "second"})


def two_teams() -> dict[str, list[str]]:
    return factories.draw_codes(factories.open_teams(Dana=12, Bo=3))


def submit(slip: str, code: bytes, ballot: Ballot = FIRST) -> None:
    with writing() as session:
        Answering(session, keys(), today()).submit(slip, code, ballot)


def test_an_answer_marks_its_slip_and_lies_under_its_change_code_alone(app: Flask) -> None:
    slip = two_teams()["Dana"][0]
    submit(slip, new_code())
    inside = contents()["Dana"]
    assert len(inside.issuance) == len(inside.ballots) == 1
    assert not set(inside.issuance) & set(inside.ballots)
    assert not any(content for content in inside.issuance.values())


def test_the_same_form_sent_twice_is_one_ballot(app: Flask) -> None:
    slip, code = two_teams()["Dana"][0], new_code()
    submit(slip, code)
    submit(slip, code)
    assert len(contents()["Dana"].ballots) == 1


def test_a_used_slip_lets_nobody_in_again_and_changes_nothing(app: Flask) -> None:
    slip = two_teams()["Dana"][0]
    submit(slip, new_code())
    before = blobs()
    with pytest.raises(SlipUsedError):
        submit(slip, new_code(), SECOND)
    assert blobs() == before


def test_a_change_code_replaces_its_ballot_and_no_other(app: Flask) -> None:
    first, second = two_teams()["Dana"][:2]
    code = new_code()
    submit(first, code)
    submit(second, new_code())
    kept = contents()["Dana"].ballots
    with writing() as session:
        team = session.scalars(select(RoundTeam).where(RoundTeam.leader_name == "Dana")).one()
        Answering(session, keys(), today()).replace(team.public_id, code, SECOND)
    changed = contents()["Dana"].ballots
    assert kept.keys() == changed.keys()
    assert sum(kept[place] != changed[place] for place in kept) == 1


def test_a_change_code_of_another_team_opens_nothing(app: Flask) -> None:
    drawn, code = two_teams(), new_code()
    submit(drawn["Dana"][0], code)
    team = db.session.scalars(select(RoundTeam).where(RoundTeam.leader_name == "Bo")).one()
    with pytest.raises(UnknownChangeCodeError):
        Answering(db.session, keys(), today()).replace(team.public_id, code, Ballot({}, {}))


def test_every_write_renews_both_boxes_of_the_team_and_no_length_changes(app: Flask) -> None:
    drawn, code = two_teams(), new_code()
    seen = [blobs()]
    submit(drawn["Dana"][0], code)
    seen.append(blobs())
    submit(drawn["Dana"][0], code, SECOND)
    seen.append(blobs())
    for before, after in pairwise(seen):
        renewed = {place for place in before if before[place] != after[place]}
        assert {kind for _team, kind in renewed} == {"issuance", "ballots"}
        assert len(renewed) == 2
        assert {k: len(v) for k, v in before.items()} == {k: len(v) for k, v in after.items()}


def test_a_fresh_slip_with_the_code_of_an_earlier_ballot_is_not_spent(app: Flask) -> None:
    first, second = two_teams()["Dana"][:2]
    code = new_code()
    submit(first, code)
    with pytest.raises(SlipUsedError):
        submit(second, code, SECOND)
    assert len(contents()["Dana"].issuance) == 1
    submit(second, new_code(), SECOND)


def test_no_answer_is_taken_after_the_last_day(app: Flask) -> None:
    slip = two_teams()["Dana"][0]
    for days, refused in ((10, False), (11, True)):
        with writing() as session:
            answering = Answering(session, keys(), today() + dt.timedelta(days=days))
            if refused:
                with pytest.raises(NotOpenError):
                    answering.submit(slip, new_code(), FIRST)
            else:
                answering.admit(slip)


def test_of_many_who_answer_at_the_same_moment_nobody_is_lost(app: Flask) -> None:
    codes = two_teams()["Dana"]

    def answer(slip: str) -> None:
        with app.app_context():
            submit(slip, new_code())

    with ThreadPoolExecutor(len(codes)) as crowd:
        list(crowd.map(answer, codes))
    inside = contents()["Dana"]
    assert len(inside.ballots) == len(inside.issuance) == len(codes)


def test_of_many_who_use_one_slip_at_the_same_moment_one_gets_in(app: Flask) -> None:
    slip = two_teams()["Dana"][0]

    def answer(_attempt: int) -> bool:
        with app.app_context():
            try:
                submit(slip, new_code())
            except SlipUsedError:
                return False
            return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(answer, range(8))) == 1
