"""The questionnaire as a form, built from its data."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import ValidationError

from surveyapp.anonymity.ballot import COMMENT_CHARACTERS, Ballot, comment_fits, plain_text
from surveyapp.core.checkin import ABOUT_AGREEMENT
from surveyapp.core.questionnaire import CANT_SAY, COMMENTS, ITEMS
from surveyapp.rounds.answering import AnsweringError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wtforms import Field

    from surveyapp.core.questionnaire import Item


class UnaskedError(AnsweringError):
    """An answer to a question that is not put to this team."""

    def __init__(self, item_id: str) -> None:
        """Keep the question's id."""
        super().__init__(f"{item_id} is not asked in this team.")
        self.item_id = item_id


class SlipForm(Form):
    """The code of a printed slip."""

    slip = StringField(lazy_gettext("Code on your slip"))


class WordsForm(Form):
    """The twelve words that change earlier answers."""

    words = TextAreaField(lazy_gettext("Your twelve words"))


class QuestionnaireForm(Form):
    """Base of the generated form: what it carries besides the answers."""

    slip = HiddenField()
    change_code = HiddenField()

    def ballot(self) -> Ballot:
        """Return what was answered; call after `validate`."""
        data = cast("Mapping[str, str | None]", self.data)
        # What is asked beside the questionnaire may be left out, by a script that knows only that.
        beside = {item.id: data[item.id] or CANT_SAY for item in ABOUT_AGREEMENT if item.id in data}
        return Ballot(
            choices={item.id: data[item.id] or "" for item in ITEMS} | beside,
            comments={c.id: text for c in COMMENTS if (text := plain_text(data.get(c.id) or ""))},
        )


Validator: TypeAlias = "Callable[[Form, RadioField], None]"


def _answered(_form: Form, field: RadioField) -> None:
    if field.data not in {choice[0] for choice in field.iter_choices()}:
        raise ValidationError(_("Please choose one answer here, or “Can’t say”."))


def _answered_or_left_out(form: Form, field: RadioField) -> None:
    if field.data:
        _answered(form, field)


def _fits(_form: Form, field: Field) -> None:
    text = plain_text(field.data or "")
    if not comment_fits(text):
        message = _(
            "This text has %(count)s characters and %(most)s is the most. Please shorten it.",
            count=len(text),
            most=COMMENT_CHARACTERS,
        )
        raise ValidationError(message)


@cache
def questionnaire_form(*, with_comments: bool, with_agreement: bool) -> type[QuestionnaireForm]:
    """Build the form class: a radio group per item, and the open questions if they are asked."""
    asked: dict[Item, Validator] = dict.fromkeys(ITEMS, _answered)
    if with_agreement:
        asked |= dict.fromkeys(ABOUT_AGREEMENT, _answered_or_left_out)
    fields: dict[str, Field] = {
        item.id: RadioField(
            item.text,
            choices=[SelectChoice(choice) for choice in item.choices],
            validate_choice=False,
            validators=[validator],
        )
        for item, validator in asked.items()
    }
    if with_comments:
        fields |= {c.id: TextAreaField(c.text, validators=[_fits]) for c in COMMENTS}
    return type("BuiltQuestionnaireForm", (QuestionnaireForm,), fields)
