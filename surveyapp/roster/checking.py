"""From rows of text to people and teams, or to every fault at once."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveyapp.roster.faults import N_, Fault, RosterError, refusal
from surveyapp.roster.languages import language_code
from surveyapp.roster.reading import Row, gather
from surveyapp.storage.models import MAX_MEMBERS

CIRCLE_SHOWN = 50  # addresses
FORMULA_SIGNS = ("=", "+", "@")  # names end up in workbooks, where these start a formula
JOINERS = "\u200c\u200d"  # invisible, yet part of correct spelling in Persian and in Indian scripts

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# what mail servers deliver: ASCII, unquoted, and a domain of two labels that is no IP address
ADDRESS = re.compile(
    rf"(?=.{{,254}}\Z)(?=[^@]{{,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?=[A-Za-z]){_LABEL}"
)


@dataclass(frozen=True)
class Member:
    """A person. `key` is the address in lower case; without mail, 'leader's key, space, name'."""

    key: str
    name: str
    email: str | None
    language: str | None


@dataclass(frozen=True)
class TeamRecord:
    """A leader's team; `leader`, `parent` (whose team the leader is in) and `members` are keys."""

    leader: str
    name: str
    parent: str | None
    members: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """A file without faults: people and teams, each in the order of their first row."""

    people: tuple[Member, ...]
    teams: tuple[TeamRecord, ...]

    @property
    def leader_count(self) -> int:
        """How many people lead a team."""
        return len(self.teams)

    @property
    def without_mail_count(self) -> int:
        """How many people answer by printed slip."""
        return sum(person.email is None for person in self.people)

    @property
    def levels(self) -> int:
        """How many leaders stand one above the other, at most."""
        parents = {team.leader: team.parent for team in self.teams}
        depths: dict[str | None, int] = {None: 0}
        for team in self.teams:
            climbed: list[str | None] = []
            place: str | None = team.leader
            while place not in depths:
                climbed.append(place)
                place = parents[place] if place else None
            above = depths[place]
            depths |= {key: above + step for step, key in enumerate(reversed(climbed), start=1)}
        return max(depths.values())

    @property
    def unplaced(self) -> tuple[Member, ...]:
        """People who neither lead nor are led, so no round will ever invite them."""
        placed = {key for team in self.teams for key in (team.leader, *team.members)}
        return tuple(person for person in self.people if person.key not in placed)


def check_file(path: Path) -> Roster:
    """Read and check a CSV or XLSX file; raises RosterError with the faults of both steps."""
    rows, faults = gather(path)
    if not faults:
        return check(rows)
    damaged = {fault.row for fault in faults}
    try:
        check(rows)
    except RosterError as error:
        # a cell that could not be read must not be blamed a second time for what it lacks
        faults += [fault for fault in error.faults if fault.row not in damaged]
    raise RosterError(sorted(faults, key=lambda fault: fault.row or 0))


def check(rows: Sequence[Row]) -> Roster:
    """Judge the rows of a file together; raises RosterError with every fault, in row order."""
    if not rows:
        mend = N_("add one row per person below the header")
        raise refusal(problem=N_("Nobody is in the file"), mend=mend)
    checker = _Checker()
    for row in rows:
        checker.add(row)
    checker.finish()
    if checker.faults:
        raise RosterError(sorted(checker.faults, key=lambda fault: fault.row or 0))
    return checker.roster()


