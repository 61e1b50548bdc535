"""What each address is about, and to whom that may be shown: data beside the table of permissions.

The table says which role opens which page. A page that names something in its address, a round, a
leader's team, an order of reports, opens only to whom that something is for: that is said here. A
route with something in its address and no line in `DOORS` fails the test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from surveyapp.storage.models import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from surveyapp.storage.models import RoleName


@dataclass(frozen=True)
class Visitor:
    """Somebody at a door, in one organisation at a time."""

    name: str
    organisation: str = ""
    roles: frozenset[RoleName] = frozenset()
    leads: frozenset[str] = frozenset()
    coaches: frozenset[str] = frozenset()
    member_of: frozenset[str] = frozenset()
    """The organisations in which they have a role, this one and others."""
    signs_in: bool = True


class Kind(StrEnum):
    """What an address names."""

    ACCOUNT = "account"
    FILE = "file"
    FILE_KIND = "kind of file that one's own organisation's log comes in"
    INVITATION = "invitation to sign in"
    LINK = "link of a leader to the team"
    MAILED = "mailed link to sign in"
    ORDER = "order of reports"
    ORGANISATION = "organisation"
    PASSKEY = "passkey"
    PASSKEY_ANSWER = "answer of a browser that was asked for a passkey"
    PEOPLE_FILE = "people file between its preview and its import"
    PERSON = "person on the roster"
    ROUND = "round"
    SESSION = "session of somebody who signed in"
    TEAM = "leader's team in a round"


@dataclass(frozen=True)
class Thing:
    """Something that exists, and what decides who may see it."""

    kind: Kind
    organisation: str = ""
    leaders: frozenset[str] = frozenset()
    """Whose results it shows or leads to."""
    state: State = State.RELEASED
    owner: str = ""
    """Who asked for it."""
    values: Mapping[str, str] = field(default_factory=dict)
    """The parts of the address that name it."""
    form: Mapping[str, str] = field(default_factory=dict)
    """The fields of a form that name it."""


@dataclass(frozen=True)
class Door:
    """A route that is about something."""

    kind: Kind
    opens: Callable[[Visitor, Thing], bool]
    values: Mapping[str, str] = field(default_factory=dict)
    """Other parts of the address."""
    states: frozenset[State] = frozenset(State)
    """Where everybody may enter: the states in which there is such a page."""


COUNTED: Final = frozenset({State.CLOSED, State.RELEASED})


def anybody(_visitor: Visitor, _thing: Thing) -> bool:
    """Open to whoever has the address."""
    return True


def nobody_else(_visitor: Visitor, _thing: Thing) -> bool:
    """Open to whoever it belongs to, who is none of the visitors."""
    return False


def member(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever has a role in that organisation."""
    return thing.organisation in visitor.member_of


def its_leader(visitor: Visitor, thing: Thing) -> bool:
    """Open to the leader whose team it is about."""
    return visitor.organisation == thing.organisation and bool(visitor.leads & thing.leaders)


def its_leader_once_released(visitor: Visitor, thing: Thing) -> bool:
    """Open to the leader, when the result is released."""
    return its_leader(visitor, thing) and thing.state == State.RELEASED


def its_coach_once_counted(visitor: Visitor, thing: Thing) -> bool:
    """Open to a coach of one of the leaders, when the answers are counted."""
    in_place = visitor.organisation == thing.organisation and thing.state in COUNTED
    return in_place and bool(visitor.coaches & thing.leaders)


