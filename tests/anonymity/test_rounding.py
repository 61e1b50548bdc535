from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from surveyapp.anonymity.rounding import (
    participation,
    rounded_item,
    rounded_part,
    rounded_position,
    rounded_scale,
    rounded_shares,
)
from surveyapp.core.position import Shares, Zone, zone
from surveyapp.core.publication import Participation, PublishedPosition
from surveyapp.core.region import Ellipse
from surveyapp.core.statement import Finding, Statement

THIRD = 1 / 3
CIRCLE = Ellipse(0.1, 0.1, 0)
pulls = st.tuples(*[st.floats(0, 1)] * 3).filter(lambda three: sum(three) > 0.01)
tiers = pytest.mark.parametrize("fine", [False, True])


def shares_of(three: tuple[float, float, float]) -> Shares:
    return Shares(*(pull / sum(three) for pull in three))


def position_of(shares: Shares, *, fine: bool) -> PublishedPosition:
    named = zone(shares)
    finding = Finding(Statement.MOSTLY, (named,)) if named else Finding(Statement.UNCLEAR)
    return rounded_position(shares, finding, 0.9, CIRCLE, fine=fine)


def leaders(parts: tuple[int, int, int]) -> set[int]:
    return {place for place, part in enumerate(parts) if part == max(parts)}


@tiers
@given(pulls)
def test_rounding_never_moves_a_position_into_another_zone(
    fine: bool,  # noqa: FBT001  (a parameter of the test)
    three: tuple[float, float, float],
) -> None:
    shares = shares_of(three)
    shown = position_of(shares, fine=fine)
    assert zone(shown.shares) == zone(shares) == shown.zone


@pytest.mark.parametrize("steps", [10, 20])
@given(pulls)
@example((1, 1, 1))
@example((1.0001, 1, 0.9999))
@example((0.45, 0.45, 0.1))
@example((0.335, 0.335, 0.33))
@example((0.3334, 0.3333, 0.3333))
def test_no_composition_of_the_same_zone_is_nearer(
    steps: int, three: tuple[float, float, float]
) -> None:
    """The search looks near the exact place; this one looks everywhere."""
    exact = [share * steps for share in shares_of(three).as_tuple()]
    lead = {place for place, x in enumerate(exact) if max(exact) - x < 1e-8}
    everywhere = [
        (a, b, steps - a - b)
        for a, b in itertools.product(range(steps + 1), repeat=2)
        if a + b <= steps and leaders((a, b, steps - a - b)) == lead
    ]

    def distance(parts: tuple[int, int, int]) -> float:
        return sum((part - x) ** 2 for part, x in zip(parts, exact, strict=True))

    rounded = rounded_shares(shares_of(three), steps)
    if len(lead) == 3:
        assert rounded == (round(steps / 3),) * 3
    else:
        nearest = min(distance(parts) for parts in everywhere)
        clipped = [
            tuple(min(max(part, 1), steps - 1) for part in parts)
            for parts in everywhere
            if distance(parts) - nearest < 1e-6
        ]
        assert rounded in clipped


@tiers
@given(pulls)
def test_ends_are_merged(
    fine: bool,  # noqa: FBT001  (a parameter of the test)
    three: tuple[float, float, float],
) -> None:
    shown = position_of(shares_of(three), fine=fine)
    assert shown.steps == (20 if fine else 10)
    assert set(shown.parts) <= set(range(1, shown.steps))


@pytest.mark.parametrize(
    ("shares", "tenths", "twentieths"),
    [
        ((0.379, 0.434, 0.186), (3, 5, 2), (7, 9, 4)),
        ((0.16, 0.21, 0.63), (2, 2, 6), (3, 4, 13)),
        ((1, 0, 0), (9, 1, 1), (19, 1, 1)),
        ((0, 0.5, 0.5), (1, 5, 5), (1, 10, 10)),
        ((THIRD, THIRD, THIRD), (3, 3, 3), (7, 7, 7)),
        ((0.45, 0.45, 0.1), (4, 4, 2), (9, 9, 2)),
    ],
)
def test_positions_round_to_the_nearest_steps_that_keep_the_zone(
    shares: tuple[float, float, float],
    tenths: tuple[int, int, int],
    twentieths: tuple[int, int, int],
) -> None:
    assert rounded_shares(Shares(*shares), 10) == tenths
    assert rounded_shares(Shares(*shares), 20) == twentieths


