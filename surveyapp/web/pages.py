"""What every template can use: settings, dates, and the names of things as people say them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from babel.dates import get_timezone_name
from flask import current_app, g, has_app_context
from flask_babel import format_date, get_locale
from markupsafe import Markup
from werkzeug.routing import BaseConverter, IntegerConverter

from surveyapp.charts import words
from surveyapp.charts.chart import Chart, Name
from surveyapp.charts.lines import HEIGHT, Line
from surveyapp.charts.palette import SWAP
from surveyapp.charts.svg import svg
from surveyapp.core.position import Zone
from surveyapp.core.publication import Withheld
from surveyapp.core.questionnaire import COMMENTS, RATED
from surveyapp.rounds import dates

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import Map

    from surveyapp.config import Settings
    from surveyapp.rounds.keydir import KeyDirectory
    from surveyapp.storage.models import Organisation


PICTURE_WIDTH = 358
"""Pixels between the margins of a phone: written for it, text is large enough everywhere."""
POLE_CLASSES = {Zone.HANDS_OFF: "ho", Zone.MICRO_LEADING: "ml", Zone.MICRO_MANAGING: "mm"}
"""What the stylesheet calls the poles."""


class PublicIdConverter(BaseConverter):
    """A public id in an address: anything else is no such page."""

    regex = "[0-9a-z]{12,24}"


class RowIdConverter(IntegerConverter):
    """The number of a row in an address: what no column can hold is no such page."""

    def __init__(self, url_map: Map) -> None:
        """Keep to what PostgreSQL's integers hold."""
        super().__init__(url_map, max=2**31 - 1)


class SignedTokenConverter(BaseConverter):
    """A signed token in an address: base64url and dots."""

    regex = "[-_.0-9A-Za-z]{20,800}"


def init_app(app: Flask) -> None:
    """Register the filters and names."""
    app.url_map.converters |= {
        "public_id": PublicIdConverter,
        "row_id": RowIdConverter,
        "signed_token": SignedTokenConverter,
    }
    app.jinja_env.filters.update(day=day, short_day=short_day, zone=zone, picture=picture)
    app.jinja_env.tests["withheld"] = lambda value: isinstance(value, Withheld)
    app.jinja_env.tests["name"] = lambda value: isinstance(value, Name)
    app.jinja_env.globals.update(
        words=words, palette=SWAP, rated=RATED, questions=COMMENTS, pole_class=POLE_CLASSES
    )
    app.context_processor(_names)


def settings() -> Settings:
    """Return this installation's settings."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def keys() -> KeyDirectory:
    """Return this installation's key directory."""
    found: KeyDirectory = current_app.extensions["surveyapp_keys"]
    return found


def today() -> dt.date:
    """Return today's date where the organisation of whoever is signed in is; otherwise in UTC."""
    scope = g.get("scope") if has_app_context() else None
    return dates.today(scope.organisation) if scope else dt.datetime.now(dt.UTC).date()


def day(date: dt.date) -> str:
    """Write a date in words, in the reader's language: Friday, 4 December 2026."""
    return str(format_date(date, "full"))


def short_day(date: dt.date) -> str:
    """Write a date for a table, in the reader's language: 4 Dec 2026."""
    return str(format_date(date, "medium"))


def zone(organisation: Organisation) -> str:
    """Name the time in which an organisation's days end, in the reader's language."""
    region, _, name = organisation.time_zone.rpartition("/")
    if region in {"", "Etc"}:  # UTC, which is nowhere
        return name
    return str(get_timezone_name(dates.zone(organisation.time_zone), locale=get_locale()))


def picture(drawn: Chart | Line) -> Markup:
    """Write a chart as a picture of its own name, or a line, which has its words beside it."""
    if isinstance(drawn, Line):
        return Markup(svg(drawn.drawing, PICTURE_WIDTH, HEIGHT, label="", page=True))  # noqa: S704
    width = min(drawn.width, PICTURE_WIDTH)
    height = width * drawn.height / drawn.width
    return Markup(  # noqa: S704  (the writer escapes every word)
        svg(drawn.drawing, width, height, label=drawn.says, page=True)
    )


def _names() -> dict[str, object]:
    return {
        "scope": g.get("scope"),
        "is_demo": settings().demo,
        "base_url": settings().base_url,
    }