class _Checker:
    """What is known so far; each row is looked at once, so time grows with the rows alone."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.addresses: set[str] = set()  # also the faulty: a typing error is one fault, not two
        self.first: dict[str, Row] = {}
        self.languages: dict[str, str] = {}
        self.links: dict[tuple[str, str], Row] = {}
        self.led: dict[str, list[Row]] = {}
        self.teams: dict[str, dict[str, Row]] = {}
        self.team_names: dict[str, str] = {}

    def fault(self, row: Row, column: str, problem: str, mend: str) -> None:
        self.faults.append(Fault(row.number, column, getattr(row, column), problem, mend))

    def add(self, row: Row) -> None:
        """Judge one row, by itself and against the rows before it."""
        self.check_text(row, "name", row.name)
        self.check_text(row, "team", row.team)
        if not row.name:
            self.fault(row, "name", N_("Name missing"), N_("write the person's name"))
        email, leader = row.email.lower(), row.leader_email.lower()
        self.addresses.add(email)
        sound = self.check_address(row, "email"), self.check_address(row, "leader_email")
        code = self.check_language(row)
        if leader and sound[1]:
            self.led.setdefault(leader, []).append(row)
        if not email and not leader:
            mend = N_("fill in email or leader_email")
            self.fault(row, "email", N_("Neither an address nor a leader"), mend)
        elif all(sound) and email == leader:
            mend = N_("name another leader, or leave leader_email blank at the top")
            self.fault(row, "leader_email", N_("Own leader"), mend)
        elif all(sound) and row.name:
            key = email or f"{leader} {_plain(row.name)}".casefold()
            self.check_person(row, key, code)
            self.place(row, key, leader)

    def place(self, row: Row, key: str, leader: str) -> None:
        first = self.first[key]
        earlier = self.links.setdefault((key, leader), row)
        if earlier is not row:
            if row.email:
                mend = N_(
                    "row %(row)s has the same person and leader: remove one of the rows",
                    row=earlier.number,
                )
                self.fault(row, "email", N_("Person given twice"), mend)
            else:
                mend = N_(
                    "row %(row)s has the same person and leader: add an initial to tell two"
                    " people apart, or remove one of the rows",
                    row=earlier.number,
                )
                self.fault(row, "name", N_("Same name twice without email"), mend)
            return
        if bool(leader) != bool(first.leader_email):
            mend = N_(
                "see row %(row)s: name a leader in every row of a person or in none",
                row=first.number,
            )
            self.fault(row, "leader_email", N_("Both with and without a leader"), mend)
        if leader:
            self.teams.setdefault(leader, {})[key] = row
            # beside a blank leader_email a team name has nothing to name: the top is in no team
            if row.team and self.team_names.setdefault(leader, row.team) != row.team:
                mend = N_(
                    "this leader's team is %(name)r elsewhere: use one name",
                    name=self.team_names[leader],
                )
                self.fault(row, "team", N_("Second name for one team"), mend)

    def check_person(self, row: Row, key: str, code: str) -> None:
        first = self.first.setdefault(key, row)
        if row.email and _plain(row.name) != _plain(first.name):
            mend = N_(
                "row %(row)s says %(name)r: use one name for one address",
                row=first.number,
                name=_plain(first.name),
            )
            self.fault(row, "name", N_("Second name for one address"), mend)
        if code and self.languages.setdefault(key, code) != code:
            mend = N_(
                "another row of this person says %(language)s: choose one",
                language=self.languages[key],
            )
            self.fault(row, "language", N_("Second language for one address"), mend)

    def check_language(self, row: Row) -> str:
        code = language_code(row.language)
        if row.language and not code:
            mend = N_("write a two-letter code such as en or de, or leave it blank")
            self.fault(row, "language", N_("Not a language code"), mend)
        return code

    def check_text(self, row: Row, column: str, text: str) -> None:
        if not text.isprintable() and any(map(_is_control, text)):
            mend = N_("type it again, on one line")
            self.fault(row, column, N_("Control characters in a text"), mend)
        if text.startswith(FORMULA_SIGNS):
            mend = N_("do not begin with %(sign)s", sign=text[0])
            self.fault(row, column, N_("Looks like a formula"), mend)

    def check_address(self, row: Row, column: str) -> bool:
        address: str = getattr(row, column)
        if not address or ADDRESS.fullmatch(address):
            return True
        mend = N_("write a full address such as name@company.example")
        if not address.isascii():
            mend = N_("use plain letters; a domain with accents has a form that begins with xn--")
        self.fault(row, column, N_("Not an email address"), mend)
        return False

    def finish(self) -> None:
        """Judge what only the whole file shows: missing leaders, large teams, circles."""
        for leader, rows in self.led.items():
            if leader not in self.addresses:
                mend = N_("add a row for this leader, or correct the address")
                for row in rows:
                    self.fault(row, "leader_email", N_("Leader missing"), mend)
        for members in self.teams.values():
            if len(members) > MAX_MEMBERS:
                row = list(members.values())[MAX_MEMBERS]
                mend = N_(
                    "%(count)s people: name the leaders in between (%(most)s at most)",
                    count=len(members),
                    most=MAX_MEMBERS,
                )
                self.fault(row, "leader_email", N_("Team too large"), mend)
        for circle in self.circles():
            row = self.first[circle[0]]
            shown = [*circle[:CIRCLE_SHOWN], *(["..."] if len(circle) > CIRCLE_SHOWN else [])]
            chain = " under ".join([*shown, circle[0]])
            mend = N_("%(chain)s: correct or clear one of these leader_email cells", chain=chain)
            self.fault(row, "leader_email", N_("Leaders in a circle"), mend)

    def parent(self, key: str) -> str | None:
        """Give the leader in the person's first row: it alone decides the place in the tree."""
        row = self.first.get(key)
        return row.leader_email.lower() or None if row else None

    def circles(self) -> list[list[str]]:
        """Give each circle of leaders, each followed by who leads them, earliest row first.

        Walks up from every leader and stops where an earlier walk has been: no recursion, and
        no leader is visited twice, however long the chain.
        """
        found = []
        seen: dict[str, str] = {}  # key to the start of the walk that saw it
        for start in self.teams:
            path = []
            key: str | None = start
            while key and key not in seen:
                seen[key] = start
                path.append(key)
                key = self.parent(key)
            if key and seen[key] == start:  # met on this very walk
                circle = path[path.index(key) :]
                lowest = min(range(len(circle)), key=lambda at: self.first[circle[at]].number)
                found.append(circle[lowest:] + circle[:lowest])
        return found

    def roster(self) -> Roster:
        people = tuple(
            Member(key, _plain(row.name), row.email.lower() or None, self.languages.get(key))
            for key, row in self.first.items()
        )
        teams = tuple(
            TeamRecord(
                leader=key,
                name=self.team_names.get(key) or _plain(row.name),
                parent=self.parent(key),
                members=tuple(self.teams[key]),
            )
            for key, row in self.first.items()
            if key in self.teams
        )
        return Roster(people, teams)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and character not in JOINERS
