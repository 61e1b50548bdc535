"""Publications of both tiers as an audience reads them, and whatever may be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from surveyapp.charts.reading import Reading
from surveyapp.core.agreement import AgreementWord
from surveyapp.core.change import Change
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.guide import Audience
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
from surveyapp.core.questionnaire import RATED
from surveyapp.core.region import HALF_AXES, TURNS, Ellipse
from surveyapp.core.statement import Statement
from tests.publications import PUBLICATIONS

if TYPE_CHECKING:
    from surveyapp.core.questionnaire import Answers

ANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SCALES = "stpae"
RULE_VERDICTS = (Verdict.TOO_LITTLE, Verdict.ABOUT_RIGHT, Verdict.TOO_MUCH)
LEADING = PublishedPosition(
    (3, 14, 4), FINE_STEPS, Statement.MOSTLY, (Zone.MICRO_LEADING,), 9, Ellipse(0.10, 0.05, 2)
)
MANAGED = PublishedPosition(
    *((2, 3, 5), COARSE_STEPS, Statement.LEANING, (Zone.MICRO_MANAGING,)),
    region=Ellipse(0.14, 0.14, 0),
)
UNNAMED = PublishedPosition(
    (4, 7, 9), FINE_STEPS, Statement.UNCLEAR, (Zone.MICRO_MANAGING, Zone.MICRO_LEADING), 5
)
OWN: Answers = {item.id: 2 if item.reversed else 4 for item in RATED} | {"A2r": 1, "F1": 0}


def fine(audience: Audience = Audience.LEADER, said: Change = Change.LIKELY_REAL) -> Reading:
    """Read a result of many people, with everything that there can be."""
    scales: dict[str, PublishedScale | Withheld] = {
        "s": PublishedScale(4, 13, 2),
        "t": PublishedScale(4, 15, 2),
        "p": PublishedScale(4, 14, 2),
        "a": PublishedScale(2, 7, 2),
        "e": PublishedScale(3, 11, 3),
    }
    publication = Publication(
        Participation.OVER_THREE_QUARTERS,
        LEADING,
        scales,
        {},
        {item.id: 3 + place % 7 for place, item in enumerate(RATED)},
        AgreementWord.SOME_DIFFERENCES,
        PublishedFit(Verdict.ABOUT_RIGHT, (1, 2, 1), Verdict.TOO_MUCH, None),
        PublishedChange("before", said),
    )
    before = Publication(Participation.OVER_THREE_QUARTERS, UNNAMED, scales, {})
    return Reading(
        publication,
        audience,
        all_bands=True,
        own=OWN,
        guessed=(0.6, 0.75),
        earlier=("Spring", before),
    )


def coarse(audience: Audience = Audience.LEADER) -> Reading:
    """Read a result of few people, with everything that there can be."""
    publication = Publication(
        Participation.OVER_HALF,
        MANAGED,
        {name: PublishedScale(band) for name, band in zip(SCALES, (4, 2, 1, 3, 5), strict=True)},
        {},
        {},
        AgreementWord.VERY_DIFFERENT,
        PublishedFit(Verdict.TOO_MUCH, None, Verdict.TOO_MUCH, None),
    )
    return Reading(publication, audience, all_bands=True, own=OWN, guessed=(0.3, 0.5))


def withheld() -> Reading:
    """Read a result of too few people."""
    few = PUBLICATIONS["too few"]
    return Reading(few, Audience.LEADER, all_bands=True, own=OWN, guessed=(0.3, 0.5))


def withheld_or(published: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Publish something, or withhold it."""
    return published | st.builds(Withheld, st.sampled_from(Reason))


@st.composite
def positions(draw: st.DrawFn) -> PublishedPosition:
    """Draw any place, with a statement that fits it."""
    steps = draw(st.sampled_from((COARSE_STEPS, FINE_STEPS)))
    off = draw(st.integers(1, steps - 2))
    leading = draw(st.integers(1, steps - 1 - off))
    parts = (off, leading, steps - off - leading)
    zones = tuple(sorted(Zone, key=dict(zip(Zone, parts, strict=True)).__getitem__, reverse=True))
    statement = draw(st.sampled_from(Statement))
    count = {Statement.MOSTLY: 1, Statement.LEANING: 1, Statement.UNCLEAR: 2}.get(statement, 0)
    sizes = sorted(draw(st.tuples(*[st.sampled_from(HALF_AXES)] * 2)), reverse=True)
    region = Ellipse(sizes[0], sizes[1], draw(st.integers(0, TURNS - 1)))
    tenths = draw(st.integers(0, 9)) if steps == FINE_STEPS else None
    return PublishedPosition(parts, steps, statement, zones[:count], tenths, region)


@st.composite
def publications(draw: st.DrawFn) -> Publication:
    """Draw any publication of a team."""
    is_fine = draw(st.booleans())
    scale = (
        st.builds(PublishedScale, st.integers(1, 5), st.integers(2, 18), st.integers(1, 6))
        if is_fine
        else st.builds(PublishedScale, st.integers(1, 5))
    )
    half_points = withheld_or(st.integers(3, 9))
    quarters = st.tuples(*[st.integers(1, 3)] * 3)
    found = draw(
        st.fixed_dictionaries(
            {
                "participation": st.sampled_from(Participation),
                "position": withheld_or(positions()),
                "scales": st.fixed_dictionaries({name: withheld_or(scale) for name in SCALES}),
                "comments": st.just({}),
                "items": st.fixed_dictionaries({item.id: half_points for item in RATED})
                if is_fine
                else st.just({}),
                "agreement": withheld_or(st.sampled_from(AgreementWord)),
                "fit": st.builds(
                    PublishedFit,
                    withheld_or(st.sampled_from(Verdict)),
                    quarters if is_fine else st.none(),
                    withheld_or(st.sampled_from(RULE_VERDICTS)),
                    st.none() | withheld_or(st.sampled_from(HandsOffKind)),
                ),
                "change": st.none()
                | st.builds(
                    PublishedChange, st.just("before"), withheld_or(st.sampled_from(Change))
                ),
            }
        )
    )
    return Publication(**found)


def readings() -> st.SearchStrategy[Reading]:
    """Draw any result, read by anybody."""
    answers = st.fixed_dictionaries(
        {item.id: st.none() | st.integers(1, 5) for item in RATED} | {"F1": st.integers(-3, 3)}
    )
    part = st.floats(0, 1)
    earlier = st.tuples(st.sampled_from(("Spring", "<b> & Autumn")), publications())
    return st.builds(
        Reading,
        publications(),
        st.sampled_from((Audience.LEADER, Audience.COACH)),
        st.booleans(),
        st.none() | answers,
        st.none() | st.tuples(part, part),
        st.none() | earlier,
    )
