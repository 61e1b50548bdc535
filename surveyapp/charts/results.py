"""All charts of a result, in the page's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from surveyapp.charts.line_charts import agreement, checkins, fit, items, own_view, scales
from surveyapp.charts.maps import change, square, triangle

if TYPE_CHECKING:
    from collections.abc import Callable

    from surveyapp.charts.chart import Chart
    from surveyapp.charts.reading import Reading

DRAWN: Final[tuple[Callable[[Reading], Chart | None], ...]] = (
    *(triangle, square, scales, checkins, fit, agreement, own_view, change, items),
)


def result_charts(reading: Reading) -> dict[str, Chart]:
    """Return every chart that a publication allows, by name; what is withheld gives none."""
    return {chart.name: chart for draw in DRAWN if (chart := draw(reading))}
