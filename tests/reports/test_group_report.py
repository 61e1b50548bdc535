from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.position import Zone
from surveyapp.core.publication import PublishedPosition
from surveyapp.reports.group import FewLeadersError, counted, group_of, places
from surveyapp.reports.group_report import group_report
from surveyapp.storage.models import Paper
from tests.publications import COMMENTS, FINE, PUBLICATIONS
from tests.reports.results import read, result, squeezed, text_of
from tests.reports.tags import faults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from surveyapp.core.publication import Publication
    from surveyapp.reports.results import LeaderResult

NAMES = ["Dana Okafor", "Eve Lund", "Finn Berg", "Gil Aviv", "Hana Sato", "Ivo Rossi", "Jo Kim"]
MIXED = [
    "hands-off",
    "micro-leading",
    "micro-managing",
    "micro-leading",
    "between",
    "fine",
    "too few",
]


def leaders(*kinds: str) -> list[LeaderResult]:
    """Return a leader for each kind of publication."""
    named = zip(kinds, itertools.cycle(NAMES), strict=False)
    return [
        result(PUBLICATIONS[kind], f"{name} {place}", id_=f"{place:012}")
        for place, (kind, name) in enumerate(named)
    ]


def printed(results: Sequence[LeaderResult], total: Publication | None = None) -> bytes:
    return group_report(group_of(results, total)).pdf(Paper.A4)


def test_it_is_readable_by_a_screen_reader_and_no_page_looks_empty() -> None:
    reader = read(printed(leaders(*MIXED * 3), FINE))
    assert faults(reader) == []
    assert min(len(squeezed(page.extract_text())) for page in reader.pages) >= 100


def test_no_name_no_team_no_comment_and_no_order_of_names_is_in_it() -> None:
    results = leaders(*MIXED)
    document = printed(results)
    text = text_of(document)
    for name in [*NAMES, "Team", str(COMMENTS["C1"])]:
        assert squeezed(name) not in text
    renamed = [
        replace(one, leader=f"Z{one.leader}", team="Other", id=one.id[::-1]) for one in results
    ]
    assert printed(renamed[::-1]) == document
    assert group_of(renamed[::-1]).publications == group_of(results).publications


@pytest.mark.parametrize("number", [1, 4])
def test_fewer_than_five_leaders_get_none(number: int) -> None:
    with pytest.raises(FewLeadersError, match="needs 5 or more"):
        group_of(leaders(*MIXED[:number]))


def test_from_five_placed_leaders_on_there_is_a_map_and_not_before() -> None:
    five = leaders(*MIXED[:5])
    assert len(places(group_of(five))) == 5
    four = leaders(*MIXED[:4], "too few")
    assert places(group_of(four)) == ()
    assert squeezed("No map: it would point to single leaders") in text_of(printed(four))


@pytest.mark.parametrize("others", [0, 1])
def test_places_that_read_alike_are_not_shown_since_they_would_tell_each_ones(others: int) -> None:
    alike = leaders(*["micro-leading"] * 6, *["hands-off"] * others)
    assert places(group_of(alike)) == ()
    assert len(places(group_of(leaders(*["micro-leading"] * 6, "hands-off", "between")))) == 8


def test_the_size_of_a_team_cannot_be_told_from_its_place() -> None:
    shown = places(group_of(leaders(*MIXED)))
    assert {place.steps for place in shown} == {10}
    assert {(place.tenths, place.region) for place in shown} == {(None, None)}


@given(st.tuples(*[st.integers(1, 19)] * 3))
def test_a_place_rounded_to_tenths_stays_in_its_zone(parts: tuple[int, int, int]) -> None:
    fine = replace(
        FINE,
        position=PublishedPosition(parts, 20, FINE.position.statement, ()),  # type: ignore[union-attr]
    )
    everybody = [result(fine), *leaders("hands-off", "micro-leading", "micro-leading", "hands-off")]
    (found,) = (place for place in places(group_of(everybody)) if not place.zones)
    largest = max(parts)
    winners = [place for place, part in enumerate(parts) if part == largest]
    if len(winners) == 1 and largest > 2:
        assert max(range(3), key=lambda place: found.parts[place]) == winners[0]


VALUES = st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=0, max_size=40)


@given(VALUES)
def test_no_count_and_no_difference_of_counts_is_of_fewer_than_five(
    values: list[str | None],
) -> None:
    shown = counted(values)
    if not shown:
        return
    assert sum(shown.values()) == len(values)
    assert min(shown.values()) >= 5
    assert len(shown) >= 2
    for value, number in shown.items():
        assert value is None or number == values.count(value)


def test_what_nearly_everybody_reads_as_is_not_said() -> None:
    assert counted(["a"] * 30) == {}
    assert counted(["a"] * 30 + ["b"] * 4) == {}
    assert counted(["a"] * 7 + ["b"] * 6 + ["c"]) == {"a": 7, None: 7}
    assert counted(["a"] * 7 + ["b"] * 6 + [None] * 5) == {"a": 7, "b": 6, None: 5}


def test_counts_stand_in_the_report_where_leaders_differ() -> None:
    document = printed(leaders(*["micro-leading"] * 8, *["hands-off"] * 6, *["micro-managing"] * 3))
    text = text_of(document)
    assert squeezed("Micro-leading8") in text
    assert squeezed("all others9") in text
    assert squeezed("Hands-off6") not in text  # the three others would follow from it
    assert Zone.MICRO_MANAGING not in text


def test_all_people_together_are_told_only_where_it_is_published() -> None:
    with_it = text_of(printed(leaders(*MIXED), FINE))
    assert squeezed("Everybody together") in with_it
    assert squeezed("Everybody together") not in text_of(printed(leaders(*MIXED)))