def who_asked_for_it(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever asked, while they coach every leader who is in it."""
    in_place = visitor.organisation == thing.organisation and visitor.name == thing.owner
    return in_place and thing.leaders <= visitor.coaches


def whoever_sent_it(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever sent it, in the organisation that it is for."""
    return visitor.organisation == thing.organisation and visitor.name == thing.owner


def its_organisation(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever is in the organisation."""
    return visitor.organisation == thing.organisation


def its_organisation_before_it_opens(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever is in the organisation, while it is a draft."""
    return its_organisation(visitor, thing) and thing.state == State.DRAFT


def its_organisation_until_counted(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever is in the organisation, while there is nothing that was counted."""
    return its_organisation(visitor, thing) and thing.state not in COUNTED


def its_organisation_once_opened(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever is in the organisation, when it is no draft any more."""
    return its_organisation(visitor, thing) and thing.state != State.DRAFT


def its_organisation_once_counted(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever is in the organisation, when the answers are counted."""
    return visitor.organisation == thing.organisation and thing.state in COUNTED


def its_organisation_while_open(visitor: Visitor, thing: Thing) -> bool:
    """Open to whoever is in the organisation, as long as answers are taken."""
    return visitor.organisation == thing.organisation and thing.state == State.OPEN


OPEN: Final = frozenset({State.OPEN})
OPENED: Final = frozenset(State) - {State.DRAFT}
_LEADERS: Final = Door(Kind.ROUND, its_leader_once_released)
_COACHS_ROUND: Final = Door(Kind.ROUND, its_coach_once_counted)
_COACHS_LEADER: Final = Door(Kind.TEAM, its_coach_once_counted)
_ORDER: Final = Door(Kind.ORDER, who_asked_for_it)
_ANSWER: Final = Door(Kind.TEAM, anybody, states=OPEN)
_OPEN_ROUND: Final = Door(Kind.ROUND, its_organisation_while_open)
_ROUND: Final = Door(Kind.ROUND, its_organisation)
_PERSON: Final = Door(Kind.PERSON, its_organisation)
_ACCOUNT: Final = Door(Kind.ACCOUNT, its_organisation)

DOORS: Final[Mapping[str, Door]] = {
    "static": Door(Kind.FILE, anybody),
    "account.start": Door(Kind.INVITATION, anybody),
    "account.follow_link": Door(Kind.MAILED, anybody),
    # Ends none of others, and says nothing of whether there is one.
    "account.end_session": Door(Kind.SESSION, anybody),
    "account.delete_passkey": Door(Kind.PASSKEY, nobody_else),
    "security.wan_signin_response": Door(Kind.PASSKEY_ANSWER, anybody),
    "security.wan_verify_response": Door(Kind.PASSKEY_ANSWER, anybody),
    "security.wan_register_response": Door(Kind.PASSKEY_ANSWER, anybody),
    "account.organisation": Door(Kind.ORGANISATION, member),
    "public.promise": Door(Kind.ROUND, anybody, states=OPENED),
    "public.team_keys": Door(Kind.ROUND, anybody, states=OPENED),
    "public.team_result": Door(Kind.TEAM, anybody, states=frozenset({State.RELEASED})),
    "public.shared_result": Door(Kind.LINK, anybody),
    "answer.invited": _ANSWER,
    "answer.key": _ANSWER,
    "answer.ticket": _ANSWER,
    "answer.ballot": _ANSWER,
    "answer.change": _ANSWER,
    "answer.send_change": _ANSWER,
    "answer.words_file": _ANSWER,
    "leader.result": _LEADERS,
    "leader.own_view": Door(Kind.ROUND, its_leader),
    "leader.agreement": _LEADERS,
    "leader.agreement_day": _LEADERS,
    "leader.share": _LEADERS,
    "leader.make_link": _LEADERS,
    "leader.withdraw": _LEADERS,
    "leader.report": _LEADERS,
    "coach.portfolio_of_round": _COACHS_ROUND,
    "coach.departments": _COACHS_ROUND,
    "coach.movement_since": _COACHS_ROUND,
    "coach.reports": _COACHS_ROUND,
    "coach.release_all": _COACHS_ROUND,
    "coach.reports_progress": _ORDER,
    "coach.reports_file": _ORDER,
    "coach.result": _COACHS_LEADER,
    "coach.leader": _COACHS_LEADER,
    "coach.release_one": _COACHS_LEADER,
    "coach.leader_report": Door(Kind.TEAM, its_coach_once_counted, values={"kind": "xlsx"}),
    "admin.quality": Door(Kind.ROUND, its_organisation_once_counted),
    "admin.last_day": _OPEN_ROUND,
    "admin.join_round": _OPEN_ROUND,
    "admin.inviting_progress": _ROUND,
    "admin.invite_again": _OPEN_ROUND,
    "admin.slips": _OPEN_ROUND,
    "admin.change_round": Door(Kind.ROUND, its_organisation_before_it_opens),
    "admin.open_round": Door(Kind.ROUND, its_organisation_before_it_opens),
    "admin.opening_progress": _ROUND,
    "admin.one_round": _ROUND,
    "admin.questionnaire": _ROUND,
    "admin.closing_progress": _ROUND,
    "admin.close_round": Door(Kind.ROUND, its_organisation_once_opened),
    "admin.discard_round": Door(Kind.ROUND, its_organisation_until_counted),
    "admin.roster_preview": Door(Kind.PEOPLE_FILE, whoever_sent_it),
    "admin.person": _PERSON,
    "admin.person_data": _PERSON,
    "admin.person_file": _PERSON,
    "admin.delete_person": _PERSON,
    "admin.log_file": Door(Kind.FILE_KIND, anybody),
    "admin.account": _ACCOUNT,
    "admin.account_link": _ACCOUNT,
    "admin.account_data": _ACCOUNT,
    "admin.account_file": _ACCOUNT,
    "admin.delete_account": _ACCOUNT,
}
