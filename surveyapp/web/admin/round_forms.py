"""The forms of a round's life."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs of 3.2
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from surveyapp.anonymity.thresholds import COMMENT_THRESHOLD_FLOOR, THRESHOLD_FLOOR
from surveyapp.rounds import dates
from surveyapp.rounds.reminders import reminders, spread
from surveyapp.storage.models import ReleaseOn, TeamSees
from surveyapp.web.fields import Day, Number, at_most, near, one_line, one_of
from surveyapp.web.pages import today

if TYPE_CHECKING:
    from collections.abc import Collection

    from wtforms import Field

    from surveyapp.storage.models import Organisation, Round

LONGEST_NAME: Final = 200
USUAL_DAYS: Final = 14
MOST: Final = 250
ON_A_DAY: Final = "day"
TAKEN: Final = lazy_gettext("There is a round of this name already.")


def _at_least(least: int, most: int = MOST) -> NumberRange:
    message = lazy_gettext("At least %(least)s, and at most %(most)s.", least=least, most=most)
    return NumberRange(least, most, message)


class Thresholds(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How many people must answer before anything is shown."""

    threshold = Number(
        lazy_gettext("People that a result needs"),
        [InputRequired(lazy_gettext("Please write a number.")), _at_least(THRESHOLD_FLOOR)],
    )
    comment_threshold = Number(
        lazy_gettext("People who must write a comment before any is shown"),
        [InputRequired(lazy_gettext("Please write a number.")), _at_least(COMMENT_THRESHOLD_FLOOR)],
    )

    def validate_comment_threshold(self, field: Field) -> None:
        """Comments tell more of a person than a result does."""
        if self.threshold.data and field.data and field.data < self.threshold.data:
            raise ValidationError(_("No fewer than a result needs."))


