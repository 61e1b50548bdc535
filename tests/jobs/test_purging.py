"""Purging and deleting to the last byte, and by the calendar."""

from __future__ import annotations

import datetime as dt
import errno
import os
import sqlite3
import time
from email.utils import localtime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from surveyapp.jobs import purging
from surveyapp.jobs.purging import NotErasedError, months_before
from surveyapp.jobs.reporting import report_file
from surveyapp.jobs.running import run_job
from surveyapp.jobs.schedule import enqueue
from surveyapp.mail.composing import Letterhead, Recipient, Words, letter
from surveyapp.mail.outbox import Outbox
from surveyapp.roster import keeping
from surveyapp.roster.checking import Roster
from surveyapp.storage import audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import (
    Account,
    Actor,
    AuditEntry,
    JobKind,
    Organisation,
    Person,
    RoleName,
    Round,
    RoundTeam,
    Team,
)
from surveyapp.web.pages import keys, settings, today
from tests import factories, followups
from tests.report_orders import order_reports

if TYPE_CHECKING:
    from flask import Flask

NAME, ADDRESS = "Zacharias Quill", "zacharias.quill@demo.example"


@pytest.fixture
def organisation(app: Flask) -> int:
    made = factories.make_organisation()
    factories.make_team(made, "Dana", 5, mail=True)
    with writing() as session:
        one = session.scalars(select(Person).where(Person.name == "Dana 1")).one()
        one.name, one.email = NAME, ADDRESS
    return made


def hold_a_round(organisation: int) -> int:
    """Hold a round whose mails lie in the outbox and whose reports are made; it is released."""
    round_id = factories.open_round(organisation)
    with writing() as session:
        invite = enqueue(session, JobKind.INVITE, factories.public_id(round_id)).id
    run_job(invite, keys(), settings())
    factories.close_and_release(round_id)
    order_reports(round_id)
    return round_id


def leave_roster() -> None:
    with writing() as session:
        for team in session.scalars(select(Team)):
            team.members = []


def folder() -> Path:
    return Path(settings().mail_url.removeprefix("file:"))


def outbox() -> list[Path]:
    return [mail for mail in folder().glob("*.eml") if ADDRESS in mail.read_text(encoding="utf-8")]


def test_no_byte_of_a_purged_round_is_left(organisation: int) -> None:
    hold_a_round(organisation)
    leave_roster()
    assert outbox()
    purged, proof = purging.purge(
        settings(), organisation, today() + dt.timedelta(days=99), audit.COMMAND
    )
    assert (purged.people, len(purged.rounds)) == (6, 1)
    assert proof.holds
    assert proof.words >= 12
    assert not outbox()
    assert not list(report_file(settings(), "x").parent.iterdir())
    if db.engine.dialect.name == "sqlite":
        assert proof.files
        for file in settings().instance.glob("surveyapp.sqlite*"):
            assert NAME.encode() not in file.read_bytes()


def test_what_others_wrote_about_somebody_is_named_and_not_hidden(organisation: int) -> None:
    round_id = hold_a_round(organisation)
    followups.agree(
        round_id,
        agreed=followups.AGREED.__class__(f"Ask {NAME}", "x", "x", today(), "x"),
    )
    with writing() as session:
        one = session.scalars(select(Person.id).where(Person.name == NAME)).one()
    words = purging.forget(settings(), organisation, audit.COMMAND, person=one, account=None)
    proof = purging.prove(settings(), words)
    assert proof.places == ("agreement.document",)
    assert not proof.holds
    assert not outbox()


def test_nobody_elses_mail_goes_with_a_persons(organisation: int) -> None:
    with writing() as session:
        other = session.scalars(select(Person).where(Person.name == "Dana 2")).one()
        other.email = f"x.{ADDRESS}"
        session.get_one(Organisation, organisation).contact = ADDRESS
        number = session.scalars(select(Person.id).where(Person.name == NAME)).one()
    round_id = factories.open_round(organisation)
    with writing() as session:
        invite = enqueue(session, JobKind.INVITE, factories.public_id(round_id)).id
    run_job(invite, keys(), settings())
    before = {file.name for file in folder().iterdir()}
    assert len(before) == 5
    purging.forget(settings(), organisation, audit.COMMAND, person=number, account=None)
    gone = before - {file.name for file in folder().iterdir()}
    assert gone == {f"{factories.public_id(round_id)}-{number}-invitation.eml"}


def test_mails_to_a_former_address_and_about_a_result_go_too(organisation: int) -> None:
    hold_a_round(organisation)
    leave_roster()
    with writing() as session:
        dana = session.scalars(select(Person).where(Person.name == "Dana")).one()
        team, number = session.scalars(select(RoundTeam.public_id)).one(), dana.id
        dana.email = "dana@bücher.example"
    account = factories.make_account(organisation, "Dana", RoleName.LEADER)
    with writing() as session:
        held = session.scalars(select(Account).where(Account.email == account)).one()
        held.email = "dana@bücher.example"
        account_id = held.id
    write = partial(letter, Letterhead("Northwind", "https://x.example", localtime()))
    words = Words("x", [f"Hello {NAME}"], [], [])
    goes = {
        f"abc-{number}-reminder-1": "dana.before@demo.example",
        "abc-99-results-" + team: "dana.2@demo.example",
        "account-0011": "Dana@bücher.example",
    }
    stays = {"abc-99-reminder-1": "dana@bücher.example", "account-0022": "a.dana@bücher.example"}
    post = Outbox.of(settings())
    assert post
    for name, email in (goes | stays).items():
        post.deliver(name, write(Recipient(name, "", email, "en"), lambda: words))
    purging.forget(settings(), organisation, audit.COMMAND, person=number, account=account_id)
    left = {file.stem for file in post.folder.iterdir()}
    assert left >= set(stays)
    assert not left & set(goes)


