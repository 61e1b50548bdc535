"""Somebody with copies of the database, and what they make of them.

The attacker knows far more than anybody should: which slip each person holds and the HMAC that
is stored of it, who came in which order, of all but two people whether they answered, and what the
two possible answers are.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import inspect, select, text

from surveyapp.anonymity.ballot import Ballot
from surveyapp.anonymity.change_code import new_code
from surveyapp.rounds import slips
from surveyapp.rounds.answering import Answering
from surveyapp.storage.database import db, writing
from surveyapp.storage.models import Invite, RoundTeam
from surveyapp.web.pages import keys, today
from tests import factories
from tests.attacks.chance import GUESSES, LESSONS, coins, count_right, lean

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

Row: TypeAlias = "dict[str, Any]"
Dump: TypeAlias = "dict[str, list[Row]]"
"""Every table: its rows in the order in which they lie, with what the database notes."""
NOTES = "notes of the door"
SURE = 10
"""Weight of a common row or transaction, and of the attacker's own notes: by chance, people share
ranks in several tables of the roster."""


@dataclass(frozen=True)
class Suspect:
    """Somebody of a team, as the attacker knows them."""

    person_id: int
    slip: str
    mac: bytes

    def is_in(self, row: Row) -> bool:
        """Whether a row says anything of this person."""
        return row.get("person_id") == self.person_id or any(
            mentions(row, mark) for mark in (self.slip, self.mac)
        )

    def answer(self, comment: str = "", **choices: str) -> bytes:
        """Answer with the slip; returns the change code."""
        code = new_code()
        with writing() as session:
            ballot = Ballot(factories.answers() | choices, {"C1": comment} if comment else {})
            Answering(session, keys(), today()).submit(self.slip, code, ballot)
        return code


def change(code: bytes) -> None:
    """Change answers by their change code."""
    with writing() as session:
        team = session.scalars(select(RoundTeam)).one()
        ballot = Ballot(factories.answers(1), {"C1": f"another thing {new_code().hex()}"})
        Answering(session, keys(), today()).replace(team.public_id, code, ballot)


def mentions(row: Row, mark: str | bytes) -> bool:
    """Whether a row holds a mark, in letters or in bytes."""
    sought = mark.encode() if isinstance(mark, str) else mark
    held = (v.encode() if isinstance(v, str) else v for v in row.values())
    return any(sought in value for value in held if isinstance(value, bytes))


def open_team(size: int, leader: str = "Dana") -> tuple[int, list[Suspect]]:
    """Open a round with one team that answers by slip; returns its id and the people."""
    organisation = factories.make_organisation()
    factories.make_team(organisation, leader, size)
    round_id = factories.open_round(organisation)
    return round_id, suspects(factories.draw_codes(round_id)[leader])


def suspects(codes: Sequence[str]) -> list[Suspect]:
    """Say who holds which slip of a team."""
    with writing() as session:
        found = [slips.find(session, code, keys()) for code in codes]
        team = next(one[0].id for one in found if one)
        query = select(Invite.person_id).where(Invite.round_team_id == team).order_by("person_id")
        people = session.scalars(query).all()
        macs = [one[1] for one in found if one]
    return [Suspect(*held) for held in zip(people, codes, macs, strict=True)]


def take_dump() -> Dump:
    """Copy every table that there is."""
    with db.engine.connect() as connection:
        found = inspect(connection)
        dump = {}
        for (_schema, name), described in found.get_multi_columns().items():
            if connection.dialect.name == "postgresql":
                columns = "xmin::text, ctid::text, *"
                order = "ORDER BY " + ("id" if "id" in {d["name"] for d in described} else "ctid")
            elif found.get_table_options(name).get("sqlite_with_rowid", True):
                columns, order = "rowid, *", "ORDER BY rowid"
            else:
                columns, order = "*", ""
            rows = connection.execute(text(f'SELECT {columns} FROM "{name}" {order}'))  # noqa: S608
            dump[name] = [dict(row) for row in rows.mappings()]
        return dump


def guess_who_answered(copy: Callable[[int], Dump]) -> int:
    """One of each two people answers; returns how often the attacker says which.

    `copy` takes the copy that the attacker gets of the round with this id. Of some pairs they
    know who answered.
    """
    round_id, people = open_team(2 * (LESSONS + GUESSES))
    pairs = list(zip(people[::2], people[1::2], strict=True))
    truths = coins(len(pairs))
    for (first, second), truth in zip(pairs, truths, strict=True):
        (first if truth else second).answer()
    dump = copy(round_id)
    taught = zip(pairs[:LESSONS], truths[:LESSONS], strict=True)
    lessons = [
        (set(_looks(dump, one)), (one is pair[0]) == truth)
        for pair, truth in taught
        for one in pair
    ]
    clues = [
        lean(_looks(dump, first), lessons) - lean(_looks(dump, second), lessons)
        for first, second in pairs[LESSONS:]
    ]
    return count_right(clues, truths[LESSONS:])


def guess_who_said_what(copy: Callable[[int], Dump]) -> int:
    """Of each two people one says this and one says that; returns how often the attacker says who.

    The attacker watched the door, too: the order of arrival is in their notes.
    """
    round_id, people = open_team(2 * GUESSES)
    pairs = list(zip(people[::2], people[1::2], strict=True))
    truths = coins(len(pairs))
    coming = []
    for number, ((first, second), truth) in enumerate(zip(pairs, truths, strict=True)):
        coming += [(first, said(number, this=truth)), (second, said(number, this=not truth))]
    random.Random("door").shuffle(coming)
    for person, saying in coming:
        person.answer(saying)
    dump = copy(round_id) | {NOTES: [{"slip": one.slip} for one, _said in coming]}
    clues = [
        _who_said(dump, *pair, (said(number, this=True), said(number, this=False)))
        for number, pair in enumerate(pairs)
    ]
    return count_right(clues, truths)


def said(number: int, *, this: bool) -> str:
    """Return the thing that somebody says, or the other one."""
    return f"{'this' if this else 'that'}-{number}-of-what-is-said"


def _looks(dump: Dump, suspect: Suspect) -> Iterator[Hashable]:
    """Say of a person's rows where they lie, what they hold, and whether that is usual."""
    for table, rows in dump.items():
        for place, row in enumerate(rows):
            if suspect.is_in(row):
                yield table, "late", place * 2 >= len(rows)
                for column, value in row.items():
                    usual = sum(other[column] == value for other in rows) * 2 > len(rows)
                    yield from ((table, column, value), (table, column, "usual", usual))


