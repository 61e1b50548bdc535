"""The form of a check-in agreement: what is written, and what became of it."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import InputRequired, StopValidation, ValidationError

from surveyapp.anonymity.ballot import plain_text
from surveyapp.core.checkin import Agreed
from surveyapp.followup.agreement import MOST_CHARACTERS
from surveyapp.storage.models import Outcome
from surveyapp.web.fields import Day, one_of
from surveyapp.web.pages import today

if TYPE_CHECKING:
    import datetime as dt

    from flask_babel import LazyString
    from wtforms import Field

    from surveyapp.followup.agreement import Written

OUTCOMES: Final[dict[str, LazyString]] = {
    Outcome.NOT_YET: lazy_gettext("Not yet"),
    Outcome.AGREED: lazy_gettext("Agreed"),
    Outcome.CHANGED: lazy_gettext(
        "Changed together, then agreed; the changed version stands above"
    ),
}


def _said(_form: FlaskForm, field: Field) -> None:
    if not field.data:
        raise StopValidation(_("Please write something here."))
    if len(field.data) > MOST_CHARACTERS:
        message = _(
            "This text has %(count)s characters and %(most)s is the most. Please shorten it.",
            count=len(field.data),
            most=MOST_CHARACTERS,
        )
        raise ValidationError(message)


def _still_to_come(form: AgreementForm, field: Day) -> None:
    if field.data and field.data < today() and field.data != form.saved_until:
        raise ValidationError(_("This day has passed. Please choose one that is still to come."))


def _text(label: LazyString) -> TextAreaField:
    return TextAreaField(label, filters=[lambda text: plain_text(text or "")], validators=[_said])


class AgreementForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a leader and their team agree on."""

    saved_until: dt.date | None = None
    """The day that was saved before: it may have passed when the outcome is recorded."""

    what = _text(lazy_gettext("What do you check?"))
    when = _text(lazy_gettext("When?"))
    how = _text(lazy_gettext("How?"))
    until = Day(
        lazy_gettext("Until which day?"),
        validators=[InputRequired(lazy_gettext("Please choose a day.")), _still_to_come],
    )
    sign = _text(lazy_gettext("By which sign will you step back?"))
    outcome = RadioField(
        lazy_gettext("What came of it in the team meeting?"),
        choices=[SelectChoice(outcome, label) for outcome, label in OUTCOMES.items()],
        default=Outcome.NOT_YET,
        validate_choice=False,
        validators=[one_of(Outcome)],
    )

    def agreed(self) -> Agreed:
        """Return what was written; call after `validate`."""
        return Agreed(**{part.name: self.data[part.name] for part in fields(Agreed)})


def agreement_form(saved: Written | None) -> AgreementForm:
    """Return the form as it was sent; unsent, as it was saved."""
    # Else a field that was not sent would keep what was saved.
    shown = None if request.method == "POST" else saved
    form = AgreementForm(data=asdict(shown.agreed) | {"outcome": shown.outcome} if shown else {})
    form.saved_until = saved.agreed.until if saved else None
    return form
