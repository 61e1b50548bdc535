"""One person's data on request, and their deletion; by their roster entry or their account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from surveyapp.jobs import purging
from surveyapp.rounds.forgetting import ForgettingError, Obstacle, check
from surveyapp.storage.accounts import own_account
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action
from surveyapp.storage.personal import personal_data
from surveyapp.storage.subjects import Subject, people_named, subject_by_email, subject_by_id
from surveyapp.web.access import doer, scope
from surveyapp.web.admin.noting import note, own_organisation
from surveyapp.web.admin.views import blueprint
from surveyapp.web.downloads import download
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

MOST_FOUND: Final = 30
OBSTACLES: Final = {
    Obstacle.LEADS: lazy_gettext(
        "They lead a team. First import a people file in which somebody else leads it."
    ),
    Obstacle.ASKED_ABOUT: lazy_gettext(
        "An open round asks about them by name. Wait until it is closed, or discard it."
    ),
    Obstacle.LAST_ADMINISTRATOR: lazy_gettext(
        "They are the last administrator. Give somebody else this role first."
    ),
}


@blueprint.get("/people/data")
def find_person() -> ResponseReturnValue:
    """Find somebody by name or address."""
    wanted = request.args.get("q", "").strip()
    found = people_named(db.session, scope().organisation, wanted)
    return render_template(
        "admin/find_person.html",
        wanted=wanted,
        found=found[:MOST_FOUND],
        more=len(found) > MOST_FOUND,
    )


@blueprint.get("/people/<row_id:person_id>/data")
def person_data(person_id: int) -> ResponseReturnValue:
    """Show what is kept about somebody; what is a leader's own is named, not shown."""
    return _data_page(_person(db.session, person_id))


@blueprint.get("/accounts/<row_id:account_id>/data")
def account_data(account_id: int) -> ResponseReturnValue:
    """Show the same of somebody who signs in; they need not be on the roster."""
    return _data_page(_account(db.session, account_id))


@blueprint.post("/people/<row_id:person_id>/data.json")
def person_file(person_id: int) -> ResponseReturnValue:
    """Give the same as a file, to be handed to this person."""
    with writing() as session:
        return _file(session, _person(session, person_id), f"person-{person_id}")


@blueprint.post("/accounts/<row_id:account_id>/data.json")
def account_file(account_id: int) -> ResponseReturnValue:
    """Give the same of somebody who signs in."""
    with writing() as session:
        return _file(session, _account(session, account_id), f"account-{account_id}")


@blueprint.route("/people/<row_id:person_id>/delete", methods=["GET", "POST"])
def delete_person(person_id: int) -> ResponseReturnValue:
    """Say what a deletion removes and what stays; then delete."""
    return _delete(_person(db.session, person_id))


@blueprint.route("/accounts/<row_id:account_id>/delete", methods=["GET", "POST"])
def delete_account(account_id: int) -> ResponseReturnValue:
    """Do the same for somebody who signs in."""
    return _delete(_account(db.session, account_id))


def _data_page(subject: Subject) -> str:
    return render_template("admin/person_data.html", **_shown(subject))


def _file(session: Session, subject: Subject, name: str) -> Response:
    said = f"account {subject.account.id}" if subject.account and not subject.person else ""
    note(session, Action.PERSON_SHOWN, said, person=subject.person)
    kept = personal_data(session, own_organisation(session), subject, private=False, notes=False)
    return download(json.dumps(kept, ensure_ascii=False, indent=2), f"{name}.json")


def _delete(subject: Subject) -> ResponseReturnValue:
    person = subject.person.id if subject.person else None
    account = subject.account.id if subject.account else None
    try:
        check(db.session, scope().organisation, subject.person, subject.account)
        if not FlaskForm().validate_on_submit():
            return _delete_page(subject)
        db.session.rollback()  # else the files cannot be written anew
        purging.forget(settings(), scope().organisation.id, doer(), person=person, account=account)
        purging.erase(settings())
    except ForgettingError as error:
        return _delete_page(subject, error.obstacle), 409 if request.form else 200
    # The same whatever others wrote: who may choose a name could search all of it by deleting.
    flash(
        _(
            "Deleted. What other people wrote was not searched: ask whoever runs the server whether"
            " it names them."
        )
    )
    return redirect(url_for("admin.find_person"))


def _delete_page(subject: Subject, obstacle: Obstacle | None = None) -> str:
    return render_template(
        "admin/delete_person.html",
        obstacle=OBSTACLES[obstacle] if obstacle else None,
        **_shown(subject),
    )


def _shown(subject: Subject) -> dict[str, Any]:
    """Return whom a page is about, what is kept about them, and where its buttons lead."""
    found = subject.person or subject.account
    if found is None:
        abort(404)
    kind = "person" if subject.person else "account"
    number: dict[str, Any] = {f"{kind}_id": found.id}
    return {
        "person": found,
        "kept": personal_data(
            db.session, scope().organisation, subject, private=False, notes=False
        ),
        "data": url_for(f"admin.{kind}_data", **number),
        "file": url_for(f"admin.{kind}_file", **number),
        "delete": url_for(f"admin.delete_{kind}", **number),
    }


def _person(session: Session, person_id: int) -> Subject:
    return subject_by_id(session, scope().organisation, person_id) or abort(404)


def _account(session: Session, account_id: int) -> Subject:
    """Return whose account it is, with their entry on the roster if there is one."""
    found = own_account(session, scope().organisation, account_id) or abort(404)
    return subject_by_email(session, scope().organisation, found.email)
