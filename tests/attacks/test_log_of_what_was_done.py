"""Whoever reads the log of what was done, order and seconds included, guesses who has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from surveyapp.rounds import answering
from surveyapp.storage import audit
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action, AuditEntry, Organisation, Round
from tests import factories

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from tests.installation import PageClient


def entries() -> list[tuple[object, ...]]:
    """Return every column of every entry."""
    with writing() as session:
        columns = AuditEntry.__table__.c
        return [tuple(row) for row in session.execute(select(*columns).order_by(columns.id))]


def answered(client: PageClient) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Let people answer by link and by slip; returns the log of before and after."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 5, mail=True)
    factories.make_team(organisation, "Eve", 5)
    round_id = factories.open_round(organisation)
    links, codes = factories.draw_links(round_id), factories.draw_codes(round_id)
    with writing() as session:
        owner, opened = (
            session.get_one(Organisation, organisation),
            session.get_one(Round, round_id),
        )
        audit.record(session, owner, audit.COMMAND, Action.ROUND_OPENED, round_=opened)
    before = entries()
    assert before
    factories.answer_by_link(client, links["Dana"][0])
    factories.answer_by_slip(client, codes["Eve"][0])
    return before, entries()


def test_answering_leaves_no_entry_and_closing_says_no_number(
    app: Flask, client: PageClient
) -> None:
    before, after = answered(client)
    assert after == before
    with writing() as session:
        round_id = session.scalars(select(Round.id)).one()
    factories.close_and_release(round_id)
    with writing() as session:
        said = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert said
        assert (said.action, said.note, said.person_id) == (Action.ROUND_CLOSED, "", None)


def test_an_entry_at_the_moment_of_a_ticket_is_found(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = answering.Answering.note

    def talkative(self: answering.Answering, team_id: str, stamp: answering.Stamp) -> None:
        owner = self.session.scalars(select(Organisation)).one()
        audit.record(self.session, owner, audit.CALENDAR, Action.SETTINGS_CHANGED)
        note(self, team_id, stamp)

    monkeypatch.setattr(answering.Answering, "note", talkative)
    before, after = answered(client)
    assert after != before
