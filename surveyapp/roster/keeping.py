"""A checked roster between its preview and its import: in a file of its own, for an hour."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from surveyapp.roster.checking import Member, Roster, TeamRecord

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = "rosters"
KEPT_SECONDS: Final = 3600


def owned_in(organisation: int) -> str:
    """Return how the names of all owners in an organisation end."""
    return f", organisation {organisation}"


def keep(instance: Path, owner: str, roster: Roster) -> str:
    """Keep a roster, readable by the server alone; returns the random id that it is found by."""
    folder = instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    kept_id = secrets.token_hex(12)
    content = json.dumps({"owner": owner} | asdict(roster))
    unfinished = folder / f".{kept_id}"  # nobody finds half a roster by its id
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    unfinished.replace(folder / kept_id)
    return kept_id


def kept(instance: Path, owner: str, kept_id: str, now: float) -> Roster | None:
    """Return a roster that this owner kept less than an hour ago; None if there is none."""
    path = instance / FOLDER / kept_id
    try:
        if path.stat().st_mtime <= now - KEPT_SECONDS:
            return None
    except FileNotFoundError:
        return None
    content = _content(path)
    if content is None or content["owner"] != owner:
        return None
    teams = [team | {"members": tuple(team["members"])} for team in content["teams"]]
    return Roster(
        tuple(Member(**person) for person in content["people"]),
        tuple(TeamRecord(**team) for team in teams),
    )


def forget(instance: Path, kept_id: str) -> None:
    """Remove a kept roster."""
    (instance / FOLDER / kept_id).unlink(missing_ok=True)


def forget_all(instance: Path, owners: str) -> None:
    """Remove each roster whose owner's name ends like this, whoever has looked at it.

    One that a crash cut off may be anybody's: it goes as well.
    """
    folder = instance / FOLDER
    for path in folder.iterdir() if folder.exists() else ():
        content = _content(path)
        if content is None or content["owner"].endswith(owners):
            path.unlink(missing_ok=True)


def forget_old(instance: Path, now: float) -> None:
    """Remove each roster that nobody may import any more."""
    folder = instance / FOLDER
    for path in folder.iterdir() if folder.exists() else ():
        if path.stat().st_mtime <= now - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def _content(path: Path) -> dict[str, Any] | None:
    """Read what is kept; None where a crash, or somebody who removes it just now, left no whole."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content
