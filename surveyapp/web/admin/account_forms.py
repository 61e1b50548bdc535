"""The forms of accounts and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import DataRequired, ValidationError

from surveyapp.roster.checking import ADDRESS
from surveyapp.roster.reading import MAX_CELL_CHARACTERS
from surveyapp.storage.models import RoleName
from surveyapp.web.fields import at_most, one_line, only_offered

if TYPE_CHECKING:
    from wtforms import Field

ROLES = [
    SelectChoice(RoleName.ADMIN, lazy_gettext("administrator: people, rounds, accounts")),
    SelectChoice(RoleName.COACH, lazy_gettext("coach: the results of chosen leaders")),
    SelectChoice(RoleName.LEADER, lazy_gettext("leader: the result of their own team")),
]


class InvitationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Somebody who is to sign in."""

    email = StringField(
        lazy_gettext("Address"),
        [DataRequired(lazy_gettext("Please write an address."))],
        filters=[lambda text: (text or "").strip().lower()],
    )
    name = StringField(
        lazy_gettext("Name"),
        [at_most(MAX_CELL_CHARACTERS)],
        filters=[one_line],
    )
    roles = SelectMultipleField(
        lazy_gettext("Signs in as"),
        [DataRequired(lazy_gettext("Please choose at least one.")), only_offered],
        choices=ROLES,
        validate_choice=False,
    )

    def validate_email(self, field: Field) -> None:
        """As in a people file."""
        if not ADDRESS.fullmatch(field.data):
            raise ValidationError(_("write a full address such as name@company.example"))


class RolesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What an account is in the organisation, and whom it coaches."""

    roles = SelectMultipleField(
        lazy_gettext("Signs in as"), [only_offered], choices=ROLES, validate_choice=False
    )
    coached = SelectMultipleField(
        lazy_gettext("Coaches"), [only_offered], coerce=int, validate_choice=False
    )
