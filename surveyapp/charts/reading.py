"""A publication as one audience reads it: what is drawn, compared and talked about.

The page and the report take everything from here, so that both say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from surveyapp.charts.marks import Earlier, Places
from surveyapp.charts.words.scales import EXPERIENCE, SCALES, shown_scales
from surveyapp.core.change import Change
from surveyapp.core.findings import Findings
from surveyapp.core.fit import readings_disagree, target_band, tolerance
from surveyapp.core.guide import Audience, guide
from surveyapp.core.position import square_point, square_shares, zone
from surveyapp.core.publication import (
    BAND_BORDERS,
    FINE_STEPS,
    PublishedPosition,
    PublishedScale,
    Reason,
    Withheld,
)
from surveyapp.core.questionnaire import score_person
from surveyapp.core.selfview import OwnView, own_views
from surveyapp.core.statement import Statement

if TYPE_CHECKING:
    from surveyapp.core.guide import Line
    from surveyapp.core.position import Point, Shares, Zone
    from surveyapp.core.publication import Publication
    from surveyapp.core.questionnaire import Answers, Person

Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Track:
    """A scale as a line from 0 to 1, with what lies on it."""

    name: str
    """s, t, p, a or e."""
    scale: PublishedScale
    span: tuple[float, float] | None
    """The range of the mean; of few people the band in which the mean is."""
    dot: float | None
    """The mean, of many people only."""
    own: float | None
    """The leader's own score."""
    view: OwnView | None

    @property
    def borders(self) -> tuple[float, ...]:
        """Where one band ends and the next begins, if a band is all that is shown."""
        return BAND_BORDERS if self.dot is None else ()


@dataclass(frozen=True)
class Reading:
    """A publication as one audience reads it."""

    publication: Publication
    audience: Audience
    all_bands: bool
    """Whether the outer bands of a scale are not merged with their neighbours."""
    own: Answers | None = None
    """The leader's raw answers about themselves, where this audience sees them."""
    guessed: Point | None = None
    """Where the leader guessed to be put, as a point of the square."""
    earlier: tuple[str, Publication] | None = None
    """The round, by name, that the published change is since, and what it said."""

    @property
    def position(self) -> PublishedPosition | None:
        """The place, if one is published."""
        return _shown(self.publication.position)

    @cached_property
    def places(self) -> Places | None:
        """Everything that lies on the map; None if there is no place to draw."""
        if self.position is None:
            return None
        guess = square_shares(*self.guessed) if self.guessed else None
        return Places(self.position, self.audience, self.own_shares, guess, self._earlier)

    @property
    def own_zone(self) -> Zone | None:
        """The zone of the leader's own answers; None on a border or without a place."""
        return zone(self.own_shares) if self.own_shares else None

    @property
    def guessed_zone(self) -> Zone | None:
        """The zone of the guess; None on a border."""
        return zone(square_shares(*self.guessed)) if self.guessed else None

    @cached_property
    def views(self) -> dict[str, OwnView]:
        """The leader's own view of each scale against the team's."""
        if self.own is None:
            return {}
        return own_views(self.own, self.publication.scales, all_bands=self.all_bands)

    @cached_property
    def tracks(self) -> dict[str, Track | Withheld]:
        """The scales in the order in which they are read."""
        published = self.publication.scales
        return {name: self._track(name, published[name]) for name in SCALES if name in published}

    @property
    def readings_disagree(self) -> bool:
        """Whether people's own word and the rule of thumb name different amounts."""
        fit = self.publication.fit
        people, rule = (_shown(fit.people), _shown(fit.rule)) if fit else (None, None)
        return bool(people and rule and readings_disagree(people, rule))

    @property
    def target(self) -> Point | None:
        """The closeness, 0 to 1, that the rule of thumb lets pass for the displayed experience."""
        fit, scale = self.publication.fit, _shown(self.publication.scales.get(EXPERIENCE))
        if fit is None or _shown(fit.rule) is None or self.position is None:
            return None
        if scale is None or scale.twentieths is None:
            return None
        meant = square_point(self.position.shares)[1]
        low, high = target_band(scale.twentieths / FINE_STEPS, tolerance([meant]))
        return min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)

    @cached_property
    def guide(self) -> tuple[Line, ...]:
        """The conversation guide for this audience."""
        return guide(self._findings(self.views), self.audience)

    @cached_property
    def team_guide(self) -> tuple[Line, ...]:
        """The guide for the team's meeting: the team does not see the leader's own view."""
        return guide(self._findings({}), Audience.TEAM)

    @cached_property
    def _person(self) -> Person | None:
        return None if self.own is None else score_person(self.own)

    @property
    def own_shares(self) -> Shares | None:
        """Where the leader's own answers lie; None if they do not say enough."""
        me = self._person
        if me is None or me.s is None or me.m is None:
            return None
        return square_shares(me.s, me.m)

    @property
    def _earlier(self) -> Earlier | None:
        change = self.publication.change
        if change is None or self.earlier is None:
            return None
        said, (name, publication) = _shown(change.change), self.earlier
        position = _shown(publication.position)
        if said is None or position is None:
            return None
        return Earlier(name, position, moved=said is Change.LIKELY_REAL)

    def _track(self, name: str, scale: PublishedScale | Withheld) -> Track | Withheld:
        if isinstance(scale, Withheld):
            return scale
        dot = None if scale.twentieths is None else scale.twentieths / FINE_STEPS
        span = scale.band_ends(all_bands=self.all_bands) if dot is None else scale.range
        own = getattr(self._person, name) if self._person else None
        return Track(name, scale, span, dot, own, self.views.get(name))

    def _findings(self, views: dict[str, OwnView]) -> Findings:
        publication, position = self.publication, self.position
        place, fit = publication.position, publication.fit
        statement = position.statement if position else None
        if isinstance(place, Withheld) and place.reason is Reason.NO_POSITION:
            statement = Statement.NO_POSITION
        return Findings(
            fine=position is not None and position.steps == FINE_STEPS,
            statement=statement,
            zones=position.zones if position else (),
            scales=shown_scales(publication.scales),
            people=_shown(fit.people) if fit else None,
            rule=_shown(fit.rule) if fit else None,
            hands_off=_shown(fit.hands_off) if fit else None,
            own=views,
            agreement=_shown(publication.agreement),
        )


def _shown(value: Shown | Withheld | None) -> Shown | None:
    return None if isinstance(value, Withheld) else value
