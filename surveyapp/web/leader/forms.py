"""The leader's own form, built from the questionnaire in the leader's wording."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerRangeField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import NumberRange, ValidationError

from surveyapp.core.questionnaire import CANT_SAY, parse_choice
from surveyapp.core.selfview import OWN_FORM, own_choices
from surveyapp.followup.selfform import PERCENT

if TYPE_CHECKING:
    from wtforms import Field

    from surveyapp.core.position import Point
    from surveyapp.core.questionnaire import Answers
    from surveyapp.followup.selfform import SelfView

MIDDLE: Final = PERCENT // 2
"""Where a slider stands that nobody moved."""


def _within() -> NumberRange:
    return NumberRange(
        0, PERCENT, message=lazy_gettext("Please put this between the two ends of the line.")
    )


class OwnViewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Base of the generated form: the guess.

    A slider always stands somewhere, so a tick says whether there is a guess.
    """

    closeness = IntegerRangeField(
        lazy_gettext("How closely will they say that you follow their work?"),
        default=MIDDLE,
        validators=[_within()],
    )
    meant = IntegerRangeField(
        lazy_gettext("What will they say it is meant for?"), default=MIDDLE, validators=[_within()]
    )
    keep_guess = BooleanField(lazy_gettext("Keep this guess"))

    def answers(self) -> Answers:
        """Return the raw answers; what was not touched is left out. Call after `validate`."""
        return {
            item.id: parse_choice(item, self.data[item.id])
            for item in OWN_FORM
            if self.data[item.id]
        }

    def guess(self) -> Point | None:
        """Return where the leader guesses to be put, in the square; call after `validate`."""
        closeness, meant = self.closeness.data, self.meant.data
        if not self.keep_guess.data or closeness is None or meant is None:
            return None
        return closeness / PERCENT, meant / PERCENT


def _offered(_form: FlaskForm, field: RadioField) -> None:
    if field.data and field.data not in {choice[0] for choice in field.iter_choices()}:
        raise ValidationError(_("Please choose one of these answers, or none."))


@cache
def _form_class() -> type[OwnViewForm]:
    fields: dict[str, Field] = {
        item.id: RadioField(
            item.own_text,
            choices=[SelectChoice(choice) for choice in own_choices(item)],
            validate_choice=False,
            validators=[_offered],
        )
        for item in OWN_FORM
    }
    return type("BuiltOwnViewForm", (OwnViewForm,), fields)


def own_view_form(saved: SelfView | None) -> OwnViewForm:
    """Return the form as it was sent; unsent, as it was saved."""
    form_class = _form_class()
    # Else a field that was not sent would keep what was saved.
    shown = None if request.method == "POST" else saved
    return form_class(data=_as_data(shown) if shown else {})


def _as_data(saved: SelfView) -> dict[str, object]:
    data: dict[str, object] = {
        name: CANT_SAY if raw is None else str(raw) for name, raw in saved.answers.items()
    }
    if saved.guess:
        closeness, meant = (round(part * PERCENT) for part in saved.guess)
        data |= {"closeness": closeness, "meant": meant, "keep_guess": True}
    return data
