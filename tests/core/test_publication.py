from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.rounding import rounded_shares
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.change import Change
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import Shares, Zone
from surveyapp.core.publication import (
    Participation,
    Publication,
    PublishedChange,
    PublishedFit,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.region import Ellipse
from surveyapp.core.statement import Statement

LETTERS = 'aß√\u2028\n\\"{}'
"""Few, since the table of all letters takes a new machine seconds to make."""
withheld = st.builds(Withheld, st.sampled_from(Reason))
coarse, fine = (
    st.builds(
        PublishedPosition,
        parts=st.tuples(*[st.integers(1, steps - 1)] * 3),
        steps=st.just(steps),
        statement=st.sampled_from(Statement),
        zones=st.lists(st.sampled_from(Zone), max_size=2).map(tuple),
        tenths=st.none() | st.integers(3, 9),
        region=st.none() | st.builds(Ellipse, st.just(0.2), st.just(0.1), st.integers(0, 11)),
    )
    for steps in (10, 20)
)
positions = coarse | fine
scales = st.builds(
    PublishedScale,
    band=st.integers(1, 5),
    twentieths=st.none() | st.integers(2, 18),
    within=st.none() | st.integers(1, 6),
)
fits = st.builds(
    PublishedFit,
    people=withheld | st.sampled_from(Verdict),
    bars=st.none() | st.tuples(*[st.integers(1, 3)] * 3),
    rule=withheld | st.sampled_from(Verdict),
    hands_off=st.none() | withheld | st.sampled_from(HandsOffKind),
)
changes = st.builds(PublishedChange, st.text(LETTERS), withheld | st.sampled_from(Change))
publications = st.builds(
    Publication,
    participation=withheld | st.sampled_from(Participation),
    position=withheld | positions,
    scales=st.dictionaries(st.sampled_from("stpae"), withheld | scales),
    comments=st.dictionaries(
        st.sampled_from(["C1", "C2"]), withheld | st.lists(st.text(LETTERS)).map(tuple)
    ),
    items=st.dictionaries(st.sampled_from(["S1", "A2r"]), withheld | st.integers(3, 9)),
    agreement=st.none() | withheld | st.sampled_from(AgreementWord),
    fit=st.none() | fits,
    change=st.none() | changes,
)


@given(publications)
def test_a_publication_is_read_as_it_was_written(publication: Publication) -> None:
    assert Publication.from_json(publication.to_json()) == publication


@given(publications)
def test_what_is_withheld_leaves_its_reason_and_nothing_else(publication: Publication) -> None:
    document = json.loads(publication.to_json())
    for name, value in publication.scales.items():
        if isinstance(value, Withheld):
            assert document["scales"][name] == {"withheld": value.reason}


@pytest.mark.parametrize(
    ("scale", "shown"),
    [
        (PublishedScale(3), None),
        (PublishedScale(3, 10), None),
        (PublishedScale(3, 10, 2), (0.4, 0.6)),
        (PublishedScale(5, 18, 3), (0.75, 1)),
        (PublishedScale(1, 2, 3), (0, 0.25)),
        (PublishedScale(1, 3, 5), (0, 0.4)),
    ],
)
def test_a_range_is_around_the_displayed_mean_and_reaches_to_a_merged_end(
    scale: PublishedScale, shown: tuple[float, float] | None
) -> None:
    assert scale.range == shown


@pytest.mark.parametrize(
    ("parts", "steps", "drawn"),
    [
        ((4, 3, 3), 10, (4, 3, 3)),
        ((8, 1, 1), 10, (8, 1, 1)),
        ((8, 2, 1), 10, (7.875, 1.875, 0.25)),  # (8, 2, 0), of which none is .25 in the middle
        ((5, 5, 1), 10, (4.875, 4.875, 0.25)),
        ((9, 1, 1), 10, (27.25 / 3, 1.375 / 3, 1.375 / 3)),  # (10, 0, 0), (9, 1, 0), (9, 0, 1)
        ((1, 19, 1), 20, (1.375 / 3, 57.25 / 3, 1.375 / 3)),
        ((7, 7, 7), 20, (20 / 3, 20 / 3, 20 / 3)),
    ],
)
def test_the_place_to_draw_is_in_the_middle_of_all_that_are_displayed_so(
    parts: tuple[int, int, int], steps: int, drawn: tuple[float, float, float]
) -> None:
    position = PublishedPosition(parts, steps, Statement.UNCLEAR, ())
    assert position.shares.as_tuple() == pytest.approx([part / steps for part in drawn])


@given(st.tuples(*[st.floats(0, 1)] * 2), st.sampled_from([10, 20]))
def test_the_place_to_draw_has_the_displayed_order_and_lies_in_the_triangle(
    cuts: tuple[float, float], steps: int
) -> None:
    low, high = sorted(cuts)
    parts = rounded_shares(Shares(low, high - low, 1 - high), steps)
    drawn = PublishedPosition(parts, steps, Statement.UNCLEAR, ()).shares.as_tuple()
    assert sum(drawn) == pytest.approx(1)
    assert min(drawn) > 0
    # So the largest of both, which is the zone, is the same; equal parts stay equal.
    for i, j in ((0, 1), (1, 2), (2, 0)):
        assert (drawn[i] > drawn[j]) >= (parts[i] > parts[j])
        assert max(parts[i], parts[j]) < max(parts) or (drawn[i] == drawn[j]) == (
            parts[i] == parts[j]
        )
