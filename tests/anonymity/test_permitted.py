from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from surveyapp.anonymity import personal, rounding, team_publication
from surveyapp.anonymity.auditor import Problem
from surveyapp.anonymity.permitted import is_permitted, is_permitted_quality
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.publication import Participation, PublishedFit, PublishedScale
from surveyapp.core.region import Ellipse
from tests.anonymity.organisations import audited, counted, round_of, says
from tests.publications import FINE, PUBLICATIONS
from tests.qualities import QUALITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveyapp.core.counted import CountedTeam
    from surveyapp.core.publication import PublishedPosition

FIVE = counted([says(fit, s=fit + 3, e=fit + 3) for fit in range(-2, 3)], 5)
TEN = counted([says(fit, s=1 + fit, t=5 - fit) for fit in (0, 1, 2, 3, 2)] * 2, 12, "B")
ALIKE = counted([says()] * 10, 12, "C")


def problems(*teams: CountedTeam) -> set[Problem]:
    return {finding.problem for finding in audited(teams, round_of(*teams))}


def of_a_place(**parts: object) -> Callable[..., PublishedPosition]:
    """Publish a place as it is, but for these parts."""
    honest = rounding.rounded_position

    def planted(*args: object, **options: bool) -> PublishedPosition:
        return replace(honest(*args, **options), **parts)  # type: ignore[arg-type]

    return planted


def bars_of_few(*args: object) -> PublishedFit:
    return replace(HONEST_FIT(*args), bars=(1, 2, 1))  # type: ignore[arg-type]


HONEST_FIT = team_publication._fit  # noqa: SLF001  (what is planted beside it)


def test_what_the_product_publishes_is_permitted() -> None:
    assert problems(FIVE, TEN, ALIKE) == set()


@pytest.mark.parametrize(
    ("name", "planted", "team"),
    [
        ("rounded_item", lambda mean: round(1000 * mean), TEN),
        ("rounded_part", lambda part: round(1000 * part), TEN),
        ("rounded_scale", lambda mean, *_, **__: PublishedScale(3, round(1000 * mean), 3), TEN),
        ("rounded_position", of_a_place(parts=(137, 263, 600), steps=1000), FIVE),
        ("rounded_position", of_a_place(tenths=9), FIVE),
        ("rounded_position", of_a_place(region=Ellipse(0.1337, 0.0411, 7)), FIVE),
        ("rounded_position", of_a_place(region=Ellipse(0.1337, 0.1337, 0)), FIVE),
        ("rounded_position", of_a_place(region=Ellipse(0.1, 0.07, 3)), TEN),
        ("rounded_agreement", lambda _word, **__: AgreementWord.SPLIT, FIVE),
        ("is_fine", lambda count, *_: count >= 10, counted(list(TEN.answers), 10, "B")),
        ("_fit", bars_of_few, FIVE),
    ],
)
def test_a_value_that_is_finer_than_permitted_is_found(
    monkeypatch: pytest.MonkeyPatch, name: str, planted: object, team: CountedTeam
) -> None:
    monkeypatch.setattr(team_publication, name, planted)
    assert Problem.NOT_PERMITTED in problems(team)


def test_a_range_that_narrows_at_the_end_of_a_scale_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounding, "WITHIN_AT_ENDS", 1)
    assert problems(ALIKE) == {Problem.NOT_PERMITTED}


def test_comments_of_few_writers_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_publication, "published_comments", lambda *_, **__: ("only me",))
    assert problems(FIVE) == {Problem.FEW_PEOPLE}


def test_what_few_people_say_of_themselves_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = [says(None, e=None)] * 11
    team = counted([*silent, says(-3, e=1)], 12)
    assert problems(team) == set()
    monkeypatch.setattr(personal, "_contributors", lambda *_: 12)
    assert Problem.FEW_PEOPLE in problems(team)


def test_every_published_value_of_many_kinds_is_permitted_in_its_tier() -> None:
    for publication in PUBLICATIONS.values():
        fine = publication.items != {}
        n, invited = (10, 12) if fine else (5, 8)
        fit = publication.fit
        shown: list[tuple[str, object]] = [
            ("position", publication.position),
            ("agreement", publication.agreement),
            *publication.scales.items(),
            *publication.items.items(),
            *([("people", fit.people), ("rule", fit.rule)] if fit else []),
        ]
        for statistic, value in shown:
            if value is not None and type(value).__name__ != "Withheld":
                assert is_permitted(statistic, value, n, invited, 5), (statistic, value)
    assert not is_permitted("position", FINE.position, 9, 12, 5)
    assert not is_permitted("position", FINE.position, 10, 11, 5)
    assert not is_permitted("position", FINE.position, 10, 12, 11)
    assert is_permitted("participation", Participation.OVER_HALF, 5, 8, 5)
    assert not is_permitted("participation", 5, 5, 8, 5)


def test_the_quality_of_the_answers_is_looked_at_too() -> None:
    for quality in filter(None, QUALITIES.values()):
        assert is_permitted_quality(quality)
        assert not is_permitted_quality(replace(quality, answers=53))
        assert not is_permitted_quality(replace(quality, teams=7))