class RoundForm(Thresholds):
    """A round to be made."""

    name = StringField(
        lazy_gettext("Name"),
        [
            DataRequired(lazy_gettext("A round needs a name, such as “Spring 2027”.")),
            at_most(LONGEST_NAME),
        ],
        filters=[one_line],
    )
    closes_on = Day(
        lazy_gettext("Last day on which people can answer"),
        [InputRequired(lazy_gettext("Please choose a day."))],
    )
    team_sees = RadioField(
        lazy_gettext("When a team sees the map of its own result"),
        choices=[
            SelectChoice(
                TeamSees.AFTER_SEVEN_DAYS,
                lazy_gettext("seven days after its leader, or before if the leader shares it"),
            ),
            SelectChoice(TeamSees.IF_SHARED, lazy_gettext("only if its leader shares it")),
        ],
        default=TeamSees.AFTER_SEVEN_DAYS,
        validate_choice=False,
        validators=[one_of(TeamSees)],
    )
    opens_on = Day(lazy_gettext("Opens by itself on"), [Optional()])
    remind = BooleanField(
        lazy_gettext("Remind everybody once or twice, if the round takes a week or more")
    )
    release = RadioField(
        lazy_gettext("When leaders see their results"),
        choices=[
            SelectChoice("", lazy_gettext("when a coach has looked at them and releases them")),
            SelectChoice(ReleaseOn.CLOSING, lazy_gettext("as soon as the round is counted")),
            SelectChoice(ON_A_DAY, lazy_gettext("on this day:")),
        ],
        default="",
        validate_choice=False,
        validators=[one_of(("", ReleaseOn.CLOSING, ON_A_DAY))],
    )
    releases_on = Day(lazy_gettext("Day on which leaders see their results"), [Optional()])
    repeat_weeks = Number(
        lazy_gettext("Comes again after so many weeks"),
        [Optional(), _at_least(dates.FEWEST_WEEKS, dates.MOST_WEEKS)],
    )

    def __init__(
        self, owner: Organisation, taken: Collection[str], draft: Round | None = None
    ) -> None:
        """Begin with the draft, or what the organisation usually has; `taken` names are refused."""
        if draft:
            on_a_day = ON_A_DAY if draft.releases_on else ""
            kept = {"remind": bool(draft.reminders), "release": draft.release_on or on_a_day}
            super().__init__(obj=draft, data=kept)
        else:
            super().__init__(
                threshold=owner.default_threshold,
                comment_threshold=owner.default_comment_threshold,
                closes_on=today() + dt.timedelta(days=USUAL_DAYS),
                remind=True,
            )
        self._taken, self._draft = taken, draft

    def planned(self) -> dates.Dates:
        """Return the dates that were chosen."""
        last = self.closes_on.data or today()
        first = self.opens_on.data or today()
        return dates.Dates(
            closes_on=last,
            opens_on=self.opens_on.data,
            reminders=self._reminders(first, last) if self.remind.data else (),
            releases_on=self.releases_on.data if self.release.data == ON_A_DAY else None,
            release_at_closing=self.release.data == ReleaseOn.CLOSING,
            repeat_weeks=self.repeat_weeks.data,
        )

    def _reminders(self, first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
        """Return the days that a draft has, if they still fit; else the usual ones."""
        if (draft := self._draft) and (draft.opens_on, draft.closes_on) == (
            self.opens_on.data,
            last,
        ):
            chosen = reminders(draft)
            if chosen and chosen[0] > first:
                return chosen
        return spread(first, last)

    def validate_name(self, field: Field) -> None:
        """No two rounds of an organisation have one name."""
        if field.data in self._taken:
            raise ValidationError(TAKEN)

    def validate_closes_on(self, field: Field) -> None:
        """Somebody must be able to answer."""
        if field.data and field.data < today():
            raise ValidationError(_("This day has passed."))
        if field.data and self.opens_on.data and field.data < self.opens_on.data:
            raise ValidationError(_("This is before the day on which the round opens."))
        near(field.data, self.opens_on.data or today())

    def validate_opens_on(self, field: Field) -> None:
        """Refuse a day that is over, or too far ahead."""
        if field.data and field.data < today():
            raise ValidationError(_("This day has passed."))
        near(field.data, today())

    def validate_repeat_weeks(self, field: Field) -> None:
        """Let the next one open once this one is over."""
        last = self.closes_on.data or today()
        chosen = dates.Dates(last, self.opens_on.data, repeat_weeks=field.data)
        if not field.errors and chosen.overlaps_next:
            raise ValidationError(_("The next round would open before this one is over."))

    def validate_release(self, field: Field) -> None:
        """Refuse a day on which answers are still taken."""
        day, last = self.releases_on.data, self.closes_on.data
        if field.data == ON_A_DAY and not (day and last and day > last):
            raise ValidationError(_("Please choose a day after the last day."))
        if field.data == ON_A_DAY and last:
            near(day, last)


class LastDayForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A later last day of an open round; sent twice, the second time confirmed."""

    told: dt.date
    """Until when people were told that they can answer."""
    opened_on: dt.date
    closes_on = Day(
        lazy_gettext("New last day"), [InputRequired(lazy_gettext("Please choose a day."))]
    )
    confirmed = BooleanField()

    def validate_closes_on(self, field: Field) -> None:
        """Refuse what is no later day."""
        if field.data and field.data <= self.told:
            raise ValidationError(
                _(
                    "Please choose a later day: people were told that they can answer until"
                    " %(day)s.",
                    day=format_date(self.told, "full"),
                )
            )
        near(field.data, self.opened_on)


class PurposeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What results are for, accepted once, before the first round."""

    accepted = BooleanField(
        lazy_gettext("I accept this for the organisation"),
        [InputRequired(lazy_gettext("Please accept this before the first round."))],
    )


class OpeningForm(PurposeForm):
    """That a round is to be opened now."""

    def __init__(self, owner: Organisation) -> None:
        """Ask for what results are for, unless that was accepted before."""
        super().__init__()
        if owner.purpose_accepted_on is not None:
            del self.accepted
