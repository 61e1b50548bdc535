from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.anonymity.auditor import (
    Finding,
    Problem,
    is_certain,
    possible_scores,
    results_of,
    small_classes,
)
from surveyapp.anonymity.permitted import contributors
from surveyapp.anonymity.rounding import rounded_item, rounded_scale
from surveyapp.core.publication import PublishedScale, Withheld
from surveyapp.core.questionnaire import LABELS
from tests.anonymity.isolation import isolated, rank
from tests.anonymity.organisations import (
    STATISTICS,
    agreeing_team,
    audited,
    ballots_of,
    organisation,
    round_of,
    totals_over_everybody,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from surveyapp.anonymity.auditor import Result
    from surveyapp.core.counted import CountedTeam

SEEDS = range(200)
SMALL = 8
"""Teams up to which the exact test is carried out as well."""
P, Q, R = set(range(6)), set(range(6, 12)), {12}
ITEM_VALUES = [float(label) for label in LABELS]


def told_exactly(results: Sequence[Result], teams: Sequence[CountedTeam], least: int) -> bool:
    """Return whether the exact test finds somebody, with ballots as columns."""
    weights = ballots_of(results[0].statistic, teams) if results else {}
    return bool(isolated([result.teams for result in results], weights, least))


def few_people(results: Sequence[Result], teams: Sequence[CountedTeam]) -> list[Finding]:
    weights = ballots_of(results[0].statistic, teams) if results else {}
    columns = {team.id: (team.id,) for team in teams}
    return list(small_classes(results, columns, {t: (w, 0) for t, w in weights.items()}, 5))


@pytest.fixture(scope="module")
def organisations() -> list[list[CountedTeam]]:
    return [organisation(seed) for seed in SEEDS]


def test_nothing_that_is_published_of_random_organisations_tells_of_few(
    organisations: list[list[CountedTeam]],
) -> None:
    shown = 0
    for teams in organisations:
        found = round_of(*teams)
        assert audited(teams, found, 5) == []
        results = list(results_of(found))
        shown += len(results)
        for statistic in STATISTICS if len(teams) <= SMALL else ():
            same = [result for result in results if result.statistic == statistic]
            assert not told_exactly(same, teams, 5)
            assert not told_exactly([result for result in same if result.fine], teams, 10)
    assert shown > 10_000


@pytest.mark.parametrize("threshold", [3, 4, 12])
def test_with_other_thresholds_nothing_tells_of_few_either(
    organisations: list[list[CountedTeam]], threshold: int
) -> None:
    for teams in organisations[:40]:
        assert audited(teams, round_of(*teams, threshold=threshold), threshold) == []


def test_no_team_with_enough_contributors_is_hidden(
    organisations: list[list[CountedTeam]],
) -> None:
    for teams in organisations:
        shown = {
            (result.statistic, result.leader)
            for result in results_of(round_of(*teams))
            if not result.is_total
        }
        for statistic, team in itertools.product(STATISTICS, teams):
            assert ((statistic, team.id) in shown) == (contributors(statistic, team) >= 5)


def test_totals_over_everybody_are_found_by_both_tests(
    organisations: list[list[CountedTeam]],
) -> None:
    """What a plain threshold on each group would publish."""
    found = compared = 0
    for teams in organisations:
        weak = totals_over_everybody(teams, "position", 5)
        findings = few_people(weak, teams)
        found += bool(findings)
        if len(teams) <= SMALL:
            compared += bool(findings)
            assert told_exactly(weak, teams, 5) == bool(findings)
    assert found > 60
    assert compared > 10


def test_groups_that_only_three_together_tell_of_few_are_found() -> None:
    groups = [P, Q, P | Q | R]
    weights: dict[Hashable, int] = dict.fromkeys(P | Q | R, 1)
    for one, other in itertools.permutations(groups, 2):
        assert not 0 < len(one - other) < 5
    assert isolated(groups, weights, 5) == R
    assert not isolated(groups[:2], weights, 5)
    assert not isolated([P, P | Q | R], weights, 5)
    assert isolated([P, P | R], weights, 5) == R


def test_ranks_are_exact() -> None:
    assert rank([]) == 0
    assert rank([[1, 1, 0], [0, 1, 1], [1, 0, -1]]) == 2
    assert rank([[0, 1], [1, 0]]) == 2
    assert rank([[10**20, 1], [10**20 + 1, 1]]) == 2


def test_a_total_with_a_small_team_in_it_is_found_and_named() -> None:
    teams = [agreeing_team("X", 6), agreeing_team("A", 7, "X"), agreeing_team("B", 4, "X")]
    found = round_of(*teams)
    assert audited(teams, found, 5) == []
    honest = found.inside["position"]["X"]
    wrong = {"X": replace(honest, teams=("X", "A", "B"))}
    weak = replace(found, inside=found.inside | {"position": wrong})
    (finding,) = audited(teams, weak, 5)
    assert finding.problem is Problem.FEW_PEOPLE
    said = finding.in_words({"X": "Ada"})
    assert said == "All teams of Ada: too few people are in just these results."


def test_two_fine_results_that_differ_by_a_coarse_one_are_found() -> None:
    teams = [agreeing_team("X", 12), agreeing_team("A", 6, "X")]
    found = round_of(*teams)
    assert audited(teams, found, 5) == []
    total = found.totals["X"]
    assert not isinstance(total.position, Withheld)
    fine = {"X": replace(total, position=replace(total.position, steps=20))}
    (finding,) = audited(teams, replace(found, totals=fine), 5)
    assert [result.is_total for result in finding.results] == [True]


def test_experience_of_two_teams_with_few_people_in_common_is_found() -> None:
    teams = [agreeing_team("A", 8, people=range(10)), agreeing_team("B", 8, people=range(9, 19))]
    found = round_of(*teams)
    assert audited(teams, found, 5) == []
    found.teams["A"].scales["e"] = PublishedScale(4, None)
    (finding,) = audited(teams, found, 5)
    assert {result.leader for result in finding.results} == {"A", "B"}


def displays(count: int, *, fine: bool) -> Callable[[float], PublishedScale]:
    return lambda mean: rounded_scale(mean, count, fine=fine)


@pytest.mark.parametrize(("fewest", "fine"), [(3, False), (10, True)])
@pytest.mark.parametrize("scale", "stpea")
def test_no_displayed_scale_makes_an_answer_certain(scale: str, fewest: int, *, fine: bool) -> None:
    for count in range(fewest, 31):
        display = displays(count, fine=fine)
        for shown in {display(thousandth / 1000) for thousandth in range(1001)}:
            assert not is_certain(possible_scores(scale), count, shown, display)


def test_no_displayed_item_makes_an_answer_certain() -> None:
    for count, shown in itertools.product(range(10, 31), range(3, 10)):
        assert not is_certain(ITEM_VALUES, count, shown, rounded_item)


@pytest.mark.parametrize(
    ("count", "display"),
    [
        (5, lambda mean: min(int(mean * 5 + 1e-9), 4)),  # fifths, .8 in the highest
        (5, lambda mean: 4 - min(int((1 - mean) * 5 + 1e-9), 4)),  # fifths, .8 below the highest
        (30, lambda mean: round(mean, 9)),
        (10, lambda mean: int(mean * 20 + 0.5)),
        (10, lambda mean: min(max(int(mean * 20 + 0.5), 1), 19)),
    ],
)
def test_weaker_displays_of_scales_are_found(
    count: int, display: Callable[[float], Hashable]
) -> None:
    top = display(1)
    assert any(is_certain(possible_scores(scale), count, top, display) for scale in "stpea")


def test_items_with_ends_that_are_not_merged_are_found() -> None:
    assert is_certain(ITEM_VALUES, 10, 10, lambda mean: int(mean * 2 + 0.5))


@pytest.mark.parametrize(("threshold", "problems"), [(2, {Problem.CERTAIN}), (3, set())])
def test_displays_of_two_people_would_tell_and_of_three_do_not(
    threshold: int, problems: set[Problem]
) -> None:
    teams = [agreeing_team("A", threshold)]
    findings = audited(teams, round_of(*teams, threshold=threshold), threshold)
    assert {finding.problem for finding in findings} == problems


@given(st.integers(3, 4), st.sets(st.integers(4, 20), max_size=4), st.integers(0, 5))
def test_certain_is_what_trying_all_answers_finds_certain(
    count: int, cuts: set[int], shown: int
) -> None:
    def display(mean: float) -> int:
        return sum(mean * 4 >= cut - 1e-9 for cut in cuts)

    def fixed(known: tuple[float, ...]) -> bool:
        others = itertools.product(ITEM_VALUES, repeat=count - len(known))
        fitting = [some for some in others if display(sum(known + some) / count) == shown]
        return bool(fitting) and any(len(set(one)) == 1 for one in zip(*fitting, strict=True))

    certain = any(fixed(known) for known in [(), *((own,) for own in ITEM_VALUES)])
    assert is_certain(ITEM_VALUES, count, shown, display) == certain
