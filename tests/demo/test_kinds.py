from __future__ import annotations

from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import pytest

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.change import Change
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import Zone
from surveyapp.core.publication import (
    FINE_STEPS,
    Publication,
    PublishedFit,
    PublishedPosition,
    Reason,
    Withheld,
)
from surveyapp.core.statement import Statement
from surveyapp.demo import cast
from tests.demo.closed import DANA, asked, published, rounds

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Tier(StrEnum):
    COARSE = "coarse"
    FINE = "fine"


class Kind(NamedTuple):
    """What a leader's result of the newest closed round says."""

    statement: Statement
    zone: Zone | None
    agreement: AgreementWord
    people: Verdict
    hands_off: HandsOffKind | None = None


MOSTLY, LEANING, UNCLEAR = Statement.MOSTLY, Statement.LEANING, Statement.UNCLEAR
CAMPS, FEW, NOWHERE = Statement.TWO_CAMPS, Statement.FEW_ANSWERED, Statement.NO_POSITION
OFF, LEADING, MANAGING = Zone
ALIKE, SOME, VERY, SPLIT = AgreementWord
LITTLE, RIGHT, MUCH, UNLIKE, UNSURE = Verdict
EARNED, ALONE, MIXED = HandsOffKind

KINDS = {
    Tier.COARSE: {
        "amina.haddad": Kind(MOSTLY, LEADING, ALIKE, RIGHT),
        "carlos.mendes": Kind(MOSTLY, MANAGING, ALIKE, MUCH),
        "sven.holmberg": Kind(MOSTLY, OFF, ALIKE, RIGHT, EARNED),
        "grace.mwangi": Kind(MOSTLY, OFF, ALIKE, LITTLE, ALONE),
        "hanna.virtanen": Kind(MOSTLY, OFF, ALIKE, LITTLE, MIXED),
        "luca.ferrero": Kind(MOSTLY, LEADING, ALIKE, UNLIKE),
        "hassan.yilmaz": Kind(LEANING, OFF, SOME, UNSURE, MIXED),
        "camille.laurent": Kind(UNCLEAR, None, SOME, UNSURE),
        "elif.aydin": Kind(CAMPS, None, VERY, MUCH),
        "isabel.duarte": Kind(CAMPS, None, VERY, UNSURE),
        "anneke.de.vries": Kind(FEW, None, ALIKE, RIGHT),
        "sofia.papadaki": Kind(NOWHERE, None, ALIKE, UNSURE),
    },
    Tier.FINE: {
        "leader": Kind(MOSTLY, LEADING, ALIKE, RIGHT),
        "piotr.zielinski": Kind(MOSTLY, MANAGING, ALIKE, MUCH),
        "seamus.obrien": Kind(MOSTLY, OFF, ALIKE, RIGHT, EARNED),
        "wei.zhang": Kind(MOSTLY, OFF, ALIKE, LITTLE, ALONE),
        "joseph.adeyemi": Kind(MOSTLY, OFF, ALIKE, LITTLE, MIXED),
        "ana.kovacevic": Kind(MOSTLY, LEADING, ALIKE, UNLIKE),
        "olga.petrova": Kind(LEANING, LEADING, VERY, LITTLE),
        "aroha.ngata": Kind(UNCLEAR, None, SOME, UNSURE),
        "rajesh.nair": Kind(CAMPS, None, VERY, MUCH),
        "leila.farahani": Kind(CAMPS, None, SPLIT, MUCH),
        "bogdan.ionescu": Kind(FEW, None, ALIKE, RIGHT),
        "birgit.hansen": Kind(NOWHERE, None, ALIKE, RIGHT),
    },
}
PLANTED = [(tier, name, kind) for tier, kinds in KINDS.items() for name, kind in kinds.items()]

CHANGES = {
    (Tier.COARSE, Change.LIKELY_REAL): "katarina.horvat",
    (Tier.COARSE, Change.NO_CLEAR_CHANGE): "yuki.mori",
    (Tier.COARSE, Withheld(Reason.MEMBERSHIP)): "thabo.nkosi",
    (Tier.FINE, Change.LIKELY_REAL): "leader",
    (Tier.FINE, Change.NO_CLEAR_CHANGE): "piotr.zielinski",
}
"""In the fine tier membership withholds nothing."""


def newest(session: Session, name: str) -> Publication:
    return published(session, f"{name}@demo.example")[-1]


def tier(publication: Publication) -> Tier:
    """Tell the tier from the items: they are shown in the fine one alone, whatever is placed."""
    return Tier.FINE if publication.items else Tier.COARSE


def kind(publication: Publication) -> Kind:
    position, fit, agreement = publication.position, publication.fit, publication.agreement
    assert isinstance(fit, PublishedFit)
    assert isinstance(agreement, AgreementWord)
    assert isinstance(fit.people, Verdict)
    assert not isinstance(fit.hands_off, Withheld)
    if isinstance(position, Withheld):
        assert position.reason is Reason.NO_POSITION
        return Kind(NOWHERE, None, agreement, fit.people, fit.hands_off)
    return Kind(position.statement, position.zone, agreement, fit.people, fit.hands_off)


def test_each_kind_is_planted_in_each_tier() -> None:
    found = [(tier, *kind) for tier, _, kind in PLANTED]
    tiers, statements, zones, agreements, people, hands_off = map(list, zip(*found, strict=True))
    for planted, every in (
        (statements, Statement),
        (people, Verdict),
        (hands_off, [*HandsOffKind, None]),
        (
            [s is MOSTLY and zone for s, zone in zip(statements, zones, strict=True)],
            [*Zone, False],
        ),
    ):
        assert set(zip(tiers, planted, strict=True)) == set(product(Tier, every))
    words = set(zip(tiers, agreements, strict=True))
    assert words == set(product(Tier, AgreementWord)) - {(Tier.COARSE, SPLIT)}


@pytest.mark.parametrize(("expected_tier", "name", "expected"), PLANTED)
def test_what_is_planted_is_published(
    session: Session, expected_tier: Tier, name: str, expected: Kind
) -> None:
    publication = newest(session, name)
    assert (tier(publication), kind(publication)) == (expected_tier, expected)
    fine = expected_tier is Tier.FINE
    assert (publication.fit is not None and publication.fit.bars is not None) is fine
    if isinstance(publication.position, PublishedPosition):
        assert (publication.position.steps == FINE_STEPS) is fine


@pytest.mark.parametrize(("planted", "name"), CHANGES.items())
def test_a_change_is_told_from_chance_and_from_a_new_member(
    session: Session, planted: tuple[Tier, Change | Withheld], name: str
) -> None:
    publication = newest(session, name)
    assert publication.change is not None
    assert (tier(publication), publication.change.change) == planted
    assert publication.change.since == asked(session, f"{name}@demo.example")[1].public_id


def test_only_planted_changes_are_called_real(session: Session) -> None:
    """People feel the same in each round, so that none is real by accident."""
    named: dict[str, list[Change | Withheld]] = {
        email: [p.change.change for p in published(session, email) if p.change]
        for email in cast.NORTHWIND.leaders()
    }
    moved = {email for email, found in named.items() if Change.LIKELY_REAL in found}
    assert moved == {DANA, "katarina.horvat@demo.example"}
    assert not [found for found in named.values() if Change.POSSIBLE in found]
    assert sum(map(len, named.values())) > len(rounds(session)) * 10