def test_what_is_said_of_a_place_was_decided_before_rounding() -> None:
    leaning = Finding(Statement.LEANING, (Zone.MICRO_LEADING,))
    near = Shares(0.33, 0.335, 0.335)
    shown = rounded_position(near, leaning, 0.7, CIRCLE, fine=False)
    assert (shown.statement, shown.zone, shown.region) == (
        Statement.LEANING,
        Zone.MICRO_LEADING,
        CIRCLE,
    )


@given(st.floats(0, 1))
def test_probabilities_are_for_many_people_only_and_never_rounded_up(probability: float) -> None:
    mostly = Finding(Statement.MOSTLY, (Zone.MICRO_LEADING,))
    leading = Shares(0.1, 0.7, 0.2)
    assert rounded_position(leading, mostly, probability, None, fine=False).tenths is None
    tenths = rounded_position(leading, mostly, probability, None, fine=True).tenths
    assert tenths is not None
    assert tenths <= probability * 10 + 1e-6
    assert tenths == 9 or probability * 10 < tenths + 1
    camps = rounded_position(leading, Finding(Statement.TWO_CAMPS), 0.0, None, fine=True)
    assert camps.tenths is None


@pytest.mark.parametrize(
    ("mean", "band", "twentieths"),
    [
        *[(0, 1, 2), (0.12, 1, 2), (0.13, 1, 3), (0.249, 1, 5), (0.25, 2, 5), (0.399, 2, 8)],
        *[(0.4, 3, 8), (0.5, 3, 10), (0.6, 3, 12), (0.601, 4, 12), (0.75, 4, 15)],
        *[(0.751, 5, 15), (0.87, 5, 17), (0.88, 5, 18), (1, 5, 18), (0.1 + 0.2 + 0.3, 3, 12)],
    ],
)
def test_scales_are_published_as_bands_and_of_many_people_as_twentieths(
    mean: float, band: int, twentieths: int
) -> None:
    coarse, fine = (rounded_scale(mean, 10, fine=fine) for fine in (False, True))
    assert (coarse.band, coarse.twentieths) == (band, None)
    assert (fine.band, fine.twentieths) == (band, twentieths)


@given(st.integers(0, 1000), st.integers(3, 30))
def test_bands_are_symmetric(thousandths: int, count: int) -> None:
    low, high = (
        rounded_scale(mean / 1000, count, fine=False).band
        for mean in (thousandths, 1000 - thousandths)
    )
    assert low + high == 6


@given(st.floats(0, 1), st.floats(0.01, 0.2))
def test_a_range_of_the_mean_holds_what_it_stands_for(mean: float, half_width: float) -> None:
    shown = rounded_scale(mean, 10, fine=True, half_width=half_width)
    assert shown.range is not None
    low, high = shown.range
    hidden = 0.025 + 1e-6  # by the rounding of the mean
    assert max(0, mean - min(half_width, 0.15)) >= low - hidden
    assert min(1, mean + min(half_width, 0.15)) <= high + hidden
    assert rounded_scale(mean, 9, fine=False, half_width=half_width).range is None


def test_at_the_ends_a_range_is_the_same_for_everybody() -> None:
    at_end = {rounded_scale(1, 10, fine=True, half_width=width / 100) for width in range(1, 20)}
    assert len(at_end) == 1


def test_parts_of_the_people_are_quarters_with_merged_ends() -> None:
    assert [rounded_part(part / 20) for part in (0, 7, 8, 12, 13, 20)] == [1, 1, 2, 2, 3, 3]


def test_fewer_than_five_see_no_outer_bands() -> None:
    assert [rounded_scale(x, 4, fine=False).band for x in (0, 0.3, 0.5, 0.7, 1)] == [2, 2, 3, 4, 4]
    assert [rounded_scale(x, 5, fine=False).band for x in (0, 1)] == [1, 5]


@pytest.mark.parametrize(
    ("mean", "half_points"),
    [(1, 3), (1.74, 3), (1.75, 4), (2.2, 4), (3, 6), (4.24, 8), (4.25, 9), (5, 9)],
)
def test_items_are_published_in_half_points_with_merged_ends(mean: float, half_points: int) -> None:
    assert rounded_item(mean) == half_points


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (4, Participation.UNDER_A_QUARTER),
        (5, Participation.UNDER_HALF),
        (9, Participation.UNDER_HALF),
        (10, Participation.OVER_HALF),
        (15, Participation.OVER_HALF),
        (16, Participation.OVER_THREE_QUARTERS),
        (20, Participation.OVER_THREE_QUARTERS),
    ],
)
def test_participation_of_twenty_is_published_in_bands(
    answered: int, expected: Participation
) -> None:
    assert participation(answered, 20) is expected
