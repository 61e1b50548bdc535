"""The forms of coaches."""

from __future__ import annotations

from flask_babel import LazyString, format_decimal, lazy_gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import Length, Optional, ValidationError

from surveyapp.followup.notes import LONGEST
from surveyapp.reports.making import Format
from surveyapp.web.fields import paper_field


def _plain(text: str | None) -> str:
    """Return a text with one kind of line end."""
    return (text or "").replace("\r\n", "\n")


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


def _some_of_these(_form: FlaskForm, field: SelectMultipleField) -> None:
    if not field.data or not set(field.data) <= set(Format):
        raise ValidationError(_("Please choose at least one."))


class ReportsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is to be made."""

    formats = SelectMultipleField(
        choices=[
            SelectChoice(Format.PDF, lazy_gettext("A report for each leader (PDF)")),
            SelectChoice(Format.XLSX, lazy_gettext("One workbook about all (Excel)")),
            SelectChoice(Format.CSV, lazy_gettext("The same as text files (CSV)")),
            SelectChoice(Format.PNG, lazy_gettext("Each chart as a picture (PNG)")),
            SelectChoice(Format.SVG, lazy_gettext("Each chart as a drawing (SVG)")),
        ],
        default=[Format.PDF, Format.XLSX],
        validate_choice=False,
        validators=[_some_of_these],
    )
    paper = paper_field()
    group = BooleanField(lazy_gettext("A report about all leaders together, for a sponsor"))
