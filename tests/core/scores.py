"""People with just the scores that a test is about."""

from __future__ import annotations

from hypothesis import strategies as st

from surveyapp.core.questionnaire import Person

THIRDS = st.integers(-3, 3).map(lambda raw: raw / 3)
UNITS = st.floats(0, 1)


def person(
    s: float | None = None,
    m: float | None = None,
    e: float | None = None,
    b: float | None = None,
    *,
    t: float | None = None,
    p: float | None = None,
) -> Person:
    return Person(s=s, t=t, p=p, e=e, a=None, m=m, b=b)
