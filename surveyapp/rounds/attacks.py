"""The attacks on a live installation: what somebody who holds its data could find out.

Each attacker is told by what they know and what they try; a finding is a sentence. What needs a
ballot to be cast, or a browser, is carried out by the test suite and not here.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, inspect, select

from surveyapp.anonymity import blinding, tickets
from surveyapp.anonymity.keys import derive
from surveyapp.core.errors import DomainError
from surveyapp.core.publication import Publication as Published
from surveyapp.core.publication import Withheld
from surveyapp.rounds import boxes
from surveyapp.rounds.resealing import reseal_open_rounds
from surveyapp.storage.database import db
from surveyapp.storage.models import (
    Base,
    Box,
    BoxKind,
    Invite,
    Publication,
    Round,
    RoundTeam,
    Slip,
    Span,
    State,
)
from surveyapp.storage.results import COUNTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from surveyapp.rounds.keydir import KeyDirectory

BOXES: Final = {
    BoxKind.ISSUANCE: "box of who was let in",
    BoxKind.BALLOTS: "box of what was said",
}
FOREIGN_BITS: Final = 0o077


@dataclass(frozen=True)
class Attack:
    """An attacker with stated knowledge, and what they found."""

    title: str
    knows: str
    tries: str
    looked_at: str
    """How much there was to attack."""
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Installation:
    """What the attackers get their hands on."""

    session: Session
    keys: KeyDirectory
    fetch: Callable[[str, str], bytes]
    """Loads an address as one of several visitors, by name."""

    def attacks(self) -> Iterator[Attack]:
        """Carry out every attack; each as it is asked for, since some take a while."""
        teams = sum(len(found.teams) for found in self._rounds(State.OPEN, State.CLOSING))
        open_teams = f"{teams} teams of open rounds" if teams else "nothing: no round is open"
        closed = len(self._rounds(*COUNTED))
        closed_rounds = f"closed rounds: {closed}" if closed else "nothing: no round was closed"
        count = self.session.scalar(select(func.count()).select_from(Publication))
        results = f"{count} results" if count else "nothing: no result was published"
        everything = "the whole installation"
        for title, knows, tries, looked_at, carry_out in (
            (
                "The database while a round is open",
                "every table, without the key directory",
                "longer boxes where more answered, open text, columns saying who answered, or when",
                open_teams,
                self._open_boxes,
            ),
            (
                "The database after closing",
                "every table, and what is left of the key directory",
                "boxes, slips, invitations or keys that were not destroyed",
                closed_rounds,
                self._leavings,
            ),
            (
                "Two copies of the database",
                "every table, before and after all boxes were encrypted anew",
                "a box that stayed the same, which would tell in whose team nobody answered",
                open_teams,
                self._two_copies,
            ),
            (
                "A key of one's own",
                "what several visitors are shown, and the private keys",
                "a ballot paper that is marked because one person was given another key",
                open_teams,
                self._key_partitioning,
            ),
            (
                "A round counted twice",
                "the database, restored from a copy, and the key directory",
                "a second count, which would show what the last ballot said",
                everything,
                self._second_count,
            ),
            (
                "What was published",
                "all results of all leaders",
                "groups below the threshold, exact values, comments in the order of arrival",
                results,
                self._publications,
            ),
            (
                "The key directory as another user of the machine",
                "an account on this machine that is not the server's",
                "keys that others may read",
                everything,
                self._key_files,
            ),
        ):
            yield Attack(title, knows, tries, looked_at, _findings(carry_out))

    def _rounds(self, *states: State) -> list[Round]:
        return list(self.session.scalars(select(Round).where(Round.state.in_(states))))

    def _open_boxes(self) -> Iterator[str]:
        for table in (Box, Slip, Invite):
            expected = set(Base.metadata.tables[table.__tablename__].columns.keys())
            found = {
                column["name"] for column in inspect(db.engine).get_columns(table.__tablename__)
            }
            if found - expected:
                names = ", ".join(sorted(found - expected))
                yield f"The table {table.__tablename__} has columns of its own: {names}."
        nonces: Counter[bytes] = Counter()
        for opened in self._rounds(State.OPEN, State.CLOSING):
            for team in opened.teams:
                for row in boxes.rows_of(self.session, team.public_id, lock=False):
                    box = f"{_of(team)}: the {BOXES[BoxKind(row.kind)]}"
                    if len(row.blob) != boxes.length(BoxKind(row.kind), team.invited):
                        yield f"{box} has not its constant length."
                    if len(zlib.compress(row.blob)) < len(row.blob):
                        yield f"{box} is not encrypted throughout."
                    nonces[boxes.nonce(row.blob)] += 1
        if nonces and max(nonces.values()) > 1:
            yield "Two boxes were sealed with the same nonce."

    def _leavings(self) -> Iterator[str]:
        for closed in self._rounds(*COUNTED):
            if not closed.destroyed:
                yield (
                    f"“{closed.name}”: the single answers are not destroyed yet; run “surveyapp"
                    " round close” once more."
                )
            teams = select(RoundTeam.id).where(RoundTeam.round_id == closed.id)
            for what, query in (
                ("boxes", select(Box.kind).where(Box.round_team_id.in_(teams))),
                ("slips", select(Slip.mac).where(Slip.round_team_id.in_(teams))),
                (
                    "ids of invitations",
                    select(Invite.random_id).where(
                        Invite.round_team_id.in_(teams), Invite.random_id.is_not(None)
                    ),
                ),
                (
                    "private keys",
                    select(RoundTeam.id).where(
                        RoundTeam.id.in_(teams), RoundTeam.private_key.is_not(None)
                    ),
                ),
            ):
                if self.session.execute(query.limit(1)).first():
                    yield f"“{closed.name}”: there are still {what}."
            if self.keys.exists(closed.public_id):
                yield f"“{closed.name}”: its key is still in the key directory."

    def _two_copies(self) -> Iterator[str]:
        before = self._blobs()
        try:
            reseal_open_rounds(self.keys)
        except DomainError as error:
            yield str(error)
        after = self._blobs()
        for place, blob in before.items():
            if after.get(place) == blob:
                yield f"A {BOXES[BoxKind(place[1])]} is the same in both copies."
            elif place in after and len(after[place]) != len(blob):
                yield f"A {BOXES[BoxKind(place[1])]} is longer in one copy than in the other."

    def _blobs(self) -> dict[tuple[int, str], bytes]:
        self.session.rollback()
        query = (
            select(Box)
            .join(RoundTeam, RoundTeam.id == Box.round_team_id)
            .join(Round)
            .where(Round.state == State.OPEN)
            .execution_options(populate_existing=True)
        )
        return {(row.round_team_id, row.kind): row.blob for row in self.session.scalars(query)}

    def _key_partitioning(self) -> Iterator[str]:
        for opened in self._rounds(State.OPEN):
            for team in opened.teams:
                path = f"/answer/{team.public_id}/key"
                shown = {self.fetch(path, visitor) for visitor in ("one", "another", "a third")}
                expected = tickets.fingerprint(team.public_key).encode()
                if len(shown) > 1 or expected not in shown.pop():
                    yield f"{_of(team)}: not everybody is shown the key that is stored."
                if tickets.fingerprint_words(team.public_key) != team.fingerprint:
                    yield f"{_of(team)}: its four words belong to another key."
                if not self._stamps(team):
                    yield f"{_of(team)}: the private key does not belong to the public one."

    def _stamps(self, team: RoundTeam) -> bool:
        sealing_key = derive(self.keys.read(team.round.public_id), "ticket key", team.public_id)
        message = blinding.prepare(bytes(32))
        paper = blinding.blind(team.public_key, message)
        context = team.public_id.encode()
        try:
            signed = tickets.blind_sign(team.private_key or b"", sealing_key, context, paper.value)
            blinding.finalize(team.public_key, message, signed, paper.inverse)
        except tickets.TicketError:
            return False
        return True

    def _second_count(self) -> Iterator[str]:
        for found in self._rounds(State.DRAFT, State.OPEN, State.CLOSING):
            if self.keys.was_counted(found.public_id):
                yield (
                    f"“{found.name}” is {found.state}, and was counted before: an older copy of"
                    " the database was put back. It cannot be counted again."
                )

    def _publications(self) -> Iterator[str]:
        query = select(Publication).join(RoundTeam).join(Round).order_by(RoundTeam.id)
        for stored in self.session.scalars(query):
            team, asked = stored.round_team, stored.round_team.round
            read = Published.from_json(stored.document)
            shown = [read.position, read.participation, *read.scales.values()]
            is_shown = any(not isinstance(value, Withheld) for value in shown)
            if is_shown and stored.span == Span.TEAM and team.invited < asked.threshold:
                yield f"{_of(team)}: fewer people than the threshold were asked, and it is shown."
            for said in read.comments.values():
                if isinstance(said, Withheld):
                    continue
                if len(said) < asked.comment_threshold:
                    yield f"{_of(team)}: comments of fewer people than promised are shown."
                if list(said) != sorted(said):
                    yield f"{_of(team)}: comments are not in the order of their text."
            if re.search(r"\d\.\d", re.sub(r'"(?:[^"\\]|\\.)*"', "", stored.document)):
                yield f"{_of(team)}: the publication holds a number that was not rounded."

    def _key_files(self) -> Iterator[str]:
        folder = Path(self.keys.path)
        for path in [folder, *folder.glob("*")] if folder.exists() else []:
            if path.stat().st_mode & FOREIGN_BITS:
                yield f"{path} may be read by others: chmod go= {path}"


def _findings(carry_out: Callable[[], Iterator[str]]) -> tuple[str, ...]:
    """Carry out an attack; what keeps it from being carried out is a finding as well."""
    found: list[str] = []
    try:
        found += carry_out()
    except DomainError as error:
        found.append(str(error))
    return tuple(found)


def _of(team: RoundTeam) -> str:
    return f"“{team.round.name}”, the team of {team.leader_name}"
