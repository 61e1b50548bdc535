"""A disk that is full: nothing is half written, the words are clear, and a retry succeeds.

On SQLite alone: how PostgreSQL keeps what it has on a full disk is its own affair, and what it
says then takes the same way through the pages.
"""

from __future__ import annotations

import resource
import subprocess
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from surveyapp.jobs import sending
from surveyapp.rounds import closing, opening
from surveyapp.storage.database import db, erase_deleted, forget_log, writing
from surveyapp.storage.models import JobKind, Organisation, Round, State
from surveyapp.web.pages import keys, settings, today
from tests import factories
from tests.faults.answered import Kept, answered_round, counted_once, outcome, stored
from tests.faults.posting import CountingPost
from tests.installation import DATABASE, installation, page_client, settings_for
from tests.jobs.desk import NOON, do_what_is_due, put, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flask import Flask

DISK = "8m"
TOO_FEW_BYTES = 1024
MINUTE = 60


@contextmanager
def no_room_on_the_disk() -> Iterator[None]:
    """Fill the disk to the last byte, or let no file grow where the disk is not ours to fill."""
    if not settings().instance.is_mount():
        with no_file_may_grow():
            yield
        return
    filler = settings().instance / "filler"
    try:
        with filler.open("wb", buffering=0) as opened, suppress(OSError):
            while True:
                opened.write(bytes(1024))
        yield
    finally:
        filler.unlink()


@contextmanager
def no_file_may_grow() -> Iterator[None]:
    """Refuse every write behind the first bytes of a file, as a quota does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (TOO_FEW_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def no_page_more() -> Iterator[None]:
    """Let the database take no page more than it has."""

    def limit(connection: Any, _record: object) -> None:  # noqa: ANN401  (DBAPI object)
        connection.execute("PRAGMA max_page_count = 1")  # it has more, so it keeps those

    db.session.close()
    event.listen(db.engine, "connect", limit)
    db.engine.dispose()
    try:
        yield
    finally:
        db.session.close()
        event.remove(db.engine, "connect", limit)
        db.engine.dispose()


WAYS = (no_room_on_the_disk, no_file_may_grow, no_page_more)


@contextmanager
def disk_of_its_own(folder: Path, size: str = DISK) -> Iterator[bool]:
    """Put a small disk onto a folder; yields whether that is permitted here."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "surveyapp-test", str(folder)]
    mounted = subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607  (as mount)


@pytest.fixture
def app(tmp_path: Path, migrated_database: Path) -> Iterator[Flask]:
    """Run on a disk of its own, if one can be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with disk_of_its_own(disk), installation(settings_for(disk), migrated_database) as app:
        yield app


@pytest.mark.parametrize("full", WAYS[:2])  # a ballot needs no page more than an empty box has
def test_a_ballot_is_not_saved_and_says_so_and_the_same_form_sent_again_counts_once(
    app: Flask,
    full: Callable[[], AbstractContextManager[None]],
    record_property: Callable[[str, object], None],
) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 2)
    round_id = factories.open_round(organisation)
    slip, _other = factories.draw_codes(round_id)["Dana"]
    client = page_client(app)
    code = factories.carried_code(client.post("/slip", data={"slip": slip}).text)
    form = {"slip": slip, "change_code": code, **factories.answers()}
    with full():
        refused = client.post("/slip/answers", data=form)
    assert refused.status_code == 503
    assert "is not saved" in refused.text
    assert int(refused.headers["Retry-After"]) > 0
    assert stored(round_id) == 0
    for _again in range(2):
        assert client.post("/slip/answers", data=form).status_code == 200
    assert stored(round_id) == 1
    record_property("ballots", "acknowledged 1, stored 1; seen meanwhile: 1 x 503")


def test_a_log_that_cannot_be_emptied_is_no_fault_of_whoever_just_answered(app: Flask) -> None:
    factories.make_organisation()
    with no_file_may_grow():
        forget_log(db.engine)
    log = settings().instance / f"{DATABASE}-wal"
    assert log.stat().st_size > 0
    forget_log(db.engine)
    assert log.stat().st_size == 0


@pytest.mark.parametrize("full", WAYS[:2])  # deleted answers leave pages for what is published
def test_a_closing_ends_as_if_there_had_been_room(
    app: Flask,
    full: Callable[[], AbstractContextManager[None]],
    record_property: Callable[[str, object], None],
) -> None:
    round_id = answered_round()
    record_property(
        "ballots", counted_once(round_id, "closed to the same values after a full disk")
    )
    before = Kept.now()
    assert closing.close(round_id, keys(), today=today())
    expected = outcome(round_id)
    before.put_back()
    with full(), suppress(OperationalError, OSError):
        assert not closing.close(round_id, keys(), today=today())
    half = outcome(round_id)
    assert not half["state"][1]
    assert bool(half["told"]) != bool(half["left"][0])
    assert closing.close(round_id, keys(), today=today())
    assert outcome(round_id) == expected


@pytest.mark.parametrize("full", WAYS)
def test_a_mailing_goes_on_once_there_is_room_and_asks_nobody_twice_but_the_one_in_flight(
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    full: Callable[[], AbstractContextManager[None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    people = 180  # whose notes need more than a page
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", people, mail=True)
    job = put(JobKind.INVITE, factories.public_id(factories.open_round(organisation)))
    assert erase_deleted()  # so that no page is free
    with ExitStack() as disk:
        post = CountingPost(at=5, happens=lambda: disk.enter_context(full()))
        monkeypatch.setattr(sending, "open_post", post.open)
        assert not do_what_is_due()
        assert len(post.taken) < people
    assert "invite " in caplog.text
    for minute in range(2, 20, 2):
        do_what_is_due(NOON + minute * MINUTE)
    assert row(job).state == "done"
    assert len(post.taken) == people
    assert post.twice() <= 1


@pytest.mark.parametrize("full", WAYS)
def test_a_round_that_finds_no_room_stays_a_draft_that_opens_later(
    app: Flask, full: Callable[[], AbstractContextManager[None]]
) -> None:
    organisation = factories.make_organisation()
    for leader in ("Dana", "Bo"):
        factories.make_team(organisation, leader, 40)
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        round_id = opening.create_round(session, owner, "Spring", today()).id

    def open_it() -> None:
        with writing() as session:
            opening.open_round(session, session.get_one(Round, round_id), keys(), today())

    with full(), pytest.raises((OperationalError, OSError)):
        open_it()
    with writing() as session:
        assert session.get_one(Round, round_id).state == State.DRAFT
    open_it()
    assert stored(round_id) == 0
