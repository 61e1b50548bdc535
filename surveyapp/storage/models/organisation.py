"""An organisation and its people: who belongs to whose team."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.storage.models.base import Base

MAX_MEMBERS = 250
"""Members per leader: more is no team that one person leads closely, and a box that is rewritten
at each ballot stays small."""


class Organisation(Base):
    """One client. Nothing of one organisation is ever seen from another."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    contact: Mapped[str | None] = mapped_column(String(320))
    """Whom to turn to, outside the line of command, if somebody suffers for a result; named in
    the promise."""
    purpose_accepted_on: Mapped[dt.date | None]
    """When it was accepted that results are for development only; before the first round."""
    purpose_accepted_by: Mapped[str | None] = mapped_column(String(320))
    colour: Mapped[str | None] = mapped_column(String(7))
    """Its own on reports, as #rrggbb; none for ours."""
    paper: Mapped[str] = mapped_column(String(6), default="a4", server_default="a4")
    """What its reports are printed on, unless somebody says otherwise."""
    language: Mapped[str] = mapped_column(String(8), default="en", server_default="en")
    """What mails to people are written in whose language the roster does not name."""
    time_zone: Mapped[str] = mapped_column(String(40), default="UTC", server_default="UTC")
    """IANA name; a round's days begin and end here."""
    default_threshold: Mapped[int] = mapped_column(default=5, server_default="5")
    """Contributors that a published score needs, where a new round begins."""
    default_comment_threshold: Mapped[int] = mapped_column(default=10, server_default="10")
    """Contributors that published comments need, where a new round begins."""
    retention_months: Mapped[int | None] = mapped_column(default=24)
    """How long after its last day a round is kept; none if until somebody removes it."""


NOBODY = "N. N."
"""What stands in place of the name of somebody deleted (Latin: the name I do not know)."""


class Person(Base):
    """Somebody on the roster, with mail or without."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(320))
    email: Mapped[str | None] = mapped_column(String(320))
    """Lower case; none for people who answer by printed slip."""
    language: Mapped[str | None] = mapped_column(String(8))
    counts_as: Mapped[int | None]
    """Of somebody deleted, of whom nothing but the number is left: as whom they still count in the
    rounds that asked them. Themselves, or somebody of the same name who may be the same person."""


class Team(Base):
    """The people whom one leader leads."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(320))
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    """The team that the leader belongs to; none at the top of the tree."""

    leader: Mapped[Person] = relationship()
    parent: Mapped[Team | None] = relationship(remote_side="Team.id")
    members: Mapped[list[Person]] = relationship(secondary="membership", order_by="Person.id")


class Membership(Base):
    """Who is in which team; somebody with several leaders is in several."""

    __tablename__ = "membership"

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
