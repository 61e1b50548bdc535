"""The quality of a round's answers in every state that looks different."""

from __future__ import annotations

from dataclasses import replace

from surveyapp.core.moments import Moments
from surveyapp.core.publication import Reason, Withheld
from surveyapp.core.quality import (
    Consistency,
    Level,
    Quality,
    Reliability,
    Sensitivity,
    Spread,
    StraightLining,
)

TOO_FEW = Withheld(Reason.TOO_FEW)
ROUGH = Quality(
    answers=210,
    teams=30,
    straight_lining=StraightLining.UNDER_5_PERCENT,
    sensitivity=Sensitivity.STABLE,
    reliabilities={"s": Reliability(12, 45), "t": Reliability(0, None), "p": TOO_FEW},
    levels={"s": Level(11, Spread.SOMEWHAT), "m": Level(18, Spread.HARDLY)},
    consistencies={name: Consistency(81, 95 if name != "a" else None) for name in "stpea"},
    moments=Moments(200, (600,) * 16, ((2_000,) * 16,) * 16),
)
FEW_TEAMS = replace(
    ROUGH,
    answers=50,
    teams=TOO_FEW,
    straight_lining=StraightLining.UNDER_10_PERCENT,
    sensitivity=TOO_FEW,
    reliabilities=dict.fromkeys("stp", TOO_FEW),
    levels={"s": TOO_FEW, "m": Level(2, Spread.CLEARLY)},
    consistencies=dict.fromkeys("stpea", TOO_FEW),
    moments=TOO_FEW,
)
QUALITIES: dict[str, Quality | None] = {
    "never looked at": None,
    "too few": replace(FEW_TEAMS, answers=TOO_FEW),
    "few teams": FEW_TEAMS,
    "rough": ROUGH,
    "fair": replace(ROUGH, reliabilities=dict.fromkeys("stp", Reliability(30, 70))),
    "many alike": replace(ROUGH, straight_lining=StraightLining.UNDER_25_PERCENT),
    "depends": replace(
        ROUGH,
        straight_lining=StraightLining.OVER_25_PERCENT,
        sensitivity=Sensitivity.DEPENDS,
    ),
}
