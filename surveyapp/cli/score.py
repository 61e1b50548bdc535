"""`surveyapp score`: scoring answers gathered elsewhere, without a database."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from surveyapp.cli.tables import number, table
from surveyapp.core.agreement import ad_cut
from surveyapp.core.fit import HandsOffKind, Verdict
from surveyapp.core.position import SCORES, Zone, trust_purpose_split
from surveyapp.core.questionnaire import LABELS
from surveyapp.core.statement import Statement
from surveyapp.ratings.answers_file import read_answers
from surveyapp.ratings.scoring import score_leader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from surveyapp.core.fit import Fit
    from surveyapp.ratings.answers_file import LeaderAnswers
    from surveyapp.ratings.scoring import Interval, Scored

OWN_DATA: Final = (
    "score works on your own data and applies no suppression: "
    "what it shows can point to single people."
)
HELP: Final = (
    "Pull: where the answers place the leader; largest: how often that pull is the largest in"
    " likely cases. Closeness to Meant run from 0 to 1, Fit from -1 (too little supervision) to 1"
    " (too much). 90 % range: where nine of ten likely means of all invited lie, were they asked"
    " again; bounds: where the mean lies whatever the silent think. rwg(J) and r*wg(J): 1 is full"
    " agreement, 0 what blind choice gives, below 0 a split; AD: mean distance from the mean in"
    " points, agreement up to {cut:.2f}; -: not defined."
)
FEW_LEADERS: Final = 50
"""Scored within a moment: a progress bar for them would only flicker."""

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
    "a": "Agreed check-ins",
    "m": "Meant",
    "b": "Fit",
}
_STATEMENTS: Final = {
    Statement.MOSTLY: "mostly {}",
    Statement.LEANING: "leaning {}, not clear",
    Statement.UNCLEAR: "not clear, between {} and {}",
    Statement.TWO_CAMPS: "two camps, the middle describes neither",
    Statement.FEW_ANSWERED: "fewer than half answered, no zone is named",
    Statement.NO_POSITION: "no position",
}
_VERDICTS: Final = {
    Verdict.TOO_LITTLE: "too little",
    Verdict.ABOUT_RIGHT: "about right",
    Verdict.TOO_MUCH: "too much",
    Verdict.DIFFERENT_AMOUNTS: "people need different amounts",
    Verdict.UNCLEAR: "not clear",
}
_HANDS_OFF_KINDS: Final = {
    HandsOffKind.EARNED_FREEDOM: "earned freedom",
    HandsOffKind.LEFT_ALONE: "left alone",
    HandsOffKind.MIXED: "mixed, ask",
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a list with one object per leader.")
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help="Starts the draws that say how sure a position is; the same seed, the same output.",
)
def score(file: Path, *, as_json: bool, seed: int) -> None:
    """Score the answers in FILE, a CSV file with one row per answer.

    Its columns are leader, invited and the items S1 to F1, with raw answers: 1 to 5, F1 from -3 to
    3, blank for "can't say". It works on your own data and applies no suppression.

    --json gives for each leader what docs/science.md explains: scales, shares, zone,
    zone_probability, statement, region, agreement and fit; bounds is where the means of all
    invited lie whatever the silent think. null stands for what is not defined.
    """
    given = read_answers(file)
    if as_json:
        objects = _each(given, seed, lambda scored: json.dumps(_as_object(scored)))
        click.echo("[\n" + ",\n".join(objects) + "\n]")
    else:
        help_ = HELP.format(cut=ad_cut(len(LABELS)))
        click.echo("\n\n".join([help_, *_each(given, seed, _as_text)]))
    click.echo(OWN_DATA, err=True)


def _each(given: Sequence[LeaderAnswers], seed: int, write: Callable[[Scored], str]) -> list[str]:
    hidden = len(given) <= FEW_LEADERS or not sys.stderr.isatty()
    with click.progressbar(given, label="Scoring", hidden=hidden, file=sys.stderr) as leaders:
        return [write(score_leader(leader, seed)) for leader in leaders]


def _as_object(scored: Scored) -> dict[str, object]:
    team, region = scored.team, scored.region
    return {
        "leader": scored.leader,
        "n": team.n,
        "invited": scored.invited,
        "positioned": team.positioned,
        "scales": team.scales,
        "shares": asdict(team.shares) if team.shares else None,
        "zone": team.zone,
        "zone_probability": scored.probabilities,
        "statement": scored.finding.statement,
        "region": region
        and {
            "center": region.center.as_tuple(),
            "covariance": region.covariance,
            "quantile": region.quantile,
        },
        "agreement": {
            scale: {
                "rwg_j": agreed and agreed.rwg_j,
                "r_star_wg_j": agreed and agreed.r_star_wg_j,
                "ad_m": agreed and agreed.ad_m_j,
            }
            for scale, agreed in scored.agreements.items()
        },
        "fit": _fit_object(scored.fit),
        "bounds": scored.bounds,
    }


def _fit_object(fit: Fit) -> dict[str, object]:
    people, rule = fit.people, fit.rule
    return {
        "people": people and people.verdict,
        "rule": rule and rule.verdict,
        "U": people and people.under,
        "O": people and people.over,
        "G": rule and rule.gap,
        "hands_off_kind": fit.hands_off and fit.hands_off.kind,
    }


def _as_text(scored: Scored) -> str:
    """Return a heading, the tables of pulls and scales, and sentences."""
    pulls = _pulls(scored)
    tables = [table(pulls, numbers=range(1, 1 + len(Zone)))] if pulls else []
    tables.append(table(_scale_rows(scored), numbers=(1, 4, 5, 6)))
    return "\n\n".join(["\n".join(_heading(scored)), *tables, "\n".join(_sentences(scored))])


def _heading(scored: Scored) -> list[str]:
    team, finding = scored.team, scored.finding
    statement = _STATEMENTS[finding.statement].format(*map(_ZONE_WORDS.__getitem__, finding.zones))
    return [
        f"{scored.leader}: {statement}",
        f"{team.n} of {scored.invited} answered, {team.positioned} with a position",
    ]


def _pulls(scored: Scored) -> list[list[str]]:
    if scored.team.shares is None or scored.probabilities is None:
        return []
    likely = scored.probabilities
    return [
        ["", *(word.capitalize() for word in _ZONE_WORDS.values())],
        ["Pull", *map(number, scored.team.shares.as_tuple())],
        ["Largest", *(f"{100 * likely[pole]:.0f} of 100" for pole in _ZONE_WORDS)],
    ]


def _scale_rows(scored: Scored) -> list[list[str]]:
    people = scored.fit.people
    ranges = scored.ranges | {"b": people.range if people else None}
    rows = [["", "Mean", "90 % range", "Bounds", "rwg(J)", "r*wg(J)", "AD"]]
    for scale in SCORES:
        agreed = scored.agreements.get(scale)
        figures = (agreed.rwg_j, agreed.r_star_wg_j, agreed.ad_m_j) if agreed else [None] * 3
        intervals = (ranges.get(scale), scored.bounds.get(scale))
        words = _SCORE_WORDS[scale], number(scored.team.scales[scale])
        rows.append([*words, *map(_interval, intervals), *map(number, figures)])
    return rows


def _interval(interval: Interval | None) -> str:
    return "-" if interval is None else " to ".join(map(number, interval))


def _sentences(scored: Scored) -> list[str]:
    fit, said = scored.fit, []
    if fit.people:
        word, under, over = _VERDICTS[fit.people.verdict], fit.people.under, fit.people.over
        said.append(f"People's own word: {word} (too little {under:.2f}, too much {over:.2f}).")
    if fit.rule:
        said.append(f"Rule of thumb: {_VERDICTS[fit.rule.verdict]} ({fit.rule.gap:+.2f}).")
    if fit.talk:
        said.append("People's own word and the rule of thumb differ: talk about it.")
    if fit.hands_off:
        said.append(f"Hands-off: {_HANDS_OFF_KINDS[fit.hands_off.kind]}.")
    if trust_purpose_split(scored.team):
        said.append("Trust and purpose point in different ways.")
    return said
