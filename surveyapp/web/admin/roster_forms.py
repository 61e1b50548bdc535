"""The form of a people file."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class RosterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A people file to be looked at."""

    file = FileField(
        lazy_gettext("People file, CSV or XLSX"),
        validators=[FileRequired(lazy_gettext("Please choose a file."))],
    )
