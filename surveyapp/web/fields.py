"""Fields that say in the reader's language what they cannot take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import AnyOf, Length, ValidationError

from surveyapp.rounds.dates import FARTHEST
from surveyapp.storage.models import Paper

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from wtforms import Form, SelectMultipleField


class Number(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it; raises `ValueError` with what to do."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please write a number.")) from error


class Day(DateField):
    """A day."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it; raises `ValueError` with what to do."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Please choose a day.")) from error


def paper_field() -> RadioField:
    """Return a choice of paper for reports."""
    return RadioField(
        lazy_gettext("Paper"),
        choices=[
            SelectChoice(Paper.A4, lazy_gettext("A4")),
            SelectChoice(Paper.LETTER, lazy_gettext("US Letter")),
        ],
        validate_choice=False,
        validators=[AnyOf(list(Paper), message=lazy_gettext("Please choose the paper."))],
    )


def one_line(text: str | None) -> str:
    """Put a text on one line, without blanks around it."""
    return " ".join((text or "").split())


def near(day: dt.date | None, since: dt.date) -> None:
    """Refuse a day that is more than two years after another one."""
    if day and day - since > FARTHEST:
        raise ValidationError(_("This is more than two years ahead: please choose a nearer day."))


def at_most(characters: int) -> Length:
    """Refuse a text that is longer."""
    message = lazy_gettext("At most %(most)s characters.", most=characters)
    return Length(max=characters, message=message)


def one_of(values: Iterable[str]) -> AnyOf:
    """Refuse what was not offered."""
    return AnyOf(list(values), lazy_gettext("Please choose one of these."))


def only_offered(_form: Form, field: SelectMultipleField) -> None:
    """Refuse choices of several that were not offered."""
    if not set(field.data or ()) <= {choice[0] for choice in field.iter_choices()}:
        raise ValidationError(_("Please choose of these."))