def _who_said(dump: Dump, first: Suspect, second: Suspect, said: tuple[str, str]) -> float:
    """Guess which of two people said the first of two things, the other the second.

    Takes somebody for the author of what is in the same row, was written by the same transaction,
    or is the n-th in one table as they are in another one of as many rows.
    """
    people = [list(_places(dump, one.is_in)) for one in (first, second)]
    things = [list(_places(dump, lambda row, it=it: mentions(row, it))) for it in said]  # type: ignore[misc]
    links = [[_links(dump, person, thing) for thing in things] for person in people]
    return links[0][0] + links[1][1] - links[0][1] - links[1][0]


def _places(dump: Dump, is_it: Callable[[Row], bool]) -> Iterator[tuple[str, int]]:
    for table, rows in dump.items():
        yield from ((table, place) for place, row in enumerate(rows) if is_it(row))


def _links(dump: Dump, person: list[tuple[str, int]], thing: list[tuple[str, int]]) -> int:
    found = 0
    for (table, place), (other, other_place) in product(person, thing):
        written = {dump[table][place].get("xmin"), dump[other][other_place].get("xmin")}
        found += SURE * ((table, place) == (other, other_place))
        found += SURE * (len(written) == 1 and None not in written)
        is_rank = len(dump[table]) == len(dump[other]) and place == other_place
        found += (SURE if table == NOTES else 1) * is_rank
    return found
