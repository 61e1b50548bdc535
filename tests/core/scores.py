"""People with just the scores that a test is about."""

from __future__ import annotations

from hypothesis import strategies as st

from surveyapp.core.questionnaire import Person

THIRDS = st.integers(-3, 3).map(lambda raw: raw / 3)
UNITS = st.floats(0, 1)


def person(**scores: float) -> Person:
    return Person(**(dict.fromkeys(("s", "t", "p", "e", "a", "m", "b")) | scores))
