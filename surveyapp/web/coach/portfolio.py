"""All leaders whom a coach coaches in one round: as a map and a list, by department, in motion."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import abort, render_template, request

from surveyapp.charts import portfolio as charts
from surveyapp.charts.svg import svg
from surveyapp.core.publication import Withheld
from surveyapp.storage import results as stored
from surveyapp.storage.database import db
from surveyapp.web.access import scope
from surveyapp.web.coach.rows import Selection, needing_me, placed, rows_of
from surveyapp.web.coach.views import blueprint, round_among
from surveyapp.web.listing import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from surveyapp.core.change import Change
    from surveyapp.core.publication import PublishedPosition
    from surveyapp.storage.models import Round
    from surveyapp.web.coach.rows import Row

LONG_LIST: Final = 12
"""From so many leaders on there is something to search in."""


@blueprint.get("/")
def portfolio() -> ResponseReturnValue:
    """Show the newest closed round, or say that there is none yet."""
    rounds = stored.coached_rounds(db.session, scope())
    if not rounds:
        return render_template("coach/nothing.html")
    return _portfolio(rounds[0], rounds)


@blueprint.get("/rounds/<public_id:round_id>")
def portfolio_of_round(round_id: str) -> ResponseReturnValue:
    """Show all leaders whom this coach coaches in one round, by name or those who need them."""
    return _portfolio(*round_among(round_id))


def _portfolio(chosen: Round, rounds: Sequence[Round]) -> str:
    every = rows_of(chosen)
    asked = Selection.asked()
    fitting = asked.among(every)
    waiting_for_me = needing_me(fitting)
    listed = waiting_for_me if asked.needs_me else fitting
    places = placed(listed)
    return render_template(
        "coach/portfolio.html",
        rounds=rounds,
        chosen=chosen,
        every=every,
        departments=sorted({row.department for row in every}),
        searchable=len(every) > LONG_LIST or asked.name,
        asked=asked,
        fitting=fitting,
        needing=waiting_for_me,
        listed=listed,
        page=Page.asked(listed),
        dots={row.team.id: dot for dot, row in enumerate(row for row in listed if row.position)},
        map=charts.portfolio(places) if places else None,
    )


@blueprint.get("/rounds/<public_id:round_id>/departments")
def departments(round_id: str) -> ResponseReturnValue:
    """Show a small triangle of each department."""
    chosen, rounds = round_among(round_id)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(chosen):
        found[row.department].append(row)
    by_name = {name: found[name] for name in sorted(found)}
    small = charts.multiples({name: placed(rows) for name, rows in by_name.items()})
    pictures = [
        svg(chart.drawing, chart.width, chart.height, label=chart.says, page=True)
        for chart in small
    ]
    return render_template(
        "coach/departments.html",
        rounds=rounds,
        chosen=chosen,
        departments=list(zip(by_name, by_name.values(), pictures, strict=True)),
    )


@dataclass(frozen=True)
class Way:
    """A leader in two rounds."""

    row: Row
    before: PublishedPosition
    now: PublishedPosition
    said: Change | Withheld | None
    """What is published of this way; None if that is about another earlier round, or nothing."""

    @property
    def change(self) -> Change | None:
        """The change, if it may be told."""
        return None if isinstance(self.said, Withheld) else self.said


@blueprint.get("/rounds/<public_id:round_id>/movement")
def movement_since(round_id: str) -> ResponseReturnValue:
    """Show where leaders were in an earlier round, and what may be said of the way from there."""
    chosen, rounds = round_among(round_id)
    older = rounds[rounds.index(chosen) + 1 :]
    since = request.args.get("since", older[0].public_id if older else "")
    earlier = next((found for found in older if found.public_id == since), None)
    if older and earlier is None:
        abort(404)
    ways, others = _ways(chosen, earlier) if earlier else ([], 0)
    pairs = [(way.row.team.leader_name, way.before, way.now, way.change) for way in ways]
    return render_template(
        "coach/movement.html",
        rounds=rounds,
        chosen=chosen,
        older=older,
        earlier=earlier,
        ways=ways,
        page=Page.asked(ways),
        others=others,
        chart=charts.movement(pairs) if pairs else None,
    )


def _ways(chosen: Round, earlier: Round) -> tuple[list[Way], int]:
    """Pair the leaders who have a place in both rounds; also returns how many others there are."""
    before = {(row.team.team_id, row.team.leader_id): row for row in rows_of(earlier)}
    rows = rows_of(chosen)
    ways = []
    for row in rows:
        there = before.get((row.team.team_id, row.team.leader_id))
        if there and there.position and row.position:
            published = row.publication.change
            about_this = published is not None and published.since == there.team.public_id
            said = published.change if published and about_this else None
            ways.append(Way(row, there.position, row.position, said))
    return ways, len(rows) - len(ways)
