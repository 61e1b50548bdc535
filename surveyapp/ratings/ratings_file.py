"""Reading the ratings that `surveyapp stats` describes: CSV, one row per rater."""

from collections.abc import Collection
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from surveyapp.ratings.reading import FaultyFileError, Table, read_table

# Shape (n, J), one row per rater, items in the order asked for; NaN is a blank cell.
Ratings: TypeAlias = NDArray[np.float64]


class RatingsFileError(FaultyFileError):
    """A file of ratings has faults."""


def read_ratings(
    path: Path, group: str, items: Collection[str], options: int
) -> dict[str, Ratings]:
    """Return each group's ratings, groups in the order in which they first appear.

    The column `group` names a row's group; the columns `items` hold whole numbers from 1 to
    `options` or are blank. Rows without any rating are skipped, other columns are not looked at.
    Raises RatingsFileError with every fault found, and OSError if the file cannot be read.
    """
    table = read_table(path, (group, *items), mend_missing="add it, or name another column")
    groups: dict[str, list[list[float]]] = {}
    for row, cell in table.rows:
        name = cell.pop(group, None)
        if not any(cell.values()):
            continue
        ratings = [_read_rating(table, row, item, text, options) for item, text in cell.items()]
        if name:
            groups.setdefault(name, []).append(ratings)
        elif name is not None:
            table.fault(row, group, "the cell is blank", "say which group the ratings belong to")
    if not table.faults and not groups:
        table.fault(table.header_row, None, "no ratings below the column names", "fill some in")
    if table.faults:
        raise RatingsFileError(table.faults)
    return {name: np.array(ratings, dtype=np.float64) for name, ratings in groups.items()}


def _read_rating(table: Table, row: int, item: str, text: str, options: int) -> float:
    mend = f"write a whole number from 1 to {options} or nothing; more options: --options"
    number = table.rating(row, item, text, range(1, options + 1), mend)
    return np.nan if number is None else float(number)
