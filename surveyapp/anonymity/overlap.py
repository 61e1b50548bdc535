"""What people say about themselves, told in several teams: which teams' results to withhold."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def too_close(people: Mapping[str, Collection[int]], least: int) -> set[str]:
    """Return the teams to withhold so that no few people can be told apart from the rest.

    `people` are those invited, by team, of the teams in which a statistic about the person
    would be shown; who of them answered is known to nobody. People in exactly the same of these
    teams form a class, and each class has to hold `least` people. From the smallest team on, a
    team with a smaller class is withheld, and its classes merge with the others'. One pass does:
    merging only makes classes larger, so a team that was kept stays right. Linear in the
    memberships, as far as people are in few teams.
    """
    teams_of: dict[int, set[str]] = defaultdict(set)
    for team, members in people.items():
        for person in members:
            teams_of[person].add(team)
    sizes = Counter(map(frozenset, teams_of.values()))
    classes: dict[str, set[frozenset[str]]] = defaultdict(set)
    for together in sizes:
        for team in together:
            classes[team].add(together)
    withheld = set()
    for team in sorted(people, key=lambda team: (len(people[team]), team)):
        if all(sizes[together] >= least for together in classes[team]):
            continue
        withheld.add(team)
        for together in classes[team]:
            rest = together - {team}
            sizes[rest] += sizes.pop(together)
            for other in rest:
                classes[other].remove(together)
                classes[other].add(rest)
    return withheld
