"""The people on the roster: a list to search in, one person's page, the tree of teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from surveyapp.jobs import schedule
from surveyapp.roster.correcting import correct
from surveyapp.roster.faults import RosterError
from surveyapp.storage import accounts
from surveyapp.storage import people as stored
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, JobKind, Person
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note
from surveyapp.web.admin.people_forms import PersonForm
from surveyapp.web.admin.roster import in_words
from surveyapp.web.admin.views import blueprint
from surveyapp.web.listing import Page, folded, searched

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """List the people, or those with a name or address that somebody searches for."""
    everybody = stored.people(db.session, scope().organisation)
    part = searched()
    found = [one for one in everybody if part in folded(one.name) or part in (one.email or "")]
    return render_template(
        "admin/people.html",
        everybody=len(everybody),
        found=len(found),
        page=Page.asked(found),
        name=request.args.get("name", ""),
    )


@blueprint.route("/people/<row_id:person_id>", methods=["GET", "POST"])
def person(person_id: int) -> ResponseReturnValue:
    """Show one person, and correct their name, address or language."""
    found = stored.own_person(db.session, scope().organisation, person_id) or abort(404)
    form = PersonForm(found)
    if form.validate_on_submit() and _correct(form, person_id):
        flash(_("Corrected."))
        return redirect(url_for("admin.person", person_id=person_id))
    listed = {one.id: one for one in stored.people(db.session, scope().organisation)}
    page = render_template(
        "admin/person.html",
        form=form,
        person=listed[person_id],
        roles=accounts.roles_of(db.session, scope().organisation, found.email),
    )
    return page, 422 if form.errors else 200


@blueprint.get("/teams")
def teams() -> ResponseReturnValue:
    """Show the tree of leaders with the size of each team."""
    branches = stored.tree(db.session, scope().organisation)
    return render_template("admin/teams.html", page=Page.asked(branches), teams=len(branches))


def _correct(form: PersonForm, person_id: int) -> bool:
    try:
        with writing() as session:
            found = session.get_one(Person, person_id)
            given = (form.name.data or "", form.email.data or "", form.language.data or "")
            for opened in correct(session, found, *given):
                schedule.enqueue(session, JobKind.INVITE, opened.public_id)
            note(session, Action.PERSON_CORRECTED, person=found)
    except RosterError as error:
        for fault in error.faults:
            form[fault.column].errors = [in_words(fault.mend)]
        return False
    return True
