"""Atoms: the smallest groups that results are made of. Only unions of atoms are published.

Atoms have no team in common, so whatever is worked out from published groups by adding and taking
away is again about whole atoms, never about fewer people than the threshold. Suppressing cells of
a table has the same aim (Cox 1980, Journal of the American Statistical Association 75, 377-385)
but needs further cells to be suppressed; pooling along the tree never hides a team that reached
the threshold for another's sake.

People count, not ballots: somebody with several leaders may have sent several ballots of a pool.
Nobody knows who did, so all of them are taken for one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from surveyapp.anonymity.thresholds import FINE_CONTRIBUTORS, FINE_INVITED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True)
class Counted:
    """One team, as far as one statistic goes."""

    team: str
    contributors: int
    invited: int
    shared: int = 0
    """How many of the invited are invited to other teams of the round as well."""


@dataclass(frozen=True)
class Piece:
    """Whole teams that are counted together."""

    members: tuple[Counted, ...]

    @property
    def teams(self) -> tuple[str, ...]:
        """Return their ids."""
        return tuple(member.team for member in self.members)

    @property
    def contributors(self) -> int:
        """Return how many ballots are in the statistic."""
        return sum(member.contributors for member in self.members)

    @property
    def invited(self) -> int:
        """Return how many ballots there could be."""
        return sum(member.invited for member in self.members)


@dataclass(frozen=True)
class Group:
    """Whole teams of which one statistic may be shown: a single team, or a leader's total."""

    teams: tuple[str, ...]
    contributors: int
    invited: int
    fine: bool


def is_fine(contributors: int, invited: int, threshold: int) -> bool:
    """Return whether n contributors of N invited are enough for the fine tier."""
    return contributors >= max(FINE_CONTRIBUTORS, threshold) and invited >= FINE_INVITED


def people_at_least(counts: Iterable[tuple[int, int]]) -> int:
    """Return how many different people stand behind (answers, people of several teams) of teams.

    Nobody knows who answered, and whoever is in several teams may have answered in each. So
    these are taken for the same few people, except in one team, where nobody counts twice.
    """
    pairs = [(max(0, answers - shared), min(answers, shared)) for answers, shared in counts]
    return sum(alone for alone, _ in pairs) + max((several for _, several in pairs), default=0)


def bottom_up(parents: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return each team's parent, every team before the one above it; linear time.

    A parent that is no key counts as none, and teams in a circle are each at the top.
    """
    known = {team: parent if parent in parents else None for team, parent in parents.items()}
    below = Counter(known.values())
    ready = [team for team in known if not below[team]]
    ordered: dict[str, str | None] = {}
    for team in ready:  # which grows while it is read
        ordered[team] = parent = known[team]
        if parent is not None:
            below[parent] -= 1
            if not below[parent]:
                ready.append(parent)
    return ordered | {team: None for team in known if team not in ordered}


def totals(
    tree: Mapping[str, str | None], teams: Iterable[Counted], threshold: int
) -> dict[str, Group]:
    """Return the totals of one statistic that may be shown, by the team of their leader.

    `tree` is what `bottom_up` returns; `teams` are single ones with at least one contributor.
    A total is the union of the atoms below and at its leader, at least two of them. It is fine
    if the fine atoms, which are made of atoms in the same way, are about the same people. Time
    and space are linear in what is returned: each team, once per leader above it.
    """
    atoms, _ = _pooled(
        tree,
        {team.team: [Piece((team,))] for team in teams},
        lambda piece: _contributing(piece) >= threshold,
    )
    _, left_over = _pooled(
        tree,
        atoms,
        lambda piece: is_fine(_contributing(piece), _invited(piece), threshold),
    )
    inside: dict[str, list[Piece]] = defaultdict(list)
    found = {}
    for team, parent in tree.items():
        inside[team] += atoms[team]
        if len(inside[team]) > 1:  # which nobody has who leads no leader
            total = _union(inside[team])
            fine = team not in left_over
            found[team] = Group(total.teams, total.contributors, total.invited, fine)
        if parent is not None:
            inside[parent] += inside[team]
    return found


def _pooled(
    tree: Mapping[str, str | None],
    pieces: Mapping[str, list[Piece]],
    is_enough: Callable[[Piece], bool],
) -> tuple[dict[str, list[Piece]], set[str]]:
    """Return the atoms by where they lie, and the teams at which something was too small.

    A piece that is enough is an atom. The others pool: those at a leader's team and what is
    handed up by the teams below, again and again, until they are enough together.
    """
    atoms: dict[str, list[Piece]] = defaultdict(list)
    waiting: dict[str, list[Piece]] = defaultdict(list)
    left_over = set()
    for team, parent in tree.items():
        pool = waiting.pop(team, [])
        for piece in pieces.get(team, ()):
            (atoms[team] if is_enough(piece) else pool).append(piece)
        if pool and is_enough(union := _union(pool)):
            atoms[team].append(union)
        elif pool:
            left_over.add(team)
            if parent is not None:
                waiting[parent] += pool
    return atoms, left_over


def _union(pieces: list[Piece]) -> Piece:
    return Piece(tuple(member for piece in pieces for member in piece.members))


def _contributing(piece: Piece) -> int:
    return people_at_least((member.contributors, member.shared) for member in piece.members)


def _invited(piece: Piece) -> int:
    return people_at_least((member.invited, member.shared) for member in piece.members)
