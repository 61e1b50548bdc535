from __future__ import annotations

import importlib
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.core.publication import Reason, Withheld
from surveyapp.core.quality import (
    Level,
    Quality,
    Reliability,
    Sensitivity,
    Spread,
    StraightLining,
)
from surveyapp.core.questionnaire import RATED
from tests.core.organisation import aligned, answered, assessed, organisation

if TYPE_CHECKING:
    from surveyapp.core.counted import CountedTeam

TOO_FEW = Withheld(Reason.TOO_FEW)
# pandas 3.1 warns of a keyword that pingouin 0.7 still uses.
quiet = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame")


# Reliability


@quiet
@pytest.mark.parametrize("seed", range(3))
def test_reliabilities_are_those_of_pingouin_in_hundredths(seed: int) -> None:
    pandas, pingouin = map(importlib.import_module, ("pandas", "pingouin"))
    teams = organisation(seed=seed)
    found = assessed(teams).reliabilities
    for scale in ("s", "t", "p"):
        scores = [[getattr(person, scale) for person in team.persons] for team in teams]
        long = pandas.DataFrame(scores).reset_index().melt("index", var_name="judge")
        table = pingouin.intraclass_corr(long, targets="index", raters="judge", ratings="value")
        expected = table["ICC"].tolist()
        shown = found[scale]
        assert isinstance(shown, Reliability)
        assert (shown.icc1, shown.icc2) == (round(100 * expected[0]), round(100 * expected[3]))


def test_the_ends_of_reliabilities_are_merged() -> None:
    alike = [[aligned(1 + team % 5, random.Random(1), 0)] * 5 for team in range(12)]
    assert assessed([answered(5, answers) for answers in alike]).reliabilities["s"] == Reliability(
        95, 95
    )
    mixed = [[aligned(level, random.Random(1), 0) for level in range(1, 6)]] * 12
    assert assessed([answered(5, answers) for answers in mixed]).reliabilities["s"] == Reliability(
        0, None
    )


# What is withheld


def test_of_few_answers_or_teams_nothing_is_said_that_needs_more() -> None:
    nothing = assessed(organisation(9, 5))
    assert {nothing.answers, nothing.teams, nothing.straight_lining, nothing.sensitivity} == {
        TOO_FEW
    }
    few_teams = assessed(organisation(9, 20))
    assert few_teams.answers == 180
    assert few_teams.teams == TOO_FEW
    for figures in (few_teams.reliabilities, few_teams.levels, few_teams.consistencies):
        assert set(figures.values()) == {TOO_FEW}
    enough = assessed(organisation(10, 5))
    assert TOO_FEW not in (enough.answers, enough.teams, enough.straight_lining)
    assert not {TOO_FEW} & {*enough.reliabilities.values(), *enough.levels.values()}
    assert assessed(organisation(10, 5), threshold=6) == nothing


def test_teams_below_the_threshold_leave_no_trace() -> None:
    teams = organisation(40, 5)
    small = organisation(30, 4, seed=2)
    assert assessed(teams + small) == assessed(teams)


def test_a_team_in_which_few_answered_a_scale_is_left_out_of_that_scale() -> None:
    teams = organisation(11)
    without = [{k: v for k, v in given.items() if k[0] != "T"} for given in teams[0].answers]
    mixed = [answered(12, [*without[:2], *teams[0].answers[2:]]), *teams[1:]]
    found, rest = assessed(mixed), assessed(teams[1:])
    assert found.reliabilities["t"] == rest.reliabilities["t"]
    assert found.reliabilities["s"] != rest.reliabilities["s"]


@pytest.mark.parametrize(
    ("teams", "size", "invited", "shown"),
    [(10, 5, 5, 50), (10, 5, 50, 50), (11, 7, 30, 70), (11, 7, 7, 50), (20, 10, 12, 180)],
)
def test_how_many_answered_is_told_in_tens_up_to_three_quarters(
    teams: int, size: int, invited: int, shown: int
) -> None:
    found = assessed([replace(team, invited=invited) for team in organisation(teams, size)])
    assert found.answers == shown
    assert found.teams == teams // 10 * 10


