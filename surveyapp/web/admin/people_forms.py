"""The forms of the roster: a people file, and one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField

from surveyapp.roster.reading import MAX_CELL_CHARACTERS
from surveyapp.web.fields import at_most
from surveyapp.web.language import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from surveyapp.storage.models import Person


def language_choices(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Name each language in itself."""
    return [(code, str(Locale.parse(code).get_display_name()).capitalize()) for code in codes]


class RosterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A people file to be looked at."""

    file = FileField(
        lazy_gettext("People file, CSV or XLSX"),
        validators=[FileRequired(lazy_gettext("Please choose a file."))],
    )


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What of a person can be corrected without a new people file."""

    name = StringField(lazy_gettext("Name"), [at_most(MAX_CELL_CHARACTERS)])
    email = StringField(lazy_gettext("Address"), [at_most(MAX_CELL_CHARACTERS)])
    language = SelectField(lazy_gettext("Language of emails"), validate_choice=False)

    def __init__(self, person: Person) -> None:
        """Offer what is spoken, and what the roster says of this person."""
        super().__init__(obj=person)
        codes = dict.fromkeys([*LANGUAGES, *filter(None, [person.language])])
        self.language.choices = [("", lazy_gettext("not said")), *language_choices(codes)]
