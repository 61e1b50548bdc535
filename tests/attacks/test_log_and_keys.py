"""Attack 17: somebody copies the database with its log, and the keys, while a round is open."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from surveyapp.rounds import boxes, invitations
from surveyapp.storage.database import db
from surveyapp.storage.models import Invite, RoundTeam
from surveyapp.web import security
from surveyapp.web.pages import keys
from tests import factories
from tests.installation import page_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from flask import Flask

PEOPLE = 8
WAL_HEADER, FRAME_HEADER = 32, 24


def commits(log: bytes) -> Iterator[bytes]:
    """Yield the log as it was after each commit (sqlite.org/fileformat2.html, section 4.1)."""
    if len(log) < WAL_HEADER:
        return
    page = struct.unpack(">I", log[8:12])[0]
    salt, end = log[16:24], WAL_HEADER
    while end + FRAME_HEADER + page <= len(log) and log[end + 8 : end + 16] == salt:
        is_last = struct.unpack(">I", log[end + 4 : end + 8])[0]
        end += FRAME_HEADER + page
        if is_last:
            yield log[:end]


def guess(folder: Path) -> dict[bytes, int]:
    """Return the person of each ballot that came right after their ticket, from one copy.

    The attacker holds the files of the database, and the round's key: replays the log commit by
    commit and opens the boxes each time.
    """
    source = Path(str(db.engine.url.database))
    main, log = source.read_bytes(), Path(f"{source}-wal")
    round_key = keys().read(factories.public_id(1))
    found: dict[bytes, int] = {}
    last: int | None = None
    known: boxes.Boxes | None = None
    for number, state in enumerate(commits(log.read_bytes() if log.exists() else b"")):
        copy = folder / f"copy-{number}.sqlite"
        copy.write_bytes(main)
        Path(f"{copy}-wal").write_bytes(state)
        engine = create_engine(f"sqlite:///{copy}")
        with Session(engine) as session:
            team = session.scalars(select(RoundTeam)).one_or_none()
            if team is None:  # not opened yet
                engine.dispose()
                continue
            opened = boxes.unseal(session, team, round_key)
            invites = session.scalars(select(Invite)).all()
        engine.dispose()
        of = {invitations.issuance_id(round_key, i.random_id or b""): i.person_id for i in invites}
        if known is not None:
            for new in opened.issuance.keys() - known.issuance.keys():
                last = of[new]
            for new in opened.ballots.keys() - known.ballots.keys():
                if last is not None:
                    found[new] = last
        known = opened
    return found


def answer(app: Flask) -> None:
    """Let everybody answer by link, one after the other."""
    client = page_client(app)
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", PEOPLE, mail=True)
    round_id = factories.open_round(organisation)
    db.session.rollback()
    for link in factories.draw_links(round_id)["Dana"]:
        factories.answer_by_link(client, link)


def test_the_log_does_not_tell_even_with_the_key_which_ballot_followed_which_ticket(
    sqlite_app: Flask, tmp_path: Path
) -> None:
    answer(sqlite_app)
    assert len(guess(tmp_path)) <= 1


def test_a_log_that_is_kept_would_tell_whose_each_ballot_is(
    sqlite_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "forget_log", lambda _engine: None)
    answer(sqlite_app)
    assert len(guess(tmp_path)) >= PEOPLE - 1
