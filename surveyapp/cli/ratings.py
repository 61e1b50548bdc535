"""`surveyapp score`: scoring answers gathered elsewhere, without a database."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import click

from surveyapp.cli.tables import number, table
from surveyapp.core.position import SCORES, Team, Zone, score_team, trust_purpose_split
from surveyapp.core.questionnaire import score_person
from surveyapp.ratings.answers_file import LeaderAnswers, read_answers

OWN_DATA: Final = (
    "score works on your own data and applies no suppression: "
    "what it shows can point to single people."
)

_ZONE_WORDS: Final = {
    Zone.HANDS_OFF: "hands-off",
    Zone.MICRO_LEADING: "micro-leading",
    Zone.MICRO_MANAGING: "micro-managing",
}
_SCORE_WORDS: Final = {
    "s": "Closeness",
    "t": "Trust",
    "p": "Purpose",
    "e": "Experience",
    "a": "Agreed",
    "m": "Meant",
    "b": "Fit",
}


@dataclass(frozen=True)
class _Scored:
    leader: str
    invited: int
    team: Team


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a list with one object per leader.")
def score(file: Path, *, as_json: bool) -> None:
    """Score the answers in FILE, a CSV file with one row per answer.

    Its columns are leader, invited and the items S1 to F1, with raw answers: 1 to 5, F1 from -3 to
    3, blank for "can't say". It works on your own data and applies no suppression.
    """
    scored = [_score_leader(given) for given in read_answers(file)]
    if as_json:
        click.echo(json.dumps([_as_object(leader) for leader in scored], indent=2))
    else:
        click.echo(_as_text(scored))
    click.echo(OWN_DATA, err=True)


def _score_leader(given: LeaderAnswers) -> _Scored:
    persons = [score_person(answers) for answers in given.answers]
    return _Scored(given.leader, given.invited, score_team(persons))


def _as_object(scored: _Scored) -> dict[str, object]:
    team = scored.team
    return {
        "leader": scored.leader,
        "n": team.n,
        "invited": scored.invited,
        "positioned": team.positioned,
        "scales": team.scales,
        "shares": asdict(team.shares) if team.shares else None,
        "zone": team.zone,
    }


def _as_text(scored: Sequence[_Scored]) -> str:
    positions = [["Leader", "Answers", "Position", *map(str.capitalize, _ZONE_WORDS.values())]]
    scales = [["Leader", *_SCORE_WORDS.values()]]
    notes = []
    for each in scored:
        team = each.team
        shares = team.shares.as_tuple() if team.shares else [None] * len(Zone)
        answers = f"{team.n} of {each.invited}"
        positions.append([each.leader, answers, _position_words(team), *map(number, shares)])
        scales.append([each.leader, *(number(team.scales[name]) for name in SCORES)])
        if trust_purpose_split(team):
            notes.append(f"{each.leader}: trust and purpose point in different ways.")
    parts = [
        table(positions, numbers=range(3, 3 + len(Zone))),
        table(scales, numbers=range(1, 1 + len(SCORES))),
        "\n".join(notes),
    ]
    return "\n\n".join(part for part in parts if part)


def _position_words(team: Team) -> str:
    if team.shares is None:
        return "no position"
    return _ZONE_WORDS[team.zone] if team.zone else "between zones"
