"""Making the files of many leaders: in processes of their own, in a fixed order."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING, Final

from flask import Flask
from flask_babel import Babel, force_locale, get_babel, get_locale
from flask_babel import gettext as _

from surveyapp.charts.maps import triangle
from surveyapp.charts.portfolio import portfolio
from surveyapp.charts.results import result_charts
from surveyapp.charts.svg import written
from surveyapp.reports.group_report import group_report
from surveyapp.reports.leader_report import leader_report
from surveyapp.reports.naming import leader_names
from surveyapp.reports.typesetting import forget, png
from surveyapp.reports.workbook import csv_files, workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from surveyapp.reports.group import Group
    from surveyapp.reports.results import LeaderResult
    from surveyapp.storage.models import Paper

Files = dict[str, bytes]
"""Name, with "/" below a folder -> content."""
PROCESSES: Final = 2
"""Each takes about 150 MiB, mostly for the libraries."""
FEW: Final = 6
"""Steps that are done sooner than another process has started."""


class Format(StrEnum):
    """What a report may be made as."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    PNG = "png"
    SVG = "svg"


@dataclass(frozen=True)
class Wanted:
    """What is to be made."""

    formats: frozenset[Format]
    paper: Paper
    group: Group | None = None
    """For a report about all leaders together."""


@dataclass(frozen=True)
class Step:
    """Files that are made together."""

    what: str
    """Whom or what they are about."""
    make: Callable[[], Files]
    """Fit to be sent to another process."""


def in_language(language: str) -> AbstractContextManager[None]:
    """Write everything inside in a language; takes an application context."""
    chosen: AbstractContextManager[None] = force_locale(language)
    return chosen


def leader_pdf(result: LeaderResult, paper: Paper) -> bytes:
    """Return one leader's report."""
    return leader_report(result, result_charts(result.reading)).pdf(paper)


def steps(results: Sequence[LeaderResult], wanted: Wanted) -> list[Step]:
    """List what there is to do: each leader by name, then what is about all of them."""
    found = []
    if wanted.formats & {Format.PDF, Format.PNG, Format.SVG}:
        names = leader_names(results)
        found += [
            Step(result.leader, partial(_leader_files, result, names[result.id], wanted))
            for result in results
        ]
    if wanted.formats & {Format.XLSX, Format.CSV}:
        found.append(Step(_("Workbook"), partial(_sheet_files, list(results), wanted)))
    if wanted.group:
        found.append(Step(_("Group report"), partial(_group_files, wanted.group, wanted.paper)))
    return found


def made(todo: Sequence[Step]) -> Generator[tuple[Step, Files]]:
    """Yield each step's files, in the order given, whichever is done first.

    Takes an application context, whose language the files are in. Whoever stops early, by
    `close()` or an exception, leaves no process behind.
    """
    if len(todo) <= FEW:
        for step in todo:
            yield step, step.make()
        return
    directories = ";".join(get_babel().translation_directories)
    context = get_context("spawn")  # Typst and NumPy keep threads, which a fork would lose
    pool = ProcessPoolExecutor(
        PROCESSES, context, initializer=_prepare, initargs=(str(get_locale()), directories)
    )
    try:
        with _interrupts_held_back():
            waiting: deque[tuple[Step, Future[Files]]] = deque(
                (step, pool.submit(_do, step)) for step in todo
            )
        while waiting:
            step, future = waiting.popleft()
            yield step, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Keep Ctrl-C from the processes that are started meanwhile: this one ends them itself.

    They inherit the mask. Here the mask is not enough: another thread may take the signal, and
    Python then interrupts this one, in the middle of starting a process.
    """
    pressed: list[int] = []
    in_main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, lambda *_: pressed.append(1)) if in_main else None
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if in_main:
            signal.signal(signal.SIGINT, handler)
    if pressed:
        raise KeyboardInterrupt


def _prepare(language: str, directories: str) -> None:
    """Set up a process: its language, and its end if the one that started it is killed."""
    os.environ["RAYON_NUM_THREADS"] = "1"  # Typst's own, one for each core otherwise
    app = Flask(__name__)
    Babel(app, default_locale=language, default_translation_directories=directories)
    app.app_context().push()  # until the process ends: it does nothing else
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _do(step: Step) -> Files:
    files = step.make()
    forget()
    return files


def _leader_files(result: LeaderResult, name: str, wanted: Wanted) -> Files:
    charts, files = result_charts(result.reading), {}
    if Format.PDF in wanted.formats:
        files[f"{name}.pdf"] = leader_report(result, charts).pdf(wanted.paper)
    for chart in charts.values():
        if Format.SVG in wanted.formats:
            files[f"charts/{name}/{chart.name}.svg"] = written(chart).encode()
        if Format.PNG in wanted.formats:
            files[f"charts/{name}/{chart.name}.png"] = png(written(chart))
    return files


def _sheet_files(results: Sequence[LeaderResult], wanted: Wanted) -> Files:
    files = csv_files(results) if Format.CSV in wanted.formats else {}
    if Format.XLSX in wanted.formats:
        files["workbook.xlsx"] = leader_workbook(results)
    return files


def leader_workbook(results: Sequence[LeaderResult]) -> bytes:
    """Return the workbook of some leaders, with one leader's own map or the map of all."""
    if len(results) == 1:
        drawn = triangle(results[0].reading)
    else:
        placed = [(one.leader, place) for one in results if (place := one.reading.position)]
        drawn = portfolio(placed) if placed else None
    return workbook(results, (png(written(drawn)), drawn.says) if drawn else None)


def _group_files(group: Group, paper: Paper) -> Files:
    return {"group.pdf": group_report(group).pdf(paper)}
