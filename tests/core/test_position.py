import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveyapp.core.position import (
    TRIANGLE,
    Point,
    Polygon,
    Shares,
    Zone,
    position,
    score_team,
    square_border,
    square_point,
    square_shares,
    square_zone,
    square_zones,
    triangle_point,
    triangle_zones,
    trust_purpose_split,
    zone,
)
from surveyapp.core.questionnaire import Person
from tests.core.scores import person

CENTRE = Shares(1 / 3, 1 / 3, 1 / 3)

units = st.floats(0, 1)
persons = st.builds(
    Person, **dict.fromkeys("stpeam", st.none() | units), b=st.none() | st.floats(-1, 1)
)
teams = st.lists(persons, max_size=12)
weights = st.tuples(units, units, units).filter(lambda pulls: sum(pulls) > 0.01)
compositions = weights.map(lambda pulls: Shares(*(pull / sum(pulls) for pull in pulls)))


def shares_of(*people: Person) -> Shares:
    shares = position(people)
    assert shares is not None
    return shares


def area(polygon: Polygon) -> float:
    """Return the area inside, positive if the corners run anticlockwise (shoelace formula)."""
    following = (*polygon[1:], polygon[0])
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(polygon, following, strict=True)) / 2


def contains(polygon: Polygon, point: Point) -> bool:
    """Return whether a ray to the right crosses the outline an odd number of times."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def is_clear(shares: Shares, margin: float) -> bool:
    _, second, first = sorted(shares.as_tuple())
    return first - second > margin


@pytest.mark.parametrize(
    ("s", "m", "expected"),
    [
        (0.5, 0.5, (1 / 3, 1 / 3, 1 / 3)),
        (0, 0, (1, 0, 0)),
        (0, 0.3, (1, 0, 0)),
        (0, 1, (1, 0, 0)),
        (1, 1, (0, 1, 0)),
        (1, 0, (0, 0, 1)),
    ],
)
def test_the_corners_and_the_centre_have_their_exact_shares(
    s: float, m: float, expected: tuple[float, float, float]
) -> None:
    assert shares_of(person(s, m)).as_tuple() == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("s", "m", "expected"),
    [(0.45, 0.70, (0.379, 0.434, 0.186)), (0.75, 0.25, (0.143, 0.214, 0.643))],
)
def test_points_in_between_have_their_published_shares(
    s: float, m: float, expected: tuple[float, float, float]
) -> None:
    assert shares_of(person(s, m)).as_tuple() == pytest.approx(expected, abs=5e-4)


def test_products_are_taken_per_person_before_the_mean() -> None:
    # The means of s and m are .5 and .5, yet whoever is followed closely says it is meant well.
    assert shares_of(person(1, 1), person(0, 0)).as_tuple() == pytest.approx((1 / 3, 2 / 3, 0))


def test_who_lacks_closeness_or_meaning_counts_as_an_answer_without_a_position() -> None:
    placed = person(0.75, 0.25)
    team = score_team([placed, person(s=0.5), person(m=1.0)])
    assert (team.n, team.positioned) == (3, 1)
    assert team.shares == position([placed])
    assert team.scales["s"] == 0.625
    assert team.scales["m"] == 0.625
    assert team.scales["t"] is None
    assert team.contributors == {"s": 2, "t": 0, "p": 0, "e": 0, "a": 0, "m": 2, "b": 0}


def test_nobody_has_no_position_and_no_zone() -> None:
    assert position([]) is None
    team = score_team([person(s=0.5)])
    assert (team.n, team.positioned, team.shares, team.zone) == (1, 0, None, None)


@given(teams)
def test_shares_sum_to_one_and_none_is_negative(team: list[Person]) -> None:
    shares = position(team)
    assume(shares is not None)
    assert shares is not None
    assert math.isclose(sum(shares.as_tuple()), 1)
    assert min(shares.as_tuple()) >= 0


@given(teams.flatmap(lambda team: st.tuples(st.just(team), st.permutations(team))))
def test_the_order_of_persons_does_not_matter_to_the_last_digit(
    both: tuple[list[Person], list[Person]],
) -> None:
    assert score_team(both[0]) == score_team(both[1])


def test_the_zone_is_the_largest_share() -> None:
    assert zone(Shares(0.4, 0.35, 0.25)) is Zone.HANDS_OFF
    assert zone(Shares(0.35, 0.4, 0.25)) is Zone.MICRO_LEADING
    assert zone(Shares(0.35, 0.25, 0.4)) is Zone.MICRO_MANAGING
    assert score_team([person(0.75, 0.25)]).zone is Zone.MICRO_MANAGING


@pytest.mark.parametrize(
    "shares", [CENTRE, Shares(0.4, 0.4, 0.2), Shares(0.4, 0.2, 0.4), Shares(0.2, 0.4 + 1e-12, 0.4)]
)
def test_a_tie_names_no_zone_in_either_picture(shares: Shares) -> None:
    assert zone(shares) is None
    assert square_zone(*square_point(shares)) is None


@given(compositions)
def test_both_pictures_name_the_same_zone(shares: Shares) -> None:
    assume(is_clear(shares, 1e-6))
    named = zone(shares)
    assert square_zone(*square_point(shares)) is named
    assert [pole for pole, kite in triangle_zones().items() if contains(kite, inset(shares))] == [
        named
    ]


def inset(shares: Shares) -> Point:
    """Return the triangle's point moved a trace to the centre, off the triangle's own edge."""
    x, y = triangle_point(shares)
    centre_x, centre_y = triangle_point(CENTRE)
    return x + 1e-9 * (centre_x - x), y + 1e-9 * (centre_y - y)


@given(compositions)
def test_the_drawn_square_agrees_with_the_named_zone(shares: Shares) -> None:
    assume(is_clear(shares, 1e-3))  # 200 straight pieces stay this close to the curve
    s, m = square_point(shares)
    point = min(max(s, 1e-9), 1 - 1e-9), min(max(m, 1e-9), 1 - 1e-9)
    inside = [pole for pole, polygon in square_zones(200).items() if contains(polygon, point)]
    assert inside == [zone(shares)]


@given(units, units)
def test_the_square_point_is_the_inverse_of_the_squares_shares(s: float, m: float) -> None:
    back_s, back_m = square_point(square_shares(s, m))
    assert math.isclose(back_s, s, abs_tol=1e-12)
    assume(s > 1e-6)  # without closeness every m has the same shares
    assert math.isclose(back_m, m, abs_tol=1e-9)


@given(units, units)
def test_one_person_stands_at_their_own_closeness_and_meaning(s: float, m: float) -> None:
    assert shares_of(person(s, m)) == square_shares(s, m)


def test_without_closeness_the_square_shows_a_neutral_meaning() -> None:
    assert square_point(Shares(1, 0, 0)) == (0, 0.5)


@given(units)
def test_the_square_turns_hands_off_exactly_at_its_border(m: float) -> None:
    border = square_border(m)
    assert math.isclose(border, 1 / (1 + 2 * max(m, 1 - m)))
    assert square_zone(border - 1e-6, m) is Zone.HANDS_OFF
    assert square_zone(border + 1e-6, m) is not Zone.HANDS_OFF
    assume(abs(m - 0.5) > 1e-6)
    above = Zone.MICRO_LEADING if m > 0.5 else Zone.MICRO_MANAGING
    assert square_zone(border + 1e-6, m) is above


def test_the_triangle_has_unit_sides_and_hands_off_at_the_top() -> None:
    top, right, left = (TRIANGLE[pole] for pole in Zone)
    sides = [math.dist(top, right), math.dist(right, left), math.dist(left, top)]
    assert sides == pytest.approx([1, 1, 1])
    assert left[0] < top[0] < right[0]
    assert top[1] > left[1] == right[1]


def test_each_pole_is_its_corner_and_equal_shares_are_the_centre() -> None:
    assert triangle_point(Shares(1, 0, 0)) == TRIANGLE[Zone.HANDS_OFF]
    assert triangle_point(Shares(0, 1, 0)) == TRIANGLE[Zone.MICRO_LEADING]
    assert triangle_point(Shares(0, 0, 1)) == TRIANGLE[Zone.MICRO_MANAGING]
    assert triangle_point(CENTRE) == pytest.approx((0.5, math.sqrt(3) / 6))


def test_the_triangles_zones_are_three_equal_kites_that_fill_it() -> None:
    kites = triangle_zones()
    areas = [abs(area(kite)) for kite in kites.values()]
    assert areas == pytest.approx([math.sqrt(3) / 12] * 3)
    for pole, kite in kites.items():
        assert kite[0] == TRIANGLE[pole]
        assert math.isclose(math.dist(kite[0], kite[1]), math.dist(kite[0], kite[3]))


def test_the_squares_zones_fill_it_and_hands_off_holds_its_published_part() -> None:
    areas = {pole: abs(area(polygon)) for pole, polygon in square_zones(1000).items()}
    assert math.isclose(sum(areas.values()), 1)
    assert math.isclose(areas[Zone.HANDS_OFF], math.log(1.5), abs_tol=1e-6)  # .405
    assert math.isclose(areas[Zone.MICRO_LEADING], areas[Zone.MICRO_MANAGING])


def test_the_squares_border_keeps_its_corner_however_few_pieces_it_has() -> None:
    assert (0.5, 0.5) in square_zones(1)[Zone.HANDS_OFF]
    with pytest.raises(ValueError, match="at least one piece"):
        square_zones(0)


@pytest.mark.parametrize(
    ("trust", "purpose", "split"),
    [
        (0.7, 0.5, True),
        (0.5, 0.7, True),
        (0.69, 0.5, False),
        (0.9, None, False),
        (None, 0.1, False),
    ],
)
def test_trust_and_purpose_split_from_a_fifth_of_the_scale_on(
    trust: float | None, purpose: float | None, *, split: bool
) -> None:
    assert trust_purpose_split(score_team([person(t=trust, p=purpose)])) is split
