"""From rows of text to people and teams, or to every fault at once."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveyapp.roster.faults import Fault, RosterError, refusal
from surveyapp.roster.reading import Row, gather
from surveyapp.storage.models import MAX_MEMBERS

CIRCLE_SHOWN = 50  # addresses
FORMULA_SIGNS = ("=", "+", "@")  # names end up in workbooks, where these start a formula
JOINERS = "\u200c\u200d"  # invisible, yet part of correct spelling in Persian and in Indian scripts

# ISO 639-1
LANGUAGES = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy
    hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg
    li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or
    os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905 - as a list it would fill a page
)

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# what mail servers deliver: ASCII, unquoted, and a domain of two labels that is no IP address
ADDRESS = re.compile(
    rf"(?=.{{,254}}\Z)(?=[^@]{{,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?=[A-Za-z]){_LABEL}"
)
LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]{2,8})*")


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
        mend = "add one row per person below the header"
        raise refusal(problem="Nobody is in the file", mend=mend)
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
            self.fault(row, "name", "Name missing", "write the person's name")
        email, leader = row.email.lower(), row.leader_email.lower()
        self.addresses.add(email)
        sound = self.check_address(row, "email"), self.check_address(row, "leader_email")
        code = self.check_language(row)
        if leader and sound[1]:
            self.led.setdefault(leader, []).append(row)
        if not email and not leader:
            mend = "fill in email or leader_email"
            self.fault(row, "email", "Neither an address nor a leader", mend)
        elif all(sound) and email == leader:
            mend = "name another leader, or leave leader_email blank at the top"
            self.fault(row, "leader_email", "Own leader", mend)
        elif all(sound) and row.name:
            key = email or f"{leader} {_plain(row.name)}".casefold()
            self.check_person(row, key, code)
            self.place(row, key, leader)

    def place(self, row: Row, key: str, leader: str) -> None:
        first = self.first[key]
        earlier = self.links.setdefault((key, leader), row)
        if earlier is not row:
            place = f"row {earlier.number} has the same person and leader: "
            if row.email:
                self.fault(row, "email", "Person given twice", place + "remove one of the rows")
            else:
                mend = place + "add an initial to tell two people apart, or remove one of the rows"
                self.fault(row, "name", "Same name twice without mail", mend)
            return
        if bool(leader) != bool(first.leader_email):
            mend = f"see row {first.number}: name a leader in every row of a person or in none"
            self.fault(row, "leader_email", "Both with and without a leader", mend)
        if leader:
            self.teams.setdefault(leader, {})[key] = row
            # beside a blank leader_email a team name has nothing to name: the top is in no team
            if row.team and self.team_names.setdefault(leader, row.team) != row.team:
                mend = f"this leader's team is {self.team_names[leader]!r} elsewhere: use one name"
                self.fault(row, "team", "Second name for one team", mend)

    def check_person(self, row: Row, key: str, code: str) -> None:
        first = self.first.setdefault(key, row)
        if row.email and _plain(row.name) != _plain(first.name):
            mend = f"row {first.number} says {_plain(first.name)!r}: use one name for one address"
            self.fault(row, "name", "Second name for one address", mend)
        if code and self.languages.setdefault(key, code) != code:
            mend = f"another row of this person says {self.languages[key]}: choose one"
            self.fault(row, "language", "Second language for one address", mend)

    def check_language(self, row: Row) -> str:
        match = LANGUAGE.fullmatch(row.language.lower())
        code = match[1] if match else ""
        if row.language and code not in LANGUAGES:
            mend = "write a two-letter code such as en or de, or leave it blank"
            self.fault(row, "language", "Not a language code", mend)
            return ""
        return code

    def check_text(self, row: Row, column: str, text: str) -> None:
        if not text.isprintable() and any(map(_is_control, text)):
            mend = "type it again, on one line"
            self.fault(row, column, "Control characters in a text", mend)
        if text.startswith(FORMULA_SIGNS):
            self.fault(row, column, "Looks like a formula", f"do not begin with {text[0]}")

    def check_address(self, row: Row, column: str) -> bool:
        address: str = getattr(row, column)
        if not address or ADDRESS.fullmatch(address):
            return True
        mend = "write a full address such as name@company.example"
        if not address.isascii():
            mend = "use plain letters; a domain with accents has a form that begins with xn--"
        self.fault(row, column, "Not an e-mail address", mend)
        return False

    def finish(self) -> None:
        """Judge what only the whole file shows: missing leaders, large teams, circles."""
        for leader, rows in self.led.items():
            if leader not in self.addresses:
                mend = "add a row for this leader, or correct the address"
                for row in rows:
                    self.fault(row, "leader_email", "Leader missing", mend)
        for members in self.teams.values():
            if len(members) > MAX_MEMBERS:
                row = list(members.values())[MAX_MEMBERS]
                mend = f"{len(members)} people: name the leaders in between ({MAX_MEMBERS} at most)"
                self.fault(row, "leader_email", "Team too large", mend)
        for circle in self.circles():
            row = self.first[circle[0]]
            shown = [*circle[:CIRCLE_SHOWN], *(["..."] if len(circle) > CIRCLE_SHOWN else [])]
            chain = " under ".join([*shown, circle[0]])
            mend = f"{chain}: correct or clear one of these leader_email cells"
            self.fault(row, "leader_email", "Leaders in a circle", mend)

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
