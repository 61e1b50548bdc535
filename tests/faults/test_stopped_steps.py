"""Closing, opening and putting back, stopped at each of their steps and begun again."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.anonymity import base64url
from surveyapp.rounds import boxes, closing, opening
from surveyapp.storage import backup
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Invite, Organisation, Round, State
from surveyapp.web.pages import keys, settings, today
from tests import factories
from tests.attacks.test_restored_round import Backup, copy_tables
from tests.faults.answered import Kept, answered_round, counted_once, outcome
from tests.faults.stopping import Steps, StoppedHereError, counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


def count_steps(does: Callable[[], object]) -> int:
    """Return how many steps something has, and leave everything as it was."""
    before = Kept.now()
    with counted(Steps()) as steps:
        does()
    before.put_back()
    return len(steps.done)


def in_order(tables: Backup) -> Backup:
    """Return rows in an order that does not depend on when they were written."""
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def stop_after(most: int, does: Callable[[], object]) -> Steps:
    """Do something until it has done so many steps."""
    with counted(Steps(most)) as steps, pytest.raises(StoppedHereError):
        does()
    return steps


def test_a_closing_stopped_at_any_step_ends_as_if_it_had_not_been(
    app: Flask, record_property: Callable[[str, object], None]
) -> None:
    round_id = answered_round()
    said = counted_once(round_id, "closed to the same values after a stop at each of")

    def close() -> bool:
        return closing.close(round_id, keys(), today=today())

    before = Kept.now()
    with counted(Steps()) as whole:
        assert close()
    expected = outcome(round_id)
    assert expected["left"] == [0] * 4
    assert len(expected["told"]) >= 2
    record_property("ballots", f"{said} {len(whole.done)} steps")
    assert expected["log"]["round closed"] == expected["log"]["result released"] == 1
    for most in range(len(whole.done)):
        before.put_back()
        steps = stop_after(most, close)
        half = outcome(round_id)
        assert bool(half["told"]) != bool(half["left"][0]), steps.done[-1:]
        if not half["state"][1]:
            with counted(steps := Steps(done=steps.done)):
                assert close()
        assert outcome(round_id) == expected, whole.done[most]
        gone = [step for step in steps.done if step.startswith("unlink") and ".key" in step]
        assert len(gone) == 1, gone
        assert any(step.startswith("VACUUM") for step in steps.done), whole.done[most]


def test_an_opening_stopped_at_any_step_invites_everybody_once(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 2)
    factories.make_team(organisation, "Bo", 1, mail=True)
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        round_id = opening.create_round(session, owner, "Spring", today()).id

    def open_it() -> None:
        with writing() as session:
            opening.open_round(session, session.get_one(Round, round_id), keys(), today())

    before = Kept.now()
    for most in range(count_steps(open_it)):
        before.put_back()
        stop_after(most, open_it)
        with suppress(opening.OpeningError):  # it was open already, and only its maker ended
            open_it()
        with writing() as session:
            opened = session.get_one(Round, round_id)
            assert opened.state == State.OPEN
            round_key = keys().read(opened.public_id)
            for team in opened.teams:
                assert not boxes.unseal(session, team, round_key).ballots
            invited = session.scalars(select(Invite.person_id)).all()
        assert len(invited) == len(set(invited)) == 3
        assert len(Kept.now().files) == 1


def test_a_copy_whose_restoring_was_stopped_can_be_put_back(app: Flask) -> None:
    answered_round()
    full = Kept.now()
    written = io.StringIO()
    backup.dump(written)
    copies = {name: base64url.decode(key) for name, key in keys().copies().items()}
    empty = Kept({name: [] for name in full.tables}, {})

    def restore() -> None:
        written.seek(0)
        backup.restore(written, lambda: keys().put_back(copies))

    empty.put_back()
    for most in range(0, count_steps(restore), 5):
        empty.put_back()
        stop_after(most, restore)
        with suppress(backup.BackupError):  # all is there, keys as well
            restore()
        assert in_order(copy_tables()) == in_order(full.tables)
        assert Kept.now().files == full.files


def test_a_closing_killed_at_any_step_ends_as_if_it_had_not_been(app: Flask) -> None:
    url = db.engine.url.render_as_string(hide_password=False)
    program = [sys.executable, "-m", "tests.faults.dying", str(settings().instance), url, "9"]
    done = subprocess.run(program, check=True, capture_output=True, text=True)
    kills, *wrong = reversed(done.stdout.splitlines())
    assert not wrong
    assert int(kills.split()[0]) >= 5
