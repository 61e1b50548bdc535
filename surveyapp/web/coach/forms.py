"""The forms of coaches."""

from __future__ import annotations

from flask_babel import LazyString, format_decimal, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, TextAreaField
from wtforms.validators import Length, Optional

from surveyapp.followup.notes import LONGEST


def _plain(text: str | None) -> str:
    """Return a text with one kind of line end, and without what a database refuses."""
    return (text or "").replace("\r\n", "\n").replace("\x00", "")


class FileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a coach keeps on a leader."""

    notes = TextAreaField(
        lazy_gettext("Notes"),
        filters=[_plain],
        validators=[
            Length(
                max=LONGEST,
                message=lazy_gettext(
                    "That is too long: at most %(num)s characters can be kept. Please shorten it.",
                    num=LazyString(format_decimal, LONGEST),
                ),
            )
        ],
    )
    follow_up_on = DateField(lazy_gettext("Come back to this leader on"), validators=[Optional()])
