from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.publication import PublishedScale, Reason, Withheld
from surveyapp.core.questionnaire import ITEMS, UNCHECKED, parse_choice
from surveyapp.core.selfview import (
    COMPARED,
    OWN_FORM,
    OwnView,
    own_choices,
    own_view,
    own_views,
)

UNITS = st.floats(0, 1)
MIDDLE = PublishedScale(3, 10, 1)
"""Of many people: around .5, from .45 to .55."""


def alike(raw: int) -> dict[str, int | None]:
    """Return answers in which everything speaks for its scale as strongly as `raw` does."""
    return {item.id: 6 - raw if item.reversed else raw for item in OWN_FORM if item.scale != "b"}


def test_the_own_form_asks_every_closed_question_once_in_the_employees_order() -> None:
    assert sorted(item.id for item in OWN_FORM) == sorted(item.id for item in ITEMS)
    assert [item.id for item in OWN_FORM][:5] == ["T1", "S1", "E1", "P1", "A1"]


def test_nobody_finds_their_own_checks_hardly_known() -> None:
    for item in OWN_FORM:
        assert own_choices(item) == tuple(c for c in item.choices if c != UNCHECKED)
        assert parse_choice(item, own_choices(item)[-1]) is None


@pytest.mark.parametrize(
    ("own", "team", "team_range", "expected"),
    [
        (0.625, 0.5, (0.4, 0.6), OwnView.HIGHER),
        (0.624, 0.5, (0.4, 0.6), OwnView.SIMILAR),
        (0.625, 0.5, (0.3, 0.625), OwnView.SIMILAR),
        (0.9, 0.5, (0.4, 0.95), OwnView.SIMILAR),
        (0.375, 0.5, (0.4, 0.6), OwnView.LOWER),
        (0.376, 0.5, (0.4, 0.6), OwnView.SIMILAR),
        (0.375, 0.5, (0.375, 0.6), OwnView.SIMILAR),
        (0.5, 0.5, (0.5, 0.5), OwnView.SIMILAR),
        (0.825, 0.7, (0.7, 0.7), OwnView.HIGHER),
    ],
)
def test_views_differ_only_by_a_clear_gap_outside_the_teams_range(
    own: float, team: float, team_range: tuple[float, float], expected: OwnView
) -> None:
    assert own_view(own, team, team_range, 0) is expected


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (0.755, OwnView.HIGHER),  # .25 is the root of .15² and .2²
        (0.745, OwnView.SIMILAR),
        (0.255, OwnView.SIMILAR),
        (0.245, OwnView.LOWER),
    ],
)
def test_the_errors_of_ones_own_answers_widen_the_range(own: float, expected: OwnView) -> None:
    assert own_view(own, 0.5, (0.35, 0.65), 0.2) is expected


@given(UNITS, UNITS, UNITS, UNITS)
def test_turned_round_views_differ_the_other_way(
    own: float, team: float, below: float, above: float
) -> None:
    low, high = team - below, team + above
    turned = {OwnView.HIGHER: OwnView.LOWER, OwnView.LOWER: OwnView.HIGHER}
    view = own_view(own, team, (low, high), 0.1)
    assert own_view(-own, -team, (-high, -low), 0.1) is turned.get(view, OwnView.SIMILAR)


@pytest.mark.parametrize(
    ("raw", "view"), [(1, OwnView.LOWER), (3, OwnView.SIMILAR), (5, OwnView.HIGHER)]
)
def test_own_answers_are_scored_like_a_persons(raw: int, view: OwnView) -> None:
    views = own_views(alike(raw), dict.fromkeys(COMPARED, MIDDLE), all_bands=True)
    assert views == dict.fromkeys(COMPARED, view)


def test_what_one_side_lacks_is_not_compared() -> None:
    answers = alike(5) | {"T1": None, "T2": None, "A1": None}
    scales: dict[str, PublishedScale | Withheld] = {
        "s": Withheld(Reason.TOO_FEW),
        "t": MIDDLE,
        "p": MIDDLE,
        "a": MIDDLE,
    }
    assert own_views(answers, scales, all_bands=True) == {
        "p": OwnView.HIGHER,
        "a": OwnView.HIGHER,
    }


@pytest.mark.parametrize(
    ("raw", "band", "all_bands", "view"),
    [
        (5, 3, True, OwnView.HIGHER),  # 1 is .4 above the band from .4 to .6
        (4, 3, True, OwnView.SIMILAR),  # .75 is .15 above: one's own errors can do that
        (4, 4, True, OwnView.SIMILAR),
        (2, 4, True, OwnView.LOWER),
        (5, 4, True, OwnView.HIGHER),
        (5, 4, False, OwnView.SIMILAR),  # the fourth band is all from .6 up
        (1, 2, True, OwnView.LOWER),
        (1, 2, False, OwnView.SIMILAR),
    ],
)
def test_of_few_people_the_own_score_has_to_lie_clearly_beyond_the_band(
    raw: int,
    band: int,
    all_bands: bool,  # noqa: FBT001  (a parameter of the table above)
    view: OwnView,
) -> None:
    views = own_views(alike(raw), {"t": PublishedScale(band)}, all_bands=all_bands)
    assert views == {"t": view}


def test_the_fewer_own_answers_the_wider_the_gap_has_to_be() -> None:
    above = {"p": PublishedScale(4)}  # up to .75
    assert own_views(alike(5), above, all_bands=True) == {"p": OwnView.HIGHER}
    two = alike(5) | {"P1": None, "P2": None}
    assert own_views(two, above, all_bands=True) == {"p": OwnView.SIMILAR}


def test_experience_is_the_first_difference_to_talk_about() -> None:
    views = own_views(alike(5), dict.fromkeys(COMPARED, MIDDLE), all_bands=True)
    assert next(iter(views)) == "e"
