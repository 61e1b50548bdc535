"""Why a coach may want to look at a leader first, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import format_date, lazy_gettext

from surveyapp.core.attention import Attention

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence


SAID: Final = {
    Attention.FOLLOW_UP_PASSED: lazy_gettext("follow-up was planned for %(day)s"),
    Attention.FOLLOW_UP_DUE: lazy_gettext("follow-up on %(day)s"),
    Attention.VERY_DIFFERENT: lazy_gettext("people see it very differently"),
    Attention.TOO_LITTLE: lazy_gettext("people say they get too little supervision"),
    Attention.TOO_MUCH: lazy_gettext("people say they get too much supervision"),
    Attention.DIFFERENT_AMOUNTS: lazy_gettext("people need different amounts"),
    Attention.LEFT_ALONE: lazy_gettext("people look left alone"),
}
"""The reasons that neither a reading nor the state of the release says already."""


def attention(reasons: Sequence[Attention], follow_up: dt.date | None) -> list[str]:
    """Say the reasons beside a row that says how a leader reads and whether it is released."""
    day = str(format_date(follow_up, "medium")) if follow_up else ""
    return [str(SAID[reason]) % {"day": day} for reason in reasons if reason in SAID]
