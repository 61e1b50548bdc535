"""What may be said of a leader's way from an earlier round to the one that is being closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from surveyapp.core.change import DisplayedPlace, change
from surveyapp.core.publication import COARSE_STEPS, Publication, PublishedChange, Reason, Withheld
from surveyapp.core.statement import Statement
from surveyapp.storage.models import Invite, Round, RoundTeam, State

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from surveyapp.core.change import Change

# Of few answers the place is not named, and of two camps it describes nobody.
COMPARED: Final = {Statement.MOSTLY, Statement.LEANING, Statement.UNCLEAR}


def since_last(session: Session, team: RoundTeam, now: Publication) -> PublishedChange | None:
    """Compare with the same leader's newest round that has a place on the map; None without one.

    Nothing is said if membership differs by fewer people than the threshold and either place is
    of few people: the change would be about those who joined or left.
    """
    after = _place(now)
    if after is None:
        return None
    for earlier in session.scalars(_earlier(team)):
        document = earlier.publication and earlier.publication.document
        before = _place(Publication.from_json(document)) if document else None
        if before is None:
            continue
        said: Change | Withheld = change(before, after)
        if COARSE_STEPS in {before.steps, after.steps} and _few_moved(session, earlier, team):
            said = Withheld(Reason.MEMBERSHIP)
        return PublishedChange(earlier.public_id, said)
    return None


def _place(publication: Publication) -> DisplayedPlace | None:
    position = publication.position
    if isinstance(position, Withheld) or position.statement not in COMPARED:
        return None
    if position.region is None:
        return None
    return DisplayedPlace(position.shares, position.region, position.steps)


def _earlier(team: RoundTeam) -> Select[RoundTeam]:
    return (
        select(RoundTeam)
        .join(Round)
        .where(
            RoundTeam.team_id == team.team_id,
            RoundTeam.leader_id == team.leader_id,
            RoundTeam.id != team.id,
            Round.state.in_((State.CLOSED, State.RELEASED)),
            Round.questionnaire_version == team.round.questionnaire_version,
        )
        .order_by(Round.closes_on.desc(), Round.id.desc())
    )


def _few_moved(session: Session, earlier: RoundTeam, later: RoundTeam) -> bool:
    """Return whether 1 to k - 1 people joined or left; who was deleted since may be one of them."""
    before, after = (_members(session, team) for team in (earlier, later))
    moved = len(before ^ after)
    deleted = earlier.invited - len(before) + later.invited - len(after)
    return moved + deleted > 0 and moved < max(earlier.round.threshold, later.round.threshold)


def _members(session: Session, team: RoundTeam) -> set[int]:
    query = select(Invite.person_id).where(Invite.round_team_id == team.id)
    return set(session.scalars(query))
