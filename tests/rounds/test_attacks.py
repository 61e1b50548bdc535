"""The attacks on a live installation: silent on a sound one, and loud on each that is damaged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from surveyapp.anonymity.keys import derive
from surveyapp.anonymity.tickets import new_ticket_key
from surveyapp.rounds import attacks, resealing
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Box, Publication, Round, Slip
from surveyapp.web.pages import keys
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.installation import PageClient

    Attack = Callable[[], dict[str, tuple[str, ...]]]

CLOSED, OPEN = 1, 2


@pytest.fixture
def installation(client: PageClient) -> Attack:
    """Build a round that is closed and one that is open; returns who attacks both."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 12)
    factories.make_team(organisation, "Bo", 5, mail=True)
    for name in ("Spring", "Autumn"):
        round_id = factories.open_round(organisation, name)
        if name == "Spring":
            for code in factories.draw_codes(round_id)["Dana"][:10]:
                said = {"C1": f"said {code[:4]}"}
                factories.answer_by_slip(client, code, factories.answers() | said)
            factories.close_and_release(round_id)

    def fetch(path: str, visitor: str) -> bytes:
        return bytes(client.get(path, headers={"User-Agent": visitor}).data)

    def attack() -> dict[str, tuple[str, ...]]:
        db.session.rollback()
        carried_out = attacks.Installation(db.session, keys(), fetch).attacks()
        return {found.title: found.findings for found in carried_out if found.findings}

    return attack


def test_nothing_is_found_in_a_sound_installation(installation: Attack) -> None:
    assert installation() == {}


def shorten_a_box() -> None:
    with writing() as session:
        box = session.query(Box).first()
        assert box
        box.blob = box.blob[:-128]


def open_a_box() -> None:
    with writing() as session:
        box = session.query(Box).first()
        assert box
        box.blob = bytes(len(box.blob))


def note_the_time() -> None:
    with writing() as session:
        session.execute(text("ALTER TABLE invite ADD COLUMN answered_at INTEGER"))


def keep_a_slip() -> None:
    with writing() as session:
        closed = session.get_one(Round, CLOSED)
        session.add(Slip(mac=bytes(32), round_team_id=closed.teams[0].id))


def keep_a_box() -> None:
    with writing() as session:
        closed = session.get_one(Round, CLOSED)
        session.add(Box(round_team_id=closed.teams[0].id, kind="ballots", blob=b"x"))


def keep_a_private_key() -> None:
    with writing() as session:
        session.get_one(Round, CLOSED).teams[0].private_key = b"x"


def keep_a_round_key() -> None:
    keys().create(factories.public_id(CLOSED))


def leave_destruction_unfinished() -> None:
    with writing() as session:
        session.get_one(Round, CLOSED).destroyed = False


def show_other_words() -> None:
    with writing() as session:
        session.get_one(Round, OPEN).teams[0].fingerprint = "other words than these"


def swap_a_public_key() -> None:
    with writing() as session:
        opened = session.get_one(Round, OPEN)
        made = new_ticket_key(derive(bytes(32), "another"), b"")
        opened.teams[0].public_key, opened.teams[0].fingerprint = made.public, made.words


def restore_an_older_copy() -> None:
    keys().mark_counted(factories.public_id(OPEN), bytes(32))


def edit_publication(change: Callable[[Any], object]) -> None:
    with writing() as session:
        stored = session.query(Publication).order_by(Publication.round_team_id).first()
        assert stored
        document = json.loads(stored.document)
        change(document)
        stored.document = json.dumps(document)


def unsort_comments() -> None:
    edit_publication(lambda document: document["comments"]["C1"].reverse())


def show_few_comments() -> None:
    edit_publication(lambda document: document["comments"].update(C2=["one of few"]))


def show_exact_values() -> None:
    edit_publication(lambda document: document["scales"]["s"].update(twentieths=12.375))


def show_a_small_team() -> None:
    with writing() as session:
        session.get_one(Round, CLOSED).teams[0].invited = 4


def let_others_read_the_keys() -> None:
    folder: Path = keys().path
    next(folder.glob("round-*.key")).chmod(0o644)


@pytest.mark.parametrize(
    ("damage", "title", "finding"),
    [
        (shorten_a_box, "The database while a round is open", "constant length"),
        (open_a_box, "The database while a round is open", "not encrypted"),
        (note_the_time, "The database while a round is open", "answered_at"),
        (keep_a_slip, "The database after closing", "slips"),
        (keep_a_box, "The database after closing", "boxes"),
        (keep_a_private_key, "The database after closing", "private keys"),
        (keep_a_round_key, "The database after closing", "still in the key directory"),
        (leave_destruction_unfinished, "The database after closing", "not destroyed yet"),
        (show_other_words, "A key of one's own", "four words"),
        (swap_a_public_key, "A key of one's own", "does not belong"),
        (restore_an_older_copy, "A round counted twice", "counted before"),
        (unsort_comments, "What was published", "order of their text"),
        (show_few_comments, "What was published", "fewer people than promised"),
        (show_exact_values, "What was published", "not rounded"),
        (show_a_small_team, "What was published", "fewer people than the threshold"),
        (let_others_read_the_keys, "The key directory as another user", "chmod"),
    ],
)
def test_each_damage_is_found_by_its_attack(
    installation: Attack,
    damage: Callable[[], None],
    title: str,
    finding: str,
) -> None:
    damage()
    found = installation()
    named = [
        said for name, all_said in found.items() if name.startswith(title) for said in all_said
    ]
    assert any(finding in said for said in named), found


def test_boxes_that_are_not_sealed_anew_are_found(
    installation: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attacks, "reseal_open_rounds", lambda _keys: 0)
    assert "the same in both copies" in installation()["Two copies of the database"][0]
    assert resealing.reseal_open_rounds(keys()) == 2


def test_a_key_for_one_visitor_alone_is_found(client: PageClient, app: Flask) -> None:
    factories.open_teams(Dana=5)

    def fetch(path: str, visitor: str) -> bytes:
        return bytes(client.get(path).data) + visitor.encode()

    found = {a.title: a.findings for a in attacks.Installation(db.session, keys(), fetch).attacks()}
    assert "not everybody is shown the key" in found["A key of one's own"][0]
