"""A people file in the browser: its faults or what it would change, then the import."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from surveyapp.roster import keeping
from surveyapp.roster.applying import apply
from surveyapp.roster.checking import check_file
from surveyapp.roster.faults import RosterError, Said
from surveyapp.roster.previewing import preview
from surveyapp.roster.reading import COLUMNS
from surveyapp.storage.database import db, lock, writing
from surveyapp.storage.models import Action
from surveyapp.storage.rounds import roster_summary, running_round
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note, own_organisation
from surveyapp.web.admin.own_round import over
from surveyapp.web.admin.people_forms import RosterForm
from surveyapp.web.admin.views import blueprint
from surveyapp.web.downloads import download
from surveyapp.web.pages import settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

    from surveyapp.roster.checking import Roster
    from surveyapp.roster.previewing import Preview

LARGEST_UPLOAD_BYTES: Final = 5 * 1024**2
SHOWN: Final = 50
"""Lines of each list; more of them nobody reads."""
EXAMPLE: Final = (
    COLUMNS,
    ("Ann Top", "ann@company.example", "", "", "en"),
    ("Bo Leader", "bo@company.example", "ann@company.example", "Management", "en"),
    ("Cy Member", "cy@company.example", "bo@company.example", "Workshop", "de"),
    ("Dee Member", "", "bo@company.example", "Workshop", ""),
)


@blueprint.url_value_preprocessor
def _let_a_file_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the limit of what is sent, for this one page, before anything reads the form."""
    if endpoint == "admin.roster":
        request.max_content_length = LARGEST_UPLOAD_BYTES


@blueprint.route("/roster", methods=["GET", "POST"])
def roster() -> ResponseReturnValue:
    """Take a people file: name all its faults, or go on to what it would change."""
    form = RosterForm()
    if not form.validate_on_submit():
        return _page(form), 422 if form.errors else 200
    try:
        read = _checked(form.file.data)
    except RosterError as error:
        return _page(form, error), 422
    kept_id = keeping.keep(settings().instance, _owner(), read)
    return redirect(url_for("admin.roster_preview", roster_id=kept_id))


@blueprint.get("/roster/template.csv")
def roster_template() -> ResponseReturnValue:
    """Give a people file to begin with."""
    text = io.StringIO()
    csv.writer(text).writerows(EXAMPLE)
    # with the mark by which spreadsheet programs know UTF-8
    return download(text.getvalue().encode("utf-8-sig"), "people.csv")


@blueprint.route("/roster/<public_id:roster_id>", methods=["GET", "POST"])
def roster_preview(roster_id: str) -> ResponseReturnValue:
    """Show what a people file would change; do exactly that, once it is confirmed."""
    kept = keeping.kept(settings().instance, _owner(), roster_id, time.time())
    if kept is None:
        text = _("What was read from this file is gone: it was imported, or an hour is over.")
        over(text, url_for("admin.roster"), _("Choose another file"))
    sent = FlaskForm().validate_on_submit()
    if sent and _import(kept, request.form.get("digest", "")):
        keeping.forget(settings().instance, roster_id)
        return redirect(url_for("admin.people"))
    return render_template(
        "admin/roster_preview.html",
        shown=SHOWN,
        found=preview(db.session, scope().organisation, kept),
        changed_meanwhile=sent,
        running=running_round(db.session, scope().organisation),
    )


def _owner() -> str:
    return f"account {scope().account.id}{keeping.owned_in(scope().organisation.id)}"


def _checked(upload: FileStorage) -> Roster:
    """Check an upload by way of a file without a name in any folder that is kept."""
    with tempfile.NamedTemporaryFile() as file:
        upload.save(file)
        file.flush()
        return check_file(Path(file.name))


def _import(kept: Roster, digest: str) -> bool:
    """Import what was previewed; False if it would do something else by now."""
    with writing() as session:
        owner = own_organisation(session)
        lock(session, owner)
        found: Preview = preview(session, owner, kept)
        if found.digest != digest:
            return False
        apply(session, owner, kept)
        said = f"{found.people} people: {len(found.added)} added, {len(found.gone)} gone"
        note(session, Action.ROSTER_IMPORTED, said)
    flash(ngettext("%(num)s person imported.", "%(num)s people imported.", found.people))
    return True


def _page(form: RosterForm, error: RosterError | None = None) -> str:
    return render_template(
        "admin/roster.html",
        form=form,
        groups=error.groups if error else {},
        in_words=in_words,
        shown=SHOWN,
        roster=roster_summary(db.session, scope().organisation),
    )


def in_words(text: object) -> object:
    """Say in the reader's language what a fault says in English."""
    if not isinstance(text, Said):
        return text
    return _(text.msgid, **{name: in_words(value) for name, value in text.values.items()})
