"""Rounds that somebody asked to open: keys beside other writers, then all of it or nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.jobs.leasing import LEASE_SECONDS
from surveyapp.jobs.opening import ask
from surveyapp.jobs.running import work
from surveyapp.rounds import boxes, opening
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Account,
    AuditEntry,
    Job,
    JobKind,
    JobState,
    Organisation,
    RoleName,
    Round,
    RoundTeam,
    State,
)
from surveyapp.web.pages import keys, settings, today
from tests import factories
from tests.jobs.planned import draft

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from flask import Flask

    Meanwhile = Callable[[], None]


class KilledError(BaseException):
    """What a process does not survive."""


@pytest.fixture
def northwind(app: Flask) -> int:
    """Make an organisation of two teams."""
    made = factories.make_organisation()
    for leader in ("Dana", "Bo"):
        factories.make_team(made, leader, 3, mail=True)
    return made


def asked(owner: int) -> int:
    """Make a draft without dates and have somebody ask for its opening; returns its id."""
    factories.make_account(owner, "Ruth", RoleName.ADMIN)
    round_id = draft(owner)
    with writing() as session:
        found = session.get_one(Round, round_id)
        found.opens_on, found.closes_on = None, today()
        ask(session, found, session.scalars(select(Account)).one())
    return round_id


def do_the_work(later: int = 0) -> None:
    work(keys(), settings(), lambda _: False, once=True, clock=lambda: time.time() + later)


def state(round_id: int) -> str:
    with writing() as session:
        return session.get_one(Round, round_id).state


def while_keys_are_drawn(monkeypatch: pytest.MonkeyPatch, meanwhile: Meanwhile) -> None:
    draw, once = opening.draw_keys, [meanwhile]

    def drawn(
        teams: int, tell: Callable[[int, int], None] = lambda _done, _teams: None
    ) -> Sequence[RSAPrivateKey]:
        if once:
            once.pop()()
        return draw(teams, tell)

    monkeypatch.setattr(opening, "draw_keys", drawn)


def test_others_write_while_keys_are_drawn(northwind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def write() -> None:
        with writing() as session:
            session.get_one(Organisation, northwind).contact = "written meanwhile"

    while_keys_are_drawn(monkeypatch, write)
    round_id = asked(northwind)
    do_the_work()
    assert state(round_id) == State.OPEN
    with writing() as session:
        assert session.get_one(Organisation, northwind).contact == "written meanwhile"
        job = session.scalars(select(Job).where(Job.kind == JobKind.OPEN)).one()
        assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)


def test_a_team_that_came_meanwhile_gets_a_key_of_its_own(
    northwind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_keys_are_drawn(monkeypatch, lambda: _come(northwind))
    round_id = asked(northwind)
    do_the_work()
    with writing() as session:
        teams = session.scalars(select(RoundTeam).where(RoundTeam.round_id == round_id)).all()
        assert len({team.public_key for team in teams}) == 3


def _come(owner: int) -> None:
    factories.make_team(owner, "Cy", 3)


def test_one_who_asks_is_in_the_log_and_mails_go_out_at_once(northwind: int) -> None:
    asked(northwind)
    do_the_work()
    with writing() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry
        account = session.scalars(select(Account)).one()
        assert (entry.action, entry.note) == ("round opened", "6 invited")
        assert (entry.actor, entry.account_id) == ("account", account.id)
        job = session.scalars(select(Job).where(Job.kind == JobKind.INVITE)).one()
        assert job.state == JobState.DONE


def test_a_worker_killed_on_the_way_has_opened_nothing_and_the_next_one_does_all(
    northwind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KilledError

    round_id = asked(northwind)
    with monkeypatch.context() as dying:
        dying.setattr(boxes, "create", die)
        with pytest.raises(KilledError):
            do_the_work()
    assert state(round_id) == State.DRAFT
    with writing() as session:
        assert session.scalars(select(RoundTeam)).all() == []
    do_the_work(LEASE_SECONDS + 1)
    assert state(round_id) == State.OPEN


def test_what_came_in_the_way_meanwhile_leaves_a_draft_that_is_not_tried_again(
    northwind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_keys_are_drawn(monkeypatch, lambda: _open_another(northwind))
    round_id = asked(northwind)
    do_the_work()
    assert state(round_id) == State.DRAFT
    with writing() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.OPEN)).one()
        assert (job.state, job.fault) == (JobState.DONE, None)


def _open_another(owner: int) -> None:
    factories.open_round(owner, "Autumn")


def test_a_draft_removed_meanwhile_stays_removed(
    northwind: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove() -> None:
        with writing() as session:
            session.delete(session.scalars(select(Round)).one())

    while_keys_are_drawn(monkeypatch, remove)
    asked(northwind)
    do_the_work()
    with writing() as session:
        assert session.scalars(select(Round)).all() == []
