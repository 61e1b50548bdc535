"""Who signs in and as what: invited by address, with roles that are given and taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from surveyapp.storage import accounts as stored
from surveyapp.storage import coaching
from surveyapp.storage import leader_accounts as led
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Account, Action, Person, RoleName
from surveyapp.web.access import scope
from surveyapp.web.admin.account_forms import InvitationForm, RolesForm
from surveyapp.web.admin.noting import note, own_organisation
from surveyapp.web.admin.views import blueprint
from surveyapp.web.listing import Page, folded, searched
from surveyapp.web.starting import starting_link

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session


@blueprint.route("/accounts", methods=["GET", "POST"])
def accounts() -> ResponseReturnValue:
    """List who signs in; invite somebody by address."""
    form = InvitationForm(roles=[RoleName.COACH])
    if form.validate_on_submit():
        return redirect(url_for("admin.account", account_id=_invite(form)))
    everybody = stored.accounts(db.session, scope().organisation)
    part = searched()
    found = [one for one in everybody if part in folded(one[0].name) or part in one[0].email]
    page = render_template(
        "admin/accounts.html",
        form=form,
        page=Page.asked(found),
        name=request.args.get("name", ""),
        everybody=len(everybody),
        coached=coaching.coached(db.session, scope().organisation),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/accounts/leaders")
def leader_accounts() -> ResponseReturnValue:
    """Give every leader an account, who has none yet."""
    with writing() as session:
        owner = own_organisation(session)
        made = led.invite_leaders(session, owner)
        note(session, Action.ROLE_GRANTED, f"leader: {made} accounts")
    flash(ngettext("%(num)s leader is new here.", "%(num)s leaders are new here.", made))
    return redirect(url_for("admin.accounts"))


@blueprint.route("/accounts/<row_id:account_id>", methods=["GET", "POST"])
def account(account_id: int) -> ResponseReturnValue:
    """Show an account; give and take its roles, and choose whom a coach coaches."""
    found = _own(account_id)
    form = _roles_form(found)
    if form.validate_on_submit() and _keep(form, account_id):
        flash(_("Kept."))
        # Without any role it is no account of this organisation any more.
        return redirect(request.path if form.roles.data else url_for("admin.accounts"))
    page = render_template(
        "admin/account.html",
        form=form,
        account=found,
        can_start=stored.is_ours_to_start(db.session, found, scope().organisation),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/accounts/<row_id:account_id>/link")
def account_link(account_id: int) -> ResponseReturnValue:
    """Make another link for somebody who has not chosen a password yet."""
    _own(account_id)
    with writing() as session:
        _show_link(session, session.get_one(Account, account_id))
    return redirect(url_for("admin.account", account_id=account_id))


def _own(account_id: int) -> Account:
    return stored.own_account(db.session, scope().organisation, account_id) or abort(404)


def _roles_form(found: Account) -> RolesForm:
    leaders = led.leaders(db.session, scope().organisation)
    now = coaching.coached(db.session, scope().organisation).get(found.id, set())
    roles = stored.roles_of(db.session, scope().organisation, found.email)
    form = RolesForm(roles=roles, coached=sorted(now))
    form.coached.choices = [(leader.id, leader.name) for leader in leaders]
    return form


def _invite(form: InvitationForm) -> int:
    email = form.email.data or ""
    with writing() as session:
        owner = own_organisation(session)
        roles = [RoleName(role) for role in form.roles.data or ()]
        made = stored.invite(session, email, form.name.data or email, owner, roles)
        for role in roles:
            note(session, Action.ROLE_GRANTED, f"{role}, account {made.id}")
        _show_link(session, made)
        return made.id


def _show_link(session: Session, found: Account) -> None:
    """Show the first sign-in link on the next page, once; none that is not ours to make."""
    if stored.is_ours_to_start(session, found, own_organisation(session)):
        flash(starting_link(found), "link")
        note(session, Action.ROLE_GRANTED, f"account {found.id}: first sign-in link")


def _keep(form: RolesForm, account_id: int) -> bool:
    chosen = {RoleName(role) for role in form.roles.data or ()}
    try:
        with writing() as session:
            found = session.get_one(Account, account_id)
            got, lost = stored.set_roles(session, found, own_organisation(session), chosen)
            for action, roles in ((Action.ROLE_GRANTED, got), (Action.ROLE_TAKEN, lost)):
                for role in roles:
                    note(session, action, f"{role}, account {account_id}")
            if RoleName.COACH in chosen:
                _keep_coached(session, found, form.coached.data or ())
    except stored.AccountError:
        form.roles.errors = [
            _("Somebody has to be administrator: give somebody else this role first.")
        ]
        return False
    return True


def _keep_coached(session: Session, coach: Account, chosen: Collection[int]) -> None:
    owner = own_organisation(session)
    if "all" in request.form:
        chosen = [leader.id for leader in led.leaders(session, owner)]
    added, removed = coaching.set_coached(session, coach, owner, chosen)
    for action, people in ((Action.ROLE_GRANTED, added), (Action.ROLE_TAKEN, removed)):
        for number in sorted(people):
            leader = session.get_one(Person, number)
            note(session, action, f"coach of, account {coach.id}", person=leader)
