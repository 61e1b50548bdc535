"""All that is kept about somebody is handed out, and goes when they are deleted.

Whoever adds a column that leads to a person or an account decides here what becomes of it.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import Integer, String, Text, func, select

from surveyapp.followup import selfform
from surveyapp.jobs import purging
from surveyapp.storage import accounts, audit, erasing, sessions
from surveyapp.storage.database import writing
from surveyapp.storage.models import (
    Action,
    Base,
    Coaching,
    Delivery,
    DeliveryState,
    Mailing,
    Membership,
    Organisation,
    Passkey,
    Person,
    RoleName,
    Round,
    Team,
)
from surveyapp.storage.personal import personal_data
from surveyapp.storage.subjects import subject_by_email
from surveyapp.web.pages import settings, today
from tests import factories, followups
from tests.report_orders import order_reports

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Column

EMAIL: Final = factories.address("Dana")
SECRETS: Final = ("not-a-hash", "totp-secret", "recovery-1", "browser-secret", "credential")
SHOWN: Final = {
    "account.id": "account.number",
    "account.email": "account.email",
    "account.name": "account.name",
    "agreement.round_team_id": "results.0.agreement",
    "audit_entry.account_id": "log.0.by_them",
    "audit_entry.person_id": "log",
    "coaching.coach_id": "account.coaches.0.notes",
    "coaching.leader_id": "coaching.0.notes",
    "delivery.person_id": "mails",
    "grant.account_id": "account.roles",
    "invite.person_id": "invitations",
    "membership.person_id": "roster.member_of",
    "organisation.contact": "named_as_contact",
    "organisation.purpose_accepted_by": "account.accepted_purpose",
    "passkey.account_id": "account.passkeys.0.name",
    "person.id": "roster.number",
    "person.name": "roster.name",
    "person.email": "roster.email",
    "publication.round_team_id": "results.0.result",
    "report_order.account_id": "account.reports_ordered",
    "round_team.leader_id": "results",
    "round_team.leader_name": "results.0.called",
    "self_form.round_team_id": "results.0.own_view",
    "shared_link.round_team_id": "results.0.shared_since",
    "signed_in.account_id": "account.sessions.0.browser",
    "team.leader_id": "roster.leads",
}
"""Column that leads to somebody -> where what it holds stands in what is handed out."""
NOTHING: Final = {
    "account_role.account_id": "Flask-Security's own table, which stays empty",
    "person.counts_as": "of somebody deleted, who has no name",
    "invite.round_team_id": "which team: it is in the person's own line of the same table",
    "box.round_team_id": "sealed answers of a team: nobody's in particular",
    "slip.round_team_id": "printed codes of a team: drawn from a hat",
    "round_team.parent_id": "the team above, as it was",
}
"""Column that seems to lead to somebody -> why nothing of it is handed out."""
STAYS: Final = {
    "audit_entry.account_id": "the log: a number, kept for auditors",
    "audit_entry.person_id": "the log: a number, kept for auditors",
    "invite.person_id": "a person without a name: how many were asked stays what it was",
    "person.id": "a person without a name",
    "person.counts_as": "a person without a name",
    "organisation.contact": "what the organisation wrote: it is told where",
    "organisation.purpose_accepted_by": "a statement to everybody who was asked",
}
"""Column that names somebody after their deletion, by number or in words -> why."""
OWNERS: Final = {"person", "account", "round_team"}
NAMED: Final = {"email", "name", "leader_name", "contact", "purpose_accepted_by"}
NO_PEOPLE: Final = {
    "organisation.name",
    "passkey.name",
    "role.name",
    "round.name",
    "team.name",
}
"""Columns of such names that hold no person's."""


def leads_to_somebody(column: Column[Any]) -> bool:
    """Return whether a column leads to a person, an account or a result, or names somebody."""
    by_key = any(key.column.table.name in OWNERS for key in column.foreign_keys)
    by_number = isinstance(column.type, Integer) and (
        column.name in {"account_id", "person_id", "leader_id", "coach_id", "counts_as"}
        or (column.table.name in {"person", "account"} and column.name == "id")
    )
    by_name = isinstance(column.type, String | Text) and column.name in NAMED
    return by_key or by_number or by_name


def leading() -> dict[str, Column[Any]]:
    found = {
        f"{table.name}.{column.name}": column
        for table in Base.metadata.sorted_tables
        for column in table.c
        if leads_to_somebody(column)
    }
    return {name: column for name, column in found.items() if name not in NO_PEOPLE}


