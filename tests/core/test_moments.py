from __future__ import annotations

import importlib
import random
from dataclasses import replace

import numpy as np
import pytest

from surveyapp.core.moments import Moments, moments, singles_out_few
from surveyapp.core.publication import Reason, Withheld
from surveyapp.core.quality import (
    Consistency,
)
from surveyapp.core.questionnaire import RATED
from tests.core.organisation import aligned, answered, assessed, matrix, organisation

TOO_FEW = Withheld(Reason.TOO_FEW)
# pandas 3.1 warns of a keyword that pingouin 0.7 still uses.
quiet = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame")


def test_alpha_is_that_of_pingouin_and_moments_are_sums_over_complete_answers() -> None:
    pandas, pingouin = map(importlib.import_module, ("pandas", "pingouin"))
    teams = organisation(41, 5)
    rated = np.array(matrix(teams[:40]))
    broken = [dict(given) | {"A1": None} for given in teams[40].answers]
    found = assessed([*teams[:40], answered(10, broken)])
    assert isinstance(found.moments, Moments)
    assert found.moments.n == 200
    assert found.moments.sums == tuple(rated.sum(axis=0))
    assert np.array_equal(found.moments.products, rated.T @ rated)
    for scale, shown in found.consistencies.items():
        items = [place for place, item in enumerate(RATED) if item.scale == scale]
        expected, _ = pingouin.cronbach_alpha(pandas.DataFrame(rated[:, items]))
        assert isinstance(shown, Consistency)
        assert shown.alpha == round(100 * expected)
        assert (shown.omega is None) == (scale == "a")
    assert {*assessed(teams[:39]).consistencies.values(), assessed(teams[:39]).moments} == {TOO_FEW}


def test_sums_that_were_not_promised_are_not_kept() -> None:
    teams = organisation(40, 5)
    assert assessed(teams, asked=200).moments != TOO_FEW
    found = assessed(teams, asked=199)
    assert found.moments == TOO_FEW
    assert TOO_FEW not in found.consistencies.values()


def test_without_the_guard_a_rare_answer_would_show_a_whole_profile() -> None:
    rated = np.array(matrix(organisation(40, 5)))
    rated[:, 0] = 5
    rated[77, 0] = 4
    sums = moments(rated)
    profile = 5 * np.array(sums.sums) - np.array(sums.products)[0]
    assert profile[1:].tolist() == rated[77, 1:].tolist()
    assert singles_out_few(rated)


@pytest.mark.parametrize("few", [9, 10])
@pytest.mark.parametrize("alike", ["one level", "the same", "opposite"])
def test_sums_are_kept_only_if_no_few_differ_from_all_others(alike: str, few: int) -> None:
    teams = organisation(40, 5)
    rated = np.array(matrix(teams))
    assert not singles_out_few(rated)
    usual = {"one level": 2, "the same": rated[:, 0], "opposite": 6 - rated[:, 0]}[alike]
    rated[:, 1] = usual
    rated[:few, 1] = 1 + rated[:few, 1] % 5
    assert singles_out_few(rated) == (few < 10)
    ballots = [dict(ballot) for team in teams for ballot in team.answers]
    for ballot, row in zip(ballots, rated, strict=True):
        ballot[RATED[1].id] = int(row[1])
    mended = [answered(10, ballots[place : place + 5]) for place in range(0, 200, 5)]
    assert (assessed(mended).moments == TOO_FEW) == (few < 10)


def test_people_with_several_leaders_are_counted_once_before_sums_are_kept() -> None:
    chance = random.Random(4)
    twice = [
        answered(250, [aligned(3, chance, 1.2) for _ in range(100)], people=range(100))
        for _ in range(2)
    ]
    assert isinstance(assessed(twice).moments, Withheld)
    once = [replace(team, people=range(100 * n, 100 * n + 100)) for n, team in enumerate(twice)]
    assert isinstance(assessed(once).moments, Moments)


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_two_items_that_almost_all_answer_the_same_step_apart_are_noticed(shift: int) -> None:
    chance = np.random.default_rng(3)
    answers = chance.integers(2, 5, size=(200, 16))
    assert not singles_out_few(answers)
    answers[:, 7] = answers[:, 2] + shift
    answers[0, 7] = answers[0, 2] + shift + (1 if answers[0, 2] + shift < 5 else -1)
    assert singles_out_few(answers)
    mirrored = answers.copy()
    mirrored[:, 7] = 6 + shift - answers[:, 2]
    assert singles_out_few(mirrored)
