"""The two questions about an agreement are published, withheld and audited as items are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from surveyapp.anonymity import auditor
from surveyapp.anonymity.auditor import Problem, results_of
from surveyapp.anonymity.permitted import contributors
from surveyapp.core.publication import Publication, Reason, Withheld
from tests.anonymity.organisations import agreeing_team, audited, round_of

if TYPE_CHECKING:
    from surveyapp.core.counted import CountedTeam


def asked(answered: int, **said: int | None) -> CountedTeam:
    return replace(agreeing_team("P", answered, None, (), **said), asks_agreement=True)


def items(team: CountedTeam) -> dict[str, int | Withheld]:
    return round_of(team).teams["P"].items


def test_of_many_people_both_are_shown_in_half_points_with_merged_ends() -> None:
    shown = items(asked(12, K1=5, K2=3))
    assert (shown["K1"], shown["K2"]) == (9, 6)
    assert (
        Publication.from_json(round_of(asked(12, K1=5, K2=3)).teams["P"].to_json()).items == shown
    )


@pytest.mark.parametrize("answered", [5, 9])
def test_of_few_people_neither_is_shown(answered: int) -> None:
    assert items(asked(answered, K1=5, K2=5)) == {}


def test_a_question_that_few_of_many_answered_is_withheld_by_itself() -> None:
    team = asked(12, K1=4, K2=None)
    team = replace(
        team, answers=[*({**one, "K2": 5} for one in team.answers[:9]), *team.answers[9:]]
    )
    shown = items(team)
    assert shown["K1"] == 8
    assert shown["K2"] == Withheld(Reason.TOO_FEW)
    assert contributors("K2", team) == 9


def test_a_team_that_was_not_asked_has_neither_whatever_is_in_its_ballots() -> None:
    assert {"K1", "K2"}.isdisjoint(items(replace(asked(12, K1=5, K2=5), asks_agreement=False)))


def test_they_change_nothing_else_that_is_published() -> None:
    with_them, without = (round_of(asked(12, K1=low, K2=low)).teams["P"] for low in (1, None))
    kept = {name: mean for name, mean in with_them.items.items() if name not in {"K1", "K2"}}
    left = {name: mean for name, mean in without.items.items() if name not in {"K1", "K2"}}
    assert replace(with_them, items=kept) == replace(without, items=left)


def test_no_total_holds_them() -> None:
    leaders = replace(agreeing_team("Q", 12, parent=None, K1=5, K2=5), asks_agreement=True)
    below = replace(agreeing_team("R", 12, parent="Q", K1=5, K2=5), asks_agreement=True)
    published = round_of(leaders, below)
    assert published.totals
    assert all(total.items == {} for total in published.totals.values())


def test_the_auditor_looks_at_them(monkeypatch: pytest.MonkeyPatch) -> None:
    team = asked(12, K1=5, K2=5)
    published = round_of(team)
    assert {"K1", "K2"} <= {result.statistic for result in results_of(published)}
    assert audited([team], published) == []
    monkeypatch.setattr(auditor, "rounded_item", lambda mean: round(2 * mean))  # ends not merged
    told = replace(published.teams["P"], items={"K1": 10})
    findings = audited([team], replace(published, teams={"P": told}))
    assert {(f.problem, f.results[0].statistic) for f in findings} == {
        (Problem.NOT_PERMITTED, "K1"),
        (Problem.CERTAIN, "K1"),
    }


def test_the_auditor_finds_them_shown_of_few() -> None:
    team = asked(9, K1=4, K2=4)
    published = round_of(team)
    told = replace(published.teams["P"], items={"K1": 8})
    findings = audited([team], replace(published, teams={"P": told}))
    assert {finding.problem for finding in findings} == {
        Problem.FEW_PEOPLE,
        Problem.NOT_PERMITTED,
    }
