"""One person's data on request, and their deletion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm

from surveyapp.jobs import purging
from surveyapp.rounds.forgetting import ForgettingError, Obstacle, check
from surveyapp.storage import audit
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Organisation
from surveyapp.storage.personal import personal_data
from surveyapp.storage.subjects import Subject, people_named, subject_by_id
from surveyapp.web.access import doer, scope
from surveyapp.web.admin.views import blueprint
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

CONFLICT: Final = 409
MOST_FOUND: Final = 30
OBSTACLES: Final = {
    Obstacle.LEADS: lazy_gettext(
        "They lead a team. Bring in a roster in which somebody else leads these people first."
    ),
    Obstacle.ASKED_ABOUT: lazy_gettext(
        "An open round asks about them by name. Wait until it is closed, or discard it."
    ),
    Obstacle.LAST_ADMINISTRATOR: lazy_gettext(
        "They are the last administrator. Give somebody else this role first."
    ),
}


class DeleteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Nothing but the token: the page says what happens."""


@blueprint.get("/people/data")
def find_person() -> ResponseReturnValue:
    """Find somebody by name or address."""
    wanted = request.args.get("q", "").replace("\0", "").strip()
    found = people_named(db.session, scope().organisation, wanted)
    return render_template(
        "admin/find_person.html",
        wanted=wanted,
        found=found[:MOST_FOUND],
        more=len(found) > MOST_FOUND,
    )


@blueprint.get("/people/<int(max=2147483647):person_id>/data")
def person_data(person_id: int) -> ResponseReturnValue:
    """Show what is kept about somebody; what is a leader's own is named, not shown."""
    subject = _subject(db.session, person_id)
    return render_template(
        "admin/person_data.html",
        person=subject.person,
        form=DeleteForm(),
        kept=personal_data(db.session, scope().organisation, subject, private=False, notes=False),
    )


@blueprint.post("/people/<int(max=2147483647):person_id>/data.json")
def person_file(person_id: int) -> ResponseReturnValue:
    """Give the same as a file, to be handed to this person."""
    with writing() as session:
        owner = session.get_one(Organisation, scope().organisation.id)
        subject = _subject(session, person_id)
        audit.record(session, owner, doer(), Action.PERSON_SHOWN, person=subject.person)
        kept = personal_data(session, owner, subject, private=False, notes=False)
    return Response(
        json.dumps(kept, ensure_ascii=False, indent=2),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="person-{person_id}.json"'},
    )


@blueprint.route("/people/<int(max=2147483647):person_id>/delete", methods=["GET", "POST"])
def delete_person(person_id: int) -> ResponseReturnValue:
    """Say what a deletion removes and what stays; then delete."""
    subject = _subject(db.session, person_id)
    try:
        check(db.session, scope().organisation, subject.person, subject.account)
        if not DeleteForm().validate_on_submit():
            return _delete_page(subject)
        account = subject.account.id if subject.account else None
        db.session.rollback()  # else the files cannot be written anew
        purging.forget_unsearched(
            settings(), scope().organisation.id, doer(), person=person_id, account=account
        )
    except ForgettingError as error:
        return _delete_page(subject, error.obstacle), CONFLICT if request.form else 200
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
        person=subject.person,
        form=DeleteForm(),
        obstacle=OBSTACLES[obstacle] if obstacle else None,
        kept=personal_data(db.session, scope().organisation, subject, private=False, notes=False),
    )


def _subject(session: Session, person_id: int) -> Subject:
    return subject_by_id(session, scope().organisation, person_id) or abort(404)
