"""Whatever an administrator, a coach or a leader does leaves an entry in the log."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import pytest
from flask import url_for
from sqlalchemy import func, select

from surveyapp.rounds import opening
from surveyapp.storage import accounts
from surveyapp.storage.database import writing
from surveyapp.storage.models import Action, Actor, AuditEntry, Organisation, RoleName
from surveyapp.web.pages import today
from tests import factories, followups
from tests.web.administration import NEW_ROUND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.installation import PageClient

AUDIENCES = {"admin", "coach", "leader"}
LATER = str(today() + dt.timedelta(days=300))
LOGGED: dict[str, tuple[Action, dict[str, str]]] = {
    "admin.purpose": (Action.PURPOSE_ACCEPTED, {"accepted": "y"}),
    "admin.last_day": (
        Action.ROUND_MOVED,
        {"closes_on": LATER, "confirmed": "y"},
    ),
    "admin.person": (Action.PERSON_CORRECTED, {"name": "Evelyn"}),
    "admin.accounts": (Action.ROLE_GRANTED, {"email": "new@demo.example", "roles": "leader"}),
    "admin.leader_accounts": (Action.ROLE_GRANTED, {}),
    "admin.account": (Action.ROLE_TAKEN, {}),
    "admin.account_link": (Action.ROLE_GRANTED, {}),
    "admin.organisation": (
        Action.SETTINGS_CHANGED,
        {
            "name": "Northwind",
            "language": "en",
            "time_zone": "UTC",
            "threshold": "5",
            "comment_threshold": "10",
        },
    ),
    "admin.new_round": (Action.ROUND_CREATED, {**NEW_ROUND, "name": "Four"}),
    "admin.change_round": (Action.ROUND_MOVED, {**NEW_ROUND, "name": "Five"}),
    "admin.invite_again": (Action.MAILS_REPEATED, {}),
    "admin.close_round": (Action.ROUND_CLOSED, {}),
    "admin.discard_round": (Action.ROUND_DISCARDED, {}),
    "admin.look": (Action.SETTINGS_CHANGED, {"colour": "#24405e", "paper": "a4"}),
    "admin.retention": (Action.SETTINGS_CHANGED, {"retention_months": "12"}),
    "admin.log_file": (Action.LOG_EXPORTED, {}),
    "admin.person_file": (Action.PERSON_SHOWN, {}),
    "admin.delete_person": (Action.PERSON_DELETED, {}),
    "admin.account_file": (Action.PERSON_SHOWN, {}),
    "admin.delete_account": (Action.PERSON_DELETED, {}),
    "coach.reports": (Action.REPORTS_MADE, {"formats": "csv", "paper": "a4"}),
    "coach.release_one": (Action.RESULT_RELEASED, {}),
    "coach.release_all": (Action.RESULT_RELEASED, {}),
    "leader.make_link": (Action.RESULT_SHARED, {}),
    "leader.withdraw": (Action.SHARING_ENDED, {}),
}
"""Endpoint -> what its entry says, and a form that it takes."""
EXEMPT = {
    "admin.roster": "a people file that is only looked at: the import leaves the entry",
    "leader.own_view": "a leader's own form: when they filled it in is theirs alone",
    "leader.agreement": "a leader's own words, with the day on which they were saved",
    "coach.leader": "a coach's own file: that there are notes is nobody else's business",
}
"""Endpoint -> why it leaves no entry."""
ELSEWHERE = {
    "admin.roster_preview": "test_admin_roster.py",
    "admin.open_round": "test_admin_rounds.py",
    "admin.join_round": "test_admin_rounds.py",
    "admin.slips": "test_admin_ending.py",
}
"""Endpoint -> where its entry is looked for, since it takes more than a form."""


class Cast(NamedTuple):
    """Somebody who may do everything, and where."""

    account: str
    values: dict[str, dict[str, str]]
    """Endpoint -> the values of its address."""


@pytest.fixture
def cast(app: Flask, client: PageClient) -> Cast:
    organisation = factories.make_organisation()
    for leader in ("Dana", "Eve"):
        factories.make_team(organisation, leader, 3)
    email = factories.make_account(organisation, "Dana", *RoleName)
    factories.make_coach_account(organisation, "Dana", None)
    released = factories.open_round(organisation, "One")
    factories.close_and_release(released)
    followups.share(released)
    closed = factories.open_round(organisation, "Two")
    factories.close_and_release(closed, release=False)
    opened = factories.open_round(organisation, "Three")
    invited = factories.make_account(organisation, "Invited", RoleName.COACH)
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        draft = opening.create_round(session, owner, "Draft", dt.date(2099, 1, 1)).public_id
        found = accounts.find_account(session, invited)
        found.password = None
        account = {"account_id": str(found.id)}
    factories.sign_in(client, email)
    person = {"person_id": factories.person_id(organisation, "Eve 1")}
    of_closed = {"round_id": factories.public_id(closed)}
    of_released = {"round_id": factories.public_id(released)}
    return Cast(
        email,
        {
            "admin.last_day": {"round_id": factories.public_id(opened)},
            "admin.invite_again": {"round_id": factories.public_id(opened)},
            "admin.close_round": {"round_id": factories.public_id(opened)},
            "admin.discard_round": {"round_id": draft},
            "admin.change_round": {"round_id": draft},
            "admin.person": person,
            "admin.account": account,
            "admin.account_link": account,
            "admin.log_file": {"kind": "json"},
            "admin.person_file": person,
            "admin.delete_person": person,
            "admin.account_file": account,
            "admin.delete_account": account,
            "coach.reports": of_closed,
            "coach.release_one": {"team_id": factories.team_ids(closed)["Eve"]},
            "coach.release_all": of_closed,
            "leader.make_link": of_released,
            "leader.withdraw": of_released,
        },
    )


def doors(app: Flask) -> Iterator[str]:
    """Yield where these audiences send something."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in AUDIENCES:
            yield rule.endpoint


def test_every_door_is_either_logged_or_exempt_for_a_reason(app: Flask) -> None:
    assert sorted(doors(app)) == sorted({*LOGGED, *EXEMPT, *ELSEWHERE})
    assert not set(LOGGED) & set(EXEMPT)


@pytest.mark.parametrize("endpoint", LOGGED)
def test_an_entry_says_who_did_it(
    app: Flask, client: PageClient, cast: Cast, endpoint: str
) -> None:
    action, form = LOGGED[endpoint]
    with app.test_request_context():
        address = url_for(endpoint, **cast.values.get(endpoint, {}))  # type: ignore[arg-type]
    token = factories.token(client.get("/admin/").text)
    before = _count()
    reply = client.post(address, data={"csrf_token": token, **form})
    assert reply.status_code in {200, 302}, reply.text
    with writing() as session:
        newest = session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).all()
        assert len(newest) == before + 1
        assert (newest[0].action, newest[0].actor) == (action, Actor.ACCOUNT)
        assert newest[0].account_id


def _count() -> int:
    with writing() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0
