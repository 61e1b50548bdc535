from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.position import Zone
from surveyapp.core.publication import (
    Participation,
    Publication,
    PublishedPosition,
    PublishedScale,
    Reason,
    Statement,
    Withheld,
)

LETTERS = 'aß√\u2028\n\\"{}'
"""Few, since the table of all letters takes a new machine seconds to make."""
withheld = st.builds(Withheld, st.sampled_from(Reason))
coarse, fine = (
    st.builds(
        PublishedPosition,
        parts=st.tuples(*[st.integers(1, steps - 1)] * 3),
        steps=st.just(steps),
        statement=st.sampled_from(Statement),
        zone=st.none() | st.sampled_from(Zone),
    )
    for steps in (10, 20)
)
positions = coarse | fine
scales = st.builds(
    PublishedScale, band=st.integers(1, 5), twentieths=st.none() | st.integers(2, 18)
)
publications = st.builds(
    Publication,
    participation=withheld | st.sampled_from(Participation),
    position=withheld | positions,
    scales=st.dictionaries(st.sampled_from("stpae"), withheld | scales),
    comments=st.dictionaries(
        st.sampled_from(["C1", "C2"]), withheld | st.lists(st.text(LETTERS)).map(tuple)
    ),
    items=st.dictionaries(st.sampled_from(["S1", "A2r"]), withheld | st.integers(3, 9)),
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


FIRST = (
    '{"comments": {"C1": {"withheld": "not_asked"}, "C2": ["Fine"]}, "format": 1,'
    ' "participation": "over_half", "position": {"statement": "nearest", "tenths": [1, 7, 2],'
    ' "zone": "micro_leading"}, "scales": {"p": 4, "t": {"withheld": "too_few"}}}'
)
"""As it was written while there was the coarse tier alone."""


def test_a_document_of_the_first_format_is_still_read() -> None:
    assert Publication.from_json(FIRST) == Publication(
        Participation.OVER_HALF,
        PublishedPosition((1, 7, 2), 10, Statement.NEAREST, Zone.MICRO_LEADING),
        {"p": PublishedScale(4, None), "t": Withheld(Reason.TOO_FEW)},
        {"C1": Withheld(Reason.NOT_ASKED), "C2": ("Fine",)},
    )
    position = json.loads(FIRST) | {"position": {"withheld": "no_position"}}
    read = Publication.from_json(json.dumps(position))
    assert read.position == Withheld(Reason.NO_POSITION)


@given(positions)
def test_the_place_to_draw_is_made_of_the_displayed_parts_alone(
    position: PublishedPosition,
) -> None:
    total = sum(position.parts)
    assert position.shares.as_tuple() == tuple(part / total for part in position.parts)


@pytest.mark.parametrize(
    ("parts", "steps", "second"),
    [
        ((2, 5, 4), 10, Zone.MICRO_MANAGING),
        ((2, 5, 3), 10, None),
        ((4, 9, 7), 20, Zone.MICRO_MANAGING),
        ((4, 9, 6), 20, None),
    ],
)
def test_a_pull_within_a_tenth_of_the_strongest_is_a_close_second(
    parts: tuple[int, int, int], steps: int, second: Zone | None
) -> None:
    named = PublishedPosition(parts, steps, Statement.NEAREST, Zone.MICRO_LEADING)
    assert named.close_second is second
    assert PublishedPosition(parts, steps, Statement.BETWEEN, None).close_second is None
