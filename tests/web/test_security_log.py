"""Nothing secret is logged, at the most talkative level, by us or by any library."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from surveyapp.jobs.running import run_job
from surveyapp.jobs.schedule import enqueue
from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import JobKind
from surveyapp.web.pages import keys
from tests import factories, followups
from tests.factories import send
from tests.installation import installation, page_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from surveyapp.config import Settings

CHOSEN, WRONG = "chosen-by-myself-alone", "mistyped-by-myself-alone"


@pytest.fixture
def talkative(
    settings: Settings, migrated_database: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[Flask]:
    """Run an application that was started while everything is logged."""
    # By name as well: a command that ran in this process may have chosen a level for it.
    for name in ("", "surveyapp", "alembic"):
        caplog.set_level(logging.DEBUG, name)
    with installation(settings, migrated_database) as app:
        yield app


class Secrets:
    """What people type, hold and are sent, by what it is."""

    def __init__(self, app: Flask) -> None:
        """Make an organisation in which everything secret is used once."""
        self.app, self.client = app, page_client(app)
        self.held: dict[str, str] = {"session secret": app.config["SECRET_KEY"]}
        self.northwind = factories.make_organisation()
        factories.make_team(self.northwind, "Dana", 5, mail=True)
        factories.make_team(self.northwind, "Eve", 5)

    def keep(self, what: str, secret: str) -> str:
        """Remember something that nobody may find."""
        self.held[what] = secret
        return secret

    def sign_in(self) -> None:
        """Choose a password by the first link, mistype it, and sign in."""
        email = self.keep("address", factories.make_leader_account(self.northwind, "Dana"))
        with writing() as session:
            accounts.find_account(session, email).password = None
        link = factories.starting_path(email)
        self.keep("token of the link", link.rpartition("/")[2])
        for password in (self.keep("short password", "short"), self.keep("password", CHOSEN)):
            token = self.keep("form's token", factories.token(self.client.get(link).text))
            form = {"csrf_token": token, "password": password, "again": password}
            self.client.post(link, data=form)
        for password in (self.keep("wrong password", WRONG), CHOSEN):
            reply = send(self.client, "/account/login", email=email, password=password)
        assert reply.status_code == 302
        cookie = self.client.get_cookie("session")
        assert cookie
        self.keep("cookie", cookie.value)

    def answer(self) -> None:
        """Invite by mail, answer by link and by slip, mistype a slip, change an answer."""
        opened = factories.open_round(self.northwind)
        with writing() as session:
            job = enqueue(session, JobKind.INVITE, factories.public_id(opened))
            session.flush()
            job_id = job.id
        run_job(job_id, keys(), self.app.config["SETTINGS"])
        link, slip = factories.draw_links(opened)["Dana"][0], factories.draw_codes(opened)["Eve"][0]
        self.keep("token of an invitation", factories.split_link(link)[1])
        self.keep("slip", slip)
        self.client.post("/slip", data={"slip": self.keep("mistyped slip", slip[:-1])})
        said = factories.answers() | {"C1": self.keep("comment", "what-one-person-wrote")}
        self.keep("twelve words", factories.answer_by_link(factories.new_client(), link, said))
        words = factories.answer_by_slip(factories.new_client(), slip, said)
        change = f"/answer/{factories.team_ids(opened)['Eve']}/change"
        self.client.post(change, data={"words": self.keep("words of the slip", words)})
        factories.close_and_release(opened)
        self.keep("share", followups.share(opened))
        assert self.client.get(f"/share/{self.held['share']}").status_code == 200
        assert self.client.get(f"/share/{self.held['share']}x").status_code == 404

    def fail(self) -> None:
        """Let the server fail with a secret in its hands."""

        def careless() -> str:
            raise RuntimeError(*self.held.values())

        self.app.view_functions["leader.results"] = careless
        assert self.client.get("/leader/", may_fail=True).status_code == 500

    def found_in(self, text: str) -> set[str]:
        """Return what of it somebody reads in a text."""
        return {what for what, secret in self.held.items() if secret in text}


def test_neither_log_nor_output_has_a_secret(
    talkative: Flask, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = Secrets(talkative)
    secrets.sign_in()
    secrets.answer()
    secrets.fail()
    written = "".join(capfd.readouterr())
    logged = "\n".join(f"{record.name} {vars(record)}" for record in caplog.records)
    assert "RuntimeError in leader.results" in caplog.text
    assert secrets.found_in(caplog.text + logged + written) == set()


def test_a_secret_in_the_log_is_found(talkative: Flask, caplog: pytest.LogCaptureFixture) -> None:
    secrets = Secrets(talkative)
    secrets.sign_in()
    talkative.logger.debug("%s came in", secrets.held["address"])
    assert "address" in secrets.found_in(caplog.text)
