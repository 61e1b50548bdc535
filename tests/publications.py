"""Publications of every kind that a page may have to show."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from surveyapp.core.agreement import AgreementWord
from surveyapp.core.change import Change
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import Zone
from surveyapp.core.publication import (
    COARSE_STEPS,
    FINE_STEPS,
    Participation,
    Publication,
    PublishedChange,
    PublishedFit,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.questionnaire import ITEMS
from surveyapp.core.region import Ellipse
from surveyapp.core.statement import Statement
from surveyapp.storage.database import writing
from surveyapp.storage.models import Publication as Stored
from surveyapp.storage.models import RoundTeam, Span

HANDS_OFF, LEADING, MANAGING = Zone
MOSTLY, LEANING, UNCLEAR = Statement.MOSTLY, Statement.LEANING, Statement.UNCLEAR
ALIKE, SOME, VERY, SPLIT = AgreementWord
TOO_FEW, NO_POSITION, NOT_ASKED, OVERLAP, MEMBERSHIP = map(Withheld, Reason)
CIRCLE, ELLIPSE = Ellipse(0.12, 0.12, 0), Ellipse(0.15, 0.05, 10)

COMMENTS: dict[str, tuple[str, ...] | Withheld] = {"C1": ("Bring <b>cake</b>",), "C2": TOO_FEW}
UNASKED: dict[str, tuple[str, ...] | Withheld] = {"C1": NOT_ASKED, "C2": NOT_ASKED}
SCALES: dict[str, PublishedScale | Withheld] = {
    name: PublishedScale(band) for band, name in enumerate("stpa", 1)
} | {"e": OVERLAP}
FINE_SCALES: dict[str, PublishedScale | Withheld] = {
    name: PublishedScale(band, 4 * band - 2, 3 if band in {1, 5} else 2)
    for band, name in enumerate("stpae", 1)
}
FINE_ITEMS: dict[str, int | Withheld] = {
    item.id: min(9, 3 + place % 8) for place, item in enumerate(ITEMS) if item.id != "F1"
} | {"E1": OVERLAP, "S1": TOO_FEW}


def placed(
    statement: Statement,
    *zones: Zone,
    parts: tuple[int, int, int] = (3, 3, 3),
    steps: int = COARSE_STEPS,
    tenths: int | None = None,
) -> PublishedPosition:
    """Return a place with a region of its tier."""
    region = CIRCLE if steps == COARSE_STEPS else ELLIPSE
    return PublishedPosition(parts, steps, statement, zones, tenths, region)


def coarse(
    position: PublishedPosition | Withheld,
    fit: PublishedFit,
    agreement: AgreementWord | Withheld,
    participation: Participation = Participation.OVER_HALF,
) -> Publication:
    """Return what is published of a team of few people."""
    return Publication(
        participation, position, SCALES, COMMENTS, agreement=agreement, fit=fit, change=None
    )


def fit(
    people: Verdict | Withheld,
    rule: Verdict | Withheld = Verdict.ABOUT_RIGHT,
    hands_off: HandsOffKind | Withheld | None = None,
    bars: tuple[int, int, int] | None = None,
) -> PublishedFit:
    """Return whether the amount is right, as published."""
    return PublishedFit(people, bars, rule, hands_off)


FINE = Publication(
    Participation.OVER_THREE_QUARTERS,
    placed(MOSTLY, HANDS_OFF, parts=(10, 9, 1), steps=FINE_STEPS, tenths=9),
    FINE_SCALES,
    COMMENTS,
    FINE_ITEMS,
    SPLIT,
    fit(Verdict.TOO_LITTLE, Verdict.TOO_MUCH, HandsOffKind.EARNED_FREEDOM, (3, 2, 1)),
)
PUBLICATIONS = {
    "hands-off": coarse(
        placed(MOSTLY, HANDS_OFF, parts=(9, 1, 1)),
        fit(Verdict.TOO_LITTLE, Verdict.TOO_LITTLE, HandsOffKind.LEFT_ALONE),
        ALIKE,
        Participation.OVER_THREE_QUARTERS,
    ),
    "hands-off, mixed": coarse(
        placed(LEANING, HANDS_OFF, parts=(5, 3, 2)),
        fit(Verdict.UNCLEAR, TOO_FEW, HandsOffKind.MIXED),
        SOME,
    ),
    "hands-off, kind withheld": coarse(
        placed(LEANING, HANDS_OFF, parts=(5, 3, 2)), fit(OVERLAP, OVERLAP, OVERLAP), TOO_FEW
    ),
    "micro-leading": replace(
        coarse(
            placed(MOSTLY, LEADING, parts=(2, 6, 2)),
            fit(Verdict.ABOUT_RIGHT, Verdict.TOO_MUCH),
            SOME,
        ),
        scales=SCALES | {"s": PublishedScale(5), "t": TOO_FEW},
        comments=UNASKED,
    ),
    "micro-managing": coarse(
        placed(MOSTLY, MANAGING, parts=(2, 2, 6)), fit(Verdict.TOO_MUCH, Verdict.TOO_MUCH), ALIKE
    ),
    "fine": FINE,
    "fine, unclear": replace(
        FINE,
        position=placed(UNCLEAR, LEADING, MANAGING, parts=(4, 8, 8), steps=FINE_STEPS, tenths=5),
        agreement=SOME,
        fit=fit(Verdict.DIFFERENT_AMOUNTS, Verdict.ABOUT_RIGHT, bars=(2, 1, 2)),
    ),
    "between": coarse(placed(UNCLEAR), fit(Verdict.DIFFERENT_AMOUNTS), VERY),
    "between two zones": coarse(
        placed(UNCLEAR, LEADING, MANAGING, parts=(2, 4, 4)), fit(Verdict.UNCLEAR), VERY
    ),
    "two camps": coarse(placed(Statement.TWO_CAMPS, parts=(3, 4, 3)), fit(TOO_FEW, TOO_FEW), VERY),
    "few answered": coarse(
        placed(Statement.FEW_ANSWERED, parts=(3, 4, 3)),
        fit(Verdict.ABOUT_RIGHT),
        ALIKE,
        Participation.UNDER_HALF,
    ),
    "hardly answered": coarse(
        placed(Statement.FEW_ANSWERED, parts=(3, 4, 3)),
        fit(TOO_FEW, TOO_FEW),
        TOO_FEW,
        Participation.UNDER_A_QUARTER,
    ),
    "no position": coarse(NO_POSITION, fit(TOO_FEW, TOO_FEW), ALIKE, Participation.UNDER_A_QUARTER),
    "too few": Publication(
        TOO_FEW,
        TOO_FEW,
        dict.fromkeys(SCALES, TOO_FEW),
        {"C1": TOO_FEW, "C2": TOO_FEW},
        agreement=TOO_FEW,
        fit=fit(TOO_FEW, TOO_FEW),
    ),
    "counted before it was said how sure": Publication(
        Participation.OVER_HALF, placed(UNCLEAR), SCALES, COMMENTS
    ),
}
"""By kind; the first comparisons with an earlier round are in `changed`."""
EARLIER = coarse(placed(MOSTLY, MANAGING, parts=(1, 2, 7)), fit(Verdict.TOO_MUCH), ALIKE)


def changed(since: str) -> dict[str, Publication]:
    """Return publications that are compared with the team of this public id, an earlier round's."""
    now = PUBLICATIONS["micro-leading"]
    said = {change.value: change for change in Change} | {"withheld": MEMBERSHIP}
    return {
        f"change {name}": replace(now, change=PublishedChange(since, change))
        for name, change in said.items()
    }


def publish(team: str, publication: Publication) -> None:
    """Put a publication in the place of a team's own."""
    with writing() as session:
        query = select(Stored).join(RoundTeam).where(RoundTeam.public_id == team)
        found = session.scalars(query.where(Stored.span == Span.TEAM)).one()
        found.document = publication.to_json()
