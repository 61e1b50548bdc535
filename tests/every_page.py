"""A walk through every page in every state that looks different."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flask import template_rendered
from sqlalchemy import delete, select

from surveyapp.rounds import opening
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Organisation,
    RoleName,
    Round,
    RoundTeam,
    SelfForm,
    State,
)
from surveyapp.web.pages import keys, today
from tests import (
    every_account,
    every_admin_page,
    every_coach_page,
    every_date,
    every_failure,
    every_followup,
    every_log_page,
    every_report,
    factories,
)
from tests.factories import token as token  # noqa: PLC0414  (others import it from here)
from tests.publications import EARLIER, PUBLICATIONS, changed, publish

if TYPE_CHECKING:
    from flask import Flask
    from jinja2 import Template

    from tests.installation import PageClient

LEADERS = ("Dana", "Eve", "Finn")
EARLIER_ROUND = "Autumn"
MARKED_UP = "Dana <i>Ek</i>"
"""What somebody may be called, and what a page must not take for markup."""


@dataclass
class Walk:
    """Loads pages in one language and keeps them: what was visited -> the page."""

    app: Flask
    clients: dict[str, PageClient]
    """"anonymous", "everything" (an account with every role), "nobody" (one with none)."""
    lang: str
    pages: dict[str, str] = field(default_factory=dict)
    templates: set[str] = field(default_factory=set)

    def visit(self, what: str, path: str, /, *, who: str = "anonymous", **form: object) -> str:
        """Load a page, by POST if there is a form, and keep it under `what`."""
        path += f"{'&' if '?' in path else '?'}lang={self.lang}"
        options: dict[str, Any] = {"may_fail": True}
        client = self.clients[who]
        with template_rendered.connected_to(self._note, self.app):
            reply = client.post(path, data=form, **options) if form else client.get(path, **options)
        assert reply.mimetype == "text/html", what
        assert reply.status_code not in {301, 302, 303}, f"{what}: to {reply.location}"
        assert what not in self.pages, what
        self.pages[what] = reply.text
        return reply.text

    def _note(self, _app: Flask, template: Template, **_context: object) -> None:
        name = template.name or ""
        if not name.rpartition("/")[2].startswith("_"):  # a part of a page
            self.templates.add(name)


def walk(app: Flask, clients: dict[str, PageClient], lang: str) -> Walk:
    """Visit everything; the installation must be empty."""
    going = Walk(app, clients, lang)
    northwind = factories.make_organisation()
    for leader, size in zip(LEADERS, (12, 5, 3), strict=True):
        factories.make_team(northwind, leader, size)
    email = factories.make_account(northwind, "Dana", *RoleName)
    factories.make_coach_account(northwind, "Dana", None)
    _outside(going)
    factories.sign_in(clients["everything"], email)
    _without_organisation(going)
    _signed_in(going, northwind)
    _answering(going, northwind)
    _overview(going, northwind)
    every_admin_page.quality(going, EARLIER_ROUND)
    every_admin_page.walk(going, northwind, MARKED_UP)
    every_log_page.walk(going, northwind, MARKED_UP)
    every_failure.walk(going)
    return going


def _outside(going: Walk) -> None:
    going.visit("home", "/")
    settings = going.app.config["SETTINGS"]
    going.app.config["SETTINGS"] = replace(settings, demo=True)
    going.visit("home of the demo", "/")
    going.app.config["SETTINGS"] = settings
    page = going.visit("sign in", "/account/login")
    wrong = {"email": "dana@demo.example", "password": "wrong", "csrf_token": token(page)}
    going.visit("sign in: wrong password", "/account/login", **wrong)
    wrong["email"] = ""
    going.visit("sign in: no address", "/account/login", **wrong)
    going.visit("sign in: form expired", "/account/login", email="x")
    every_account.outside(going)


def _without_organisation(going: Walk) -> None:
    outside = factories.make_organisation("Nowhere")
    link = factories.starting_path(factories.make_account(outside, "Invited"))
    page = going.visit("first password", link)
    bad = {"password": "short", "again": "shorter", "csrf_token": token(page)}
    going.visit("first password: refused", link, **bad)
    going.visit("first password: link over", link + "x")
    factories.sign_in(going.clients["nobody"], factories.make_account(outside, "Nobody"))
    going.visit("account: no role", "/account/", who="nobody")
    page = going.visit("verify", "/account/verify", who="nobody")
    wrong = {"password": "wrong", "csrf_token": token(page)}
    going.visit("verify: wrong password", "/account/verify", who="nobody", **wrong)
    for place in (outside, factories.make_organisation("Elsewhere")):
        factories.make_account(place, "Nobody", RoleName.ADMIN)
    going.visit("admin: of several organisations", "/admin/", who="nobody")
    every_account.signed_in(going)


def _signed_in(going: Walk, northwind: int) -> None:
    for audience in ("leader", "coach", "admin"):
        going.visit(f"{audience}: nothing yet", f"/{audience}/", who="everything")
    page = going.visit("admin: accepted before", "/admin/", who="everything")
    sent = {"contact": "x", "csrf_token": token(page)}
    wrong = {"csrf_token": token(page), "colour": "red", "paper": "a5"}
    going.visit("admin: look refused", "/admin/look", who="everything", **wrong)
    going.visit("admin: purpose refused", "/admin/purpose", who="everything", **sent)
    with writing() as session:
        session.get_one(Organisation, northwind).purpose_accepted_on = None
    going.visit("admin: purpose", "/admin/", who="everything")
    with writing() as session:
        owner = session.get_one(Organisation, northwind)
        owner.purpose_accepted_on = None
        opening.accept_purpose(owner, MARKED_UP, today())
        owner.contact = MARKED_UP
    autumn = factories.open_round(northwind, EARLIER_ROUND)
    team, results = factories.team_ids(autumn)["Dana"], factories.public_id(autumn)
    _own_view(going, f"/leader/rounds/{results}/own")
    factories.close_and_release(autumn, release=False)
    going.visit("coach: nobody on the map", "/coach/", who="everything")
    eve = factories.team_ids(autumn)["Eve"]
    going.visit("coach: preview", f"/coach/results/{eve}", who="everything")
    every_coach_page.before_the_release(going, eve, results)
    with writing() as session:
        session.get_one(Round, autumn).state = State.RELEASED
        for one in session.get_one(Round, autumn).teams:
            one.released = True
            one.leader_name = MARKED_UP if one.public_id == team else one.leader_name
    publish(team, EARLIER)
    going.visit("leader: guess first", f"/leader/results/{results}", who="everything")
    going.clients["everything"].get(f"/leader/results/{results}?reveal=1")
    for name, publication in PUBLICATIONS.items():
        publish(team, publication)
        for audience, path in (("leader", f"results/{results}"), ("coach", f"results/{team}")):
            going.visit(f"{audience}: {name}", f"/{audience}/{path}", who="everything")
            going.visit(f"{audience}: list, {name}", f"/{audience}/", who="everything")
    summer = every_followup.walk(going, autumn, MARKED_UP)
    earlier, again = team, factories.team_ids(summer)["Dana"]
    publish(earlier, EARLIER)
    for name, publication in changed(earlier).items():
        publish(again, publication)
        path = f"/leader/results/{factories.public_id(summer)}"
        going.visit(f"leader: {name}", path, who="everything")
        going.visit(f"coach: {name}", f"/coach/results/{again}", who="everything")
    _release(earlier, released=False)
    going.visit("leader: earlier result not released", path, who="everything")
    _release(earlier, released=True)
    going.visit("coach: one round", f"/coach/rounds/{results}", who="everything")
    every_report.walk(going, autumn)
    every_coach_page.after_two_rounds(going, summer, again, MARKED_UP)
    going.visit("own view: locked", f"/leader/rounds/{results}/own", who="everything")
    with writing() as session:
        session.execute(delete(SelfForm))
    going.visit("own view: never filled in", f"/leader/rounds/{results}/own", who="everything")


def _release(team: str, *, released: bool) -> None:
    with writing() as session:
        query = select(RoundTeam).where(RoundTeam.public_id == team)
        session.scalars(query).one().released = released


def _own_view(going: Walk, path: str) -> None:
    page = going.visit("own view", path, who="everything")
    going.visit("leader: a round waits", "/leader/", who="everything")
    form = {"csrf_token": token(page), "S1": "4", "T1": "na", "keep_guess": "y"}
    wrong = {"S1": "6", "closeness": "101", "meant": "50"}
    going.visit("own view: refused", path, who="everything", **(form | wrong))
    going.clients["everything"].post(path, data=form, query_string={"lang": going.lang})
    going.visit("own view: saved", path, who="everything")
    going.visit("leader: a round waits, filled in", "/leader/", who="everything")


def _answering(going: Walk, northwind: int) -> None:
    spring = factories.open_round(northwind, "Spring")
    codes, teams = factories.draw_codes(spring), factories.team_ids(spring)
    code, again = codes["Dana"][:2]
    change = f"/answer/{teams['Dana']}/change"
    for name in LEADERS:
        going.visit(f"invited: {name}", f"/answer/{teams[name]}")
    for what in ("promise", "keys"):
        going.visit(what, f"/{what}/{factories.public_id(spring)}")
    with writing() as session:
        session.get_one(Organisation, northwind).contact = None
    going.visit("promise: no contact", f"/promise/{factories.public_id(spring)}")
    going.visit("slip", "/slip")
    going.visit("slip: unknown", "/slip", slip="nothing")
    page = going.visit("questionnaire", "/slip", slip=code)
    _kiosk(going, codes["Dana"][2])
    going.visit("questionnaire: five people", "/slip", slip=codes["Eve"][0])
    going.visit("questionnaire: three people", "/slip", slip=codes["Finn"][0])
    form = {"slip": code, "change_code": factories.carried_code(page), **factories.answers()}
    going.visit("questionnaire: unanswered", "/slip/answers", **(form | {"S1": "", "P1": "?"}))
    going.visit("questionnaire: too long", "/slip/answers", **(form | {"C1": "long " * 200}))
    thanks = going.visit("thanks", "/slip/answers", **form)
    going.visit("slip: used", "/slip", slip=code)
    going.visit("questionnaire: no change code", "/slip/answers", slip=again)
    going.visit("change", change)
    words = re.findall(r"[a-z]+", re.findall(r'class="code"[^>]*>([^<]+)<', thanks)[0])
    going.visit("change: one word", change, words=words[0])
    going.visit("change: eleven words", change, words=" ".join(words[1:]))
    going.visit("change: unknown word", change, words=" ".join([*words[1:], "qqqq"]))
    going.visit("change: mistyped", change, words=" ".join([*words[1:-1], "zoo", "zoo"]))
    other = factories.answer_by_slip(going.clients["anonymous"], codes["Eve"][1])
    going.visit("change: unknown words", change, words=other)
    going.visit("change: questionnaire", change, words=" ".join(words))
    changed = {"change_code": form["change_code"], **factories.answers(2)}
    going.visit("change: unanswered", change + "/answers", **(changed | {"S1": ""}))
    going.visit("change: thanks", change + "/answers", **changed)
    going.visit("change: no code", change + "/answers", S1="1")
    going.visit("change: no such team", "/answer/aaaaaaaaaaaaaaaa/change")
    with writing() as session:
        session.get_one(Round, spring).closes_on = today() - dt.timedelta(days=1)
    going.visit("slip: closed", "/slip", slip=again)
    going.visit("invited: closed", f"/answer/{teams['Dana']}")
    going.visit("change: closed", change)
    with writing() as session:
        session.get_one(Round, spring).closes_on = today()
    keys().destroy(factories.public_id(spring))
    going.visit("change: key missing", change, words=" ".join(words))
    going.visit("change: key missing, sent", change + "/answers", **changed)
    going.visit("slip: key missing", "/slip", slip=again)


def _kiosk(going: Walk, code: str) -> None:
    going.visit("kiosk", "/kiosk")
    going.visit("kiosk: unknown", "/kiosk", slip="nothing")
    page = going.visit("kiosk: questionnaire", "/kiosk", slip=code)
    form = {"slip": code, "change_code": factories.carried_code(page)}
    going.visit("kiosk: unanswered", "/kiosk/answers", **form)
    going.visit("kiosk: thanks", "/kiosk/answers", **form, **factories.answers())
    going.visit("kiosk: sent again", "/kiosk/answers", **form, **factories.answers())


def _overview(going: Walk, northwind: int) -> None:
    with writing() as session:
        owner = session.get_one(Organisation, northwind)
        for state in State:
            made = opening.create_round(session, owner, f"In state {state}", today())
            made.state = state
            made.held_for = "Dana" if state is State.CLOSING else None
            made.release_on = "closing"
            every_date.give(made, today())
    going.visit("admin: rounds", "/admin/", who="everything")
    every_date.walk(going, northwind)
