"""Who may do what: one table of routes, roles and methods, and the guard that keeps it.

A route that is not in the table answers 404 to everybody. So does a page to a signed-in account
without the right: outsiders do not learn what exists.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from flask import abort, g, redirect, request, session, url_for
from flask_security import current_user

from surveyapp.storage.audit import Doer
from surveyapp.storage.database import db
from surveyapp.storage.models import RoleName
from surveyapp.storage.scope import Scope, scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from flask.typing import ResponseReturnValue


class Who(StrEnum):
    """A kind of visitor."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    ADMIN = RoleName.ADMIN
    COACH = RoleName.COACH
    LEADER = RoleName.LEADER


ORGANISATION: Final = "organisation"
"""Under this name the session keeps which organisation somebody with several is in."""
READ: Final = frozenset({"GET", "HEAD", "OPTIONS"})
WRITE: Final = frozenset({"POST"})

PERMISSIONS: Final[Mapping[str, Mapping[Who, frozenset[str]]]] = {
    "static": {Who.ANYONE: READ},
    "public.home": {Who.ANYONE: READ},
    "public.promise": {Who.ANYONE: READ},
    "public.team_keys": {Who.ANYONE: READ},
    "public.team_result": {Who.ANYONE: READ},
    "public.shared_result": {Who.ANYONE: READ},
    "operations.healthz": {Who.ANYONE: READ},
    "operations.readyz": {Who.ANYONE: READ},
    "operations.metrics": {Who.ANYONE: READ},  # and from where: see there
    "answer.invited": {Who.ANYONE: READ},
    "answer.key": {Who.ANYONE: READ},
    "answer.ticket": {Who.ANYONE: WRITE},
    "answer.ballot": {Who.ANYONE: WRITE},
    "answer.slip": {Who.ANYONE: READ | WRITE},
    "answer.send": {Who.ANYONE: WRITE},
    "answer.kiosk": {Who.ANYONE: READ | WRITE},
    "answer.kiosk_send": {Who.ANYONE: WRITE},
    "answer.words_file": {Who.ANYONE: WRITE},
    "answer.change": {Who.ANYONE: READ | WRITE},
    "answer.send_change": {Who.ANYONE: WRITE},
    "security.login": {Who.ANYONE: READ | WRITE},
    "security.verify": {Who.SIGNED_IN: READ | WRITE},
    "security.logout": {Who.SIGNED_IN: WRITE},
    "security.two_factor_token_validation": {Who.ANYONE: READ | WRITE},
    "security.mf_recovery": {Who.ANYONE: READ | WRITE},
    "security.two_factor_rescue": {Who.ANYONE: READ | WRITE},
    "security.wan_signin": {Who.ANYONE: READ | WRITE},
    "security.wan_signin_response": {Who.ANYONE: WRITE},
    "security.wan_verify": {Who.SIGNED_IN: READ | WRITE},
    "security.wan_verify_response": {Who.SIGNED_IN: WRITE},
    "security.wan_register": {Who.SIGNED_IN: READ | WRITE},
    "security.wan_register_response": {Who.SIGNED_IN: WRITE},
    "account.ask_link": {Who.ANYONE: READ | WRITE},
    "account.follow_link": {Who.ANYONE: READ | WRITE},
    "account.single_sign_on": {Who.ANYONE: READ},
    "account.single_sign_on_back": {Who.ANYONE: READ},
    "account.ways": {Who.SIGNED_IN: READ},
    "account.password": {Who.SIGNED_IN: READ | WRITE},
    "account.second_step": {Who.SIGNED_IN: READ | WRITE},
    "account.second_step_off": {Who.SIGNED_IN: WRITE},
    "account.recovery_codes": {Who.SIGNED_IN: WRITE},
    "account.delete_passkey": {Who.SIGNED_IN: WRITE},
    "account.end_session": {Who.SIGNED_IN: WRITE},
    "account.end_other_sessions": {Who.SIGNED_IN: WRITE},
    "account.home": {Who.SIGNED_IN: READ},
    "account.language": {Who.SIGNED_IN: WRITE},
    "account.organisation": {Who.SIGNED_IN: WRITE},
    "account.start": {Who.ANYONE: READ | WRITE},
    "leader.results": {Who.LEADER: READ},
    "leader.result": {Who.LEADER: READ},
    "leader.own_view": {Who.LEADER: READ | WRITE},
    "leader.agreement": {Who.LEADER: READ | WRITE},
    "leader.agreement_day": {Who.LEADER: READ},
    "leader.share": {Who.LEADER: READ},
    "leader.make_link": {Who.LEADER: WRITE},
    "leader.withdraw": {Who.LEADER: WRITE},
    "leader.report": {Who.LEADER: READ},
    "coach.portfolio": {Who.COACH: READ},
    "coach.portfolio_of_round": {Who.COACH: READ},
    "coach.departments": {Who.COACH: READ},
    "coach.movement_since": {Who.COACH: READ},
    "coach.result": {Who.COACH: READ},
    "coach.leader_report": {Who.COACH: READ},
    "coach.reports": {Who.COACH: READ | WRITE},
    "coach.reports_progress": {Who.COACH: READ},
    "coach.reports_file": {Who.COACH: READ},
    "coach.leader": {Who.COACH: READ | WRITE},
    "coach.release_one": {Who.COACH: READ | WRITE},
    "coach.release_all": {Who.COACH: READ | WRITE},
    "admin.overview": {Who.ADMIN: READ},
    "admin.purpose": {Who.ADMIN: WRITE},
    "admin.look": {Who.ADMIN: WRITE},
    "admin.last_day": {Who.ADMIN: READ | WRITE},
    "admin.quality": {Who.ADMIN: READ},
    "admin.roster": {Who.ADMIN: READ | WRITE},
    "admin.roster_template": {Who.ADMIN: READ},
    "admin.roster_preview": {Who.ADMIN: READ | WRITE},
    "admin.people": {Who.ADMIN: READ},
    "admin.person": {Who.ADMIN: READ | WRITE},
    "admin.teams": {Who.ADMIN: READ},
    "admin.accounts": {Who.ADMIN: READ | WRITE},
    "admin.leader_accounts": {Who.ADMIN: WRITE},
    "admin.account": {Who.ADMIN: READ | WRITE},
    "admin.account_link": {Who.ADMIN: WRITE},
    "admin.account_data": {Who.ADMIN: READ},
    "admin.account_file": {Who.ADMIN: WRITE},
    "admin.delete_account": {Who.ADMIN: READ | WRITE},
    "admin.organisation": {Who.ADMIN: READ | WRITE},
    "admin.new_round": {Who.ADMIN: READ | WRITE},
    "admin.one_round": {Who.ADMIN: READ},
    "admin.change_round": {Who.ADMIN: READ | WRITE},
    "admin.open_round": {Who.ADMIN: READ | WRITE},
    "admin.opening_progress": {Who.ADMIN: READ},
    "admin.questionnaire": {Who.ADMIN: READ},
    "admin.join_round": {Who.ADMIN: READ | WRITE},
    "admin.inviting_progress": {Who.ADMIN: READ},
    "admin.invite_again": {Who.ADMIN: WRITE},
    "admin.close_round": {Who.ADMIN: READ | WRITE},
    "admin.closing_progress": {Who.ADMIN: READ},
    "admin.discard_round": {Who.ADMIN: READ | WRITE},
    "admin.slips": {Who.ADMIN: WRITE},
    "admin.log": {Who.ADMIN: READ},
    "admin.log_file": {Who.ADMIN: WRITE},
    "admin.find_person": {Who.ADMIN: READ},
    "admin.person_data": {Who.ADMIN: READ},
    "admin.person_file": {Who.ADMIN: WRITE},
    "admin.delete_person": {Who.ADMIN: READ | WRITE},
    "admin.record": {Who.ADMIN: READ},
    "admin.retention": {Who.ADMIN: WRITE},
}


def scope() -> Scope:
    """Return who asks, as the guard found it."""
    found: Scope = g.scope
    return found


def doer() -> Doer:
    """Return who does something, for the log of what was done."""
    return Doer.signed_in(scope().account)


def init_app(app: Flask) -> None:
    """Put the guard in front of every request."""
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such route, which Flask says itself
    allowed = PERMISSIONS.get(request.endpoint, {})
    if request.method in allowed.get(Who.ANYONE, ()):
        return None
    if not any(request.method in methods for methods in allowed.values()):
        abort(404)
    if not current_user.is_authenticated:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    found = scope_of(db.session, current_user, session.get(ORGANISATION))
    roles = {Who.SIGNED_IN} | ({Who(role) for role in found.roles} if found else set())
    if not any(request.method in allowed.get(role, ()) for role in roles):
        abort(404)
    g.scope = found
    return None
