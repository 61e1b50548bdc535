from __future__ import annotations

import numpy as np
import pytest

from benchmarks.answer_sets import LEVELS, TOP, WORDS, finding
from benchmarks.enumeration import (
    OTHERS,
    Enumeration,
    coarse_agreement,
    coarse_place,
    coarse_scale,
)
from surveyapp.anonymity.disclosure import publish_round
from surveyapp.anonymity.rounding import rounded_agreement, rounded_position
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.position import Shares, Zone
from surveyapp.core.publication import Publication, PublishedPosition, PublishedScale
from surveyapp.core.questionnaire import Person
from surveyapp.core.statement import LEANING, MOSTLY, Finding, Statement
from surveyapp.core.uncertainty import generator, simulate, zone_probabilities
from tests.anonymity.organisations import counted, says

HANDS_OFF, LEADING, MANAGING = Zone
INVITED = {5: (5, 6, 9, 10), 6: (6, 12)}
"""From everybody, where words are surest, to twice as many, after which no zone is named."""
SETS = {5: 118_755, 6: 593_775}


@pytest.fixture(scope="module")
def five_of_nine() -> Enumeration:
    return Enumeration(5, 9, draws=4_000)


def levels(found: Enumeration, which: int) -> list[tuple[int, int]]:
    return [divmod(profile, LEVELS) for profile in found.sets[which].tolist()]


def some(found: Enumeration, count: int) -> list[int]:
    """Choose sets, half of them of people who are much alike: these are few among all."""
    chance = np.random.default_rng(5)
    everywhere = chance.choice(len(found.sets), count // 2, replace=False)
    near = np.flatnonzero(found.agreement <= WORDS.index(AgreementWord.SOME_DIFFERENCES))
    return [*everywhere.tolist(), *chance.choice(near, count // 2, replace=False).tolist()]


def publication(found: Enumeration, which: int, invited: int) -> Publication:
    """Publish a set as the product does, with each level on all items of its scale."""
    ballots = [says(None, s=s + 1, t=m + 1, p=m + 1, a=None) for s, m in levels(found, which)]
    team = counted(ballots, invited)
    return publish_round([team], threshold=5, comment_threshold=10, seed=which).teams["A"]


@pytest.mark.parametrize("people", [5, 6])
def test_of_all_answers_that_few_people_can_give_few_make_anybody_certain(people: int) -> None:
    for invited in INVITED[people]:
        found = Enumeration(people, invited)
        assert len(found.sets) == SETS[people]
        assert 0 < found.share_certain() <= 0.02


@pytest.mark.parametrize(
    ("display", "least"), [("every word", 0.02), ("twentieths", 0.08), ("exact shares", 0.07)]
)
def test_displays_that_tell_more_make_more_people_certain(
    five_of_nine: Enumeration, display: str, least: float
) -> None:
    assert five_of_nine.share_certain(OTHERS[display]) > least


def test_exact_means_squares_and_products_would_make_almost_everybody_certain(
    five_of_nine: Enumeration,
) -> None:
    assert five_of_nine.share_certain_from_moments() > 0.9


def test_words_of_place_and_agreement_each_tell_something(five_of_nine: Enumeration) -> None:
    shown = five_of_nine.share_certain()
    for display in ("no statement", "no agreement"):
        assert five_of_nine.share_certain(OTHERS[display]) < shown
    assert five_of_nine.share_certain_to_one() > shown


def test_what_is_tried_is_what_the_product_publishes(five_of_nine: Enumeration) -> None:
    surely = 0
    for which in some(five_of_nine, 240):
        shown = publication(five_of_nine, which, 9)
        dot = Shares(*five_of_nine.dots[which].tolist())
        expected = finding(int(five_of_nine.findings[which]))
        place, position = coarse_place(dot, expected), shown.position
        assert isinstance(place, PublishedPosition)
        assert isinstance(position, PublishedPosition)
        assert position.parts == place.parts
        likely = five_of_nine.probabilities[which]
        sure, ranked = likely[int(np.argmax(dot.as_tuple()))], np.sort(likely)[::-1]
        second = expected.statement is not Statement.UNCLEAR or ranked[1] - ranked[2] > 0.04
        if min(abs(sure - cut) for cut in (MOSTLY, LEANING)) > 0.04 and second:
            surely += 1
            assert (position.statement, position.zones) == (place.statement, place.zones)
        assert shown.agreement == coarse_agreement(WORDS[five_of_nine.agreement[which]])
        for scale, of in (("s", "s"), ("t", "m"), ("p", "m")):
            mean = five_of_nine.sums[of][which] / (TOP * 5)
            assert shown.scales[scale] == coarse_scale(mean, 5)
    assert surely > 150


def test_draws_that_all_sets_share_give_the_probabilities_that_each_has_alone(
    five_of_nine: Enumeration,
) -> None:
    for which in some(five_of_nine, 40):
        persons = [
            Person(s / TOP, m / TOP, m / TOP, None, None, m / TOP, None)
            for s, m in levels(five_of_nine, which)
        ]
        draws = simulate(persons, 9, generator(which, "A"))
        assert draws
        alone = list(zone_probabilities(draws).values())
        assert five_of_nine.probabilities[which] == pytest.approx(alone, abs=0.04)


def test_two_camps_are_tried_too() -> None:
    found = Enumeration(6, 6, draws=10)
    camps = [finding(number).statement is Statement.TWO_CAMPS for number in found.findings.tolist()]
    which = int(np.flatnonzero(camps)[100])
    position = publication(found, which, 6).position
    assert isinstance(position, PublishedPosition)
    assert position.statement is Statement.TWO_CAMPS
    assert 0.05 < sum(camps) / len(camps) < 0.2


@pytest.mark.parametrize(
    ("shares", "second", "coarsely"),
    [
        ((0.46, 0.32, 0.22), MANAGING, (HANDS_OFF, LEADING)),
        ((0.41, 0.3, 0.29), MANAGING, (HANDS_OFF, MANAGING)),
        ((0.41, 0.3, 0.29), LEADING, (HANDS_OFF, LEADING)),
    ],
)
def test_the_second_zone_of_few_people_follows_from_the_parts_that_are_shown(
    shares: tuple[float, float, float], second: Zone, coarsely: tuple[Zone, Zone]
) -> None:
    unclear = Finding(Statement.UNCLEAR, (HANDS_OFF, second))
    few, many = (
        rounded_position(Shares(*shares), unclear, 0.5, None, fine=fine) for fine in (False, True)
    )
    assert few.zones == coarsely
    assert many.zones == unclear.zones


def test_few_people_who_are_split_are_said_to_see_it_very_differently() -> None:
    assert [rounded_agreement(word, fine=True) for word in AgreementWord] == [*AgreementWord]
    few = [rounded_agreement(word, fine=False) for word in AgreementWord]
    assert few == [*[*AgreementWord][:3], AgreementWord.VERY_DIFFERENT]
    assert PublishedScale(5) == coarse_scale(1, 5)