def test_a_people_file_that_waits_to_be_imported_goes(organisation: int) -> None:
    other = factories.make_organisation("Contoso")
    owners = [f"account 1{keeping.owned_in(one)}" for one in (organisation, other)]
    here, there = (keeping.keep(settings().instance, one, Roster((), ())) for one in owners)
    with writing() as session:
        number = session.scalars(select(Person.id).where(Person.name == NAME)).one()
    purging.forget(settings(), organisation, audit.COMMAND, person=number, account=None)
    now = time.time()
    assert keeping.kept(settings().instance, owners[0], here, now) is None
    assert keeping.kept(settings().instance, owners[1], there, now) is not None


def test_a_people_file_that_was_cut_off_stops_no_deletion_and_goes(organisation: int) -> None:
    keeping.keep(settings().instance, "account 1, organisation 0", Roster((), ()))
    folder = settings().instance / keeping.FOLDER
    (whole,) = folder.iterdir()
    (folder / "cut").write_bytes(whole.read_bytes()[:-9])
    (folder / ".empty").touch()
    assert keeping.kept(settings().instance, "account 1, organisation 0", "cut", 0) is None
    with writing() as session:
        number = session.scalars(select(Person.id).where(Person.name == NAME)).one()
    purging.forget(settings(), organisation, audit.COMMAND, person=number, account=None)
    assert list(folder.iterdir()) == [whole]


def test_a_people_file_has_its_name_only_once_it_is_whole(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(descriptor: int, *_: object, **__: object) -> None:
        os.close(descriptor)
        raise OSError(errno.ENOSPC, "the disk is full")

    monkeypatch.setattr("surveyapp.roster.keeping.os.fdopen", fill_the_disk)
    with pytest.raises(OSError, match="full"):
        keeping.keep(settings().instance, "somebody", Roster((), ()))
    (left,) = (settings().instance / keeping.FOLDER).iterdir()
    assert left.name.startswith(".")


def test_a_dry_run_changes_nothing(organisation: int) -> None:
    hold_a_round(organisation)
    leave_roster()
    found = purging.would_purge(organisation, today() + dt.timedelta(days=99))
    assert (len(found.rounds), found.people) == (1, 6)
    with writing() as session:
        assert len(session.scalars(select(Round)).all()) == 1
        assert len(session.scalars(select(Person)).all()) == 6


@pytest.mark.parametrize(("months", "left"), [(None, 1), (12, 1), (11, 0)])
def test_the_calendar_purges_by_each_organisations_time(
    organisation: int, months: int | None, left: int
) -> None:
    hold_a_round(organisation)
    with writing() as session:
        session.get_one(Organisation, organisation).retention_months = months
        session.scalars(select(Round)).one().closes_on = months_before(today(), 12)
    with writing() as session:
        job_id = enqueue(session, JobKind.PURGE).id
    assert run_job(job_id, keys(), settings())
    with writing() as session:
        assert len(session.scalars(select(Round)).all()) == left
        by = session.scalars(select(AuditEntry.actor).order_by(AuditEntry.id.desc())).first()
        assert (by == Actor.CALENDAR) is (left == 0)


def test_a_new_organisation_keeps_rounds_for_two_years(organisation: int) -> None:
    with writing() as session:
        assert session.get_one(Organisation, organisation).retention_months == 24


def test_what_a_reader_kept_from_being_erased_is_tried_again(
    sqlite_app: Flask, migrated_database: Path
) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 3)
    hold_a_round(organisation)
    leave_roster()
    database = db.engine.url.database or ""
    with sqlite3.connect(database) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        _purged, proof = purging.purge(
            settings(), organisation, today() + dt.timedelta(days=99), audit.COMMAND
        )
        assert not proof.erased
        assert not proof.holds
        with pytest.raises(NotErasedError):
            purging.purge_by_retention(settings(), time.time())
        reader.rollback()
    reader.close()
    purging.purge_by_retention(settings(), time.time())
    assert purging.purge(settings(), organisation, today(), audit.COMMAND)[1].holds


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2027-03-31", 1, "2027-02-28"),
        ("2027-01-15", 1, "2026-12-15"),
        ("2026-11-28", 24, "2024-11-28"),
        ("2028-02-29", 12, "2027-02-28"),
    ],
)
def test_months_are_counted_by_the_calendar(day: str, months: int, before: str) -> None:
    assert str(months_before(dt.date.fromisoformat(day), months)) == before
