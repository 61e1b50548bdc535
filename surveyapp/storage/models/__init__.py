"""Tables by noun."""

from surveyapp.storage.models.account import (
    Account,
    AccountRole,
    Coaching,
    Grant,
    Passkey,
    Role,
    RoleName,
    SignedIn,
)
from surveyapp.storage.models.audit import Action, Actor, AuditEntry
from surveyapp.storage.models.base import Base
from surveyapp.storage.models.delivery import Delivery, DeliveryState, Mailing
from surveyapp.storage.models.followup import Agreement, Outcome, SelfForm, SharedLink
from surveyapp.storage.models.job import Job, JobKind, JobState
from surveyapp.storage.models.organisation import (
    MAX_MEMBERS,
    NOBODY,
    Membership,
    Organisation,
    Person,
    Team,
)
from surveyapp.storage.models.report import Paper, ReportOrder
from surveyapp.storage.models.round import (
    Box,
    BoxKind,
    Channel,
    Invite,
    Publication,
    ReleaseOn,
    Round,
    RoundTeam,
    Slip,
    Span,
    State,
    TeamSees,
)

__all__ = [
    "MAX_MEMBERS",
    "NOBODY",
    "Account",
    "AccountRole",
    "Action",
    "Actor",
    "Agreement",
    "AuditEntry",
    "Base",
    "Box",
    "BoxKind",
    "Channel",
    "Coaching",
    "Delivery",
    "DeliveryState",
    "Grant",
    "Invite",
    "Job",
    "JobKind",
    "JobState",
    "Mailing",
    "Membership",
    "Organisation",
    "Outcome",
    "Paper",
    "Passkey",
    "Person",
    "Publication",
    "ReleaseOn",
    "ReportOrder",
    "Role",
    "RoleName",
    "Round",
    "RoundTeam",
    "SelfForm",
    "SharedLink",
    "SignedIn",
    "Slip",
    "Span",
    "State",
    "Team",
    "TeamSees",
]
