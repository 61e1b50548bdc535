"""The forms of administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import AnyOf, InputRequired, Regexp, StopValidation

from surveyapp.reports.colours import COLOUR, DEFAULT
from surveyapp.storage.models import Paper
from surveyapp.web.admin.fields import near

if TYPE_CHECKING:
    import datetime as dt


class PurposeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What results are for, accepted once."""

    accepted = BooleanField(
        lazy_gettext("I accept this for the organisation"),
        validators=[InputRequired(lazy_gettext("Please accept this before the first round."))],
    )


class LastDayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A later last day of an open round; sent twice, the second time confirmed."""

    told: dt.date
    """Until when people were told that they can answer."""
    opened_on: dt.date
    closes_on = DateField(lazy_gettext("New last day"))
    confirmed = BooleanField()

    def validate_closes_on(self, field: DateField) -> None:
        """Refuse what is no later day."""
        field.errors = []  # what WTForms says of a date that it cannot read
        if field.data is None:
            raise StopValidation(_("Please choose a day."))
        if field.data <= self.told:
            raise StopValidation(
                _(
                    "Please choose a later day: people were told that they can answer until"
                    " %(day)s.",
                    day=format_date(self.told, "full"),
                )
            )
        near(field.data, self.opened_on)


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
