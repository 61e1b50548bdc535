from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.reports.colours import DEFAULT, contrast_on_white, readable


@pytest.mark.parametrize(
    ("colour", "contrast"), [("#ffffff", 1), ("#000000", 21), ("#767676", 4.54), ("#ff0000", 4.0)]
)
def test_contrast_is_that_of_wcag(colour: str, contrast: float) -> None:
    assert contrast_on_white(colour) == pytest.approx(contrast, abs=0.01)


@given(st.from_regex("#[0-9a-f]{6}", fullmatch=True))
def test_any_colour_becomes_readable_and_a_dark_one_stays(colour: str) -> None:
    made = readable(colour)
    assert contrast_on_white(made) >= 4.5
    assert contrast_on_white(colour) < 4.5 or made == colour


def test_ours_is_readable_and_what_is_no_colour_is_refused() -> None:
    assert readable(DEFAULT) == DEFAULT
    with pytest.raises(ValueError, match="is no colour such as"):
        readable("red")
