"""The forms of administration."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

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
