"""The questionnaire as a form, built from its data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import ValidationError

from surveyapp.anonymity.ballot import COMMENT_CHARACTERS, Ballot, comment_fits, plain_text
from surveyapp.core.checkin import ABOUT_AGREEMENT, EVERY_ITEM
from surveyapp.core.questionnaire import CANT_SAY, COMMENTS, FORM_ITEMS
from surveyapp.rounds.answering import AnsweringError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from wtforms import Field

    from surveyapp.core.questionnaire import Item

MISSING: Final = {item.id: CANT_SAY for item in ABOUT_AGREEMENT}
"""What is left out by a script that knows the questionnaire alone."""
CHOICES: Final = {name: frozenset(item.choices) for name, item in EVERY_ITEM.items()}


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


@dataclass(frozen=True)
class Asked:
    """What a team is asked: which of its answers are right, and the ballot that they make.

    Our script's ballots are read by this alone: binding the form's fields would take longer than
    all else that is done with one.
    """

    comments: bool
    agreement: bool

    @property
    def items(self) -> tuple[Item, ...]:
        """The items on the form, in its order."""
        return (*FORM_ITEMS, *(ABOUT_AGREEMENT if self.agreement else ()))

    def unasked(self, sent: Container[str]) -> str | None:
        """Return a question about an agreement that was answered and not put to this team."""
        beside = () if self.agreement else ABOUT_AGREEMENT
        return next((item.id for item in beside if item.id in sent), None)

    def faults(self, sent: Mapping[str, str]) -> dict[str, str]:
        """Say what is wrong with the answers that were sent, by question."""
        found = {item.id: choice_fault(item, sent.get(item.id)) for item in self.items}
        if self.comments:
            found |= {comment.id: comment_fault(sent.get(comment.id)) for comment in COMMENTS}
        return {name: fault for name, fault in found.items() if fault}

    def ballot(self, sent: Mapping[str, str | None]) -> Ballot:
        """Return what was answered, once no fault was found in it."""
        written = ((c.id, plain_text(sent.get(c.id) or "")) for c in COMMENTS if self.comments)
        return Ballot(
            choices={item.id: sent.get(item.id) or MISSING.get(item.id, "") for item in self.items},
            comments={name: text for name, text in written if text},
        )


def choice_fault(item: Item, answer: str | None) -> str | None:
    """Say what is wrong with the answer to an item.

    What is asked beside the questionnaire may be left out, by a script that knows only that.
    """
    if answer in CHOICES[item.id] or (not answer and item in ABOUT_AGREEMENT):
        return None
    return str(_("Please choose one answer here, or “Can’t say”."))


def comment_fault(comment: str | None) -> str | None:
    """Say what is wrong with an answer in words."""
    text = plain_text(comment or "")
    if comment_fits(text):
        return None
    message = _(
        "This text has %(count)s characters and %(most)s is the most. Please shorten it.",
        count=len(text),
        most=COMMENT_CHARACTERS,
    )
    return str(message)


class QuestionnaireForm(Form):
    """Base of the generated form: what it carries besides the answers."""

    asked: Asked
    slip = HiddenField()
    change_code = HiddenField()

    def ballot(self) -> Ballot:
        """Return what was answered; call after `validate`."""
        return self.asked.ballot(self.data)


@cache
def questionnaire_form(asked: Asked) -> type[QuestionnaireForm]:
    """Build the form class: a radio group per item, and the open questions if they are asked."""
    fields: dict[str, object] = {
        item.id: RadioField(
            item.text,
            choices=[SelectChoice(choice) for choice in item.choices],
            validate_choice=False,
            validators=[_validator(partial(choice_fault, item))],
        )
        for item in asked.items
    }
    if asked.comments:
        checks = [_validator(comment_fault)]
        fields |= {c.id: TextAreaField(c.text, validators=checks) for c in COMMENTS}
    return type("BuiltQuestionnaireForm", (QuestionnaireForm,), fields | {"asked": asked})


def _validator(fault_of: Callable[[str | None], str | None]) -> Callable[[Form, Field], None]:
    def check(_form: Form, field: Field) -> None:
        if fault := fault_of(field.data):
            raise ValidationError(fault)

    return check
