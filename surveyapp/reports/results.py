"""Results as pages and reports read them: put together from what is stored, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveyapp.anonymity.thresholds import FEWEST_FOR_ALL_BANDS
from surveyapp.charts.reading import Reading
from surveyapp.core.guide import Audience
from surveyapp.core.publication import Publication
from surveyapp.core.quality import Quality
from surveyapp.followup import agreement, selfform
from surveyapp.storage.reports import earlier_released

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from surveyapp.core.checkin import Agreed
    from surveyapp.storage.models import Round, RoundTeam


@dataclass(frozen=True)
class Survey:
    """The round that results are of."""

    organisation: str
    colour: str | None
    """The organisation's own, as #rrggbb."""
    name: str
    closed_on: dt.date
    threshold: int
    comment_threshold: int


@dataclass(frozen=True)
class LeaderResult:
    """One leader's result with all that a report says of it: plain values, fit to be sent away."""

    id: str
    """The public id of the team in this round."""
    leader: str
    team: str
    survey: Survey
    released: bool
    """Whether the leader may see it."""
    reading: Reading
    before: Agreed | None = None
    """The check-in agreement that the round asked about."""
    asked_about_it: bool = False
    agreed: Agreed | None = None
    """What leader and team agreed on since."""


def publication_of(team: RoundTeam) -> Publication:
    """Read the publication of a closed round's team."""
    if team.publication is None:
        message = f"a closed round without publication: {team.public_id}"
        raise RuntimeError(message)
    return Publication.from_json(team.publication.document)


def read(
    session: Session,
    team: RoundTeam,
    audience: Audience,
    find_earlier: Callable[[str], RoundTeam | None],
) -> Reading:
    """Read a result for an audience.

    `find_earlier` returns the team with this public id in an earlier round, if this audience may
    see its result. How leaders see themselves is theirs: others read it together with the
    released result.
    """
    publication = publication_of(team)
    change = publication.change
    earlier = find_earlier(change.since) if change else None
    form = selfform.read(session, team) if team.released else None
    return Reading(
        publication,
        audience,
        all_bands=team.round.threshold >= FEWEST_FOR_ALL_BANDS,
        own=form.answers if form else None,
        guessed=form.guess if form else None,
        earlier=(earlier.round.name, publication_of(earlier)) if earlier else None,
    )


def read_by_team(team: RoundTeam) -> Reading:
    """Read a result as the team sees it: nothing of how the leader sees it."""
    all_bands = team.round.threshold >= FEWEST_FOR_ALL_BANDS
    return Reading(publication_of(team), Audience.TEAM, all_bands=all_bands)


def survey(counted: Round) -> Survey:
    """Say which round it is."""
    return Survey(
        organisation=counted.organisation.name,
        colour=counted.organisation.colour,
        name=counted.name,
        closed_on=counted.closes_on,
        threshold=counted.threshold,
        comment_threshold=counted.comment_threshold,
    )


def leader_result(session: Session, team: RoundTeam, reading: Reading) -> LeaderResult:
    """Take along what a report says of a leader."""
    return LeaderResult(
        id=team.public_id,
        leader=team.leader_name,
        team=team.team.name,
        survey=survey(team.round),
        released=team.released,
        reading=reading,
        before=team.agreed,
        asked_about_it=team.asks_agreement,
        agreed=agreement.made(session, team),
    )


def for_report(session: Session, team: RoundTeam) -> LeaderResult:
    """Put together what a report says of a leader, whoever asks for it: it speaks to them.

    So an earlier result is in it only once it is released to the leader as well.
    """

    def released(public_id: str) -> RoundTeam | None:
        return earlier_released(session, team, public_id)

    return leader_result(session, team, read(session, team, Audience.LEADER, released))


def of_everybody(counted: Round) -> tuple[Publication | None, Quality | None]:
    """Return what is published of all people in a round together, and of their answers."""
    tops = [team for team in counted.teams if team.parent_id is None]
    total = tops[0].total if len(tops) == 1 else None
    return (
        Publication.from_json(total.document) if total else None,
        Quality.from_json(counted.quality) if counted.quality else None,
    )
