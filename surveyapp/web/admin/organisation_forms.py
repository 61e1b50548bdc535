"""The forms of an organisation: its settings, what results are for, how reports look."""

from __future__ import annotations

import zoneinfo
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Regexp, ValidationError

from surveyapp.reports.colours import COLOUR, DEFAULT
from surveyapp.web.admin.people_forms import language_choices
from surveyapp.web.admin.round_forms import LONGEST_NAME, Thresholds
from surveyapp.web.fields import at_most, one_line, one_of, paper_field
from surveyapp.web.language import LANGUAGES

if TYPE_CHECKING:
    from wtforms import Field

    from surveyapp.storage.models import Organisation

LONGEST_CONTACT: Final = 320
TIME_ZONES: Final = sorted(zoneinfo.available_timezones())
COLUMNS: Final = {
    "name": "name",
    "language": "language",
    "time_zone": "time_zone",
    "contact": "contact",
    "threshold": "default_threshold",
    "comment_threshold": "default_comment_threshold",
}
"""What stands where, by the form's name."""


class OrganisationForm(Thresholds):
    """An organisation's settings; the thresholds are what a new round begins with."""

    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("Please write a name.")), at_most(LONGEST_NAME)],
        filters=[one_line],
    )
    language = SelectField(
        lazy_gettext("Language of emails"), [one_of(LANGUAGES)], validate_choice=False
    )
    time_zone = StringField(lazy_gettext("Time zone"), filters=[one_line])
    contact = StringField(
        lazy_gettext("Whom people turn to"), [at_most(LONGEST_CONTACT)], filters=[one_line]
    )

    def __init__(self, owner: Organisation, *, is_sent: bool = True) -> None:
        """Begin with what is on record, and read what was sent unless that was another form."""
        sent = {} if is_sent else {"formdata": None}
        super().__init__(data=self.on_record(owner), **sent)
        self.language.choices = language_choices(LANGUAGES)

    def validate_time_zone(self, field: Field) -> None:
        """One that this server can reckon in."""
        if field.data not in TIME_ZONES:
            raise ValidationError(_("Please choose one of the list, such as Europe/Berlin."))

    @staticmethod
    def on_record(owner: Organisation) -> dict[str, object]:
        """Return what is on record, by the form's names."""
        return {name: getattr(owner, column) for name, column in COLUMNS.items()}

    def write(self, owner: Organisation) -> None:
        """Put it on record; call after `validate`."""
        for name, column in COLUMNS.items():
            setattr(owner, column, self[name].data)
        owner.contact = owner.contact or None


class LookForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How an organisation's reports look."""

    colour = StringField(
        lazy_gettext("Colour of its own"),
        default=DEFAULT,
        validators=[
            Regexp(f"^{COLOUR.pattern}$", message=lazy_gettext("Please write it as #24405e."))
        ],
    )
    paper = paper_field()
