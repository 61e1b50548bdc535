"""Attack 9 over a whole round: somebody keeps every line of JSON that server and worker log.

People are mailed, sign in, answer by link and by slip and fail at it; the round is counted and
shown. The attacker knows every address, code, key and answer, and searches for it.
"""

from __future__ import annotations

import json
import re
import time
from contextlib import closing
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.mail_server import PASSWORD
from surveyapp.anonymity import base64url, change_code
from surveyapp.jobs import schedule
from surveyapp.rounds import closing as counting
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Job, JobKind, JobState, Round
from surveyapp.web.pages import keys
from tests import factories, followups
from tests.attacks.failing_server import FAIL
from tests.attacks.test_server_output import BROWSER, COMMENT, HOST, SENDER, serving
from tests.installation import installation, settings_for
from tests.jobs.smtp import serving as serving_mail
from tests.papers import new_paper

if TYPE_CHECKING:
    from pathlib import Path

FIELDS: Final = {"time", "level", "program", "from", "message", "places"}
WRONG: Final = "quite-a-wrong-password"
PATIENCE_SECONDS: Final = 120
EXPECTED: Final = (
    "server: RuntimeError in answer.ballot",
    "server: RoundKeyError in answer.ticket",
    "worker: invite ",
    "worker: close ",
)
"""What is to be found in the log, or the rest would prove nothing."""


class Browser:
    """Somebody's browser: keeps cookies, and everything secret that it sent or was sent."""

    def __init__(self, port: int) -> None:
        """Keep secrets by what they are."""
        self._port = port
        self._cookies: SimpleCookie = SimpleCookie()
        self.secrets: dict[str, set[str]] = {"browser": {BROWSER}, "sender": {SENDER}}

    def send(
        self, path: str, form: dict[str, str] | None = None, *, as_json: bool = False
    ) -> tuple[int, str]:
        """Send a request; returns status and page, or where it leads."""
        headers = {"User-Agent": BROWSER, "X-Forwarded-For": SENDER}
        headers["Cookie"] = "; ".join(f"{n}={m.value}" for n, m in self._cookies.items())
        kind = "json" if as_json else "x-www-form-urlencoded"
        body = None if form is None else json.dumps(form) if as_json else urlencode(form)
        if body:
            headers["Content-Type"] = f"application/{kind}"
        with closing(HTTPConnection(HOST, self._port, source_address=(SENDER, 0))) as connection:
            connection.request("GET" if form is None else "POST", path, body, headers)
            reply = connection.getresponse()
            text = reply.headers.get("Location") or reply.read().decode()
        for line in reply.headers.get_all("Set-Cookie") or ():
            self._cookies.load(line)
        self.secrets["cookie"] = {morsel.value for morsel in self._cookies.values()} - {""}
        return reply.status, text

    def knows(self, what: str, *secrets: str) -> None:
        """Keep what must be in no log."""
        self.secrets.setdefault(what, set()).update(secrets)

    def sign_in(self, email: str, password: str) -> int:
        """Sign in; returns the status."""
        token = factories.token(self.send("/account/login")[1])
        self.knows("password", password)
        self.knows("form's token", token)
        form = {"email": email, "password": password, "csrf_token": token}
        return self.send("/account/login", form)[0]

    def ask_for_link(self, email: str) -> None:
        """Ask for a mail with a link to sign in."""
        token = factories.token(self.send("/account/link")[1])
        self.send("/account/link", {"email": email, "csrf_token": token})

    def answer_by_link(self, link: str, comment: str = COMMENT) -> int:
        """Answer as the page's script does; returns the last status."""
        path, token = factories.split_link(link)
        self.send(path)
        paper = new_paper(factories.public_key(path))
        asked = paper.ticket_request(token)
        self.knows("token", token, asked["blinded"])
        status, reply = self.send(f"{path}/ticket", asked, as_json=True)
        assert status == 200, reply
        signed = json.loads(reply)["signature"]
        credential = paper.credential(factories.public_key(path), signed)
        self.knows("ticket", signed, *credential.values())
        self.knows("change code", change_code.to_words(paper.code), paper.code.hex())
        choices = factories.answers()
        self.knows("answers", comment, urlencode(choices)[:15], str(choices)[1:20])
        form = {**credential, "C1": comment, "C2": COMMENT, **choices}
        return self.send(f"{path}/ballot", form)[0]

    def answer_by_slip(self, slip: str) -> int:
        """Answer by the form; returns the last status."""
        code = factories.carried_code(self.send("/slip", {"slip": slip})[1])
        self.knows("slip", slip, slip.replace("-", ""))
        self.knows("change code", code)
        form = {"slip": slip, "change_code": code, "C1": COMMENT, **factories.answers()}
        return self.send("/slip/answers", form)[0]


