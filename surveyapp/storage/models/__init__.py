"""Tables by noun."""

from surveyapp.storage.models.account import Account, AccountRole, Coaching, Grant, Role, RoleName
from surveyapp.storage.models.base import Base
from surveyapp.storage.models.followup import SelfForm
from surveyapp.storage.models.job import Job, JobKind, JobState
from surveyapp.storage.models.organisation import (
    MAX_MEMBERS,
    Membership,
    Organisation,
    Person,
    Team,
)
from surveyapp.storage.models.round import (
    Box,
    BoxKind,
    Channel,
    Invite,
    Publication,
    Round,
    RoundTeam,
    Slip,
    Span,
    State,
)

__all__ = [
    "MAX_MEMBERS",
    "Account",
    "AccountRole",
    "Base",
    "Box",
    "BoxKind",
    "Channel",
    "Coaching",
    "Grant",
    "Invite",
    "Job",
    "JobKind",
    "JobState",
    "Membership",
    "Organisation",
    "Person",
    "Publication",
    "Role",
    "RoleName",
    "Round",
    "RoundTeam",
    "SelfForm",
    "Slip",
    "Span",
    "State",
    "Team",
]