@pytest.fixture
def organisation(app: Flask) -> int:
    """Let one person be and do all that somebody can: member, leader, coach, administrator."""
    made = factories.make_organisation()
    factories.make_team(made, "Dana", 5, mail=True)
    factories.make_team(made, "Eve", 5)
    factories.make_account(made, "Eve", RoleName.ADMIN)
    factories.make_account(made, "Dana", RoleName.ADMIN, RoleName.LEADER)
    factories.make_coach_account(made, "Dana", ["Eve"])
    factories.make_coach_account(made, leaders=["Dana"])
    with writing() as session:
        dana = session.scalars(select(Person).where(Person.email == EMAIL)).one()
        eve = session.scalars(select(Person).where(Person.name == "Eve")).one()
        eve_team = session.scalars(select(Team).where(Team.leader == eve)).one()
        eve_team.members.append(dana)
        number = dana.id
    round_id = factories.open_round(made)
    with writing() as session:
        selfform.save(session, followups.round_team(session, round_id), {"S1": 4}, (0.25, 0.75))
    factories.close_and_release(round_id)
    followups.agree(round_id)
    followups.share(round_id)
    order_reports(round_id, "Dana", ["Eve"])
    with writing() as session:
        owner = session.get_one(Organisation, made)
        owner.contact = owner.purpose_accepted_by = EMAIL
        account = accounts.find_account(session, EMAIL)
        account.password, account.tf_totp_secret, account.mf_recovery_codes = (
            SECRETS[0],
            SECRETS[1],
            [SECRETS[2]],
        )
        sessions.begin(session, account.id, sessions.Device("Firefox", "Linux"), today())
        session.add(
            Passkey(
                account_id=account.id,
                name="Telephone",
                credential_id=SECRETS[4].encode(),
                public_key=b"key",
                backup_state=False,
                device_type="single_device",
                lastuse_datetime=dt.datetime.combine(today(), dt.time()),
                usage="first",
            )
        )
        delivered = Delivery(
            round_id=round_id,
            person_id=number,
            mailing=Mailing.INVITATION,
            state=DeliveryState.SENT,
        )
        session.add(delivered)
        for file in session.scalars(select(Coaching)):
            file.notes = f"Noted: {EMAIL}"
        audit.record(session, owner, audit.Doer.signed_in(account), Action.RESULT_SHARED)
        dana = session.get_one(Person, number)
        audit.record(session, owner, audit.COMMAND, Action.PERSON_CORRECTED, person=dana)
    return made


def kept(organisation: int, *, private: bool = True) -> dict[str, Any]:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        found = subject_by_email(session, owner, EMAIL)
        return personal_data(session, owner, found, private=private, notes=private)


def test_whatever_leads_to_somebody_is_decided_about() -> None:
    assert sorted({*SHOWN, *NOTHING}) == sorted(leading())
    assert not set(SHOWN) & set(NOTHING)


def test_all_that_is_kept_is_handed_out(organisation: int) -> None:
    said = kept(organisation)
    for column, path in SHOWN.items():
        found: Any = said
        for step in path.split("."):
            found = found[int(step) if step.isdigit() else step]
        assert found, f"{column} at {path}"
    assert said["account"]["sessions"] == [
        {"browser": "Firefox", "system": "Linux", "last_used_on": str(today())}
    ]
    assert said["account"]["passkeys"] == [{"name": "Telephone", "last_used_on": str(today())}]


def test_no_secret_is_and_no_administrator_reads_what_is_private(organisation: int) -> None:
    assert not [one for one in SECRETS if one in json.dumps(kept(organisation))]
    said = kept(organisation, private=False)
    assert (said["account"]["sessions"], said["account"]["passkeys"]) == (1, 1)
    for private in ("Noted", "Firefox", "Telephone", "guess_in_percent", "last_used_on"):
        assert private not in json.dumps({**said, "log": [], "invitations": [], "results": []})
    assert said["results"][0]["agreement_asked_about"] is False


def test_nothing_leads_to_somebody_who_was_deleted(organisation: int) -> None:
    with writing() as session:
        owner = session.get_one(Organisation, organisation)
        found = subject_by_email(session, owner, EMAIL)
        assert found.person
        assert found.account
        person, account = found.person.id, found.account.id
        results = [session.scalars(select(Round)).one().teams[0].id]
        session.query(Membership).filter(
            Membership.team_id.in_(select(Team.id).filter_by(leader_id=person))
        ).delete()
    purging.forget(settings(), organisation, audit.COMMAND, person=person, account=account)
    numbers = {"person": {person}, "account": {account}, "round_team": set(results)}
    left = set()
    with writing() as session:
        for name, column in leading().items():
            kind = next((key.column.table.name for key in column.foreign_keys), None)
            kind = kind or ("account" if "account" in name else "person")
            if isinstance(column.type, Integer):
                query = select(func.count()).where(column.in_(numbers[kind]))
                if session.scalar(query):
                    left.add(name)
        words = erasing.places(session, [EMAIL])
        owner = session.get_one(Organisation, organisation)
        assert audit.chain(session, owner).broken is None
    assert left <= set(STAYS), left - set(STAYS)
    assert {"audit_entry.account_id", "audit_entry.person_id", "invite.person_id"} <= left
    # What a coach wrote about somebody else is that coach's: it is told where the name stands.
    assert set(words) <= {"organisation.contact", "organisation.purpose_accepted_by"}


def test_no_search_tells_a_part_of_what_opens_an_account(organisation: int) -> None:
    with writing() as session:
        account = accounts.find_account(session, EMAIL)
        key = account.fs_uniquifier[:8]
        assert erasing.places(session, [*SECRETS[:3], key]) == []
        assert "coaching.notes" in erasing.places(session, [f"Noted: {EMAIL}"])
