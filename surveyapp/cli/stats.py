"""`surveyapp stats`: agreement and reliability of any ratings, without a database."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import click
import numpy as np

from surveyapp.cli.tables import number, table
from surveyapp.core import reliability
from surveyapp.core.agreement import MIN_RATINGS, Agreement, ad_cut, agreement
from surveyapp.core.reliability import OneWay
from surveyapp.ratings.ratings_file import Ratings, read_ratings

OWN_DATA: Final = (
    "stats works on your own data and applies no suppression: "
    "what it shows can point to single people."
)
_AGREEMENT_HELP: Final = (
    "How far raters agree within each group. rwg(J) and r*wg(J): 1 is full agreement, 0 what blind"
    " choice gives, below 0 a split; AD: mean distance from the mean in points, agreement up to"
    " {cut:.2f}; -: an item with fewer than {least} ratings."
)
_RELIABILITY_HELP: Final = (
    "How well groups and items can be told apart from chance. ICC: of the mean of a rater's items,"
    " from raters with at least half of them; alpha, omega: of the items' sum, from raters with all"
    " of them; -: not defined."
)


@dataclass(frozen=True)
class _Statistics:
    sizes: dict[str, int]
    agreements: dict[str, Agreement | None]
    groups: OneWay | None
    alpha: float | None
    omega: float | None
    mean_rwg_j: float | None


def _items(_context: click.Context, _option: click.Parameter, value: str) -> list[str]:
    items = [name.strip() for name in value.split(",")]
    if not all(items) or len(set(items)) < len(items):
        message = f"{value!r} is no list of different columns, such as A,B,C."
        raise click.BadParameter(message)
    return items


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--group", metavar="COL", required=True, help="The column that names the group.")
@click.option("--items", metavar="A,B,C", required=True, callback=_items, help="The columns rated.")
@click.option(
    "--options",
    default=5,
    show_default=True,
    type=click.IntRange(min=2),
    help="How many answers an item offers; ratings are 1 to this number.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
def stats(file: Path, *, group: str, items: list[str], options: int, as_json: bool) -> None:
    """Describe the ratings in FILE, a CSV file with one row per rater.

    rwg(J), r*wg(J) and AD of each group; ICC(1), ICC(2), alpha and omega of all. A blank cell is
    a missing rating; items must all point the same way. It works on your own data and applies no
    suppression.
    """
    if group in items:
        message = f"{group!r} is given as --group and in --items."
        raise click.UsageError(message)
    found = _describe(read_ratings(file, group, items, options), options)
    if as_json:
        click.echo(json.dumps(_as_object(found), indent=2, ensure_ascii=False))
    else:
        click.echo(_as_text(found, options))
    click.echo(OWN_DATA, err=True)


def _describe(groups: Mapping[str, Ratings], options: int) -> _Statistics:
    agreements = {name: agreement(ratings, options) for name, ratings in groups.items()}
    known = [found.rwg_j for found in agreements.values() if found]
    ratings = np.concatenate(list(groups.values()))
    complete = ratings[~np.isnan(ratings).any(axis=1)]
    spread = None
    if len(complete) > 1:
        moments = complete.sum(axis=0), complete.T @ complete
        spread = reliability.covariance(len(complete), *moments)
    return _Statistics(
        sizes={name: len(ratings) for name, ratings in groups.items()},
        agreements=agreements,
        groups=reliability.one_way([_means(ratings) for ratings in groups.values()]),
        alpha=None if spread is None else reliability.alpha(spread),
        omega=None if spread is None else reliability.omega(spread),
        mean_rwg_j=float(np.mean(known)) if known else None,
    )


def _means(ratings: Ratings) -> Ratings:
    """Return the mean of each rater's items, of those who rated at least half of them."""
    rated = (~np.isnan(ratings)).sum(axis=1)
    means: Ratings = np.nanmean(ratings[2 * rated >= ratings.shape[1]], axis=1)
    return means


def _as_object(found: _Statistics) -> dict[str, object]:
    nothing = dict.fromkeys(Agreement.__dataclass_fields__)
    groups, agreements = found.groups, found.agreements
    return {
        "groups": {
            name: {"n": found.sizes[name]} | (asdict(agreed) if agreed else nothing)
            for name, agreed in agreements.items()
        },
        "icc1": groups.icc1(groups.n0) if groups else None,
        "icc2": groups.icc2 if groups else None,
        "icc1_multilevel": groups.icc1(groups.mean_size) if groups else None,
        "icc2_multilevel": groups.icc2 if groups else None,
        "alpha": found.alpha,
        "omega": found.omega,
        "mean_rwg_j": found.mean_rwg_j,
    }


def _as_text(found: _Statistics, options: int) -> str:
    rows = [["Group", "Raters", "rwg(J)", "r*wg(J)", "AD"]]
    for name, agreed in found.agreements.items():
        figures = (agreed.rwg_j, agreed.r_star_wg_j, agreed.ad_m_j) if agreed else [None] * 3
        rows.append([name, str(found.sizes[name]), *map(number, figures)])
    rows.append(["Mean of the groups", "", number(found.mean_rwg_j), "", ""])
    return "\n\n".join(
        [
            _AGREEMENT_HELP.format(cut=ad_cut(options), least=MIN_RATINGS),
            table(rows, numbers=range(1, 5)),
            _RELIABILITY_HELP,
            table(_reliability_rows(found), numbers=range(1, 2)),
        ]
    )


def _reliability_rows(found: _Statistics) -> list[list[str]]:
    groups = found.groups
    share = "of the variance is between groups, the rest among their raters"
    sizes = (groups.n0, groups.mean_size) if groups else (None, None)
    first, second = (number(groups.icc1(k) if groups and k else None) for k in sizes)
    return [
        ["ICC(1)", first, f"{share}; group size n0 = {number(sizes[0])}"],
        ["ICC(1), multilevel", second, f"the same; group size N/K = {number(sizes[1])}"],
        ["ICC(2)", number(groups.icc2 if groups else None), "reliability of a group's mean"],
        ["alpha", number(found.alpha), "reliability of the items' sum if all weigh alike"],
        ["omega", number(found.omega), "reliability of the items' sum if one factor drives them"],
    ]