def until_done(kind: JobKind) -> Job:
    """Wait until a job has come to its end, and return it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with Session(db.engine) as session:
            job = session.scalars(select(Job).where(Job.kind == kind)).one()
        if job.state in {JobState.DONE, JobState.FAILED}:
            return job
        assert time.monotonic() < deadline, f"{kind} is {job.state}: {job.fault}"
        time.sleep(0.2)


def count(round_id: int) -> None:
    """Let the worker close a round, and show leaders their results."""
    public_id = factories.public_id(round_id)
    with writing() as session:
        counting.begin(session, session.get_one(Round, round_id))
        schedule.enqueue(session, JobKind.CLOSE, public_id)
    until_done(JobKind.CLOSE)
    factories.release_round(round_id)


def messages(text: str) -> list[str]:
    """Read a log, and hold its lines to their form; returns who says what."""
    lines = [json.loads(line) for line in text.splitlines()]
    assert all(set(line) <= FIELDS for line in lines)
    assert all(re.fullmatch(r"[-0-9]{10}T[0-9:]{5}Z", line["time"]) for line in lines)
    return [f"{line['program']}: {line['message']}" for line in lines]


def test_a_whole_round_is_logged_without_what_leads_to_an_answer_or_an_account(
    tmp_path: Path, migrated_database: Path
) -> None:
    folder, output = tmp_path / "instance", tmp_path / "output"
    folder.mkdir()
    with (
        serving_mail(tmp_path) as post,
        installation(settings_for(folder), migrated_database) as app,
    ):
        organisation = factories.make_organisation()
        factories.make_team(organisation, "Dana", 12, mail=True)
        factories.make_team(organisation, "Eve", 8)
        email = factories.make_leader_account(organisation, "Dana")
        opened = factories.open_round(organisation)
        links, codes = factories.draw_links(opened)["Dana"], factories.draw_codes(opened)["Eve"]
        round_key = keys().read(factories.public_id(opened))
        secret = app.config["SECRET_KEY"]
        written = f'mail_url = "{post.url}"\nsecret_key = "{secret}"\n'
        (folder / "surveyapp.toml").write_text(written, encoding="utf-8")
        refused = factories.address("Dana 3")
        post.says = {refused: f"550 5.1.1 <{refused}> is nobody here"}
        with writing() as session:
            schedule.enqueue(session, JobKind.INVITE, factories.public_id(opened))
        with serving(folder, output, log="json") as port:
            browser = Browser(port)
            until_done(JobKind.INVITE)
            assert browser.sign_in(email, WRONG) == 200
            assert browser.sign_in(email, factories.PASSWORD) == 302
            browser.ask_for_link(email)
            assert [browser.answer_by_link(link) for link in links[1:8]] == [201] * 7
            assert browser.answer_by_link(links[0], f"{COMMENT} {FAIL}") == 500
            assert [browser.answer_by_slip(code) for code in codes[1:]] == [200] * 7
            (lost := folder / "keys" / f"round-{factories.public_id(opened)}.key").unlink()
            path, token = factories.split_link(links[9])
            asked = new_paper(factories.public_key(path)).ticket_request(token)
            assert browser.send(f"{path}/ticket", asked, as_json=True)[0] == 503
            lost.write_bytes(round_key)
            count(opened)
            shared = followups.share(opened)
            assert browser.send(f"/share/{shared}")[0] == 200
            assert browser.send("/leader/")[0] == 200
    browser.knows("slip", codes[0])
    browser.knows("link", *links, shared)
    browser.knows("key", round_key.hex(), base64url.encode(round_key), repr(round_key), secret)
    browser.knows("address", email, "demo.example", "nobody here")
    browser.knows("mail server's password", PASSWORD, quote(PASSWORD, safe=""))
    text = output.read_text(encoding="utf-8")
    told = messages(text)
    for expected in EXPECTED:
        assert any(one.startswith(expected) for one in told), expected
    text += "".join(told)
    found = {what: one for what, those in browser.secrets.items() for one in those if one in text}
    assert found == {}
