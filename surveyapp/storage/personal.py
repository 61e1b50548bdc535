"""All that is kept about one person, for whoever asks for it (Art. 15 GDPR)."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, undefer

from surveyapp.storage.models import (
    Agreement,
    AuditEntry,
    Coaching,
    Delivery,
    Grant,
    Invite,
    Membership,
    Person,
    ReportOrder,
    Round,
    RoundTeam,
    SelfForm,
    SharedLink,
    SignedIn,
    State,
    Team,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from surveyapp.storage.models import Account, Organisation
    from surveyapp.storage.subjects import Subject


def personal_data(
    session: Session, organisation: Organisation, subject: Subject, *, private: bool, notes: bool
) -> dict[str, Any]:
    """Return what is kept about somebody, as plain values.

    An administrator reads what is `private` to a leader as being there, not what it says: the
    leader reads it on their own pages. What a coach noted is given out if `notes` says so.
    Answers are no part of it: nobody can find which are whose. What is kept in files, for how long,
    is said in docs/data-protection.md.
    """
    person, account = subject.person, subject.account
    return {
        "roster": _roster(session, person) if person else None,
        "invitations": _invitations(session, person) if person else [],
        "mails": _mails(session, person) if person else [],
        "results": _results(session, person, private=private) if person else [],
        "coaching": _coaching(session, person, notes=notes) if person else [],
        "account": _of_account(session, organisation, account, private=private, notes=notes)
        if account
        else None,
        "log": _log(session, organisation, subject),
        "named_as_contact": _is_contact(organisation, subject),
    }


def _roster(session: Session, person: Person) -> dict[str, Any]:
    teams = session.scalars(
        select(Team)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.person_id == person.id)
        .order_by(Team.id)
        .options(joinedload(Team.leader))
    )
    led = session.scalars(select(Team).where(Team.leader_id == person.id))
    return {
        "number": person.id,
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "member_of": [{"team": team.name, "leader": team.leader.name} for team in teams],
        "leads": [team.name for team in led],
    }


def _invitations(session: Session, person: Person) -> list[dict[str, Any]]:
    query = (
        select(Invite.channel, RoundTeam.leader_name, Round.name, Round.opened_on, Round.closes_on)
        .join(RoundTeam, RoundTeam.id == Invite.round_team_id)
        .join(Round)
        .where(Invite.person_id == person.id)
        .order_by(Round.closes_on, RoundTeam.id)
    )
    return [
        {
            "round": name,
            "about": leader,
            "channel": channel,
            "opened_on": str(opened) if opened else None,
            "last_day": str(closes),
        }
        for channel, leader, name, opened, closes in session.execute(query)
    ]


def _mails(session: Session, person: Person) -> list[dict[str, Any]]:
    query = (
        select(Round.name, Delivery.mailing, Delivery.state, Delivery.fault)
        .join(Round, Round.id == Delivery.round_id)
        .where(Delivery.person_id == person.id)
        .order_by(Round.closes_on, Delivery.mailing)
    )
    return [
        {"round": name, "mail": mailing, "state": state, "fault": fault}
        for name, mailing, state, fault in session.execute(query)
    ]


def _results(session: Session, leader: Person, *, private: bool) -> list[dict[str, Any]]:
    query = (
        select(RoundTeam)
        .join(Round)
        .where(RoundTeam.leader_id == leader.id)
        .order_by(Round.closes_on, RoundTeam.id)
        .options(joinedload(RoundTeam.publication))
    )
    return [_result(session, team, private=private) for team in session.scalars(query).all()]


def _result(session: Session, team: RoundTeam, *, private: bool) -> dict[str, Any]:
    own, agreed = session.get(SelfForm, team.id), session.get(Agreement, team.id)
    link = session.get(SharedLink, team.id)
    said: dict[str, Any] = {
        "round": team.round.name,
        "state": team.round.state,
        "called": team.leader_name,
        "released_on": str(team.released_on) if team.released_on else None,
        "released": team.released,
        "own_view": own is not None,
        "agreement": agreed is not None,
        "shared_since": str(link.made_on) if link else None,
        "agreement_asked_about": team.agreement is not None,
    }
    if private:
        said["own_view"] = own and {
            "answers": json.loads(own.answers),
            "guess_in_percent": [own.guess_closeness, own.guess_meant],
        }
        said["agreement"] = agreed and json.loads(agreed.document)
        said["agreement_asked_about"] = team.agreement and json.loads(team.agreement)
        is_shown = team.released and team.round.state != State.DISCARDED
        for name, shown in (("result", team.publication), ("total", team.total)):
            said[name] = json.loads(shown.document) if shown and is_shown else None
    return said


def _coaching(session: Session, leader: Person, *, notes: bool) -> list[dict[str, Any]]:
    query = (
        select(Coaching)
        .where(Coaching.leader_id == leader.id)
        .options(joinedload(Coaching.coach), undefer(Coaching.notes))
    )
    return [
        {"coach": file.coach.name} | _file(file, notes=notes) for file in session.scalars(query)
    ]


def _file(file: Coaching, *, notes: bool) -> dict[str, Any]:
    if not notes:
        return {"notes": file.notes is not None}
    return {"notes": file.notes, "follow_up_on": file.follow_up_on and str(file.follow_up_on)}


def _of_account(
    session: Session, organisation: Organisation, account: Account, *, private: bool, notes: bool
) -> dict[str, Any]:
    """Return an account, without secrets; when and where somebody signs in is `private`."""
    roles = select(Grant.role).where(
        Grant.account_id == account.id, Grant.organisation_id == organisation.id
    )
    coached = (
        select(Coaching)
        .join(Person, Coaching.leader_id == Person.id)
        .where(Coaching.coach_id == account.id, Person.organisation_id == organisation.id)
        .order_by(Person.name)
        .options(joinedload(Coaching.leader), undefer(Coaching.notes))
    )
    files = session.scalars(coached).all()
    orders = (
        select(ReportOrder)
        .join(Round)
        .where(ReportOrder.account_id == account.id, Round.organisation_id == organisation.id)
        .options(joinedload(ReportOrder.round))
    )
    signed_in = session.scalars(select(SignedIn).where(SignedIn.account_id == account.id)).all()
    said: dict[str, Any] = {
        "number": account.id,
        "name": account.name,
        "email": account.email,
        "language": account.language,
        "may_sign_in": account.active,
        "has_password": account.password is not None,
        "roles": sorted(session.scalars(roles)),
        "coaches": [file.leader.name for file in files],
        "accepted_purpose": organisation.purpose_accepted_by == account.email,
        "second_step": account.tf_primary_method is not None,
        "recovery_codes_left": len(account.mf_recovery_codes or ()),
        "mailed_links_used": account.links_used,
        "passkeys": len(account.webauthn),
        "sessions": len(signed_in),
        "reports_ordered": [
            {
                "round": order.round.name,
                "formats": order.formats,
                "kept_until": _utc(order.expires_at),
            }
            for order in session.scalars(orders)
        ],
    }
    if private:
        said["passkeys"] = [
            {"name": key.name, "last_used_on": str(key.lastuse_datetime.date())}
            for key in account.webauthn
        ]
        said["sessions"] = [
            {"browser": one.browser, "system": one.system, "last_used_on": str(one.used_on)}
            for one in signed_in
        ]
        said["coaches"] = [
            {"leader": file.leader.name} | _file(file, notes=notes) for file in files
        ]
    return said


def _log(session: Session, organisation: Organisation, subject: Subject) -> list[dict[str, Any]]:
    """Return what somebody did, and what was done to their entry or result, the oldest first."""
    person, account = subject.person, subject.account
    query = select(AuditEntry).where(
        AuditEntry.organisation_id == organisation.id,
        or_(
            AuditEntry.person_id == (person.id if person else 0),
            AuditEntry.account_id == (account.id if account else 0),
        ),
    )
    return [
        {
            "number": entry.number,
            "at": _utc(entry.at),
            "action": entry.action,
            "by_them": account is not None and entry.account_id == account.id,
            "note": entry.note,
        }
        for entry in session.scalars(query.order_by(AuditEntry.number))
    ]


def _is_contact(organisation: Organisation, subject: Subject) -> bool:
    """Return whether the words that say whom people turn to name somebody."""
    known = [one for one in (subject.person, subject.account) if one is not None]
    words = {word.casefold() for one in known for word in (one.name, one.email) if word}
    return any(word in (organisation.contact or "").casefold() for word in words)


def _utc(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()
