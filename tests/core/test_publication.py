from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.change import Change
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import Zone
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


FIRST = (
    '{"comments": {"C1": {"withheld": "not_asked"}, "C2": ["Fine"]}, "format": 1,'
    ' "participation": "over_half", "position": {"statement": "nearest", "tenths": [1, 7, 2],'
    ' "zone": "micro_leading"}, "scales": {"p": 4, "t": {"withheld": "too_few"}}}'
)
"""As it was written while there was the coarse tier alone."""


def test_a_document_of_the_first_format_is_still_read() -> None:
    assert Publication.from_json(FIRST) == Publication(
        Participation.OVER_HALF,
        PublishedPosition(
            (1, 7, 2), 10, Statement.UNCLEAR, (Zone.MICRO_LEADING, Zone.MICRO_MANAGING)
        ),
        {"p": PublishedScale(4), "t": Withheld(Reason.TOO_FEW)},
        {"C1": Withheld(Reason.NOT_ASKED), "C2": ("Fine",)},
    )
    position = json.loads(FIRST) | {"position": {"withheld": "no_position"}}
    read = Publication.from_json(json.dumps(position))
    assert read.position == Withheld(Reason.NO_POSITION)


SECOND = (
    '{"comments": {}, "format": 2, "items": {"S1": 5}, "participation": "over_half", "position":'
    ' {"parts": [2, 4, 14], "statement": "few_answered", "steps": 20, "zone": null},'
    ' "scales": {"p": {"band": 4, "twentieths": 13}}}'
)
"""As it was written before how sure it is was said."""


def test_a_document_of_the_second_format_is_still_read() -> None:
    assert Publication.from_json(SECOND) == Publication(
        Participation.OVER_HALF,
        PublishedPosition((2, 4, 14), 20, Statement.FEW_ANSWERED, ()),
        {"p": PublishedScale(4, 13)},
        {},
        {"S1": 5},
    )


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


@given(positions)
def test_the_place_to_draw_is_made_of_the_displayed_parts_alone(
    position: PublishedPosition,
) -> None:
    total = sum(position.parts)
    assert position.shares.as_tuple() == tuple(part / total for part in position.parts)