@given(st.randoms(use_true_random=False))
def test_the_order_of_answers_and_of_teams_plays_no_part(chance: random.Random) -> None:
    teams = organisation(12, 5)
    shuffled = [answered(team.invited, chance.sample(team.answers, 5)) for team in teams]
    chance.shuffle(shuffled)
    assert assessed(shuffled).to_json() == assessed(teams).to_json()


# Straight-lining


def lining(straight: int, others: int, level: int = 5) -> list[CountedTeam]:
    """Let so many give the same answer everywhere, among others who feel left to themselves."""
    chance = random.Random(1)
    apart = {item.id: 1 if item.scale == "s" else 4 for item in RATED} | {"S4r": 5}
    answers: list[dict[str, int]] = [{item.id: level for item in RATED}] * straight
    answers += [apart | {"E1": chance.randint(1, 5)} for _ in range(others)]
    return [answered(len(answers), answers)]


@pytest.mark.parametrize(
    ("straight", "others", "band", "sensitivity"),
    [
        (0, 60, StraightLining.UNDER_5_PERCENT, Sensitivity.STABLE),
        (2, 58, StraightLining.UNDER_5_PERCENT, Sensitivity.STABLE),
        (3, 57, StraightLining.UNDER_10_PERCENT, Sensitivity.STABLE),
        (6, 54, StraightLining.UNDER_25_PERCENT, Sensitivity.DEPENDS),
        (15, 45, StraightLining.OVER_25_PERCENT, Sensitivity.DEPENDS),
        (50, 10, StraightLining.OVER_25_PERCENT, Sensitivity.DEPENDS),
        (51, 9, StraightLining.OVER_25_PERCENT, TOO_FEW),
    ],
)
def test_who_gives_the_same_answer_everywhere_is_counted_in_bands(
    straight: int, others: int, band: StraightLining, sensitivity: Sensitivity | Withheld
) -> None:
    found = assessed(lining(straight, others))
    assert (found.straight_lining, found.sensitivity) == (band, sensitivity)


def test_the_middle_everywhere_and_answers_with_a_gap_are_not_unusual() -> None:
    assert assessed(lining(30, 30, 3)).straight_lining is StraightLining.UNDER_5_PERCENT
    (team,) = lining(30, 30)
    gaps = [dict(given) | {"A1": None} for given in team.answers]
    found = assessed([answered(60, gaps)])
    assert found.straight_lining is StraightLining.UNDER_5_PERCENT
    assert found.sensitivity is Sensitivity.STABLE


# The organisation


@pytest.mark.parametrize(
    ("apart", "spread"), [(0.0, Spread.HARDLY), (0.3, Spread.SOMEWHAT), (0.8, Spread.CLEARLY)]
)
def test_how_far_teams_differ_is_said_without_the_chance_in_them(
    apart: float, spread: Spread
) -> None:
    level = assessed(organisation(60, 12, apart=apart)).levels["s"]
    assert isinstance(level, Level)
    assert level.spread is spread


@pytest.mark.parametrize(("said", "twentieths"), [(1, 2), (2, 5), (4, 15), (5, 18)])
def test_the_mean_of_all_teams_is_told_in_twentieths_with_its_ends_merged(
    said: int, twentieths: int
) -> None:
    alike = [aligned(said, random.Random(1), 0)] * 5
    levels = assessed([answered(5, alike)] * 10).levels
    assert levels == dict.fromkeys("sm", Level(twentieths, Spread.HARDLY))


@pytest.mark.parametrize(
    "teams", [organisation(40, 5), organisation(12), organisation(2), lining(51, 9), []]
)
def test_what_was_written_is_read(teams: list[CountedTeam]) -> None:
    found = assessed(teams)
    read = Quality.from_json(found.to_json())
    assert read == found
    assert [*read.consistencies] == [*found.consistencies]  # in the order of reading
    assert "." not in found.to_json()  # no figure is more exact than what is displayed
