"""The forms of administration."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import AnyOf, InputRequired, Length, Regexp

from surveyapp.reports.colours import COLOUR, DEFAULT
from surveyapp.storage.models import Paper

LONGEST_CONTACT = 320


class PurposeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What results are for, accepted once, and whom to turn to if it is not kept."""

    contact = StringField(
        lazy_gettext("Whom people turn to"),
        validators=[Length(max=LONGEST_CONTACT)],
        filters=[lambda text: " ".join((text or "").split())],
    )
    accepted = BooleanField(
        lazy_gettext("I accept this for the organisation"),
        validators=[InputRequired(lazy_gettext("Please accept this before the first round."))],
    )


class LookForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How an organisation's reports look."""

    colour = StringField(
        lazy_gettext("Colour of its own"),
        default=DEFAULT,
        validators=[
            Regexp(f"^{COLOUR.pattern}$", message=lazy_gettext("Please write it as #24405e."))
        ],
    )
    paper = RadioField(
        lazy_gettext("Paper"),
        choices=[
            SelectChoice(Paper.A4, lazy_gettext("A4")),
            SelectChoice(Paper.LETTER, lazy_gettext("US Letter")),
        ],
        validate_choice=False,
        validators=[AnyOf(list(Paper), message=lazy_gettext("Please choose the paper."))],
    )
