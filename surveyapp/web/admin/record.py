"""The record of processing (Art. 30 GDPR), filled in, and how long rounds are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from flask import redirect, render_template, url_for
from flask_babel import get_locale, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms.validators import NumberRange, Optional

from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Action, Person
from surveyapp.web.access import scope
from surveyapp.web.admin.noting import note, own_organisation
from surveyapp.web.admin.views import blueprint
from surveyapp.web.fields import Number
from surveyapp.web.pages import settings, today

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SHORTEST, LONGEST = 1, 120
"""Months. Design choice: ten years is longer than any comparison of rounds makes sense."""


class RetentionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How long a round is kept after its last day."""

    retention_months = Number(
        lazy_gettext("Months after a round’s last day"),
        validators=[
            Optional(),
            NumberRange(
                SHORTEST,
                LONGEST,
                lazy_gettext("Please write a number from 1 to 120, or leave it empty."),
            ),
        ],
    )


@blueprint.get("/record")
def record() -> ResponseReturnValue:
    """Show the record, ready to be printed."""
    return _page(RetentionForm(obj=scope().organisation))


@blueprint.post("/retention")
def retention() -> ResponseReturnValue:
    """Change how long rounds are kept."""
    form = RetentionForm()
    if not form.validate():
        return _page(form), 422
    with writing() as session:
        owner = own_organisation(session)
        owner.retention_months = form.retention_months.data
        kept = f"{owner.retention_months} months" if owner.retention_months else "without end"
        note(session, Action.SETTINGS_CHANGED, f"rounds are kept {kept}")
    return redirect(url_for("admin.record"))


def _page(form: RetentionForm) -> str:
    owner = scope().organisation
    query = select(Person.language).where(
        Person.organisation_id == owner.id, Person.language.is_not(None)
    )
    spoken = {owner.language, *(code for code in db.session.scalars(query.distinct()) if code)}
    return render_template(
        "admin/record.html",
        form=form,
        languages=sorted(_language(code) for code in spoken),
        is_mailed=settings().sends_mails,
        today=today(),
    )


def _language(code: str) -> str:
    """Name a language in the reader's own, as far as it is known."""
    try:
        return Locale.parse(code, sep="-").get_display_name(get_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code
