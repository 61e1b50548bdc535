from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.position import Zone
from surveyapp.core.publication import (
    Participation,
    Publication,
    PublishedPosition,
    Reason,
    Statement,
    Withheld,
)

withheld = st.builds(Withheld, st.sampled_from(Reason))
tenths = st.integers(1, 9)
positions = st.builds(
    PublishedPosition,
    tenths=st.tuples(tenths, tenths, tenths),
    statement=st.sampled_from(Statement),
    zone=st.none() | st.sampled_from(Zone),
)
publications = st.builds(
    Publication,
    participation=withheld | st.sampled_from(Participation),
    position=withheld | positions,
    scales=st.dictionaries(st.sampled_from("stpa"), withheld | st.integers(1, 5)),
    comments=st.dictionaries(
        st.sampled_from(["C1", "C2"]), withheld | st.lists(st.text()).map(tuple)
    ),
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


@given(positions)
def test_the_place_to_draw_is_made_of_the_displayed_tenths_alone(
    position: PublishedPosition,
) -> None:
    total = sum(position.tenths)
    assert position.shares.as_tuple() == tuple(tenth / total for tenth in position.tenths)
