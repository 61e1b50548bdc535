"""Prometheus' text format: the few lines of it that are needed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Metric:
    """A number that may go up and down, once for each set of labels."""

    name: str
    """Without our prefix."""
    help: str
    """One line."""
    values: Mapping[str, int]
    """By labels as they are written, such as part="keys"; "" for a number without any."""


def written(metrics: Iterable[Metric]) -> str:
    """Write metrics as a page that Prometheus reads."""
    lines = []
    for metric in metrics:
        name = f"surveyapp_{metric.name}"
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} gauge"]
        for labels, value in metric.values.items():
            lines.append(f"{name}{{{labels}}} {value}" if labels else f"{name} {value}")
    return "".join(f"{line}\n" for line in lines)
