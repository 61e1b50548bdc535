from __future__ import annotations

import datetime as dt
import re
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from surveyapp.anonymity import base64url
from surveyapp.rounds import closing, opening
from surveyapp.rounds.invitations import read_token
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Box,
    Delivery,
    Invite,
    JobKind,
    JobState,
    Person,
    Round,
    RoundTeam,
    Team,
)
from surveyapp.web.pages import keys, settings, today
from tests import factories
from tests.jobs.desk import NOON, do_what_is_due, mails, outbox, put, row

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.installation import PageClient

LINK = re.compile(
    r"^http://127\.0\.0\.1:8000/answer/(\w{16})#([\w-]{43})\.([\w-]{22})$", re.MULTILINE
)
DANA = [factories.address(f"Dana {number}") for number in range(1, 7)]
"""Who is asked about Dana by mail, in the order of their mails."""
SOON = dt.datetime.fromtimestamp(NOON).astimezone().date() + dt.timedelta(days=9)


def open_round(*, mail: int = 3, slip: int = 0) -> tuple[int, int]:
    """Open a round about Dana, who leads people with mail, and Bo; returns it, and its job."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", mail, mail=True)
    if slip:
        factories.make_team(organisation, "Bo", slip)
    return invite_to(factories.open_round(organisation))


def invite_to(round_id: int) -> tuple[int, int]:
    with writing() as session:
        session.get_one(Round, round_id).closes_on = SOON
    return round_id, put(JobKind.INVITE, factories.public_id(round_id))


def join(name: str, leader: str) -> None:
    """Let somebody, new or not, into a leader's team."""
    email = factories.address(name)
    with writing() as session:
        team = session.scalars(select(Team).where(Team.name == f"Team {leader}")).one()
        member = session.scalar(select(Person).where(Person.email == email))
        team.members.append(
            member or Person(organisation_id=team.organisation_id, name=name, email=email)
        )


def text_of(mail: bytes) -> str:
    plain = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
    assert plain
    return str(plain.get_content()).replace("\r\n", "\n")


def links(mail: bytes) -> list[tuple[str, str]]:
    """Return team and token of each link, which stands on a line of its own."""
    found = [(team, token) for team, token, _fingerprint in LINK.findall(text_of(mail))]
    assert found
    return found


def test_everybody_with_mail_gets_one_mail_with_a_good_link_for_each_of_their_leaders(
    app: Flask,
) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Dana", 3, mail=True)
    factories.make_team(organisation, "Bo", 2)
    join("Dana 1", "Bo")
    round_id, job_id = invite_to(factories.open_round(organisation))
    assert do_what_is_due()
    sent = outbox()
    assert set(sent) == {factories.address(f"Dana {number}") for number in (1, 2, 3)}
    found = {link for mail in sent.values() for link in links(mail)}
    with writing() as session:
        opened = session.get_one(Round, round_id)
        round_key = keys().read(opened.public_id)
        good = {
            (team.public_id, invite.random_id)
            for team in opened.teams
            for invite in session.scalars(select(Invite).where(Invite.round_team_id == team.id))
            if invite.random_id
        }
    assert {(team, read_token(round_key, team, token)) for team, token in found} == good
    about_both = sent[factories.address("Dana 1")]
    assert len(links(about_both)) == 2
    assert {"About Dana:", "About Bo:"} <= set(text_of(about_both).splitlines())
    assert (row(job_id).state, row(job_id).done, row(job_id).total) == (JobState.DONE, 3, 3)


def test_mails_are_the_same_bytes_whoever_has_answered_and_without_any_box(
    app: Flask, client: PageClient
) -> None:
    round_id, job_id = open_round(mail=4)
    do_what_is_due()
    nobody_answered = outbox()
    for link in factories.draw_links(round_id)["Dana"][:2]:
        factories.answer_by_link(client, link)
    for changes in ((), (delete(Box),)):
        with writing() as session:
            for change in (*changes, delete(Delivery)):
                session.execute(change)
        assert put(JobKind.INVITE, factories.public_id(round_id)) == job_id
        for file in mails():
            file.unlink()
        do_what_is_due()
        assert outbox() == nobody_answered


