"""A round of the survey, and the sealed boxes that hold its answers while it is open.

What identifies is absent by construction: no table here leads from an answer to a person, and
none that an answer touches has a time, a counter or an order of arrival.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.anonymity.atoms import is_fine
from surveyapp.core.checkin import Agreed
from surveyapp.storage.models.base import Base, new_public_id
from surveyapp.storage.models.organisation import Organisation, Person, Team


class State(StrEnum):
    """A round's life, in this order."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    RELEASED = "released"
    DISCARDED = "discarded"
    """Given up and destroyed, uncounted."""


class Channel(StrEnum):
    """How a member is asked; frozen when the round opens."""

    MAIL = "mail"
    SLIP = "slip"


class BoxKind(StrEnum):
    """The two boxes of a team: who was let in, and what was said."""

    ISSUANCE = "issuance"
    BALLOTS = "ballots"


class ReleaseOn(StrEnum):
    """When leaders see their results without anybody's doing."""

    CLOSING = "closing"
    """As soon as the round is counted and its single answers are destroyed."""


class Span(StrEnum):
    """Which people a publication is about."""

    TEAM = "team"
    """Those whom a leader leads directly."""
    TOTAL = "total"
    """All below a leader, as far as it can be told without telling of a small group."""


class TeamSees(StrEnum):
    """When a team sees the place on the map where it puts its leader."""

    AFTER_SEVEN_DAYS = "after_seven_days"
    """From a week after its leader got the result on, or before if the leader shares it."""
    IF_SHARED = "if_shared"
    """Only if the leader shares it."""


class Round(Base):
    """One time of asking an organisation."""

    __tablename__ = "round"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("threshold >= 3", name="threshold_floor"),
        CheckConstraint("comment_threshold >= 5", name="comment_threshold_floor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default=State.DRAFT)
    questionnaire_version: Mapped[int]
    threshold: Mapped[int]
    """Contributors that a published score needs."""
    comment_threshold: Mapped[int]
    """Contributors that published comments need."""
    team_sees: Mapped[str] = mapped_column(String(20), default=TeamSees.AFTER_SEVEN_DAYS)
    """When teams see their result; frozen at opening, since the promise says it."""
    opens_on: Mapped[dt.date | None]
    """When a draft opens by itself; none if somebody opens it."""
    opened_on: Mapped[dt.date | None]
    closes_on: Mapped[dt.date]
    """Last day on which answers are taken."""
    reminders: Mapped[str | None] = mapped_column(String(40))
    """ISO dates on which everybody is reminded, one to three, ascending, with commas between."""
    releases_on: Mapped[dt.date | None]
    """When leaders see their results by themselves; none if `release_on` or somebody decides."""
    repeat_weeks: Mapped[int | None]
    """Weeks from this round's opening to that of the next one like it; none if it is the last."""
    destroyed: Mapped[bool] = mapped_column(default=False)
    """True once no byte of a single answer is left in the database files."""
    release_on: Mapped[str | None] = mapped_column(String(10))
    """One of `ReleaseOn`; none if results are released by hand."""
    held_for: Mapped[str | None] = mapped_column(Text)
    """Why a count was not published: the groups that the audit named; none otherwise."""
    quality: Mapped[str | None] = mapped_column(Text)
    """JSON of `surveyapp.core.quality.Quality`, from the count on: displayed values, rounded."""

    organisation: Mapped[Organisation] = relationship()
    teams: Mapped[list[RoundTeam]] = relationship(
        back_populates="round", order_by="RoundTeam.id", cascade="all, delete-orphan"
    )


class RoundTeam(Base):
    """One team in one round, frozen when the round opens."""

    __tablename__ = "round_team"
    __table_args__ = (UniqueConstraint("round_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=new_public_id)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("round_team.id"))
    """The team that the leader belonged to at opening; none at the top of the tree."""
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    leader_name: Mapped[str] = mapped_column(String(320))
    """As it stood at opening: a result is about this leader, whoever leads the team later."""
    invited: Mapped[int]
    """N of the disclosure rules; stays when somebody asks to be deleted."""
    joined_late: Mapped[int] = mapped_column(default=0)
    """How many of the invited came after opening: what is asked was decided without them."""
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """RSA public key, DER SubjectPublicKeyInfo."""
    private_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """RSA private key, sealed under the round key; none once the round is closed."""
    fingerprint: Mapped[str] = mapped_column(String(60))
    """Four words that name the public key."""
    agreement: Mapped[str | None] = mapped_column(Text)
    """JSON of `surveyapp.core.checkin.Agreed`: what this round shows the team and asks about, as it
    stood at opening; none if nothing was agreed after their last released result."""
    released: Mapped[bool] = mapped_column(default=False)
    released_on: Mapped[dt.date | None]

    @property
    def agreed(self) -> Agreed | None:
        """The check-in agreement that this round shows the team."""
        return Agreed.from_json(self.agreement) if self.agreement else None

    @property
    def asks_agreement(self) -> bool:
        """Whether the questions about it are on this team's form, as decided at opening.

        In a smaller team no answer to a single question is ever shown, so none is asked for.
        """
        asked = self.invited - self.joined_late
        return self.agreement is not None and is_fine(asked, asked, self.round.threshold)

    @property
    def asks_comments(self) -> bool:
        """Whether the open questions are on this team's form, as decided at opening."""
        return self.invited - self.joined_late >= self.round.comment_threshold

    round: Mapped[Round] = relationship(back_populates="teams")
    team: Mapped[Team] = relationship()
    parent: Mapped[RoundTeam | None] = relationship(remote_side="RoundTeam.id")
    leader: Mapped[Person] = relationship()
    publication: Mapped[Publication | None] = relationship(
        primaryjoin="and_(RoundTeam.id == Publication.round_team_id, Publication.span == 'team')",
        viewonly=True,
    )
    total: Mapped[Publication | None] = relationship(
        primaryjoin="and_(RoundTeam.id == Publication.round_team_id, Publication.span == 'total')",
        viewonly=True,
    )


class Invite(Base):
    """Who was asked, and how. Holds no sign of who answered, and no time."""

    __tablename__ = "invite"

    round_team_id: Mapped[int] = mapped_column(ForeignKey("round_team.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    channel: Mapped[str] = mapped_column(String(4))
    random_id: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    """What a mailed token is derived from; none for slips, and none once the round is closed."""

    person: Mapped[Person] = relationship()


class Slip(Base):
    """A printed code, as an HMAC. Without row ids: not even the order of printing is kept."""

    __tablename__ = "slip"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  (SQLAlchemy reads a plain dict)

    mac: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    round_team_id: Mapped[int] = mapped_column(ForeignKey("round_team.id"), index=True)

    round_team: Mapped[RoundTeam] = relationship()


class Box(Base):
    """A sealed box: one encrypted blob of constant length, whatever is in it."""

    __tablename__ = "box"

    round_team_id: Mapped[int] = mapped_column(ForeignKey("round_team.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class Publication(Base):
    """All that is ever shown of a group's answers: displayed values, already rounded."""

    __tablename__ = "publication"

    round_team_id: Mapped[int] = mapped_column(ForeignKey("round_team.id"), primary_key=True)
    span: Mapped[str] = mapped_column(String(10), primary_key=True, default=Span.TEAM)
    document: Mapped[str] = mapped_column(Text)
    """JSON of `surveyapp.core.publication.Publication`."""

    round_team: Mapped[RoundTeam] = relationship()