def test_a_mail_tells_no_more_of_its_time_than_the_hour(app: Flask) -> None:
    open_round()
    do_what_is_due(NOON + 1234)
    (date,) = {
        message_from_bytes(mail, policy=policy.default)["Date"] for mail in outbox().values()
    }
    assert date.datetime.timestamp() == NOON


def test_no_token_is_in_the_database_or_in_a_log(
    sqlite_app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    open_round()
    do_what_is_due()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("*.sqlite*"))
    for mail in outbox().values():
        for _team, token in links(mail):
            random_id, tag = (base64url.decode(token)[part] for part in (slice(16), slice(16, 32)))
            assert random_id in stored
            assert tag not in stored
            assert token.encode() not in stored
            assert token not in caplog.text
    assert "demo.example" not in caplog.text


def test_a_job_that_stopped_goes_on_where_it_stood_and_repeats_no_mail(app: Flask) -> None:
    _round_id, job_id = open_round(mail=50)
    asked = 0

    def stopping(_seconds: float) -> bool:
        nonlocal asked
        asked += 1
        return asked > 27

    do_what_is_due(stopping=stopping)
    waiting = row(job_id)
    assert waiting.state == JobState.WAITING
    assert waiting.total == 50
    assert 0 < waiting.done == len(mails()) < 30
    sent = mails()[:]
    for file in sent:
        file.unlink()
    do_what_is_due()
    assert row(job_id).state == JobState.DONE
    assert len(mails()) == 50 - len(sent)
    assert not set(sent) & set(mails())


def test_who_joins_while_mails_are_sent_gets_one_and_the_outbox_one_for_each(app: Flask) -> None:
    round_id, _job_id = open_round(mail=45)
    joined = False

    def join_meanwhile(_seconds: float) -> bool:
        nonlocal joined
        if len(mails()) == 10 and not joined:
            joined = True
            join("Late", "Dana")
            with writing() as session:
                opened = session.get_one(Round, round_id)
                assert opening.invite_late(session, opened, keys(), today()) == 1
        return False

    do_what_is_due(stopping=join_meanwhile)
    assert factories.address("Late") in outbox()
    assert len(mails()) == 46


def test_who_joined_before_a_job_goes_on_is_not_left_out(app: Flask) -> None:
    organisation = factories.make_organisation()
    factories.make_team(organisation, "Early", 1, mail=True)  # their ids come first
    factories.make_team(organisation, "Dana", 30, mail=True)
    with writing() as session:
        team = session.scalars(select(Team).where(Team.name == "Team Early")).one()
        team.members = []
    round_id, job_id = invite_to(factories.open_round(organisation))
    do_what_is_due(stopping=lambda _seconds: len(mails()) == 25)
    assert row(job_id).done == 25
    join("Early 1", "Dana")
    with writing() as session:
        opening.invite_late(session, session.get_one(Round, round_id), keys(), today())
    do_what_is_due()
    assert len(outbox()) == 31


@pytest.mark.parametrize("how", ["closing", "past"])
def test_a_round_that_takes_no_answers_invites_nobody(app: Flask, how: str) -> None:
    round_id, job_id = open_round()
    with writing() as session:
        if how == "closing":
            closing.begin(session, session.get_one(Round, round_id))
    later = NOON + 10 * 24 * 3600 if how == "past" else NOON
    assert do_what_is_due(later)
    assert mails() == []
    assert (row(job_id).state, row(job_id).done) == (JobState.DONE, 0)


def test_who_was_erased_is_left_out_and_the_others_are_not(app: Flask) -> None:
    open_round()
    with writing() as session:
        gone = session.scalars(select(Person).where(Person.name == "Dana 2")).one()
        gone.email = None
    assert do_what_is_due()
    assert set(outbox()) == {factories.address("Dana 1"), factories.address("Dana 3")}


def test_another_organisations_people_are_not_invited(app: Flask) -> None:
    contoso = factories.make_organisation("Contoso")
    factories.make_team(contoso, "Eve", 3, mail=True)
    factories.open_round(contoso)
    _round_id, job_id = open_round(slip=2)
    do_what_is_due()
    assert (row(job_id).done, row(job_id).total) == (3, 3)
    assert {address.split(".")[0] for address in outbox()} == {"dana"}
    assert settings().mail_url == f"file:{mails()[0].parent}"
    with writing() as session:
        names = set(session.scalars(select(RoundTeam.leader_name)))
    assert names == {"Eve", "Dana", "Bo"}
